"""Items are closed by their own history, and by their shop's where theirs is too short."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foresale.cleaning.closures.items import WeeklyClosures
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel

MONDAY = int(Frequency("day").index(np.array(["2023-01-02"], "datetime64[D]"))[0])


def panel(sales: NDArray[np.float64], **columns: list[str]) -> Panel:
    """Daily items [n, T] from a Monday on."""
    count, length = sales.shape
    items = pl.DataFrame({"item_id": [f"item {number}" for number in range(count)], **columns})
    return Panel(
        Frequency("day"),
        items,
        np.full(count, MONDAY),
        np.arange(count + 1) * length,
        np.full(count, length),
        sales.astype(np.float32).ravel(),
    )


def weekly(panel: Panel) -> WeeklyClosures:
    return WeeklyClosures.of(panel, told=np.zeros(panel.sales.size, bool))


def closed_weekdays(found: WeeklyClosures, item: int) -> list[int]:
    """0 is Monday."""
    return sorted(int((place + 3) % 7) for place in np.flatnonzero(found.ahead[item]))


def test_every_item_has_weekdays_of_its_own() -> None:
    sales = np.full((7, 140), 9.0)
    for item in range(7):
        sales[item, item::7] = 0

    found = weekly(panel(sales))

    assert [closed_weekdays(found, item) for item in range(7)] == [[item] for item in range(7)]
    assert (found.past > 0).sum() == 7 * 20


def test_items_that_hardly_sell_are_closed_with_their_shop() -> None:
    sales = (np.random.default_rng(0).random((200, 140)) < 0.1) * 1.0
    assert not weekly(panel(sales)).ahead.any()

    sales[:, 6::7] = 0
    found = weekly(panel(sales))

    assert all(closed_weekdays(found, item) == [6] for item in range(200))


def test_a_store_closes_its_own_items_only() -> None:
    sales = (np.random.default_rng(0).random((400, 140)) < 0.1) * 1.0
    sales[:200, 6::7] = 0

    found = weekly(panel(sales, store_id=["a"] * 200 + ["b"] * 200))

    assert all(closed_weekdays(found, item) == [6] for item in range(200))
    assert not found.ahead[200:].any()


def test_an_item_that_sold_lately_is_open_whatever_its_shop_does() -> None:
    sales = (np.random.default_rng(0).random((1_000, 140)) < 0.1) * 1.0
    sales[:, 6::7] = 0
    sales[0, [-8, -1]] = 1

    assert closed_weekdays(weekly(panel(sales)), 0) == []
    assert closed_weekdays(weekly(panel(sales)), 1) == [6]


def test_empty_shelves_prove_nothing() -> None:
    sales = np.full((1, 140), 9.0)
    sales[0, 6::7] = 0
    shop = panel(sales)
    available = np.ones(140, np.float32)
    available[6::7] = 0
    known = Panel(shop.frequency, shop.items, shop.starts, shop.offsets, shop.history, shop.sales, available=available)

    assert closed_weekdays(weekly(shop), 0) == [6]
    assert closed_weekdays(weekly(known), 0) == []


def test_rows_that_are_missing_on_one_weekday_close_it() -> None:
    sales = np.random.default_rng(0).poisson(20.0, (1, 448)).astype(float)
    sales[0, 6::7] = np.nan

    assert closed_weekdays(weekly(panel(sales)), 0) == [6]


def test_hours_of_slow_items_are_told_by_their_shop() -> None:
    hours = np.arange(24 * 7 * 6)
    sold = np.random.default_rng(0).random((40, hours.size)) < 0.1
    sold[:, hours % 24 < 8] = False
    items = pl.DataFrame({"item_id": [f"item {number}" for number in range(40)]})
    shop = Panel(
        Frequency("hour"),
        items,
        np.full(40, MONDAY * 24),
        np.arange(41) * hours.size,
        np.full(40, hours.size),
        sold.astype(np.float32).ravel(),
    )

    closed = weekly(shop).ahead.reshape(40, 7, 24) > 0

    assert closed[:, :, :8].all()
    assert not closed[:, :, 8:].any()
