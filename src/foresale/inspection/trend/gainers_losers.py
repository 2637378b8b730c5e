"""Which items rise and which fall, as far as that is no chance.

Each item's newest weeks are compared with the same ones a year before, like for like (festivals beside festivals). An
item without a year behind it is compared with its weeks just before, each divided by the factor that season and
calendar have for its group. The difference is tested by Student's t over weeks, the autocorrelation of neighbouring
weeks counted. Where a thousand items are tested, fifty would seem to move by chance alone; so the chances are put in
order and cut where no more than one in twenty of those named is expected to be false (Benjamini and Hochberg 1995).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl

from foresale.core.arrays import Numbers
from foresale.core.chunks import chunks
from foresale.core.frequency import DAYS_A_YEAR, Frequency, Index
from foresale.core.panel import Panel
from foresale.core.prices import last_prices
from foresale.inspection.trend.calendar import YEARS
from foresale.inspection.trend.fit import Fit
from foresale.inspection.trend.growth import not_below_nothing
from foresale.inspection.trend.likeforlike import Pairs, pairs
from foresale.inspection.trend.series import Groups

FALSE: Final = 0.05
"""Share of the items named as moving that may be named by chance."""
_FEWEST: Final = 4  # steps of a test
_YEAR: Final = "a year before"
_LATELY: Final = "lately"
_SEASON_IN: Final = "lately, season in"
SCHEMA: Final[dict[str, Any]] = {
    "against": pl.String,
    "sales": pl.Float64,
    "before": pl.Float64,
    "change": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "chance": pl.Float64,
    "false_share": pl.Float64,
    "verdict": pl.String,
    "units": pl.Float64,
    "stake": pl.Float64,
}


@dataclass(frozen=True)
class Compared:
    """Two stretches of periods to be compared, cut into steps (weeks, where periods are shorter).

    Attributes:
        current: [n] grid positions.
        before: [n] grid positions of the counterparts.
        steps: [n] the step that each pair belongs to, rising from 0.
        against: what the second stretch is.
        ahead: how many periods one stretch lasts.
    """

    current: Index = field(repr=False)
    before: Index = field(repr=False)
    steps: Index = field(repr=False)
    against: str
    ahead: int


@dataclass(frozen=True)
class _Factor:
    """What season and calendar do to the groups of the finest level.

    Attributes:
        values: [G, T] factors from grid position `first` on; 1 is a mean period.
        first: that position.
        codes: [N] the group of each item.
    """

    values: Numbers = field(repr=False)
    first: int
    codes: Index = field(repr=False)

    def rate(self, items: Index, compared: Compared) -> Numbers:
        """[n, L] by how much the factor of now is above that of before."""
        before = np.maximum(self.values[:, compared.before - self.first], 1e-6)
        return np.asarray((self.values[:, compared.current - self.first] / before)[self.codes[items]])


def movers_table(panel: Panel, groups: Groups, fits: Sequence[Fit], *, countries: Sequence[str]) -> pl.DataFrame:
    """One row per item, those with most at stake first.

    Columns: item_id, the caller's key columns, against (what it is compared with: "a year before"; "lately", the weeks
    just before, season and calendar taken out; or "lately, season in", where the season is not known), sales and before
    (units per period over the newest weeks, and over those compared with), change with low and high (95 %), chance,
    false_share (of all items at least as sure, how many are expected to be false), verdict (rising, falling, new,
    steady, unknown), units (change per period) and stake (the same at the last known price; null without a price).
    """
    count = len(panel)
    told = np.full((count, 6), np.nan)
    against = np.full(count, "", object)
    for compared, factor in _comparisons(panel, groups, fits, countries):
        able = (against == "") & (panel.starts <= compared.before.min()) & (panel.cutoffs >= compared.current.max())
        chosen = np.flatnonzero(able)
        for part in chunks(chosen.size, width=compared.current.size):
            items = chosen[part]
            told[items] = _compare(panel, items, compared, factor)
        against[able] = compared.against
    now, before, change, low, high, chance = told.T
    false = false_shares(chance)
    units = now - before
    sure = false <= FALSE
    cases = {
        "unknown": np.isnan(chance),
        "new": (before == 0) & (now > 0),
        "rising": sure & (units > 0),
        "falling": sure & (units < 0),
    }
    verdict = np.select(list(cases.values()), list(cases), "steady")
    price = last_prices(panel)
    columns = [against, now, before, change, low, high, chance, false, verdict, units, units * price]
    made = [
        pl.Series(name, column.tolist(), kind) for (name, kind), column in zip(SCHEMA.items(), columns, strict=True)
    ]
    frame = pl.DataFrame(made).with_columns(pl.selectors.float().fill_nan(None))
    keys = panel.named_items
    frame = pl.concat([keys, frame], how="horizontal")
    worth = "stake" if np.isfinite(price).any() else "units"
    return frame.sort(pl.col(worth).abs(), pl.col("units").abs(), descending=True, nulls_last=True)


def _comparisons(
    panel: Panel, groups: Groups, fits: Sequence[Fit], countries: Sequence[str]
) -> Iterator[tuple[Compared, _Factor | None]]:
    """What an item is compared with, the best first; and the factor to divide by, where one is needed."""
    frequency, last = panel.frequency, int(panel.cutoffs.max())
    step = _step(frequency)
    length = (
        12 if frequency.unit == "month" and frequency.count == 1 else 13 if step > 1 or frequency.unit == "week" else 4
    ) * step
    year = _a_year_before(frequency, last - length + 1, last, countries)
    yield Compared(year.current, year.before, (year.current - year.current.min()) // step, _YEAR, length), None
    half = 8 * step if frequency.unit != "month" else 6
    now = last - half + 1 + np.arange(half)
    factor = _factor(panel, groups, fits)
    against = _LATELY if groups.years >= YEARS and factor is not None else _SEASON_IN
    yield Compared(now, now - half, np.arange(half) // step, against, half), factor


def _a_year_before(frequency: Frequency, first: int, last: int, countries: Sequence[str]) -> Pairs:
    if frequency.unit in {"minute", "hour"}:
        now = np.arange(first, last + 1)
        return Pairs(now, now - frequency.year_lag)
    return pairs(frequency, first, last, countries=countries)


def _step(frequency: Frequency) -> int:
    """Periods in a step: those of a week, where they are shorter."""
    return max(round(7 * frequency.per_year / DAYS_A_YEAR), 1) if frequency.unit in {"minute", "hour", "day"} else 1


def _factor(panel: Panel, groups: Groups, fits: Sequence[Fit]) -> _Factor | None:
    """The factors of the finest level; None where items have shorter periods than the groups."""
    if panel.frequency != groups.frequency:
        return None
    own = groups.hierarchy.slices()[-1]
    return _Factor(np.stack([fit.factor for fit in fits[own]]), groups.first, groups.hierarchy.levels[-1].codes)


def _compare(panel: Panel, items: Index, compared: Compared, factor: _Factor | None) -> Numbers:
    """[n, 6] mean now, mean before, change, its interval, and how likely it is by chance."""
    now, before = (_cells(panel, items, at) for at in (compared.current, compared.before))
    if factor is not None:
        before = before * factor.rate(items, compared)
    both = np.isfinite(now) & np.isfinite(before)
    sums = [_by_step(np.where(both, cells, 0), compared.steps) for cells in (now, before, both.astype(float))]
    return _tested(*sums)


def _cells(panel: Panel, items: Index, positions: Index) -> Numbers:
    """[n, L] sales at grid positions."""
    rows = (panel.offsets[:-1] - panel.starts)[items][:, None] + positions
    return np.asarray(panel.sales[rows], np.float64)


def _by_step(cells: Numbers, steps: Index) -> Numbers:
    """[n, W] sums of the cells of each step."""
    first = np.unique(steps, return_index=True)[1]
    return np.asarray(np.add.reduceat(cells, first, axis=1))


def _tested(now: Numbers, before: Numbers, count: Numbers) -> Numbers:
    """Paired comparison of steps [n, W], each of `count` known pairs."""
    from scipy.special import stdtr, stdtrit

    pairs_known = count.sum(axis=1)
    steps = (count > 0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = now.sum(axis=1) / pairs_known, before.sum(axis=1) / pairs_known
        difference = means[0] - means[1]
        rest = np.where(count > 0, now - before - difference[:, None] * count, 0)
        square = (rest**2).sum(axis=1)
        neighbours = (rest[:, 1:] * rest[:, :-1]).sum(axis=1)
        alike = np.clip(np.where(square > 0, neighbours / square + 1 / steps, 0), 0, 0.9)
        error = np.sqrt(square * (1 + alike) / (1 - alike) * steps / (steps - 1)) / pairs_known
        score = np.abs(difference) / error
        chance = np.where((difference == 0) & (error == 0), 1.0, 2 * stdtr(steps - 1, -score))
        margin = stdtrit(steps - 1, 0.975) * error
        change, low, high = (value / means[1] for value in (difference, difference - margin, difference + margin))
        low = not_below_nothing(low, change)
    silent = (steps < _FEWEST) | (means[0] + means[1] <= 0)
    chance = np.where(silent, np.nan, chance)
    found = np.stack([*means, change, low, high, chance], axis=1)
    found[:, 2:5][~np.isfinite(found[:, 2:5])] = np.nan
    return np.where((pairs_known > 0)[:, None], found, np.nan)


def false_shares(chances: Numbers) -> Numbers:
    """[N] of all items at least as sure as each, the share expected to be false; NaN where there is no test.

    Adjusted chances of Benjamini and Hochberg (1995).

    >>> false_shares(np.array([0.01, 0.02, 0.9, np.nan])).round(3).tolist()
    [0.03, 0.03, 0.9, nan]
    """
    shares = np.full(chances.shape, np.nan)
    known = np.flatnonzero(np.isfinite(chances))
    if known.size:
        order = known[np.argsort(chances[known], kind="stable")]
        raised = chances[order] * known.size / np.arange(1, known.size + 1)
        shares[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1)
    return shares
