import numpy as np
import pytest
from hypothesis import given, strategies as st

from foresale.core.frequency import Frequency
from foresale.data.periods.grid import infer, off_grid


def _stamps(*texts):
    return np.array(texts, "datetime64[us]")


def _every(start, step, count, unit):
    return (np.datetime64(start) + np.arange(count) * np.timedelta64(step, unit)).astype("datetime64[us]")


@pytest.mark.parametrize(
    ("stamps", "expected"),
    [
        (_every("2024-01-03", 1, 10, "D"), "daily"),
        (_every("2024-01-03", 7, 10, "D"), "weekly (Wednesdays)"),
        (_every("2024-01-07", 7, 10, "D"), "weekly (Sundays)"),
        (_every("2024-01-05", 14, 10, "D"), "every 2 weeks"),
        (_every("2024-01-01T00:00", 1, 50, "h"), "hourly"),
        (_every("2024-01-01T00:00", 15, 50, "m"), "every 15 minutes"),
        (_every("2024-01-01T00:30", 60, 50, "m"), "hourly"),
        (_stamps("2024-01-01", "2024-02-01", "2024-03-01", "2024-05-01"), "monthly"),
        (_stamps("2024-01-15", "2024-02-15", "2024-03-15", "2024-04-15"), "monthly"),
        (_stamps("2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"), "monthly"),
        (_stamps("2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31"), "quarterly"),
        (_stamps("2021-02-01", "2021-05-01", "2021-08-01"), "quarterly"),
        (_stamps("2021-01-01", "2022-01-01", "2023-01-01"), "yearly"),
        (_stamps("2024-01-01", "2024-01-04", "2024-01-09"), "daily"),
    ],
)
def test_frequency_is_found_and_holds_all_stamps(stamps, expected):
    grid = infer(np.zeros(stamps.size, np.int32), stamps)
    assert grid.frequency.name == expected
    assert grid.off is None
    assert grid.regular
    assert not off_grid(grid.frequency, stamps).any()


def test_gaps_do_not_hide_the_grid():
    days = np.delete(_every("2024-01-01", 1, 30, "D"), [3, 4, 5, 11, 12, 20])
    weeks = np.delete(_every("2024-01-06", 7, 30, "D"), [3, 4, 11, 20])
    assert infer(np.zeros(days.size, int), days).frequency.name == "daily"
    assert infer(np.zeros(weeks.size, int), weeks).frequency.name == "weekly (Saturdays)"


def test_closed_weekends_are_daily():
    days = _every("2024-01-01", 1, 60, "D")
    open_days = days[np.is_busday(days.astype("datetime64[D]"))]
    assert infer(np.zeros(open_days.size, int), open_days).frequency == Frequency("day")


def test_items_of_different_phase_share_the_finer_grid():
    first, second = _every("2024-01-01", 7, 10, "D"), _every("2024-01-03", 7, 10, "D")
    grid = infer(np.repeat([0, 1], 10), np.concatenate([first, second]))
    assert grid.off is None
    assert grid.frequency.unit == "day"
    assert not off_grid(grid.frequency, np.concatenate([first, second])).any()


def test_few_irregular_stamps_are_pointed_out():
    stamps = _every("2024-01-01", 7, 60, "D")
    stamps[10] += np.timedelta64(1, "D")
    grid = infer(np.zeros(60, int), stamps)
    assert grid.frequency.name == "weekly (Mondays)"
    assert np.flatnonzero(grid.off).tolist() == [10]


def test_an_irregular_month_start_is_pointed_out():
    stamps = np.arange("2020-01", "2024-01", dtype="datetime64[M]").astype("datetime64[us]")
    stamps[7] += np.timedelta64(1, "D")
    grid = infer(np.zeros(48, int), stamps)
    assert grid.frequency == Frequency("month")
    assert np.flatnonzero(grid.off).tolist() == [7]


def test_times_of_day_at_random_lie_on_no_grid():
    seconds = np.sort(np.random.default_rng(1).integers(0, 10**6, 200))
    stamps = np.datetime64("2024-01-01", "us") + seconds * np.timedelta64(1, "s")
    assert not infer(np.zeros(200, int), stamps).regular


def test_items_of_one_row_are_taken_as_daily():
    grid = infer(np.arange(3), _stamps("2024-01-01", "2024-01-09", "2024-02-03"))
    assert grid.guessed
    assert grid.frequency == Frequency("day")


def test_a_large_panel_is_sampled_and_still_checked_in_full():
    items, rows = 1_100, 2_000
    stamps = np.tile(_every("2018-01-01", 1, rows, "D"), items)
    codes = np.repeat(np.arange(items), rows)
    stamps[rows + 7] += np.timedelta64(6, "h")
    grid = infer(codes, stamps)
    assert grid.frequency == Frequency("day")
    assert np.flatnonzero(grid.off).tolist() == [rows + 7]


@given(
    text=st.sampled_from(["D", "W-FRI", "W", "MS", "ME", "QS", "h", "15min", "2h"]),
    first=st.integers(0, 5_000),
    drop=st.sets(st.integers(1, 38), max_size=12),
    seed=st.integers(0, 10),
)
def test_any_grid_with_gaps_is_found_again_whatever_the_order(text, first, drop, seed):
    frequency = Frequency.parse(text)
    positions = np.array([row for row in range(40) if row not in drop]) + first
    stamps = np.random.default_rng(seed).permutation(frequency.timestamps(positions))
    found = infer(np.zeros(stamps.size, int), stamps)
    assert found.frequency == frequency
    assert found.off is None


def _months(days):
    return infer(np.zeros(len(days), int), np.array(days, "datetime64[us]"))


def _last_business_days(count):
    months = np.arange(count) + np.datetime64("2021-02", "M")
    return np.busday_offset(months.astype("datetime64[D]"), -1, roll="forward")


def _first_mondays(count):
    months = np.arange(count) + np.datetime64("2021-01", "M")
    return np.busday_offset(months.astype("datetime64[D]"), 0, roll="forward", weekmask="Mon")


@pytest.mark.parametrize(("stamps", "day"), [(_last_business_days, 31), (_first_mondays, 1)])
def test_one_stamp_a_month_on_days_that_move_is_monthly(stamps, day):
    grid = _months(stamps(40))
    assert (grid.frequency, grid.moved, grid.off) == (Frequency("month", day=day), True, None)
    assert np.diff(grid.frequency.index(stamps(40))).tolist() == [1] * 39


@pytest.mark.parametrize("weeks", [(4, 5, 4), (4, 4, 5), (5, 4, 4)])
def test_months_of_four_and_five_weeks_are_none_of_the_calendar(weeks):
    days = np.datetime64("2021-01-30") + 7 * np.cumsum(weeks * 16).astype("timedelta64[D]")
    assert _months(days).months


def test_periods_of_four_weeks_stay_what_they_are():
    days = np.datetime64("2021-01-30") + 28 * np.arange(40).astype("timedelta64[D]")
    assert _months(days).frequency.name == "every 4 weeks"
