"""Stock-outs: periods whose sales say nothing of demand, as reported or as the item's own rate makes plain.

A run of zeros is taken for a stock-out when it would be implausible with stock on hand: with the chance p of a period
without a sale, L of them in a row have the chance p^L. Where zeros occur nearby, p is their share there; where none
does, a negative binomial with the mean and variance nearby says how rare a zero is. The less telling of the two sides
of the run counts, so that an item fading out is no stock-out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Flags, Values
from foresale.core.demand_classes import launched, sizes
from foresale.core.frequency import Index
from foresale.core.histories import Rhythm
from foresale.core.runs import RunningSums

_FEW: Final = 7
"""Known periods beside a run below which that side says nothing."""
_SHORTEST_ALONE: Final = 3
"""Periods of a run, at least, where too few items were on sale to tell a closed shop."""
TOO_RARE: Final = 2.0
"""Periods from sale to sale above which one without a sale says nothing of the stock."""


def inferred(sales: Values, *, judged: Flags, in_stock: Flags, rhythm: Rhythm, chance: float) -> Flags:
    """[n, T] the zeros that are stock-outs rather than no demand.

    Only items that sell regularly are judged, between their first sale and their cutoff, in runs of at most `pause`
    periods, and of a day at least where periods are shorter. Where too few items were on sale to tell a closed shop, a
    run lasts three periods at least.

    Args:
        sales: [n, T] units, NaN where unknown or the shop was closed.
        judged: [n, T] whether closures could be told.
        in_stock: [n, T] whether the item is reported to have been in stock, where a zero is a fact.
        rhythm: what counts as nearby and as too long.
        chance: probability of taking no demand for a stock-out anywhere in an item's history; by Bonferroni it is
            shared out over the item's periods.
    """
    found = np.zeros(sales.shape, bool)
    regular = sizes(sales)[0] <= TOO_RARE
    known = ~np.isnan(sales) & launched(sales) & regular[:, None]
    known &= (known & (sales == 0) & ~in_stock).any(axis=1, keepdims=True)
    item, step = np.nonzero(known)
    values = sales[item, step].astype(np.float64)
    runs = _runs((values == 0) & ~in_stock[item, step], item)
    if not runs.begins.size:
        return found
    log_chance = _log_chance(values, item, runs, near=rhythm.near)
    lengths = runs.ends - runs.begins
    periods = (~np.isnan(sales)).sum(axis=1)[item[runs.begins]]
    shortest = np.maximum(np.where(judged[item, step][runs.begins], 1, _SHORTEST_ALONE), rhythm.spell)
    implausible = lengths * log_chance < np.log(chance / np.maximum(periods, 1))
    implausible &= (lengths >= shortest) & (lengths <= rhythm.pause)
    cells = np.zeros(len(values) + 1, np.int64)
    cells[runs.begins[implausible]] += 1
    cells[runs.ends[implausible]] -= 1
    chosen = np.cumsum(cells[:-1]) > 0
    found[item[chosen], step[chosen]] = True
    return found


@dataclass(frozen=True)
class Runs:
    """Runs of zeros in a flat array: `begins` and `ends` (exclusive), [K] positions each."""

    begins: Index
    ends: Index


def _runs(zero: Flags, item: Index) -> Runs:
    before = np.zeros(len(zero), bool)
    before[1:] = zero[:-1] & (item[1:] == item[:-1])
    after = np.zeros(len(zero), bool)
    after[:-1] = zero[1:] & (item[1:] == item[:-1])
    return Runs(np.flatnonzero(zero & ~before), np.flatnonzero(zero & ~after) + 1)


def _log_chance(values: npt.NDArray[np.float64], item: Index, runs: Runs, *, near: int) -> npt.NDArray[np.float64]:
    """[K] log of the chance of one more period without a sale, beside each run; 0 where nothing is known."""
    owner = item[runs.begins]
    first = np.searchsorted(item, owner, side="left")
    last = np.searchsorted(item, owner, side="right")
    sums = [RunningSums(part, item) for part in ((values == 0).astype(np.float64), values, values**2)]
    before = _side(sums, np.maximum(runs.begins - near, first), runs.begins)
    after = _side(sums, runs.ends, np.minimum(runs.ends + near, last))
    chance = np.fmax(before, after)
    return np.where(np.isnan(chance), 0.0, chance)


def _side(sums: Sequence[RunningSums], begin: Index, end: Index) -> npt.NDArray[np.float64]:
    """[K] log chance of a zero by the periods from begin to end; NaN where there are fewer than seven."""
    count = end - begin
    zeros, total, squares = (part.over(begin, end) for part in sums)
    known = np.maximum(count, 1)
    share = np.log((zeros + 1) / (known + 2))
    mean = np.maximum(total / known, 1e-9)
    excess = np.maximum(squares / known - mean**2 - mean, 1e-9)
    size = np.clip(mean**2 / excess, 0.3, 20)
    binomial = np.minimum(-size * np.log1p(mean / size), share)
    return np.where(count < _FEW, np.nan, np.where(zeros > 0, share, binomial))
