"""Sample paths have the quantiles of their forecast at every step, and sums of them the right spread."""

from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings, strategies as st

from foresale.core.chunks import chunks
from foresale.core.errors import ConfigError
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.frequency import Frequency
from foresale.core.paths import Copula, TemporalCorrelation
from foresale.core.quantiles import even_levels, shares_below

ALONE = Copula((TemporalCorrelation(0, 0, 0),), common=0.5)
FAITHFUL = Copula((TemporalCorrelation(1, 0, 0),), common=0.5)


def uniform(*, items: int = 1, horizon: int = 10, top: float = 100.0, copula: Copula = ALONE) -> Forecast:
    """Each step is even between 0 and `top`."""
    quantiles = np.broadcast_to(np.array(LEVELS, np.float32) * top, (items, horizon, len(LEVELS)))
    return Forecast(
        items=pl.DataFrame({"item_id": [f"item{number}" for number in range(items)]}),
        frequency=Frequency("day"),
        starts=np.full(items, 19723),
        quantiles=quantiles.astype(np.float32),
        mean=np.full((items, horizon), top / 2, np.float32),
        time_type=pl.Date(),
        copula=copula,
    )


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 99), st.floats(0, 1), st.floats(0, 0.99))
def test_every_step_has_the_quantiles_of_the_forecast(seed: int, share: float, decay: float) -> None:
    forecast = uniform(items=2, copula=Copula((TemporalCorrelation(share / 2, share / 2, decay),)))
    paths = forecast.paths(1000, seed=seed)
    for level in LEVELS:
        np.testing.assert_allclose(np.quantile(paths, level, axis=0), forecast.quantile(level), atol=0.2)


def test_paths_are_never_negative_and_the_tail_goes_on_beyond_the_last_quantile() -> None:
    forecast = uniform()
    steep = replace(forecast, quantiles=np.maximum(forecast.quantiles - 10, 0))
    paths = steep.paths(2000)
    assert paths.min() == 0
    assert steep.quantiles.max() < paths.max() < steep.quantiles.max() + 20


def test_surprises_correlate_as_the_link_says() -> None:
    link = TemporalCorrelation(persistent=0.3, lasting=0.4, decay=0.5)
    forecast = uniform(horizon=6, copula=Copula((link,)))
    found = np.corrcoef(forecast.paths(20_000)[:, 0].T)
    expected = 6 / np.pi * np.arcsin(link.correlation(6) / 2)
    np.testing.assert_allclose(found, expected, atol=0.02)


def test_items_surprise_together_only_where_asked() -> None:
    forecast = uniform(items=2, horizon=1, copula=replace(ALONE, freedom=np.inf))
    together = np.corrcoef(forecast.paths(20_000, joint_items=True)[:, :, 0].T)[0, 1]
    apart = np.corrcoef(forecast.paths(20_000)[:, :, 0].T)[0, 1]
    assert abs(together - 6 / np.pi * np.arcsin(0.5 / 2)) < 0.02
    assert abs(apart) < 0.03


def test_items_have_the_links_of_their_groups() -> None:
    copula = Copula((TemporalCorrelation(0, 0, 0), TemporalCorrelation(1, 0, 0)), groups={"item1": 1})
    total = uniform(items=3, copula=copula).sum()
    spread = total.quantile(0.9) - total.quantile(0.1)
    assert spread[1] == pytest.approx(800, rel=0.02)
    assert spread[0] == pytest.approx(spread[2], rel=0.15)
    assert spread[0] < 300


def test_the_same_seed_gives_the_same_paths_and_slices_are_those_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foresale.core.paths.chunks", partial(chunks, cells=64 * 10 * 2))
    forecast = uniform(items=5)
    parts = list(forecast.iterate_paths(64, seed=3))
    assert [part for part, _ in parts] == [slice(0, 2), slice(2, 4), slice(4, 5)]
    np.testing.assert_array_equal(np.concatenate([paths for _, paths in parts], axis=1), forecast.paths(64, seed=3))
    assert not np.array_equal(forecast.paths(64, seed=3), forecast.paths(64, seed=4))
    assert np.ptp(forecast.paths(1, seed=3)) > 50


