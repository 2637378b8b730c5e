"""Kinds of simulated shops: what happens on which days, by how much, and what the shop tells of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

import feast_dates as feasts
import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Days = Mapping[int, float]
"""Factors by days after a main day; 0 is the main day itself."""
Main = Callable[[int], date]
Plan = Callable[[np.random.Generator, int, int, int], tuple[Numbers, Numbers]]
"""Of generator, items, days and days after the cutoff: a covariate [N, T], and the logarithm of its effect [N, T]."""


@dataclass(frozen=True)
class Yearly:
    """An event of every year.

    Attributes:
        main: its main day in a year.
        factors: of expected sales, by days after the main day.
    """

    main: Main
    factors: Days

    def first(self, year: int) -> date:
        """The first day on which sales move."""
        return self.main(year) + timedelta(days=min(self.factors))

    def days(self, year: int) -> dict[date, tuple[str, float]]:
        """By day: a name of its place in the event, and its factor."""
        day = self.main(year)
        return {day + timedelta(days=k): (f"day{k:+d}", factor) for k, factor in self.factors.items()}


@dataclass(frozen=True)
class Family:
    """A kind of shop.

    Attributes:
        name: of the kind.
        countries: told to the models.
        yearly: its event of every year, or None.
        monthly: factors of days of every month by name; see `monthly_days`.
        plans: covariates by column name.
        closed: weekdays (0 = Monday) without any sales.
        plateau: whether the days of the event are high alike, so that none is the highest.
        level: least and most expected sales of an item on a usual day.
        history: days before the cutoff where there is no event of every year.
        by_mean: whether the mean of a forecast is judged in place of its median (sales that are mostly zero).
    """

    name: str
    countries: tuple[str, ...] = ()
    yearly: Yearly | None = None
    monthly: Mapping[str, float] = field(default_factory=dict)
    plans: Mapping[str, Plan] = field(default_factory=dict)
    closed: frozenset[int] = frozenset()
    plateau: bool = False
    level: tuple[float, float] = (20.0, 200.0)
    history: int = 540
    by_mean: bool = False


def flat(first: int, last: int, factor: float) -> dict[int, float]:
    """The same factor on some days."""
    return dict.fromkeys(range(first, last + 1), factor)


def ramp(first: int, last: int, factor: float) -> dict[int, float]:
    """Factors that rise to the full one, faster and faster: their logarithm grows with the square of the days."""
    steps = last - first + 1
    return {first + k: factor ** (((k + 1) / steps) ** 2) for k in range(steps)}


def fixed(month: int, day: int) -> Main:
    """The same date every year."""
    return lambda year: date(year, month, day)


def nth(month: int, weekday: int, number: int) -> Main:
    """The nth weekday (0 = Monday) of a month."""

    def day(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))

    return day


def monday_of_week(week: int) -> Main:
    """The Monday of an ISO week."""
    return lambda year: date.fromisocalendar(year, week, 1)


def in_table(table: Mapping[int, date]) -> Main:
    """A feast whose days are written down."""
    return lambda year: table[year]


def monthly_days(day: date, factors: Mapping[str, float]) -> tuple[str, float] | None:
    """The name and factor of a day of the month: "8", or "last" for its end, where it has one."""
    names = [str(day.day)] + (["last"] if (day + timedelta(days=1)).day == 1 else [])
    return next(((name, factors[name]) for name in names if name in factors), None)


def rare_promotion(generator: np.random.Generator, items: int, days: int, ahead: int) -> tuple[Numbers, Numbers]:
    """Three days of about thirty, thirteen times, none in the last two months, and one planned: all items at once."""
    flags = np.zeros((items, days))
    for number in range(13):
        first = days - ahead - 60 - 30 * (number + 1) + int(generator.integers(0, 25))
        flags[:, first : first + 3] = 1
    first = days - ahead + int(generator.integers(5, ahead - 10))
    flags[:, first : first + 3] = 1
    return flags, flags * np.log(2.5)


def frequent_promotion(generator: np.random.Generator, items: int, days: int, ahead: int) -> tuple[Numbers, Numbers]:
    """Every item has a discount of 10 to 50 % on two days running of about every week; half off sells 3.5 times."""
    del ahead
    discount = np.zeros((items, days))
    for item in range(items):
        for week in range(0, days - 8, 7):
            first = week + int(generator.integers(0, 6))
            discount[item, first : first + 2] = generator.choice([0.1, 0.2, 0.3, 0.5])
    return discount, 2.5 * discount


def price_cuts(generator: np.random.Generator, items: int, days: int, ahead: int) -> tuple[Numbers, Numbers]:
    """Every item has its usual price, cut by 10 to 40 % for one or two weeks now and then; elasticity -2.5."""
    usual = generator.uniform(5, 50, items)
    factor = np.ones((items, days))
    for item in range(items):
        first = int(generator.integers(10, 50))
        while first < days - ahead - 14:
            length = int(generator.integers(7, 15))
            factor[item, first : first + length] = 1 - generator.choice([0.1, 0.2, 0.3, 0.4])
            first += length + int(generator.integers(20, 60))
        first = days - ahead + int(generator.integers(3, ahead - 14))
        factor[item, first : first + 10] = 1 - generator.choice([0.1, 0.2, 0.3, 0.4])
    return np.round(usual[:, None] * factor, 2), -2.5 * np.log(factor)


SALE: Final = flat(0, 2, 2.5)
FAMILIES: Final = {
    family.name: family
    for family in (
        Family("run-up of 7 days", ("CN",), Yearly(fixed(11, 11), flat(-6, 0, 3.0)), plateau=True),
        Family("ramp to 11 November", ("CN",), Yearly(fixed(11, 11), ramp(-6, 0, 4.0) | {1: 1.4})),
        Family("single day", ("SG",), Yearly(fixed(9, 9), {0: 5.0})),
        Family(
            "Spring Festival", ("CN",), Yearly(in_table(feasts.SPRING_FESTIVAL), ramp(-14, -2, 2.5) | flat(-1, 5, 0.5))
        ),
        Family("Mid-Autumn", ("CN",), Yearly(in_table(feasts.MID_AUTUMN), ramp(-10, 0, 3.0))),
        Family("Eid", ("AE",), Yearly(in_table(feasts.EID_AL_FITR), ramp(-8, -1, 2.5) | flat(0, 2, 0.6))),
        Family("Diwali", ("IN",), Yearly(in_table(feasts.DIWALI), ramp(-10, 0, 3.0) | flat(1, 3, 0.7))),
        Family("Easter", ("DE",), Yearly(in_table(feasts.EASTER), ramp(-8, -1, 2.2) | flat(0, 1, 0.4))),
        Family("Orthodox Easter", ("GR",), Yearly(in_table(feasts.ORTHODOX_EASTER), ramp(-8, -1, 2.5))),
        Family("Passover", ("IL",), Yearly(in_table(feasts.PASSOVER), ramp(-7, -1, 2.2))),
        Family("Black Friday", ("US",), Yearly(nth(11, 3, 4), {0: 1.3, 1: 4.0, 2: 2.5, 3: 2.0, 4: 2.5})),
        Family("own date", ("US",), Yearly(fixed(9, 20), SALE), plateau=True),
        Family("own weekday", ("US",), Yearly(nth(9, 5, 3), {0: 3.5})),
        Family("own week", ("US",), Yearly(monday_of_week(38), flat(0, 6, 2.0)), plateau=True),
        Family(
            "dips", ("DE",), Yearly(fixed(9, 20), flat(-5, -1, 0.75) | flat(0, 2, 3.0) | flat(3, 7, 0.65)), plateau=True
        ),
        Family("closed Sundays", ("DE",), Yearly(nth(11, 3, 4), {1: 4.0, 2: 3.0, 4: 2.0}), closed=frozenset({6})),
        Family(
            "intermittent",
            ("CN",),
            Yearly(fixed(11, 11), flat(-6, 0, 4.0)),
            plateau=True,
            level=(0.15, 1.2),
            by_mean=True,
        ),
        Family("member days", monthly={"8": 2.0, "18": 2.0}, plateau=True),
        Family("month end", monthly={"last": 2.5}, plateau=True),
        Family("rare promotion", plans={"promotion": rare_promotion}, plateau=True),
        Family(
            "intermittent, promoted", plans={"promotion": rare_promotion}, plateau=True, level=(0.15, 1.2), by_mean=True
        ),
        Family("frequent promotion", plans={"discount": frequent_promotion}),
        Family("price cuts", plans={"price": price_cuts}, plateau=True),
        Family(
            "all at once",
            ("CN",),
            Yearly(fixed(11, 11), ramp(-6, 0, 3.0)),
            {"last": 1.6},
            {"discount": frequent_promotion, "price": price_cuts},
        ),
    )
}
