"""Sales beside what was expected of them, and their sums over the times of events and over items.

An effect is the logarithm of sales over expected sales, both summed with weights: the maximum of the likelihood of a
quasi-Poisson regression on a dummy (McCullagh and Nelder 1989, chapter 9). The variance of sales around m expected ones
is φ m + τ² m²: φ is the item's own noise, τ what one time of an event differs from another.
"""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from foresale.core.arrays import TINY, Flags, Numbers
from foresale.core.frequency import Index
from foresale.forecasting.effects.clocks import Clock
from foresale.forecasting.effects.columns import Bins

USUAL_CHANGE: Final = 0.1
"""How much one time of an event differs from another where nothing tells it: a tenth."""
MOST_SQUARED: Final = 0.5
"""Squares of effects above are those of another kind of period, such as one in which a part of the shops is closed."""
_HALF: Final = 0.5  # a unit, so that a count of 0 has a logarithm


@dataclass(frozen=True)
class Cells:
    """Sales of n items over T columns beside what was expected.

    Attributes:
        sales: [n, T], NaN where unknown.
        expected: [n, T] by the baseline and all other effects; above 0.
        noise: [n] φ: the variance of sales over their mean.
        shock: by how much all items together go up and down from one ordinary period to another, beyond their noise.
        group: [n] the group of each item, or None where items have no groups.
    """

    sales: Numbers = field(repr=False)
    expected: Numbers = field(repr=False)
    noise: Numbers = field(repr=False)
    shock: float = 0.0
    group: Index | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Sums:
    """Weighted sums over cells: of sales, of what was expected, and of both parts of the variance."""

    sold: Numbers
    expected: Numbers
    noisy: Numbers
    changing: Numbers

    def halves(self) -> "tuple[Sums, Sums]":
        """Those of every other time [n, S], where they stand apart [n, 2 S]."""
        return self._of(slice(0, None, 2)), self._of(slice(1, None, 2))

    @property
    def in_both_halves(self) -> Flags:
        """[n, S] whether sales were expected in both halves of the times."""
        even, odd = self.halves()
        return np.asarray((even.expected > TINY) & (odd.expected > TINY))

    def whole(self) -> "Sums":
        """Those of all times [n, S]."""
        parts = zip(*(vars(half).values() for half in self.halves()), strict=True)
        return Sums(*(even + odd for even, odd in parts))

    def of_groups(self, group: Index) -> "Sums":
        """Those of the members of each group [G, 2 S]."""
        count = int(group.max()) + 1
        order = np.argsort(group, kind="stable")
        begins = np.searchsorted(group[order], np.arange(count))
        return Sums(*(np.add.reduceat(values[order], begins, axis=0) for values in vars(self).values()))

    def of_slots(self, slots: Flags) -> "Sums":
        """Those of some slots [n, 2 S'], where `slots` [S] are chosen."""
        return Sums(*(values[:, np.repeat(slots, 2)] for values in vars(self).values()))

    def of_pairs(self, member: Index, slot: Index) -> "Sums":
        """[P, 2] those of P pairs of a member and a slot, as if each were a member of its own."""
        both = slot[:, None] * 2 + np.arange(2)
        return Sums(*(values[member[:, None], both] for values in vars(self).values()))

    def _of(self, part: slice) -> "Sums":
        return Sums(*(values[:, part] for values in vars(self).values()))

    def estimate(self) -> tuple[Numbers, Numbers]:
        """The logarithm of sales over expected ones, and its variance.

        Infinite where nothing was expected, or where returns left less than nothing: no logarithm tells what that was.
        """
        seen = (self.expected > TINY) & (self.sold > -_HALF)
        expected = np.where(seen, self.expected, 1.0)
        factor = np.where(seen, (self.sold + _HALF) / (expected + _HALF), 1.0)
        variance = (self.noisy / np.clip(factor, 0.05, 20.0) + self.changing) / expected**2
        return np.log(factor), np.where(seen, np.maximum(variance, TINY), np.inf)


