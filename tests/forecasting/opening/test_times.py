"""When shops are open: each way of knowing it, and what it does to forecasts."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.forecasting.ensemble.learner import Fitted
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.opening import OpeningTimes, open_only
from foresale.forecasting.opening.holidays import holiday_days
from foresale.forecasting.postprocessing import Postprocessed

ITEMS = 30


def day(text: str) -> int:
    return int(Frequency("day").index(np.array([text], "datetime64[D]"))[0])


def shop(
    first: str,
    last: str,
    *,
    items: int = ITEMS,
    closed: tuple[str, ...] = (),
    weekday: int | None = None,
    seed: int = 0,
) -> Panel:
    """Items that sell something every day from first to last, but for some dates and a weekday (0 = Monday)."""
    begin, length = day(first), day(last) - day(first) + 1
    sales = np.random.default_rng(seed).integers(3, 9, (items, length)).astype(np.float32)
    for date in closed:
        sales[:, day(date) - begin] = 0
    if weekday is not None:
        sales[:, (np.arange(length) + begin + 3) % 7 == weekday] = 0
    names = pl.DataFrame({"item_id": [f"item {number:02}" for number in range(items)]})
    return Panel(
        Frequency("day"),
        names,
        np.full(items, begin),
        np.arange(items + 1) * length,
        np.full(items, length),
        sales.ravel(),
    )


def closed_dates(panel: Panel, *, horizon: int, countries: tuple[str, ...] = (), item: int = 0) -> list[str]:
    found = OpeningTimes.of(panel, horizon=horizon, countries=countries)
    stamps = panel.frequency.timestamps(panel.cutoffs[item] + 1 + np.flatnonzero(found.ahead[item]))
    return [str(stamp) for stamp in stamps.astype("datetime64[D]")]


def past_dates(panel: Panel, *, item: int = 0, countries: tuple[str, ...] = ()) -> list[str]:
    found = OpeningTimes.of(panel, horizon=1, countries=countries).past[panel.rows(item)]
    stamps = panel.frequency.timestamps(panel.starts[item] + np.flatnonzero(found))
    return [str(stamp) for stamp in stamps.astype("datetime64[D]")]


def test_dates_that_were_sundays_are_open_on_other_weekdays() -> None:
    panel = shop("2023-01-01", "2024-03-31", items=24, weekday=6)

    assert closed_dates(panel, horizon=28) == ["2024-04-07", "2024-04-14", "2024-04-21", "2024-04-28"]
    assert len(past_dates(panel)) == 66


def test_dates_that_were_closed_by_a_flag_are_open_when_it_is_not_set() -> None:
    panel = shop("2023-01-01", "2024-03-31", items=24, weekday=6)
    length = int(panel.lengths[0]) + 14
    sundays = (np.arange(length) + day("2023-01-01") + 3) % 7 == 6
    sundays[-1] = False
    flag = np.tile((~sundays).astype(np.float32), 24)
    sales = np.concatenate(
        [np.append(panel.sales[panel.rows(item)], np.full(14, np.nan, np.float32)) for item in range(24)]
    )
    told = replace(
        panel, sales=sales, offsets=np.arange(25) * length, covariates={"open": Covariate("open", "known", flag)}
    )

    found = OpeningTimes.of(told, horizon=14)

    assert closed_dates(told, horizon=14) == ["2024-04-07"]
    assert found.notes == ("Closed, so nothing is forecast: where open is 0 (24 items).",)


def test_a_date_seen_closed_once_is_no_rule_but_teaches_nothing() -> None:
    panel = shop("2023-01-02", "2024-02-25", closed=("2023-03-14",))

    assert closed_dates(panel, horizon=28) == []
    assert past_dates(panel) == ["2023-03-14"]


def test_a_second_year_makes_a_date_a_rule() -> None:
    panel = shop("2022-01-02", "2024-02-25", closed=("2022-03-14", "2023-03-14"))

    assert closed_dates(panel, horizon=28) == ["2024-03-14"]


def test_a_date_that_was_open_again_is_open() -> None:
    panel = shop("2021-01-02", "2024-02-25", closed=("2021-03-14", "2022-03-14"))

    assert closed_dates(panel, horizon=28) == []


@pytest.mark.parametrize(
    ("last", "date", "expected"),
    [
        ("2024-12-15", "2023-12-25", ["2024-12-25"]),
        ("2024-12-15", "2024-01-01", ["2025-01-01"]),
        ("2024-06-15", "2023-07-04", []),
    ],
)
def test_common_holidays_need_no_second_year(last: str, date: str, expected: list[str]) -> None:
    panel = shop("2023-06-12", last, closed=(date,))

    assert closed_dates(panel, horizon=28) == expected


def test_holidays_of_a_country_need_no_second_year() -> None:
    panel = shop("2023-06-12", "2024-06-15", closed=("2023-07-04",))

    assert closed_dates(panel, horizon=28, countries=("US",)) == ["2024-07-04"]


@pytest.mark.parametrize("countries", [(), ("DE",)])
def test_a_moving_holiday_closes_its_next_date_and_not_the_old_one(countries: tuple[str, ...]) -> None:
    panel = shop("2021-06-06", "2024-03-24", closed=("2022-04-18", "2023-04-10"))

    assert closed_dates(panel, horizon=40, countries=countries) == ["2024-04-01"]


def test_whit_monday_moves_with_easter_where_no_country_is_told() -> None:
    panel = shop("2021-06-06", "2024-05-05", closed=("2022-06-06", "2023-05-29"))

    assert closed_dates(panel, horizon=40) == ["2024-05-20"]


def test_a_holiday_on_a_closed_weekday_is_told_by_the_years_before() -> None:
    panel = shop("2021-06-07", "2023-12-10", closed=("2021-12-25", "2022-12-25"), weekday=6)
    assert np.datetime64("2022-12-25").astype(int) % 7 == 3, "a Sunday"

    assert "2023-12-25" in closed_dates(panel, horizon=28)


def test_an_item_that_sold_on_the_holiday_is_open_then() -> None:
    panel = shop("2022-06-12", "2023-12-10", closed=("2022-12-25",))
    sales = panel.sales.copy()
    sales[panel.offsets[4] + day("2022-12-25") - day("2022-06-12")] = 5
    panel = replace(panel, sales=sales)

    assert closed_dates(panel, horizon=28, item=4) == []
    assert closed_dates(panel, horizon=28, item=5) == ["2023-12-25"]


def test_an_item_too_young_for_the_holiday_is_closed_with_the_others() -> None:
    panel = shop("2022-06-12", "2023-12-10", closed=("2022-12-25",))
    sales = [panel.sales[panel.rows(item)] for item in range(ITEMS)]
    sales[7] = sales[7][-60:]
    lengths = np.array([len(own) for own in sales])
    young = Panel(
        panel.frequency,
        panel.items,
        panel.cutoffs - lengths + 1,
        np.append(0, np.cumsum(lengths)),
        lengths,
        np.concatenate(sales),
    )

    assert closed_dates(young, horizon=28, item=7) == ["2023-12-25"]


@pytest.mark.parametrize("first", ["2021-06-12", "2022-06-12"])
def test_one_item_that_always_sells_is_closed_on_common_holidays(first: str) -> None:
    closed = [date for date in ("2021-12-25", "2022-12-25") if date > first]

    panel = shop(first, "2023-12-10", items=1, closed=tuple(closed))

    assert closed_dates(panel, horizon=28) == ["2023-12-25"]


def test_one_item_without_a_sale_on_some_date_is_not_closed() -> None:
    panel = shop("2022-01-03", "2024-02-25", items=1, closed=("2023-03-14",))

    assert closed_dates(panel, horizon=28) == []
    assert past_dates(panel) == []


def test_items_that_hardly_ever_sell_are_not_closed() -> None:
    panel = shop("2021-01-01", "2023-12-16", closed=("2021-12-25", "2022-12-25"))
    rare = np.where(np.arange(panel.sales.size) % 9 == 0, panel.sales, np.float32(0))

    assert not OpeningTimes.of(replace(panel, sales=rare), horizon=28).ahead.any()


def test_weeks_have_neither_weekdays_nor_dates() -> None:
    panel = replace(shop("2021-01-01", "2023-12-16", closed=("2021-12-25", "2022-12-25")), frequency=Frequency("week"))

    assert not OpeningTimes.of(panel, horizon=28).ahead.any()


def test_sales_after_the_cutoff_close_nothing() -> None:
    panel = shop("2021-01-01", "2023-12-16", closed=("2021-12-25", "2022-12-25"), weekday=6)
    sales = panel.sales.copy()
    sales[~panel.back(100).is_history] = 0

    ours, theirs = (OpeningTimes.of(each.back(100), horizon=28) for each in (panel, replace(panel, sales=sales)))

    assert np.array_equal(ours.ahead, theirs.ahead)
    assert np.array_equal(ours.past, theirs.past)


def hourly(weeks: int) -> Panel:
    """One item from a Monday on, open from 7 to 18 o'clock but on Sundays, with a peak at noon; else no row."""
    hours = np.arange(24 * 7 * weeks)
    sales = np.where(hours % 24 == 12, 37.0, 21.0) + hours % 3
    sales[(hours % 24 < 7) | (hours % 24 >= 18) | (hours // 24 % 7 == 6)] = np.nan
    start = int(Frequency("hour").index(np.array(["2024-01-01"], "datetime64[us]"))[0])
    return Panel(
        Frequency("hour"),
        pl.DataFrame({"item_id": ["tea"]}),
        np.array([start]),
        np.array([0, hours.size]),
        np.array([hours.size]),
        sales.astype(np.float32),
    )


def test_hours_without_rows_are_closed_and_named() -> None:
    found = OpeningTimes.of(hourly(13), horizon=7 * 24)

    open_hours = ~found.ahead[0].reshape(7, 24)
    assert (open_hours.sum(axis=1) == [11, 11, 11, 11, 11, 11, 0]).all()
    assert open_hours[0, 7:18].all()
    assert found.notes == ("Closed, so nothing is forecast: Sundays (1 item); from 18:00 to 07:00 (1 item).",)


def test_an_hourly_shop_is_closed_at_christmas() -> None:
    begin, length = day("2023-08-07"), day("2024-12-24") - day("2023-08-07")
    hours = np.arange(24 * length)
    sales = np.where((hours % 24 >= 7) & (hours % 24 < 18), 9.0, 0.0)
    christmas = slice((day("2023-12-25") - begin) * 24, (day("2023-12-26") - begin) * 24)
    sales[christmas] = 0
    panel = Panel(
        Frequency("hour"),
        pl.DataFrame({"item_id": ["tea"]}),
        np.array([begin * 24]),
        np.array([0, hours.size]),
        np.array([hours.size]),
        sales.astype(np.float32),
    )

    found = OpeningTimes.of(panel, horizon=72)

    assert found.ahead[0].reshape(3, 24).sum(axis=1).tolist() == [13, 24, 13]
    assert found.past[christmas].all()
    assert "25 December (1 item)" in found.notes[0]


def test_closed_periods_are_forecast_as_zero_by_any_model_and_do_not_teach_it() -> None:
    panel = shop("2021-01-01", "2023-12-16", closed=("2021-12-25", "2022-12-25"))

    found = Postprocessed(Fitted(SeasonalNaive())).fit(panel, horizon=28).forecast(panel, horizon=28)

    assert (found.quantiles[:, 8] == 0).all()
    assert (found.mean[:, 8] == 0).all()
    assert (found.median[:, [7, 9]] > 0).all()
    assert any("25 December (30 items)" in note for note in found.notes)
    assert np.isnan(open_only(panel, OpeningTimes.of(panel, horizon=1)).sales).sum() == 2 * ITEMS


def test_the_first_days_of_a_country_holiday_are_numbered() -> None:
    first, last = day("2024-01-01"), day("2025-12-31")

    days = holiday_days(first, last, countries=("CN",))

    assert all(len(found) <= 4 for found in days.values())
    assert [str(np.datetime64(number, "D")) for number in days["New Year"]] == ["2024-01-01", "2025-01-01"]
