"""Days on which whole shops are closed, by their date or by a holiday: Christmas, Easter Monday, an inventory day.

A day closes only what nothing before it explains. Once seen it is no rule: a second year has to say so, or a holiday.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from foresale.cleaning.closures.items import WeeklyClosures
from foresale.cleaning.closures.shops import ShopCount, ShopPeriods
from foresale.cleaning.closures.states import Aligned, States, aligned, by_day, state_sales
from foresale.core.arrays import Flags, Numbers
from foresale.core.cores import in_threads
from foresale.core.frequency import Index
from foresale.core.panel import Panel
from foresale.forecasting.opening.holidays import easter_offset, holiday_days

HOLIDAY, DATE = 4, 5
"""Why a day is closed; beside the reasons of `closures.weekly`."""
_HOLIDAY_BY_CHANCE: Final = 0.1
"""Probability that any holiday only happened to be without sales; by Bonferroni it is shared out over the holidays."""
_DATE_BY_CHANCE: Final = 1e-3
"""That any date of the year twice happened to be; shared out over the dates."""
_YEAR: Final = 366  # days
_AROUND_EASTER: Final = range(-60, 71)
"""Days from Shrovetide to Corpus Christi: what moves with Easter."""


@dataclass(frozen=True)
class DatedClosures:
    """When items are closed by the day of the year; 0 is open, otherwise the number tells why.

    Attributes:
        past: [R] whether a row of the history is closed.
        ahead: [N, H] whether a period after the cutoff is.
    """

    past: Flags
    ahead: States

    @classmethod
    def of(
        cls, panel: Panel, weekly: WeeklyClosures, *, told: Flags, horizon: int, countries: Sequence[str]
    ) -> "DatedClosures":
        """As the histories tell it; `told` [R] are rows whose closing is explained already, by the week or otherwise.

        Raises:
            ConfigError: an unknown country.
        """
        past, ahead = np.zeros(panel.sales.size, bool), np.zeros((len(panel), horizon), np.uint8)
        day, groups = weekly.day, weekly.groups
        if not day:
            return cls(past, ahead)
        shut = (weekly.shops if day == 1 and not weekly.past.any() else _days(panel, weekly, told)).with_all()
        rules = _Rules.of(shut, last=int(panel.cutoffs.max() + horizon) // day, countries=countries)
        days = (panel.cutoffs[:, None] + 1 + np.arange(horizon)) // day
        for number in np.intersect1d(np.flatnonzero(rules.why.any(axis=0)) + shut.first, days).tolist():
            why, evidence = rules.why[:, number - shut.first], rules.evidence[:, number - shut.first]
            found = np.zeros(len(panel), np.uint8)
            for group in (groups, np.full(len(panel), len(why) - 1)):
                closed = (why[group] > 0) & ~_sold_on(panel, evidence[group], day)
                found = np.where(closed, why[group], found).astype(np.uint8)
            ahead = np.where(days == number, found[:, None], ahead).astype(np.uint8)
        for number in np.flatnonzero(rules.past.any(axis=0)).tolist():
            closed = rules.past[groups, number] | rules.past[-1, number]
            past[_rows_on(panel, np.flatnonzero(closed), shut.first + number, day)] = True
        return cls(past & ~(np.isfinite(panel.sales) & (panel.sales != 0)), ahead)


def _days(panel: Panel, weekly: WeeklyClosures, told: Flags) -> ShopPeriods:
    """What the shops sold day by day, where nothing explains that it was nothing."""
    day = weekly.day
    first = int(panel.starts.min()) // day
    span = int(panel.cutoffs.max()) // day - first + 1
    count = ShopCount(weekly.groups, len(weekly.shops.known), first=first, span=span)

    def told_of(chunk: Aligned) -> tuple[Index, Numbers]:
        states = by_day(chunk.states(panel, told), chunk.inside, day)
        inside = np.asarray(chunk.inside.reshape(len(states), -1, day).any(axis=2))
        return count.of(chunk.items, state_sales(states), grid=chunk.grid[:, ::day] // day, valid=inside)

    for counts in in_threads(told_of, aligned(panel, day=day)):
        count.add(counts)
    return count.periods()


def _rows_on(panel: Panel, items: Index, number: int, day: int) -> Index:
    """The rows of some items on a day, as far as their history has it."""
    positions = number * day + np.arange(day) - panel.starts[items][:, None]
    inside = (positions >= 0) & (positions < panel.history[items][:, None])
    return np.asarray((panel.offsets[items][:, None] + positions)[inside])


def _sold_on(panel: Panel, numbers: Index, day: int) -> Flags:
    """[N] whether an item sold anything on the day [N] asked for."""
    positions = numbers[:, None] * day + np.arange(day) - panel.starts[:, None]
    inside = (positions >= 0) & (positions < panel.history[:, None])
    rows = panel.offsets[:-1, None] + np.clip(positions, 0, panel.history[:, None] - 1)
    sales = panel.sales[rows]
    return np.asarray((inside & np.isfinite(sales) & (sales != 0)).any(axis=1))


@dataclass(frozen=True)
class _Rules:
    """Which days are closed in which shop: [shops, days] from the first day of the panel to the end of the horizon.

    Attributes:
        why: whether a rule closes the day, and which.
        evidence: the newest day that the rule stands on.
        past: [shops, span] whether the shop was closed, by a rule or not.
    """

    why: States
    evidence: Index
    past: Flags

    @classmethod
    def of(cls, shut: ShopPeriods, *, last: int, countries: Sequence[str]) -> "_Rules":
        shops, span = shut.known.shape
        count = max(last - shut.first + 1, span)
        why, evidence = np.zeros((shops, count), np.uint8), np.zeros((shops, count), np.int64)
        past = shut.closed.copy()
        if not shut.quiet.any():
            return cls(why, evidence, past)
        holidays = holiday_days(shut.first, shut.first + count - 1, countries=countries)
        once = np.log(_HOLIDAY_BY_CHANCE / max(len(holidays), 1))
        twice = np.log(_DATE_BY_CHANCE / _YEAR)
        ways = [(DATE, 2, twice, days) for days in _same_days(shut.first, count)]
        ways += [(HOLIDAY, 1, once, np.array(days) - shut.first) for days in holidays.values()]
        for kind, years, chance, days in ways:
            before = days[days < span]
            if not shut.quiet[:, before].any():
                continue
            closed, newest = _closing(shut, before, years=years, chance=chance)
            cells = np.ix_(np.flatnonzero(closed), days)
            why[cells], evidence[cells] = kind, newest[closed][:, None] + shut.first
            past[np.ix_(np.flatnonzero(closed), before)] |= shut.quiet[np.ix_(np.flatnonzero(closed), before)]
        return cls(why, evidence, past)


def _closing(shut: ShopPeriods, days: Index, *, years: int, chance: float) -> tuple[Flags, Index]:
    """[shops] whether the newest of some days were quiet, often enough and not by chance, and the newest of them."""
    shops = len(shut.known)
    quiet, log_chance = np.ones(shops, bool), np.zeros(shops)
    times, newest = np.zeros(shops, np.int64), np.zeros(shops, np.int64)
    for day in days[::-1].tolist():
        seen = shut.known[:, day] > 0
        quiet &= ~seen | shut.quiet[:, day]
        counts = quiet & seen
        newest = np.where(counts & (times == 0), day, newest)
        times += counts
        log_chance += np.where(counts, shut.chance[:, day], 0.0)
    return (times >= years) & (log_chance < chance), newest


def _same_days(first: int, count: int) -> list[Index]:
    """The days of `count` from `first` (after 1970-01-01) on that are the same in several years: by date, or Easter."""
    days = (np.arange(count) + first).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    dates = (months.astype(np.int64) % 12) * 31 + (days - months).astype(np.int64)
    offsets = np.array([easter_offset(day) for day in range(first, first + count)])
    around = [np.flatnonzero(offsets == offset) for offset in _AROUND_EASTER]
    return [np.flatnonzero(dates == date) for date in np.unique(dates)] + around
