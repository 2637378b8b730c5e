"""Feasts on weeks and months: shares of days."""

import numpy as np
import pytest

from foresale.core.frequency import Frequency
from foresale.forecasting.effects.cells import Cells
from foresale.forecasting.effects.shares import Shares, common_shares, feast_shares, month_shares, period_edges

WEEKLY = Frequency.parse("W-MON")
MONTHLY = Frequency.parse("MS")


def positions(grid: Frequency, first: str, periods: int) -> np.ndarray:
    return int(grid.index(np.array([first], "datetime64[us]"))[0]) + np.arange(periods)


def test_periods_begin_and_end_on_days() -> None:
    months = period_edges(MONTHLY, positions(MONTHLY, "2024-01-01", 3)).astype("datetime64[D]")
    assert months.astype(str).tolist() == ["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"]
    weeks = period_edges(WEEKLY, positions(WEEKLY, "2024-01-01", 2)).astype("datetime64[D]")
    assert weeks.astype(str).tolist() == ["2024-01-01", "2024-01-08", "2024-01-15"]


def test_a_day_of_a_feast_is_a_seventh_of_its_week() -> None:
    """Christmas 2024 is a Wednesday: two of its days after it, and the days before."""
    grid = positions(WEEKLY, "2024-12-02", 5)
    (christmas,) = (share for share in feast_shares(WEEKLY, grid) if share.name == "Christmas")
    main = christmas.values[:, christmas.titles.index("main days")]
    assert main[3] > 0
    assert (main * 7) == pytest.approx(np.round(main * 7))
    assert (christmas.values.sum(axis=1) <= 1 + 1e-9).all()
    late = next(share for share in feast_shares(WEEKLY, grid, late=6) if share.name == "Christmas")
    assert not np.array_equal(late.values.sum(axis=1), christmas.values.sum(axis=1))


def test_months_have_only_feasts_that_wander() -> None:
    names = {share.name for share in feast_shares(MONTHLY, positions(MONTHLY, "2015-01-01", 120), countries=["ID"])}
    assert "Christmas" not in names
    assert any("Eid" in name or "Ramadan" in name for name in names)


def test_parts_of_a_month_fill_a_week() -> None:
    (month,) = month_shares(WEEKLY, positions(WEEKLY, "2024-01-01", 60))
    assert month.values.sum(axis=1) == pytest.approx(np.ones(60))
    assert month_shares(MONTHLY, positions(MONTHLY, "2024-01-01", 6)) == []


def weeks_of(effect: float, *, items: int = 8, seed: int = 0) -> tuple[Shares, Cells]:
    """Weeks of which every eighteenth is at a feast for some of its days, with six to come."""
    rng = np.random.default_rng(seed)
    share = np.where(np.arange(186) % 18 == 9, rng.integers(2, 8, 186) / 7, 0.0)
    sales = rng.poisson(200 * np.exp(effect * share[:180]), (items, 180)).astype(float)
    return Shares("it", "feast", share[:, None], ("main days",)), Cells(
        sales, np.full(sales.shape, 200.0), np.ones(items)
    )


def test_what_a_week_wholly_at_a_feast_would_sell() -> None:
    source, cells = weeks_of(0.8)
    found = common_shares(source, cells)
    assert found.common.mean[0] == pytest.approx(0.8, abs=0.1)
    assert found.times == 10
    assert found.curves == pytest.approx(source.values.T * found.common.mean[0])
    amplitudes = found.of_items(cells).mean
    assert amplitudes[:, 0] == pytest.approx(np.ones(8), abs=0.15)


def test_a_feast_that_moves_nothing_is_not_believed() -> None:
    source, cells = weeks_of(0.0)
    found = common_shares(source, cells)
    assert found.common.probability[0] < 0.3
    assert np.abs(found.curves).max() < 0.02


def test_a_feast_that_was_never_seen_is_none() -> None:
    source, cells = weeks_of(0.8)
    never = Shares("it", "feast", np.where(np.arange(186)[:, None] < 180, 0, source.values), ("main days",))
    assert not common_shares(never, cells).curves.any()
