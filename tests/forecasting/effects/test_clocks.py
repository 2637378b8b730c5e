"""Which periods belong to the same time of an event."""

import numpy as np
import pytest

from foresale.core.frequency import Frequency
from foresale.forecasting.effects.clocks import Clock, feast_clocks, month_clocks, year_clocks

DAILY = Frequency.parse("D")


def positions(first: str, last: str) -> np.ndarray:
    return np.arange(np.datetime64(first, "D").astype(int), np.datetime64(last, "D").astype(int) + 1)


def slot_on(clock: Clock, grid: np.ndarray, day: str) -> tuple[int, int]:
    place = int(np.datetime64(day, "D").astype(int) - grid[0])
    return int(clock.slots[place]), int(clock.times[place])


def test_a_moving_feast_has_the_same_slots_in_every_year() -> None:
    grid = positions("2022-01-01", "2025-03-01")
    clocks = {clock.name: clock for clock in feast_clocks(DAILY, grid, countries=["CN"])}
    feast = next(clock for name, clock in clocks.items() if "Spring Festival" in name)
    days = ("2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29")
    on = [slot_on(feast, grid, day) for day in days]
    eve = [slot_on(feast, grid, str(np.datetime64(day) - 3)) for day in days]
    assert len({slot for slot, _ in on}) == 1
    assert [time for _, time in on] == [0, 1, 2, 3]
    assert len({slot for slot, _ in eve}) == 1
    assert feast.titles[eve[0][0]].endswith("before")
    assert on[0][0] - eve[0][0] == 3


def test_a_feast_that_is_felt_before_a_main_day_is_likelier_felt_on_it() -> None:
    for clock in feast_clocks(DAILY, positions("2023-01-01", "2024-12-31"), countries=["US"]):
        main = [place for place, title in enumerate(clock.titles) if title.startswith(("the day", "day "))]
        assert clock.prior[main].min() > np.delete(clock.prior, main).max(initial=0)
        assert clock.named


def test_slots_of_two_feasts_on_the_same_days_stand_once() -> None:
    """Halloween, All Saints and the like: no two slots hold the same set of days."""
    clocks = feast_clocks(DAILY, positions("2021-01-01", "2024-12-31"), countries=["DE", "US", "CN"])
    held = [tuple(np.flatnonzero(clock.slots == slot)) for clock in clocks for slot in range(clock.count)]
    seen = [days for days in held if days]
    assert len(seen) == len(set(seen))


def test_days_and_ends_of_months_and_double_days() -> None:
    grid = positions("2024-01-15", "2024-10-31")
    double, day, end = month_clocks(DAILY, grid)
    assert (double.name, slot_on(double, grid, "2024-09-09")[0], slot_on(double, grid, "2024-09-10")[0]) == (
        "double day",
        0,
        -1,
    )
    assert slot_on(day, grid, "2024-02-01")[0] == slot_on(day, grid, "2024-07-01")[0] == 0
    assert slot_on(end, grid, "2024-02-29")[0] == slot_on(end, grid, "2024-07-31")[0] == 0
    assert slot_on(end, grid, "2024-02-22")[0] == -1
    assert len(np.unique(day.times)) == 10


@pytest.mark.parametrize(
    ("name", "one", "two", "other"),
    [
        ("date", "2022-06-03", "2023-06-03", "2023-06-04"),
        ("weekday of the month", "2022-05-08", "2023-05-14", "2023-05-08"),
        ("day of the week of the year", "2022-08-17", "2023-08-16", "2023-08-17"),
    ],
)
def test_what_returns_every_year(name: str, one: str, two: str, other: str) -> None:
    grid = positions("2022-01-01", "2023-12-31")
    clock = next(clock for clock in year_clocks(DAILY, grid) if clock.name == name)
    assert slot_on(clock, grid, one)[0] == slot_on(clock, grid, two)[0] != slot_on(clock, grid, other)[0]
    assert slot_on(clock, grid, one)[1] != slot_on(clock, grid, two)[1]
    assert not clock.named


def test_weeks_have_weeks_of_the_year_and_months_have_none() -> None:
    weekly, monthly = Frequency.parse("W"), Frequency.parse("MS")
    assert [clock.name for clock in year_clocks(weekly, np.arange(2800, 2900))] == ["week of the year"]
    assert year_clocks(monthly, np.arange(600, 640)) == []
    assert month_clocks(weekly, np.arange(2800, 2900)) == []


def test_days_of_the_month_are_told_apart_after_half_a_year() -> None:
    daily = Frequency("day")
    assert month_clocks(daily, np.arange(19_000, 19_120)) == []
    assert month_clocks(daily, np.arange(19_000, 19_200)) != []
