from dataclasses import replace

import numpy as np
import polars as pl

from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.forecasting.closures import Closed
from foresale.forecasting.completed import Completed
from foresale.forecasting.ensemble.learner import Ready
from foresale.forecasting.naive import SeasonalNaive

ITEMS, DAYS = 30, 2 * 365 + 350
CHRISTMAS = 358
"""25 December, counted from 1 January of a common year."""


def shop(*, open_then: tuple[int, ...] = ()) -> Panel:
    """Thirty items from 1 January 2021 to 16 December 2023 that sell something every day but 25 December."""
    generator = np.random.default_rng(0)
    sales = generator.integers(3, 9, (ITEMS, DAYS)).astype(np.float32)
    for year in (0, 365):
        sales[:, year + CHRISTMAS] = 0
    for item in open_then:
        sales[item, CHRISTMAS] = 5
    items = pl.DataFrame({"item_id": [f"item {number:02}" for number in range(ITEMS)]})
    start = int((np.datetime64("2021-01-01") - np.datetime64("1970-01-01")).astype(int))
    frequency = Frequency("day")
    assert frequency.timestamps(np.array([start]))[0] == np.datetime64("2021-01-01")
    return Panel(
        frequency, items, np.full(ITEMS, start), np.arange(ITEMS + 1) * DAYS, np.full(ITEMS, DAYS), sales.ravel()
    )


def test_a_date_on_which_nothing_was_ever_sold_is_closed() -> None:
    panel = shop()

    closed = Closed.of(panel, horizon=28)

    assert np.flatnonzero(closed.ahead[0]).tolist() == [8]
    assert closed.ahead.sum() == ITEMS
    assert closed.past.reshape(ITEMS, DAYS)[0].nonzero()[0].tolist() == [CHRISTMAS, 365 + CHRISTMAS]


def test_an_item_that_once_sold_on_the_date_is_open() -> None:
    closed = Closed.of(shop(open_then=(4,)), horizon=28)

    assert not closed.ahead[4].any()
    assert closed.ahead[5].any()


def test_few_sales_close_nothing() -> None:
    closed = Closed.of(shop().select(range(5)), horizon=28)

    assert not closed.ahead.any()


def test_items_that_hardly_ever_sell_are_not_closed() -> None:
    panel = shop()
    rare = np.where(np.arange(panel.sales.size) % 9 == 0, panel.sales, np.float32(0))

    assert not Closed.of(replace(panel, sales=rare), horizon=28).ahead.any()


def test_weeks_have_no_dates() -> None:
    panel = replace(shop(), frequency=Frequency("week"))

    assert not Closed.of(panel, horizon=28).ahead.any()


def test_sales_after_the_cutoff_close_nothing() -> None:
    panel = shop()
    sales = panel.sales.copy()
    sales[~panel.back(100).is_history] = 0

    ours, theirs = (Closed.of(each.back(100), horizon=28) for each in (panel, replace(panel, sales=sales)))

    assert np.array_equal(ours.ahead, theirs.ahead)
    assert np.array_equal(ours.past, theirs.past)


def test_closed_days_are_forecast_as_zero_by_any_model_and_do_not_teach_it() -> None:
    panel = shop()

    found = Completed(Ready(SeasonalNaive())).fit(panel, horizon=28).forecast(panel, horizon=28)

    assert (found.quantiles[:, 8] == 0).all()
    assert (found.mean[:, 8] == 0).all()
    assert (found.median[:, [7, 9]] > 0).all()
    assert any("2023-12-25" in note for note in found.notes)


def test_a_flag_of_closed_days_closes_them_ahead() -> None:
    week = np.tile(np.array([0, 0, 0, 0, 0, 0, 1], np.float32), 32)
    sales = np.where(week[:210] == 1, 0, 5).astype(np.float32)
    panel = Panel(Frequency("day"), pl.DataFrame({"item_id": ["tea"]}), np.array([0]), np.array([0, 224]),
                  np.array([210]), np.concatenate([sales, np.full(14, np.nan, np.float32)]),
                  {"closed": Covariate("closed", "known", week)})  # fmt: skip

    found = Completed(Ready(SeasonalNaive())).fit(panel, horizon=14).forecast(panel, horizon=14)

    assert (found.quantiles[0, [6, 13]] == 0).all()
    assert (found.median[0, :6] == 5).all()
