"""Growth against the year before, as it is and like for like, with how sure it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl

from foresale.core.arrays import Numbers
from foresale.core.frequency import Frequency, Index
from foresale.core.panel import Panel
from foresale.inspection.trend.fit import Fit
from foresale.inspection.trend.likeforlike import Pairs, pairs
from foresale.inspection.trend.series import Groups

_FEWEST: Final = 4  # blocks of an interval
_CONFIDENCE: Final = 0.95  # of the intervals
_ENOUGH: Final = 0.5  # share of a span whose sales are known in both years
_MONTH: Final = 30.4375  # days, in the mean
SCHEMA: Final[dict[str, Any]] = {
    "group": pl.String,
    "span": pl.String,
    "from": pl.Datetime("us"),
    "to": pl.Datetime("us"),
    "sales": pl.Float64,
    "before": pl.Float64,
    "change": pl.Float64,
    "like_for_like": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "verdict": pl.String,
    "same_items": pl.Float64,
    "new_items": pl.Float64,
    "ended_items": pl.Float64,
}


@dataclass(frozen=True)
class Span:
    """A stretch of periods up to the cutoff that is compared with the year before."""

    name: str
    periods: int


def spans(frequency: Frequency) -> tuple[Span, ...]:
    """A quarter and a year.

    >>> [span.name for span in spans(Frequency("day"))], [span.periods for span in spans(Frequency("month"))]
    (['last 13 weeks', 'last 52 weeks'], [3, 12])
    """
    if frequency.unit == "month":
        quarter, year = max(3 // frequency.count, 1), max(12 // frequency.count, 1)
        names = ("last 3 months", "last 12 months")
        return tuple(Span(name, length) for name, length in zip(names, (quarter, year), strict=True))
    week = frequency.per_year / 52.1775
    return tuple(Span(f"last {weeks} weeks", max(round(weeks * week), 1)) for weeks in (13, 52))


@dataclass(frozen=True)
class Ratio:
    """Sales now ÷ sales before − 1, with an interval of 95 %; NaN where it cannot be told."""

    change: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """grows, shrinks, or steady: no change that is sure."""
        if not np.isfinite(self.low):
            return "unknown"
        return "grows" if self.low > 0 else "shrinks" if self.high < 0 else "steady"


def growth_table(panel: Panel, groups: Groups, fits: Sequence[Fit], *, countries: Sequence[str]) -> pl.DataFrame:
    """One row per group and span that has a year before it.

    Columns: group, span, from, to, sales and before (units in the span and 52 weeks or twelve months earlier), change
    (between the two as they are), like_for_like with low and high (95 %), verdict, and the points of `change` that
    come from items sold both times, items that are new, and items no longer sold.
    """
    rows = [row for span in spans(groups.frequency) for row in _rows(panel, groups, fits, span, countries)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _rows(
    panel: Panel, groups: Groups, fits: Sequence[Fit], span: Span, countries: Sequence[str]
) -> Iterator[tuple[object, ...]]:
    lag, size = groups.frequency.year_lag, groups.sales.shape[1]
    if size < span.periods + lag:
        return
    first = groups.last - span.periods + 1
    matched = pairs(groups.frequency, first, groups.last, countries=countries)
    begin, end = groups.frequency.timestamps(np.array([first, groups.last])).tolist()
    mix = _mix(panel, groups, span)
    for group, name in enumerate(groups.names):
        series = groups.sales[group]
        now, before = series[-span.periods :], series[-span.periods - lag : size - lag]
        both = np.isfinite(now) & np.isfinite(before)
        if both.mean() < _ENOUGH or before[both].sum() <= 0:
            continue
        total, past = float(now[both].sum()), float(before[both].sum())
        ratio = like_for_like(series, fits[group], groups, matched)
        parts = [float(part[group]) / past for part in mix]
        yield (
            name,
            span.name,
            begin,
            end,
            total,
            past,
            total / past - 1,
            *map(_known, (ratio.change, ratio.low, ratio.high)),
            ratio.verdict,
            *parts,
        )


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None


def like_for_like(series: Numbers, fit: Fit, groups: Groups, matched: Pairs) -> Ratio:
    """Sales of paired periods, each divided by the factor of its weekday (or the length of its month), as a ratio."""
    now, before = matched.current - groups.first, matched.before - groups.first
    keep = (before >= 0) & (now < series.size)
    now, before = now[keep], before[keep]
    usual = _weekday(fit) if groups.frequency.unit != "month" else _days(groups)
    left, right = series[now] / usual[now], series[before] / usual[before]
    week = max(round(groups.frequency.per_year / 52.1775), 1) if groups.frequency.unit == "day" else 1
    return ratio_of(left, right, now // week)


def _weekday(fit: Fit) -> Numbers:
    chosen = fit.terms.of(["weekday"])
    return np.asarray(np.exp(fit.terms.values[:, chosen] @ fit.coefficients[chosen]))


def _days(groups: Groups) -> Numbers:
    stamps = groups.frequency.timestamps(np.append(groups.positions, groups.last + 1)).astype("datetime64[D]")
    return np.asarray(np.diff(stamps.astype(np.int64)) / _MONTH, np.float64)


def ratio_of(now: Numbers, before: Numbers, blocks: Index) -> Ratio:
    """The ratio of two sums of paired values and its error, from the differences of blocks of neighbours.

    With G = Σ now ÷ Σ before, the error of G is that of the sum of now − G · before over blocks, their autocorrelation
    counted (Newey and West 1987), divided by Σ before. Fewer than four blocks say nothing of the error.

    >>> found = ratio_of(np.full(8, 12.0), np.full(8, 10.0), np.arange(8))
    >>> round(found.change, 3), found.verdict
    (0.2, 'grows')
    """
    from scipy.special import stdtrit

    both = np.isfinite(now) & np.isfinite(before)
    now, before = now[both], before[both]
    past = float(before.sum())
    if past <= 0:
        return Ratio(np.nan, np.nan, np.nan)
    change = float(now.sum()) / past - 1
    _, place = np.unique(blocks[both], return_inverse=True)
    rest = np.bincount(place, now - (1 + change) * before)
    if rest.size < _FEWEST:
        return Ratio(change, np.nan, np.nan)
    lags = min(4, rest.size // 4)
    variance = float(rest @ rest)
    variance += sum(2 * (1 - lag / (lags + 1)) * float(rest[lag:] @ rest[:-lag]) for lag in range(1, lags + 1))
    variance = max(variance, float(rest @ rest)) * rest.size / (rest.size - 1)
    margin = float(stdtrit(rest.size - 1, 0.5 + _CONFIDENCE / 2)) * np.sqrt(variance) / past
    return Ratio(change, float(not_below_nothing(change - margin, change)), change + margin)


def not_below_nothing(low: Numbers | float, change: Numbers | float) -> Numbers:
    """The lower end of the interval of a change, not below -100 %.

    An interval cut off at what cannot be holds the truth as often. Where returns outweigh the sales, the change itself
    is below.

    >>> not_below_nothing(np.array([-1.37, -0.2]), np.array([-0.87, 0.1])).tolist()
    [-1.0, -0.2]
    """
    return np.asarray(np.maximum(low, np.minimum(change, -1.0)), np.float64)


@dataclass(frozen=True)
class _Sums:
    """[N] units of each item in a span, and in the same one a year before."""

    now: Numbers = field(repr=False)
    before: Numbers = field(repr=False)


def _mix(panel: Panel, groups: Groups, span: Span) -> tuple[Numbers, Numbers, Numbers]:
    """[M] units by which sales changed: of items sold both times, only now, only before."""
    sums = _item_sums(panel, groups, span)
    same, new, ended = (sums.now > 0) & (sums.before > 0), sums.before <= 0, sums.now <= 0
    difference = sums.now - sums.before
    parts = [groups.hierarchy.sums(np.where(chosen, difference, 0)) for chosen in (same, new & ~same, ended & ~same)]
    return parts[0], parts[1], parts[2]


def _item_sums(panel: Panel, groups: Groups, span: Span) -> _Sums:
    frequency = panel.frequency
    per = round(frequency.per_year / groups.frequency.per_year) if frequency != groups.frequency else 1
    stamp = groups.frequency.timestamps(np.array([groups.last + 1]))
    end = int(frequency.index(stamp)[0]) if per > 1 else groups.last + 1
    length, lag = span.periods * per, groups.frequency.year_lag * per
    return _Sums(_between(panel, end - length, end), _between(panel, end - length - lag, end - lag))


def _between(panel: Panel, first: int, end: int) -> Numbers:
    """[N] known sales at the grid positions from first up to end."""
    begin = np.clip(first - panel.starts, 0, panel.history) + panel.offsets[:-1]
    stop = np.clip(end - panel.starts, 0, panel.history) + panel.offsets[:-1]
    edges = np.stack([begin, np.maximum(stop, begin)], axis=1).ravel()
    known = np.append(np.where(np.isfinite(panel.sales), panel.sales, 0).astype(np.float64), 0.0)
    total = np.concatenate([[0.0], np.cumsum(known)])
    return np.asarray(total[edges[1::2]] - total[edges[::2]])
