"""Simulated shops whose expected sales are known exactly.

Expected sales of an item are its level × trend × weekday × a mild season of the year × what the events of its family
do. The logarithm of every effect is stronger or weaker by item. Sales are drawn day by day from a negative binomial
distribution whose standard deviation goes beyond Poisson's by a share of what is expected.
"""

import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import polars as pl
from families import FAMILIES, Family, Numbers, monthly_days

HORIZON = 35
LEAD = (4, 11)
"""Days between the cutoff and the first day of the event: from, and before."""
BEFORE = 90
"""Days of history before the first event."""
YEARS = (2019, 2025)
"""Of the event that is forecast: from, and before."""
SENSITIVITY = 0.15
"""Standard deviation between items of how strongly they answer to an event, as a share."""
MOVED = 0.05
"""A day is one of the event from this logarithm of an effect on."""


@dataclass(frozen=True)
class Case:
    """What to simulate.

    Attributes:
        family: name of the family.
        items: how many.
        occurrences: how many events of the year lie in the past; 0 where there is none of every year.
        noise: standard deviation beyond Poisson's, as a share of expected sales.
        seed: of all that is drawn.
    """

    family: str
    items: int
    occurrences: int
    noise: float
    seed: int

    @property
    def kind(self) -> Family:
        """Its family."""
        return FAMILIES[self.family]


@dataclass(frozen=True)
class Shop:
    """A simulated shop of N items over T days, the last `HORIZON` of which are to be forecast.

    Attributes:
        case: what was asked for.
        first: its first day.
        expected: [N, T] expected sales.
        effect: [N, T] logarithm of what events, promotions and prices do to them.
        sales: [N, T] as drawn.
        covariates: by column name, [N, T].
        places: [T] name of the day's place in an event, or "".
    """

    case: Case
    first: date
    expected: Numbers
    effect: Numbers
    sales: Numbers
    covariates: dict[str, Numbers]
    places: tuple[str, ...]

    @cached_property
    def days(self) -> list[date]:
        """[T] its days."""
        return [self.first + timedelta(days=k) for k in range(self.expected.shape[1])]

    @property
    def cutoff(self) -> date:
        """The last day of the history."""
        return self.days[-HORIZON - 1]

    def frame(self) -> pl.DataFrame:
        """All days in long form, with sales, covariates, and `ahead` for those after the cutoff."""
        count, length = self.expected.shape
        columns = {name: values.ravel() for name, values in self.covariates.items()}
        return pl.DataFrame(
            {
                "item_id": np.repeat([f"item{k:03d}" for k in range(count)], length),
                "timestamp": pl.Series(self.days * count, dtype=pl.Date),
                "sales": self.sales.ravel(),
                **columns,
            }
        ).with_columns(ahead=pl.col("timestamp") > self.cutoff)

    def history(self) -> pl.DataFrame:
        """What the shop knows at the cutoff."""
        return self.frame().filter(~pl.col("ahead")).drop("ahead")

    def future(self) -> pl.DataFrame | None:
        """What it knows of the days ahead, where it knows anything."""
        if not self.covariates:
            return None
        return self.frame().filter("ahead").drop("ahead", "sales")


def simulate(case: Case) -> Shop:
    """The shop of a case."""
    words = f"{case.family} {case.items} {case.occurrences} {case.noise} {case.seed}"
    generator = np.random.default_rng(zlib.crc32(words.encode()))
    first, last = _span(case.kind, case.occurrences, generator)
    days = [first + timedelta(days=k) for k in range((last - first).days + 1)]
    usual = _usual(case, days, generator)
    places, calendar = _events(case.kind, days)
    answers = np.clip(generator.normal(1, SENSITIVITY, case.items), 0.5, 1.5)
    effect = answers[:, None] * calendar
    covariates = {}
    for name, plan in case.kind.plans.items():
        covariates[name], added = plan(generator, case.items, len(days), HORIZON)
        effect = effect + answers[:, None] * added
    expected = usual * np.exp(effect)
    shape = 1 / case.noise**2
    sales = generator.poisson(expected * generator.gamma(shape, 1 / shape, expected.shape)).astype(float)
    return Shop(case, first, expected, effect, sales, covariates, tuple(places))


def _span(family: Family, occurrences: int, generator: np.random.Generator) -> tuple[date, date]:
    """First day of the history and last day of the horizon."""
    year = int(generator.integers(*YEARS))
    lead = int(generator.integers(*LEAD))
    if family.yearly is None:
        cutoff = date(year, 1, 1) + timedelta(days=int(generator.integers(0, 365)))
        return cutoff - timedelta(days=family.history - 1), cutoff + timedelta(days=HORIZON)
    cutoff = family.yearly.first(year) - timedelta(days=lead)
    begins = family.yearly.first(year - occurrences) - timedelta(days=BEFORE)
    return begins, cutoff + timedelta(days=HORIZON)


def _usual(case: Case, days: list[date], generator: np.random.Generator) -> Numbers:
    """[N, T] expected sales without any event."""
    count, low, high = case.items, *case.kind.level
    level = np.exp(generator.uniform(np.log(low), np.log(high), (count, 1)))
    growth = generator.normal(0.05, 0.05) + generator.normal(0, 0.05, (count, 1))
    years = np.array([(day - days[-HORIZON]).days / 365.25 for day in days])
    pattern = np.log([0.92, 0.87, 0.9, 0.95, 1.1, 1.25, 1.05]) + generator.normal(0, 0.04, (count, 7))
    weekdays = np.array([day.weekday() for day in days])
    phase = generator.uniform(0, 2 * np.pi)
    season = generator.uniform(0.05, 0.15, (count, 1)) * np.sin(
        2 * np.pi * np.array([day.timetuple().tm_yday for day in days]) / 365.25 + phase
    )
    usual = level * np.exp(growth * years + pattern[:, weekdays] + season)
    return usual * ~np.isin(weekdays, list(case.kind.closed))


def _events(family: Family, days: list[date]) -> tuple[list[str], Numbers]:
    """[T] names of the places of days in events ("" for none), and [T] logarithms of their factors."""
    known: dict[date, tuple[str, float]] = {}
    if family.monthly:
        known |= {day: named for day in days if (named := monthly_days(day, family.monthly)) is not None}
    if family.yearly is not None:
        for year in range(days[0].year, days[-1].year + 2):
            known |= family.yearly.days(year)
    places = [known.get(day, ("", 1.0))[0] for day in days]
    return places, np.log([known.get(day, ("", 1.0))[1] for day in days])
