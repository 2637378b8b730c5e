import pytest
import torch


def test_launches_are_unknown_before_or_zero(only):
    unknown = only(launch=1.0, launch_zeros=0.0).values
    before = unknown.isnan()
    assert before.any(dim=1).float().mean() > 0.8
    assert (before.int().diff(dim=1) <= 0).all()
    zeros = only(launch=1.0, launch_zeros=1.0).values
    assert not zeros.isnan().any()
    assert ((zeros == 0).int().diff(dim=1) <= 0).all()


def test_ends_fade_to_nothing(only):
    values = only(ending=1.0).values
    assert (values.diff(dim=1) <= 1e-3).all()
    assert (values[:, -1] == 0).float().mean() > 0.6
    assert (values[:, 0] > 50).float().mean() > 0.9


def test_gaps_are_unknown_and_change_nothing_else(only):
    series = only(gaps=1.0)
    gaps = series.values.isnan()
    assert gaps.any(dim=1).float().mean() > 0.8
    assert gaps.float().mean() < 0.3
    assert (series.values[~gaps] == 100).all()
    assert (series.expected == 100).all()


@pytest.mark.parametrize("unknown", [0.0, 1.0])
def test_empty_shelves_are_zeros_or_unknown(only, unknown):
    series = only(stockouts=1.0, stockout_unknown=unknown)
    out = series.values.isnan() if unknown else series.values == 0
    assert out.any(dim=1).all()
    assert out.float().mean() < 0.5
    assert (series.values[~out] == 100).all()
    assert (series.expected == 100).all()


def test_nothing_is_unknown_where_nothing_was_asked_for(only):
    values = only(trend=1.0, weekly=1.0, yearly=1.0, intermittent=0.5, degenerate=0.2, foreign=0.2).values
    assert not values.isnan().any()


def test_degenerate_series_hold_next_to_nothing(only):
    values = only(degenerate=1.0, count=1000).values
    assert torch.equal(values, values.round())
    kinds = torch.tensor([row.unique().numel() for row in values])
    assert (kinds <= 4).all()
    zero = (values == 0).all(dim=1).float().mean()
    assert 0.2 < zero < 0.5
    assert 0.1 < ((kinds == 1) & (values[:, 0] > 0)).float().mean() < 0.4


def test_foreign_series_have_no_empty_shelves(only):
    values = only(foreign=1.0, stockouts=1.0, stockout_unknown=0.0).values
    assert (values == 0).float().mean() < 0.001
