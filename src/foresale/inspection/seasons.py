"""Seasons: how much of the variation within a cycle of periods comes back in every cycle.

A history is folded into C cycles of P phases. Of the variation about the cycles' own means and slopes, a share R² is
explained by the phases' means (two-way analysis of variance without interaction). Without any season R² is 1/C on
average, so the strength is adjusted for it,

    F = max(0, 1 − (1 − R²) · C / (C − 1)),

which is the seasonal strength of Wang, Smith and Hyndman (2006) with classical decomposition, made unbiased for short
histories. A season is found where the ratio of the variances, R² · (C − 1) / (1 − R²), lies three standard deviations
above that of noise on Paulson's (1942) normal scale of the F distribution.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.arrays import Flags, Values
from foresale.core.frequency import DAY, DAYS_A_YEAR, Frequency, Index, weekday_of
from foresale.core.histories import folded

_DEVIATIONS: Final = 3.0  # of a normal score from which on a season is no chance: one in 740
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Season:
    """A cycle to look for.

    Attributes:
        name: daily, weekly or annual.
        pooled: how many periods are added up to one before folding.
        phases: pooled periods in a cycle.
        cycles: fewest whole cycles in which it can be told.
    """

    name: str
    pooled: int
    phases: int
    cycles: int

    @property
    def periods(self) -> int:
        """Length of the cycle in periods."""
        return self.pooled * self.phases


def seasons_of(frequency: Frequency) -> tuple[Season, ...]:
    """The seasons that a grid can show; a year is taken as 13 times four weeks where periods are weeks or shorter.

    >>> [(season.name, season.periods) for season in seasons_of(Frequency("day"))]
    [('weekly', 7), ('annual', 364)]
    >>> [(season.name, season.periods) for season in seasons_of(Frequency("month"))]
    [('annual', 12)]
    """
    if frequency.unit == "month":
        return (Season("annual", 1, frequency.season, 2),) if frequency.season > 1 else ()
    day = DAY / frequency.step
    found = []
    if day >= 2:
        found.append(Season("daily", 1, round(day), 4))
    if day >= 1:
        found.append(Season("weekly", round(day), 7, 4))
    found.append(Season("annual", max(round(28 * day), 1), 13, 2))
    return tuple(found)


@dataclass(frozen=True)
class Strength:
    """Of n series: strength [n] from 0 to 1 (NaN where too short or unknown), and whether the season is found [n]."""

    strength: npt.NDArray[np.float64]
    found: Flags


def strength_of(sales: Values, season: Season) -> Strength:
    """The strength of one season in n series [n, T], NaN where unknown.

    >>> week = np.tile(np.array([1, 1, 1, 1, 2, 5, 3], np.float32), (1, 8))
    >>> strength_of(week, Season("weekly", 1, 7, 4)).strength.tolist()
    [1.0]
    """
    pooled = sales if season.pooled == 1 else means(folded(sales, season.pooled))
    cycles = pooled.shape[1] // season.phases
    if cycles < season.cycles:
        return Strength(np.full(len(sales), np.nan), np.zeros(len(sales), bool))
    # The latest cycles: those before the launch of most items are at the other end.
    table = pooled[:, pooled.shape[1] - cycles * season.phases :].reshape(len(sales), cycles, season.phases)
    known = ~np.isnan(table)
    whole = known.sum(axis=2) * 2 > season.phases
    count = whole.sum(axis=1)
    table = np.where(whole[:, :, None], table, np.float32(np.nan))
    deviation = _detrended(table)
    profile = means(deviation.transpose(0, 2, 1))
    total = np.nansum(deviation.astype(np.float64) ** 2, axis=(1, 2))
    rest = np.nansum((deviation - profile[:, None, :]).astype(np.float64) ** 2, axis=(1, 2))
    usable = (count >= season.cycles) & (total > 0)
    cycles_known = np.maximum(count, 2)
    explained = np.clip(1 - rest / np.where(usable, total, 1), 0, 1)
    adjusted = np.maximum(1 - (1 - explained) * cycles_known / (cycles_known - 1), 0)
    ratio = explained * (cycles_known - 1) / np.maximum(1 - explained, 1e-9)
    found = usable & (_normal_score(ratio, season.phases - 1, (cycles_known - 1) * (season.phases - 1)) > _DEVIATIONS)
    return Strength(np.where(usable, adjusted, np.nan), found)


def _detrended(table: Values) -> Values:
    """[n, C, P] less each cycle's mean and the slope from its neighbours' means."""
    level = means(table)
    slope = np.nan_to_num(np.gradient(level, axis=1)) / table.shape[2]
    phase = np.arange(table.shape[2]) - (table.shape[2] - 1) / 2
    return np.asarray(table - level[:, :, None] - slope[:, :, None] * phase.astype(np.float32))


def _normal_score(ratio: npt.NDArray[np.float64], above: int, below: Index) -> npt.NDArray[np.float64]:
    """Normal score of variance ratios with `above` and `below` degrees of freedom (Paulson 1942)."""
    root = np.cbrt(ratio)
    spread = np.sqrt(2 / (9 * below) * root**2 + 2 / (9 * above))
    return np.asarray(((1 - 2 / (9 * below)) * root - (1 - 2 / (9 * above))) / spread)


def means(values: Values) -> Values:
    """Means along the last axis without the unknown; NaN where all is unknown."""
    known = ~np.isnan(values)
    count = known.sum(axis=-1)
    total = np.where(known, values, np.float32(0)).sum(axis=-1)
    mean: Values = np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)
    return mean


def profiles(total: npt.NDArray[np.floating], positions: Index, frequency: Frequency) -> pl.DataFrame:
    """How sales are spread over the hours, weekdays and months: season, phase, index (1 is the average).

    Each period is compared with the moving average of its surroundings (a day for hours, a week for weekdays, a year
    for months), so that growth does not count as a season. The median over all cycles is taken. Months need two years.

    Args:
        total: [T] sales in all; NaN where unknown.
        positions: [T] grid positions.
        frequency: the grid.
    """
    stamps = frequency.timestamps(positions)
    days = stamps.astype("datetime64[D]").astype(np.int64)
    frames = [pl.DataFrame(schema={"season": pl.String, "phase": pl.String, "index": pl.Float64})]
    units: list[tuple[str, Sequence[str], Index, float]] = []
    months = stamps.astype("datetime64[M]").astype(np.int64) % 12
    if frequency.unit in {"minute", "hour"}:
        hours = (stamps - stamps.astype("datetime64[D]")).astype("timedelta64[h]").astype(np.int64)
        units.append(("hour", [str(hour) for hour in range(24)], hours, frequency.per_year / DAYS_A_YEAR))
    if frequency.unit in {"minute", "hour"} or (frequency.unit == "day" and frequency.count == 1):
        units.append(("weekday", WEEKDAYS, weekday_of(days), frequency.per_year / 52.1775))
    units.append(("month", MONTHS, months, frequency.per_year))
    for name, labels, phase, cycle in units:
        if len(total) < (2 if name == "month" else 4) * cycle:
            continue
        index = _index(total, phase, len(labels), max(round(cycle), 1))
        frames.append(pl.DataFrame({"season": [name] * len(labels), "phase": list(labels), "index": index}))
    return pl.concat(frames)


def _index(total: npt.NDArray[np.floating], phase: Index, phases: int, cycle: int) -> npt.NDArray[np.float64]:
    """[P] median of sales ÷ moving average over a cycle at each phase, scaled to a mean of 1."""
    known = np.isfinite(total)
    sums = np.concatenate([[0.0], np.cumsum(np.where(known, total, 0.0))])
    counts = np.concatenate([[0], np.cumsum(known)])
    begin = np.clip(np.arange(len(total)) - cycle // 2, 0, max(len(total) - cycle, 0))
    end = np.minimum(begin + cycle, len(total))
    level = (sums[end] - sums[begin]) / np.maximum(counts[end] - counts[begin], 1)
    ratio = np.where(known & (level > 0), total / np.where(level > 0, level, 1), np.nan)
    grouped = pl.DataFrame({"phase": phase, "ratio": ratio}).filter(pl.col("ratio").is_not_nan())
    medians = dict(grouped.group_by("phase").agg(pl.col("ratio").median()).iter_rows())
    index = np.array([medians.get(number, np.nan) for number in range(phases)], np.float64)
    mean = index[np.isfinite(index)].mean() if np.isfinite(index).any() else 1.0
    scaled: npt.NDArray[np.float64] = index / (mean or 1.0)
    return scaled
