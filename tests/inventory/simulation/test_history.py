"""The demand that a replay meets."""

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError, DataError
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.inventory.simulation.history import History

START = np.datetime64("2024-03-04")
FIRST = int(Frequency("day").index(np.array([START]))[0])


def panel(sales: list[list[float]], *, available: list[list[float]] | None = None, begins: int = 70) -> Panel:
    """Items that begin so many days before 4 March 2024."""
    lengths = np.array([len(own) for own in sales])
    return Panel(
        Frequency("day"),
        pl.DataFrame({"item_id": [f"item {number}" for number in range(len(sales))]}),
        starts=np.full(len(sales), FIRST - begins),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        history=lengths,
        sales=np.concatenate(sales).astype(np.float32),
        available=None if available is None else np.concatenate(available).astype(np.float32),
    )


def week(count: int) -> np.ndarray:
    return np.tile(np.arange(1.0, 8.0), count)


def test_full_shelves_sell_what_is_wanted():
    history = History.of(panel([week(14)]), start=START, periods=14)
    assert history.demand.tolist() == [week(2).tolist()]
    assert history.notes == ()
    assert (history.begins.tolist(), history.ends.tolist()) == ([0], [14])


def test_what_an_empty_shelf_kept_from_being_sold_is_added():
    sales, available = week(14), np.ones(98)
    sales[70], available[70] = 0, 0.0
    sales[71], available[71] = 1, 0.5
    sales[72] = np.nan
    history = History.of(panel([sales], available=[available]), start=START, periods=14)
    assert history.demand[0, :4].tolist() == [1, 1 + 0.5 * 2, 3, 4]
    assert "In 3 periods of all items (21.4%)" in history.notes[0]
    assert "5 units are added" in history.notes[0]


def test_as_sold_takes_sales_for_demand_and_says_what_is_unknown():
    sales, available = week(14), np.ones(98)
    sales[70], available[70] = 0, 0.0
    sales[72] = np.nan
    history = History.of(panel([sales], available=[available]), start=START, periods=7, kind="as-sold")
    assert history.demand.tolist() == [[0, 2, 0, 4, 5, 6, 7]]
    assert "1 period of all items" in history.notes[0]


def test_an_item_wants_nothing_after_its_end():
    history = History.of(panel([week(14), week(11)]), start=START, periods=14)
    assert history.demand[1].tolist() == [*range(1, 8), *[0] * 7]
    assert history.ends.tolist() == [14, 7]


def test_the_past_knows_nothing_of_a_day_when_it_begins():
    history = History.of(panel([week(14)]), start=START, periods=14)
    before, items = history.before(3)
    assert int(before.history[0]) == 73
    assert np.isnan(before.sales[73:]).all()
    assert items.tolist() == [0]


@pytest.mark.parametrize(
    ("start", "periods", "what"),
    [
        ("2024-03-04", 29, "periods after the last sale"),
        ("2025-03-04", 7, "periods without any sales"),
        ("2023-12-01", 7, "no history before"),
    ],
)
def test_days_without_sales_are_refused_with_the_cure(start, periods, what):
    with pytest.raises(DataError, match=what):
        History.of(panel([week(14)]), start=np.datetime64(start), periods=periods)


def test_an_unknown_kind_of_demand_is_refused():
    with pytest.raises(ConfigError, match="recovered or as-sold"):
        History.of(panel([week(14)]), start=START, periods=7, kind="guessed")
