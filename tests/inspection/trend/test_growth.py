"""Growth like for like: festivals beside festivals, weekdays beside weekdays, and as sure as it says."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from foresale.calendar.occurrences import occurrences
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.inspection.trend.find import find_trend
from foresale.inspection.trend.growth import ratio_of
from foresale.inspection.trend.likeforlike import pairs

DAILY = Frequency("day")


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def test_an_ordinary_day_is_beside_the_same_weekday() -> None:
    found = pairs(DAILY, day("2025-08-01"), day("2025-08-07"))
    assert (found.current - found.before == 364).all()


def test_a_moving_festival_is_beside_itself() -> None:
    found = pairs(DAILY, day("2025-01-20"), day("2025-02-20"), countries=["CN"])
    beside = dict(zip(found.current.tolist(), found.before.tolist(), strict=True))
    assert beside[day("2025-01-29")] == day("2024-02-10")  # Spring Festival
    assert "Spring Festival" in found.moved


def test_a_day_whose_counterpart_is_a_festival_has_none() -> None:
    found = pairs(DAILY, day("2025-03-01"), day("2025-05-15"))
    easter = next(own for own in occurrences(day("2024-01-01"), day("2024-12-31")) if own.name == "Easter")
    days = range(easter.begins, easter.ends + 1)
    own = next(own for own in occurrences(day("2025-01-01"), day("2025-12-31")) if own.name == "Easter")
    into = [
        now
        for now, before in zip(found.current.tolist(), found.before.tolist(), strict=True)
        if before in days and not own.begins <= now <= own.ends
    ]
    assert found.apart > 0
    assert into == []


def test_months_are_beside_the_month_a_year_before() -> None:
    found = pairs(Frequency("month"), 600, 611)
    assert (found.current - found.before == 12).all()


def shop_of(sales: np.ndarray, first: int) -> Panel:
    count, days = sales.shape
    items = pl.DataFrame({"item_id": [f"i{number}" for number in range(count)]})
    return Panel(
        DAILY,
        items,
        starts=np.full(count, first),
        offsets=np.arange(count + 1) * days,
        history=np.full(count, days),
        sales=sales.astype(np.float32).ravel(),
    )


def test_a_festival_that_moved_out_of_the_quarter_is_not_taken_for_a_fall() -> None:
    """The Spring Festival of 2024 lay in the 13 weeks up to 20 April, that of 2025 before them; growth is 10 %."""
    first, last = day("2023-01-01"), day("2025-05-04")
    days = np.arange(first, last + 1)
    level = 500 * 1.1 ** ((days - first) / 364)
    for own in occurrences(first, last, countries=["CN"]):
        if own.name == "Spring Festival":
            level[(days >= own.begins) & (days <= own.last)] *= 2.5
    panel = shop_of(np.random.default_rng(0).poisson(level[None] / 4, (4, days.size)), first)
    growth = find_trend(panel, countries=["CN"]).growth.filter(pl.col("span") == "last 13 weeks")
    row = growth.row(0, named=True)
    assert row["change"] < 0.0
    assert row["like_for_like"] == pytest.approx(0.1, abs=0.02)
    assert row["low"] < 0.1 < row["high"]
    assert row["verdict"] == "grows"


def test_growth_is_split_into_old_new_and_ended_items() -> None:
    days = 800
    sales = np.full((3, days), 10.0)
    sales[1, : days - 364] = 0
    sales[2, days - 364 :] = 0
    row = find_trend(shop_of(sales, 19_000)).growth.filter(pl.col("span") == "last 52 weeks").row(0, named=True)
    assert row["change"] == pytest.approx(0)
    assert (row["same_items"], row["new_items"], row["ended_items"]) == pytest.approx((0, 0.5, -0.5))


def test_the_interval_of_a_ratio_holds_the_truth_as_often_as_it_says() -> None:
    generator = np.random.default_rng(3)
    draws = 400
    now = generator.poisson(110, (draws, 91)).astype(float)
    before = generator.poisson(100, (draws, 91)).astype(float)
    found = [ratio_of(now[at], before[at], np.arange(91) // 7) for at in range(draws)]
    held = np.mean([one.low <= 0.1 <= one.high for one in found])
    assert 0.90 <= held <= 0.995


def test_too_little_says_nothing() -> None:
    assert np.isnan(ratio_of(np.ones(3), np.zeros(3), np.arange(3)).change)
    few = ratio_of(np.ones(3), np.ones(3), np.arange(3))
    assert few.verdict == "unknown"


def test_no_interval_reaches_below_nothing() -> None:
    generator = np.random.default_rng(0)
    now = np.where(np.arange(91) < 7, 40.0, 0.0)
    before = generator.poisson(20, 91).astype(float)
    found = ratio_of(now, before, np.arange(91) // 7)
    assert found.low == -1
    assert -1 < found.change < found.high
