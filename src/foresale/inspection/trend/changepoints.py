"""Turning points: where a level, freed of season and calendar, changes its direction or pace.

The logarithm of the level by week (or period) is fitted by a line that bends; bends are added one after the other, the
one first that lowers the squared errors most. Whether a bend is more than chance is found out by drawing series without
it whose errors hang together as the real ones do (autoregression of first order), fitting the best bend to each, and
counting how often it helps as much (Andrews 1993 gives the theory; the counting follows Davison and Hinkley 1997). The
dates that are nearly as good as the best one are its interval (profile likelihood, 95 %).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl

from foresale.core.arrays import Numbers
from foresale.core.frequency import DAYS_A_YEAR, Frequency
from foresale.core.regression import least_squares
from foresale.inspection.trend.fit import Fit
from foresale.inspection.trend.series import Groups

SCHEMA: Final[dict[str, Any]] = {
    "group": pl.String,
    "turn": pl.String,
    "date": pl.Datetime("us"),
    "earliest": pl.Datetime("us"),
    "latest": pl.Datetime("us"),
    "before": pl.Float64,
    "after": pl.Float64,
    "confidence": pl.Float64,
}
DRAWS: Final = 999  # series without a bend: chances down to 0.001
_MOST: Final = 4  # bends of a series
_CHANCE: Final = 0.01  # up to which a bend is one
_SHORTEST: Final = 10  # steps between two bends
_NEARLY: Final = 3.84  # the 0.95 quantile of χ² with one degree of freedom
_FLAT: Final = 0.05
"""A yearly change of the level up to which it is called flat."""
_MATERIAL: Final = 0.08
"""The least difference between the yearly changes before and after that is worth a word."""


@dataclass(frozen=True)
class Changepoint:
    """A bend of a line.

    Attributes:
        place: the step of the series where it fits best.
        earliest: the first that is nearly as good.
        latest: the last.
        chance: how often chance alone would bend as much.
    """

    place: int
    earliest: int
    latest: int
    chance: float


@dataclass(frozen=True)
class Bent:
    """A line with bends.

    Attributes:
        bends: by place.
        slopes: slope per step of every piece, one more than bends.
        line: [W] the fitted line.
    """

    bends: tuple[Changepoint, ...]
    slopes: tuple[float, ...]
    line: Numbers = field(repr=False)


def bent(values: Numbers, *, seed: int = 0, most: int = _MOST) -> Bent:
    """The bends of a series [W] that are more than chance; NaN is left out.

    >>> steps = np.arange(120)
    >>> noise = np.random.default_rng(1).normal(0, 0.02, 120)
    >>> found = bent(np.where(steps < 70, 0.01 * steps, 0.7 - 0.01 * (steps - 70)) + noise)
    >>> [abs(bend.place - 70) <= 3 for bend in found.bends]
    [True]
    """
    known = np.isfinite(values)
    time = np.flatnonzero(known).astype(float)
    y = values[known]
    generator = np.random.default_rng(seed)
    places: list[int] = []
    chances: list[float] = []
    while len(places) < most and y.size >= 4 * _SHORTEST:
        gap = max(_SHORTEST, y.size // 20)
        free = [k for k in range(gap, y.size - gap) if all(abs(k - other) >= gap for other in places)]
        if not free:
            break
        base, hinges = _basis(time, places), np.maximum(time[:, None] - time[free], 0)
        best, chance = _best(y, base, hinges, generator)
        if chance > _CHANCE:
            break
        places.append(free[best])
        chances.append(chance)
    order = np.argsort(places)
    places, chances = [places[at] for at in order], [chances[at] for at in order]
    places = _settled(y, time, places)
    coefficients = least_squares(_basis(time, places), y)
    full = _basis(np.arange(values.size, dtype=float), [], knots=time[places] if places else ())
    bends = tuple(_bend(y, time, places, at, chance) for at, chance in enumerate(chances))
    return Bent(bends, tuple(np.cumsum(coefficients[1:]).tolist()), full @ coefficients)


def _basis(time: Numbers, places: Sequence[int], *, knots: Sequence[float] | Numbers | None = None) -> Numbers:
    at = time[list(places)] if knots is None else np.asarray(knots, float)
    return np.concatenate([np.ones((time.size, 1)), time[:, None], np.maximum(time[:, None] - at, 0)], axis=1)


def _best(y: Numbers, base: Numbers, hinges: Numbers, generator: np.random.Generator) -> tuple[int, float]:
    """The hinge that lowers the squared errors most, and how often as good a one is found without any bend."""
    frame, _ = np.linalg.qr(base)
    rest = y - frame @ (frame.T @ y)
    free = hinges - frame @ (frame.T @ hinges)
    free /= np.maximum(np.sqrt((free**2).sum(axis=0)), 1e-12)
    gains = (free.T @ rest) ** 2
    best = int(np.argmax(gains))
    statistic = gains[best] / max(float(rest @ rest) - gains[best], 1e-300)
    alike = _alike(rest - free[:, best] * (free[:, best] @ rest))
    drawn = _autoregressive((DRAWS, y.size), alike, generator)
    drawn -= (drawn @ frame) @ frame.T
    most = ((drawn @ free) ** 2).max(axis=1)
    others = most / np.maximum((drawn**2).sum(axis=1) - most, 1e-300)
    return best, float((1 + (others >= statistic).sum()) / (1 + DRAWS))


def _alike(rest: Numbers) -> float:
    """Autocorrelation of neighbours, raised by its bias in short series (Kendall 1954), at most 0.95."""
    centred = rest - rest.mean()
    variance = float(centred @ centred)
    if variance <= 0:
        return 0.0
    found = float(centred[1:] @ centred[:-1]) / variance
    return float(np.clip(found + (1 + 4 * max(found, 0)) / rest.size, 0, 0.95))


def _autoregressive(shape: tuple[int, int], alike: float, generator: np.random.Generator) -> Numbers:
    noise = generator.standard_normal(shape)
    noise[:, 1:] *= np.sqrt(1 - alike**2)
    for step in range(1, shape[1]):
        noise[:, step] += alike * noise[:, step - 1]
    return noise


def _errors(y: Numbers, time: Numbers, places: Sequence[int]) -> float:
    basis = _basis(time, places)
    rest = y - basis @ least_squares(basis, y)
    return float(rest @ rest)


def _room(places: Sequence[int], at: int, size: int) -> range:
    """Where a bend may be without coming too near to the next ones."""
    low = places[at - 1] if at else 0
    high = places[at + 1] if at + 1 < len(places) else size - 1
    return range(low + _SHORTEST // 2, max(high - _SHORTEST // 2, low + _SHORTEST // 2) + 1)


def _settled(y: Numbers, time: Numbers, places: Sequence[int]) -> list[int]:
    """The places after each was moved to where it is best beside the others, twice over."""
    chosen = list(places)
    for at in [*range(len(chosen))] * 2:
        chosen[at] = min(
            _room(chosen, at, y.size), key=lambda place: _errors(y, time, [*chosen[:at], place, *chosen[at + 1 :]])
        )
    return chosen


def _bend(y: Numbers, time: Numbers, places: Sequence[int], at: int, chance: float) -> Changepoint:
    room = _room(places, at, y.size)
    errors = np.array([_errors(y, time, [*places[:at], place, *places[at + 1 :]]) for place in room])
    basis = _basis(time, places)
    rest = y - basis @ least_squares(basis, y)
    alike = _alike(rest)
    variance = max(float(rest @ rest) / max(y.size - basis.shape[1] - len(places), 1), 1e-300)
    variance *= (1 + alike) / (1 - alike)
    nearly = [place for place, error in zip(room, errors, strict=True) if (error - errors.min()) / variance <= _NEARLY]
    first, last, best = (int(time[place]) for place in (min(nearly), max(nearly), places[at]))
    return Changepoint(best, first, last, chance)


def by_week(groups: Groups, group: int, fit: Fit) -> tuple[Numbers, int]:
    """[W] the logarithm of sales ÷ the calendar's factor, by week where periods are days; and periods in a step.

    The steps end at the cutoff. Weeks of which less than half is known are NaN.
    """
    frequency = groups.frequency
    step = max(round(7 * frequency.per_year / DAYS_A_YEAR), 1) if frequency.unit == "day" else 1
    freed = groups.sales[group] / np.maximum(fit.factor, 1e-9)
    whole = freed[freed.size % step :].reshape(-1, step)
    known = np.isfinite(whole).sum(axis=1)
    mean = np.where(np.isfinite(whole), whole, 0).sum(axis=1) / np.maximum(known, 1)
    told = (2 * known >= step) & (mean > 0)
    return np.where(told, np.log(np.where(told, mean, 1)), np.nan), step


def turns_table(groups: Groups, fits: Sequence[Fit], *, seed: int = 0) -> pl.DataFrame:
    """One row per turning point: group, turn, date, earliest, latest, before, after and confidence.

    `before` and `after` are yearly changes of the level; `confidence` is 1 − the share of series without a turn that
    would bend as much.
    """
    rows = [row for group in range(len(fits)) for row in _turns(groups, group, fits[group], seed)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _turns(groups: Groups, group: int, fit: Fit, seed: int) -> Iterator[tuple[object, ...]]:
    values, step = by_week(groups, group, fit)
    found = bent(values, seed=seed)
    yearly = [float(np.expm1(slope * groups.frequency.per_year / step)) for slope in found.slopes]
    for number, bend in enumerate(found.bends):
        before, after = yearly[number], yearly[number + 1]
        if abs(after - before) < _MATERIAL:
            continue
        dates = [_stamp(groups, values.size, step, at) for at in (bend.place, bend.earliest, bend.latest)]
        yield groups.names[group], turn_in_words(before, after), *dates, before, after, 1 - bend.chance


def _stamp(groups: Groups, steps: int, step: int, at: int) -> object:
    frequency: Frequency = groups.frequency
    return frequency.timestamps(np.array([groups.last + 1 - (steps - at) * step]))[0].item()


def turn_in_words(before: float, after: float) -> str:
    """What a turn is, from the yearly changes before and after it.

    >>> turn_in_words(0.2, -0.1), turn_in_words(0.1, 0.4), turn_in_words(-0.3, 0.01)
    ('peak', 'faster growth', 'end of the fall')
    """
    signs = tuple(0 if abs(change) <= _FLAT else int(np.sign(change)) for change in (before, after))
    names = {
        (1, -1): "peak",
        (-1, 1): "trough",
        (1, 0): "end of the growth",
        (-1, 0): "end of the fall",
        (0, 1): "start of a growth",
        (0, -1): "start of a fall",
    }
    if signs in names:
        return names[signs]
    if signs == (1, 1):
        return "faster growth" if after > before else "slower growth"
    if signs == (-1, -1):
        return "slower fall" if after > before else "faster fall"
    return "slight upturn" if after > before else "slight downturn"