def test_a_sum_of_independent_steps_is_narrower_than_one_of_steps_that_go_together() -> None:
    alone, together = uniform(copula=ALONE).sum(count=4000), uniform(copula=FAITHFUL).sum(count=4000)
    deviation = 100 / np.sqrt(12) * np.sqrt(10)
    assert alone.quantile(0.9)[0] - alone.median[0] == pytest.approx(1.2816 * deviation, rel=0.05)
    np.testing.assert_allclose(together.quantiles[0], 10 * uniform().quantiles[0, 0], rtol=0.02, atol=2)
    assert alone.mean[0] == together.mean[0] == 500


def test_with_little_freedom_sums_lie_nearer_to_their_middle_and_now_and_then_farther_out() -> None:
    free, bound = (uniform(copula=replace(ALONE, freedom=freedom)) for freedom in (np.inf, 1.0))
    even, heavy = free.sum(count=8000), bound.sum(count=8000)
    inner, outer = (
        (total.quantile(high) - total.quantile(low))[0] for total, low, high in ((even, 0.25, 0.75), (even, 0.01, 0.99))
    )
    assert (heavy.quantile(0.75) - heavy.quantile(0.25))[0] < 0.9 * inner
    assert (heavy.quantile(0.99) - heavy.quantile(0.01))[0] > 1.1 * outer
    for level in LEVELS:
        drawn = np.quantile(bound.paths(1000), level, axis=0)
        np.testing.assert_allclose(drawn, bound.quantile(level), atol=0.2)
    strayed = np.abs(bound.paths(8000)[:, 0, :2] - 50)
    assert np.corrcoef(strayed.T)[0, 1] > 0.3


def test_the_sum_of_one_step_is_that_step() -> None:
    forecast = uniform()
    np.testing.assert_allclose(forecast.sum(1, count=1000).quantiles, forecast.quantiles[:, 0], atol=0.3)


def test_a_sum_says_from_when_to_when_and_how_likely_it_exceeds_the_stock() -> None:
    total = uniform(items=2, copula=FAITHFUL).sum(slice(2, 5), count=1000)
    row = total.to_frame().row(1, named=True)
    assert row["item_id"] == "item1"
    assert (row["from"], row["to"], row["mean"]) == (date(2024, 1, 3), date(2024, 1, 5), 150)
    np.testing.assert_allclose(total.exceeds([75, 270]), [0.75, 0.1], atol=0.01)
    assert total.exceeds(1e6).tolist() == [0, 0]
    assert total.exceeds(-1)[0] > 0.98


@pytest.mark.parametrize("steps", [0, 11, slice(5, 5), slice(0, 10, 2), slice(-3, None)])
def test_a_sum_over_steps_that_are_not_there_is_refused(steps: int | slice) -> None:
    with pytest.raises(ConfigError, match="1 to 10 steps"):
        uniform().sum(steps)


@given(st.lists(st.floats(0, 50, width=32), min_size=21, max_size=21), st.floats(-10, 80))
@example([0.0] * 20 + [1.0], 1.0)
@example([0.0] + [1.0] * 20, 0.0)
def test_shares_below_a_value_rise_with_it_and_stay_between_0_and_1(values: list[float], at: float) -> None:
    quantiles = np.sort(np.array(values, np.float32))[None]
    below, upto = shares_below(np.array([at]), quantiles, LEVELS)
    later, _ = shares_below(np.array([at + 1]), quantiles, LEVELS)
    assert 0 <= below[0] <= upto[0] <= later[0] + 1e-9 <= 1 + 1e-9


def test_shares_below_undo_the_levels_that_are_drawn() -> None:
    quantiles = np.sort(np.random.default_rng(0).gamma(2, 5, 21)).astype(np.float32)
    drawn = quantiles @ even_levels(LEVELS, 500)
    np.testing.assert_allclose(
        shares_below(drawn, np.tile(quantiles, (500, 1)), LEVELS)[0], (np.arange(500) + 0.5) / 500, atol=1e-3
    )


def test_settings_that_cannot_be_are_refused() -> None:
    for settings_ in ({"persistent": 0.8, "lasting": 0.4}, {"persistent": -0.1}, {"decay": 1.0}):
        with pytest.raises(ConfigError):
            TemporalCorrelation(**settings_)
    with pytest.raises(ConfigError):
        Copula((TemporalCorrelation(),), groups={"a": 1})
    with pytest.raises(ConfigError, match="degrees of freedom"):
        Copula(freedom=0)
    with pytest.raises(ConfigError):
        uniform().paths(0)
