"""How a shop is simulated: the factors of demand, drawn for many items at once, and the stock-outs that hide some.

Everything here is [n, T]: n items of one chunk, T periods. `synthetic` makes panels of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from foresale.core.columns import PRICE
from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency, Index, weekday_of
from foresale.core.option_types import check_types
from foresale.core.panel import Values

Array = npt.NDArray[Any]

PROMOTION: Final = "promotion"
CATEGORIES: Final = ("garden", "kitchen", "toys", "clothing", "sports", "beauty")
STORES: Final = ("north", "south", "web")
_CELLS: Final = 4_000_000  # periods at a time: 16 MB of sales
_DAY: Final = np.timedelta64(1, "D")


@dataclass(frozen=True)
class ShopConfig:
    """What a simulated shop is like.

    Attributes:
        start: date of the first period.
        future: further periods after the cutoff, where only price and promotion are known.
        level: median sales per day; items differ from it by a factor of `spread` (one standard deviation).
        spread: see `level`.
        growth: largest change of an item's level over a year, as a share: 0.3 is −30 % to +30 %.
        season: size of the weekly and yearly seasons, as a share of the level.
        promotions: share of periods under a promotion; 0 for none.
        elasticity: −elasticity is the power of the price in demand: 2 doubles sales at a price of 71 %.
        events: size of the festival peaks; 1 is natural, 0 is none.
        dispersion: variance beyond Poisson: variance = mean + dispersion · mean².
        intermittent: share of items that sell rarely.
        launches: share of items that come to market after the first period.
        stockouts: share of periods out of stock.
        report_availability: whether the panel has the share of each period in stock, or hides it.
        closed: whether nothing is sold on 25 December and 1 January (daily and hourly shops).

    Raises:
        ConfigError: a share outside of 0 to 1, or a size below zero.
    """

    start: date = date(2023, 1, 1)
    future: int = 0
    level: float = 12.0
    spread: float = 2.5
    growth: float = 0.3
    season: float = 0.3
    promotions: float = 0.08
    elasticity: float = 2.0
    events: float = 1.0
    dispersion: float = 0.05
    intermittent: float = 0.2
    launches: float = 0.15
    stockouts: float = 0.02
    report_availability: bool = True
    closed: bool = False

    def __post_init__(self) -> None:
        check_types(self)
        for name in ("growth", "season", "promotions", "intermittent", "launches", "stockouts"):
            if not 0 <= getattr(self, name) < 1 and getattr(self, name) != 1:
                raise ConfigError(f"{name} is a share from 0 to 1, not {getattr(self, name)}")
        for name in ("future", "elasticity", "events", "dispersion"):
            if getattr(self, name) < 0:
                raise ConfigError(f"{name} is not below 0, as {getattr(self, name)} is")
        if self.level <= 0 or self.spread < 1:
            raise ConfigError("level is above 0 and spread is at least 1")


@dataclass(frozen=True)
class Chunk:
    """Some items of a shop: what is seen of them, and by name the components behind it, one float per kept row."""

    seen: dict[str, Array]
    truth: dict[str, Values]


@dataclass(frozen=True)
class _Calendar:
    """What all items share: [T] arrays over the periods."""

    positions: Index
    weekday: Index
    hour: Index
    year_phase: Array
    years: Array
    event: Array
    days: float
    past: int


def chunks(
    items: int, periods: int, frequency: str, seed: int, config: ShopConfig, *, keep_truth: bool
) -> Iterator[Chunk]:
    """The shop in chunks of items, each with a generator of its own, so that memory is bounded.

    Raises:
        ConfigError: no items or periods, an unknown frequency.
    """
    if items < 1 or periods < 1:
        raise ConfigError(f"a shop has at least one item and one period, not {items} and {periods}")
    calendar = _calendar(Frequency.parse(frequency), periods, config)
    size = max(_CELLS // (periods + config.future), 1)
    starts = range(0, items, size)
    for start, sequence in zip(starts, np.random.SeedSequence(seed).spawn(len(starts)), strict=True):
        count = min(size, items - start)
        yield _simulate(count, calendar, config, np.random.default_rng(sequence), keep_truth=keep_truth)


def _calendar(frequency: Frequency, periods: int, config: ShopConfig) -> _Calendar:
    first = int(frequency.index(np.array([config.start], "datetime64[D]"))[0])
    positions = np.arange(first, first + periods + config.future + 1)
    bounds = frequency.timestamps(positions)
    stamps, days = bounds[:-1], bounds.astype("datetime64[D]")
    length = float(np.median(np.diff(bounds)) / _DAY)
    every_day = np.arange(days[0], max(days[-1], days[0] + _DAY) + _DAY)
    total = np.concatenate([[0.0], np.cumsum(_event_days(every_day, closed=config.closed and length <= 1))])
    begin = (days[:-1] - days[0]).astype(int)
    end = np.maximum((days[1:] - days[0]).astype(int), begin + 1)
    day_of_year = (stamps - stamps.astype("datetime64[Y]")) / _DAY
    return _Calendar(
        positions=positions[:-1],
        weekday=weekday_of(stamps),
        hour=((stamps - stamps.astype("datetime64[D]")) / np.timedelta64(1, "h")).astype(np.int64),
        year_phase=2 * np.pi * day_of_year / 365.25,
        years=(stamps - stamps[0]) / _DAY / 365.25,
        event=(total[end] - total[begin]) / (end - begin),
        days=length,
        past=periods,
    )


def event_lift(day: date) -> float:
    """How much more a shop sells on a day than otherwise: 1.5 is 150 % more, on Double 11; 0 on an ordinary day.

    A plain rule of this simulation, by the date alone.

    >>> event_lift(date(2024, 11, 11)), event_lift(date(2024, 11, 29)), event_lift(date(2024, 3, 5))
    (1.5, 1.2, 0.0)
    """
    fixed = {(11, 11): 1.5, (6, 18): 0.8, (12, 12): 0.6, (2, 14): 0.3}
    thanksgiving = date(day.year, 11, 1) + timedelta((3 - date(day.year, 11, 1).weekday()) % 7 + 21)
    moving = {thanksgiving + timedelta(1): 1.2, thanksgiving + timedelta(4): 0.7}
    advent = 0.4 if day.month == 12 and 13 <= day.day <= 23 else 0.0
    return moving.get(day, fixed.get((day.month, day.day), advent))


def _event_days(days: npt.NDArray[np.datetime64], *, closed: bool) -> Array:
    lifts = [
        -1.0 if closed and (day.month, day.day) in {(12, 25), (1, 1)} else event_lift(day) for day in days.tolist()
    ]
    return np.array(lifts)


def _simulate(
    count: int, calendar: _Calendar, config: ShopConfig, generator: np.random.Generator, *, keep_truth: bool
) -> Chunk:
    periods = len(calendar.positions)
    category = generator.integers(len(CATEGORIES), size=count)
    rare = generator.random(count) < config.intermittent
    level = config.level * calendar.days * np.exp(generator.normal(0, np.log(config.spread), count))
    level = np.where(rare, np.minimum(level, config.level * calendar.days) * 0.03, level)
    parts: dict[str, Values] = {
        "level": np.broadcast_to(level.astype(np.float32)[:, None], (count, periods)),
        "trend": _trend(count, calendar, config, generator),
        "weekly": _weekly(count, calendar, config, generator),
        "yearly": _yearly(category, calendar, config, generator),
    }
    price, promotion, parts["promotion"] = _promotions(count, calendar, config, generator)
    sensitivity = config.events * generator.uniform(0.6, 1.4, (count, 1)).astype(np.float32)
    lifts = calendar.event.astype(np.float32)
    parts["event"] = np.where(lifts < 0, np.float32(0), 1 + sensitivity * np.maximum(lifts, 0)).astype(np.float32)
    expected = parts["level"] * parts["trend"]
    for name in ("weekly", "yearly", "promotion", "event"):
        expected *= parts[name]
    parts["demand"] = _demand(expected, rare, config, generator)
    parts["in_stock"] = _stock((promotion > 0) | (parts["event"] > 1), calendar, config, generator)
    sales = _sold(parts["demand"], parts["in_stock"], generator)
    sales[:, calendar.past :] = np.nan
    launched = np.where(generator.random(count) < config.launches, generator.random(count) * 0.7 * calendar.past, 0)
    launched = np.minimum(launched.astype(np.int64), calendar.past - 1)
    keep = np.arange(periods) >= launched[:, None]
    seen: dict[str, Array] = {
        "sales": sales[keep],
        PRICE: price[keep],
        PROMOTION: promotion[keep],
        "category": category,
    }
    seen |= {"launched": launched, "first": calendar.positions[:1], "store": generator.integers(3, size=count)}
    if config.report_availability:
        hidden = np.where(np.arange(periods) < calendar.past, parts["in_stock"], np.float32(np.nan))
        seen["available"] = hidden[keep].astype(np.float32)
    seen["periods"] = np.array([periods, calendar.past])
    return Chunk(seen, {name: values[keep] for name, values in parts.items()} if keep_truth else {})


def _trend(count: int, calendar: _Calendar, config: ShopConfig, generator: np.random.Generator) -> Values:
    """[n, T] growth by a yearly rate that changes once: exp(a·t + b·max(t − c, 0))."""
    rate = np.log1p(config.growth) * generator.uniform(-1, 1, (count, 2))
    turn = calendar.years[-1] * generator.random((count, 1))
    growth = rate[:, :1] * calendar.years + (rate[:, 1:] - rate[:, :1]) * np.maximum(calendar.years - turn, 0)
    return np.asarray(np.exp(growth), np.float32)


def _weekly(count: int, calendar: _Calendar, config: ShopConfig, generator: np.random.Generator) -> Values:
    """[n, T] weekday and hour factors of mean 1; 1 where a period is a week or longer."""
    if calendar.days > 1:
        return np.ones((count, len(calendar.positions)), np.float32)
    shared = np.array([-0.5, -0.4, -0.3, -0.1, 0.3, 0.8, 0.2])
    profile = 1 + config.season * (shared + generator.normal(0, 0.3, (count, 7)))
    profile = np.maximum(profile, 0.05)
    profile /= profile.mean(axis=1, keepdims=True)
    if calendar.days == 1:
        return profile.astype(np.float32)[:, calendar.weekday]
    hours = np.exp(-(((np.arange(24) - generator.uniform(12, 18, (count, 1))) / 5) ** 2)) + 0.05
    hours /= hours.mean(axis=1, keepdims=True)
    return (profile[:, calendar.weekday] * hours[:, calendar.hour]).astype(np.float32)


def _yearly(category: Index, calendar: _Calendar, config: ShopConfig, generator: np.random.Generator) -> Values:
    """[n, T] two harmonics of the year, of a phase that the items of a category nearly share."""
    peak = (2 * np.pi * category / len(CATEGORIES) + generator.normal(0, 0.3, len(category)))[:, None]
    size = config.season * generator.uniform(0.5, 1.5, (len(category), 1))
    wave = np.cos(calendar.year_phase - peak) + 0.3 * np.cos(2 * (calendar.year_phase - peak))
    return np.maximum(1 + size * wave, 0.05).astype(np.float32)


def _spells(
    share: float | Array, mean_length: float, shape: tuple[int, int], generator: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """[n, T] runs of True: they begin at random and last a geometric time, so that `share` of all is True."""
    begins = generator.random(shape, np.float32) < np.asarray(share, np.float32) / np.float32(mean_length)
    rows, columns = np.nonzero(begins)
    ends = np.zeros(shape, np.int32)
    ends[rows, columns] = columns + generator.geometric(1 / mean_length, len(rows))
    np.maximum.accumulate(ends, axis=1, out=ends)
    return np.arange(shape[1], dtype=np.int32) < ends


def _promotions(
    count: int, calendar: _Calendar, config: ShopConfig, generator: np.random.Generator
) -> tuple[Values, Values, Values]:
    """[n, T] price, promotion (0 or 1) and their factor (price ÷ base)^−elasticity · (1.2 under a promotion)."""
    shape = (count, len(calendar.positions))
    length = max(round(5 / calendar.days), 1)
    on = _spells(config.promotions, length, shape, generator) if config.promotions else np.zeros(shape, bool)
    base = np.round(np.exp(generator.normal(2.5, 0.7, (count, 1))), 1) + 0.99
    rises = np.cumsum(generator.random(shape, np.float32) < np.float32(1 - 0.6 ** min(calendar.days / 365, 1)), axis=1)
    drift = np.float32(1.03) ** rises.astype(np.float32)
    discount = generator.choice([0.1, 0.2, 0.3], (count, 1))
    price = np.where(on, base * (1 - discount), base).astype(np.float32) * drift
    lift = np.where(on, 1.2 * (1 - discount) ** -config.elasticity, 1).astype(np.float32)
    factor = lift * drift ** np.float32(-config.elasticity)
    return np.asarray(np.round(price, 2), np.float32), on.astype(np.float32), factor


def _demand(
    expected: Values, rare: npt.NDArray[np.bool_], config: ShopConfig, generator: np.random.Generator
) -> Values:
    """[n, T] units wanted: negative binomial around the expectation, or 1 + Poisson(2) units at rare orders."""
    mean = expected
    if config.dispersion:
        shape = np.float32(1 / config.dispersion)
        mean = generator.standard_gamma(shape, expected.shape, np.float32) * (expected / shape)
    demand = generator.poisson(mean).astype(np.float32)
    orders = generator.random((int(rare.sum()), expected.shape[1]), np.float32) < expected[rare] / 3
    demand[rare] = orders * (1 + generator.poisson(2, orders.shape))
    return demand


def _stock(busy: Array, calendar: _Calendar, config: ShopConfig, generator: np.random.Generator) -> Values:
    """[n, T] share of the period in stock: stock-outs begin three times as often under a promotion or at an event."""
    in_stock = np.ones(busy.shape, np.float32)
    if not config.stockouts:
        return in_stock
    risk = np.where(busy, np.float32(3), np.float32(1))
    risk *= np.float32(config.stockouts) / risk.mean()
    out = _spells(risk, max(round(4 / calendar.days), 1), busy.shape, generator)
    in_stock[out] = 0
    first = out.copy()
    first[:, 1:] &= ~out[:, :-1]
    in_stock[first] = generator.uniform(0, 0.9, int(first.sum()))
    return in_stock


def _sold(demand: Values, in_stock: Values, generator: np.random.Generator) -> Values:
    sales = demand.copy()
    short = in_stock < 1
    sales[short] = generator.binomial(demand[short].astype(np.int64), in_stock[short])
    return sales