def _weighted(cells: Cells, at: Index, spread: float, own: float) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Of some columns [n, D]: weighted sales, weighted expected sales, and both parts of the variance.

    Weights suit cells that spread around a common effect by the variance `spread`, of which `own` is the cell's alone.
    """
    sales, expected = cells.sales[:, at], cells.expected[:, at]
    known = np.isfinite(sales)
    noise = cells.noise[:, None]
    weight = known / (noise + spread * expected)
    told = weight * expected
    return weight * np.where(known, sales, 0.0), told, weight * told * noise, own * told**2


def item_sums(clock: Clock, cells: Cells, change: float) -> "Sums":
    """[n, 2 S] sums over the times of each slot, those of every other time apart."""
    length = cells.sales.shape[1]
    n, count = len(cells.sales), 2 * clock.count
    slots = clock.slots[..., :length]
    half = np.where(slots >= 0, 2 * slots + clock.times[:length] % 2, -1)
    if half.ndim == 1:
        bins = Bins(half, count)
        return Sums(*(bins.sums(each) for each in _weighted(cells, bins.columns, change**2, change**2)))
    days = np.flatnonzero((half >= 0).any(axis=0))
    own = half[:, days]
    place = (np.where(own >= 0, own, count) * n + np.arange(n)[:, None]).ravel(order="F")
    values = _weighted(cells, days, change**2, change**2)
    sums = (_summed(place, each.ravel(order="F"), n * (count + 1)) for each in values)
    return Sums(*(each.reshape((n, count + 1), order="F")[:, :count] for each in sums))


def _summed(place: Index, values: Numbers, size: int) -> Numbers:
    """[size] sums of values by their place."""
    return np.asarray(np.bincount(place, values, minlength=size), np.float64)


def common_sums(clock: Clock, cells: Cells, change: float, between: float) -> "Sums":
    """[S, O] sums over all items, by slot and time."""
    length = cells.sales.shape[1]
    slots, times = clock.slots[..., :length], clock.times[:length]
    many = int(times.max(initial=0)) + 1
    days = np.flatnonzero((slots >= 0) if slots.ndim == 1 else (slots >= 0).any(axis=0))
    values = _weighted(cells, days, between + change**2, between)
    if slots.ndim == 1:
        place = slots[days].astype(np.int64) * many + times[days]
        parts = [each.sum(axis=0) for each in values]
    else:
        own = slots[:, days]
        place = (np.where(own >= 0, own, clock.count).astype(np.int64) * many + times[days]).ravel(order="F")
        parts = [each.ravel(order="F") for each in values]
    size = (clock.count + 1) * many
    sums = [_summed(place, part, size).reshape(-1, many)[: clock.count] for part in parts]
    return Sums(*sums)


def column_effects(cells: Cells, change: float, columns: Index, *, by_group: bool = False) -> tuple[Numbers, Numbers]:
    """[D] logarithm of the sales of all items over what was expected in some columns, one by one, and its variance.

    With `by_group`, [G, D] those of each group.
    """
    sums = Sums(*_weighted(cells, columns, change**2, 0.0))
    if by_group and cells.group is not None:
        return sums.of_groups(cells.group).estimate()
    return Sums(*(each.sum(axis=0) for each in vars(sums).values())).estimate()


def shock_of(cells: Cells, calm: Flags) -> float:
    """By how much all items together go up and down from one calm period to another, beyond their noise.

    Args:
        cells: sales beside all that was expected.
        calm: [n, T] where no effect is felt.
    """
    quiet = replace(cells, sales=np.where(calm, cells.sales, np.nan))
    estimate, variance = column_effects(quiet, USUAL_CHANGE, np.arange(calm.shape[1]))
    seen = np.isfinite(variance)
    if not seen.any():
        return 0.0
    beyond = np.minimum(estimate[seen] ** 2, MOST_SQUARED).mean() - variance[seen].mean()
    return float(np.sqrt(max(beyond, 0.0)))
