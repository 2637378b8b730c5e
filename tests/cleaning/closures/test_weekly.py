"""Weekdays and hours are closed where chance does not explain it, and slow trade is no closed shop."""

import numpy as np
import pytest
from numpy.typing import NDArray

from foresale.cleaning.closures.states import NOTHING, SILENT, SOLD
from foresale.cleaning.closures.weekly import HOUR, HOUR_OF_WEEK, WEEKDAY, closed_weekly

SUNDAY = 6


def days(weeks: int, *, rate: float = 20.0, items: int = 1, seed: int = 0) -> NDArray[np.uint8]:
    """States of items that sell so much a day on average; whole weeks, the last day is a Sunday."""
    sold = np.random.default_rng(seed).poisson(rate, (items, 7 * weeks)) > 0
    return np.where(sold, SOLD, NOTHING).astype(np.uint8)


def sundays(states: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A view of the Sundays [n, weeks]."""
    return states[:, SUNDAY::7]


def closed_now(states: NDArray[np.uint8]) -> list[int]:
    return np.flatnonzero(closed_weekly(states, day=1)[1][0]).tolist()


@pytest.mark.parametrize(("weeks", "expected"), [(3, []), (4, [SUNDAY]), (21, [SUNDAY])])
def test_a_weekday_newly_closed_is_seen_after_four_weeks(weeks: int, expected: list[int]) -> None:
    states = days(60)
    sundays(states)[:, -weeks:] = NOTHING

    past, _ = closed_weekly(states, day=1)

    assert closed_now(states) == expected
    assert past.sum() == (weeks if expected else 0)


def test_two_weekdays_newly_closed_together_are_seen_after_four_weeks() -> None:
    states = days(60)
    for weekday in (5, 6):
        states[:, weekday::7][:, -4:] = NOTHING

    assert closed_now(states) == [5, 6]


@pytest.mark.parametrize(("weeks", "expected"), [(1, [SUNDAY]), (2, []), (4, []), (20, [])])
def test_a_weekday_newly_opened_is_seen_after_two_weeks(weeks: int, expected: list[int]) -> None:
    states = days(60)
    sundays(states)[:, :-weeks] = NOTHING

    past, _ = closed_weekly(states, day=1)

    assert closed_now(states) == expected
    assert (past > 0).sum() == 60 - weeks


def test_a_special_opening_opens_nothing() -> None:
    states = days(60)
    sundays(states)[:] = NOTHING
    sundays(states)[:, [20, 57]] = SOLD

    past, _ = closed_weekly(states, day=1)

    assert closed_now(states) == [SUNDAY]
    assert (past > 0).sum() == 58


def test_a_closed_spell_that_is_over_closes_the_past_only() -> None:
    states = days(60)
    sundays(states)[:, 20:32] = NOTHING

    past, _ = closed_weekly(states, day=1)

    assert closed_now(states) == []
    assert np.flatnonzero(past[0]).tolist() == [7 * week + SUNDAY for week in range(20, 32)]


def test_an_item_that_sells_now_and_then_is_not_closed() -> None:
    states = days(52, rate=0.3)
    sundays(states)[:, -4:] = NOTHING

    assert closed_now(states) == []


@pytest.mark.parametrize("rate", [0.05, 0.3, 1.0, 3.0])
@pytest.mark.parametrize("weeks", [8, 30, 104])
def test_hardly_any_item_is_taken_for_closed_by_chance(rate: float, weeks: int) -> None:
    past, ahead = closed_weekly(days(weeks, rate=rate, items=2_000), day=1)

    assert (ahead > 0).any(axis=1).mean() <= 0.004
    assert (past > 0).any(axis=1).mean() <= 0.006


def test_a_weekday_on_which_little_is_sold_is_open() -> None:
    states = days(104, rate=2.0, items=1_000)
    sundays(states)[np.random.default_rng(1).random((1_000, 104)) < 0.7] = NOTHING

    assert (closed_weekly(states, day=1)[1] > 0).any(axis=1).mean() <= 0.004


def test_an_empty_shelf_for_weeks_closes_no_weekday() -> None:
    states = days(60)
    states[:, -42:] = NOTHING

    assert closed_now(states) == []


def test_what_is_silent_neither_closes_nor_opens() -> None:
    states = days(60)
    sundays(states)[:, -21:] = SILENT
    assert closed_now(states) == []

    sundays(states)[:, -30:-21] = NOTHING
    assert closed_now(states) == [SUNDAY]


def test_a_shop_that_opens_at_weekends_only_is_closed_on_five_days() -> None:
    states = days(12)
    for weekday in range(5):
        states[:, weekday::7] = NOTHING

    assert closed_now(states) == [0, 1, 2, 3, 4]


def test_hours_that_never_sell_are_closed_and_so_are_those_of_single_weekdays() -> None:
    states = days(10, rate=20.0).repeat(24, axis=1)
    hours = np.arange(states.shape[1]) % 24
    weekday = np.arange(states.shape[1]) // 24 % 7
    states[:, (hours < 7) | (hours >= 18) | (weekday == SUNDAY) | ((weekday == 5) & (hours >= 14))] = NOTHING

    ahead = closed_weekly(states, day=24)[1].reshape(7, 24)

    assert (ahead[SUNDAY] == WEEKDAY).all()
    assert (ahead[:6, :7] == HOUR).all()
    assert (ahead[:6, 18:] == HOUR).all()
    assert (ahead[5, 14:18] == HOUR_OF_WEEK).all()
    assert (ahead[:5, 7:18] == 0).all()
    assert (ahead[5, 7:14] == 0).all()


def hourly(rate: float, *, weeks: int, items: int) -> NDArray[np.uint8]:
    """States of items that sell so much an hour in a shop that never closes, little of it at night."""
    shape = np.array([0.1, 0.05, 0.03, 0.03, 0.05, 0.1, 0.3, 0.6] + [1.3] * 14 + [0.8, 0.3])
    sold = np.random.default_rng(0).poisson(rate * np.tile(shape, 7 * weeks), (items, 168 * weeks)) > 0
    return np.where(sold, SOLD, NOTHING).astype(np.uint8)


@pytest.mark.parametrize(("rate", "weeks"), [(0.1, 26), (0.5, 9), (10.0, 9)])
def test_hours_at_which_little_is_sold_are_open(rate: float, weeks: int) -> None:
    ahead = closed_weekly(hourly(rate, weeks=weeks, items=60), day=24)[1]

    assert (ahead > 0).mean() < 0.001
