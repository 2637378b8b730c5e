"""What happened in a simulation: service, stock, waste and money, by item and in total, with their uncertainty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.inventory.numeric import Counts, Numbers, numbers
from foresale.inventory.policies.shelf import Units
from foresale.inventory.policies.terms import ReplenishmentTerms

COUNTED: Final = (
    "wanted",
    "sold",
    "short_periods",
    "cycles",
    "kept_cycles",
    "stock",
    "owed",
    "ordered",
    "orders",
    "spoiled",
    "left",
)
_SMALL: Final = np.float32(1e-4)
_Counted = npt.NDArray[np.float32] | npt.NDArray[np.bool_]
NORMAL_95: Final = 1.959964
"""How many standard errors an interval of 95 % reaches to each side."""


class Tally:
    """What is counted while a simulation runs, of n items on S paths.

    Args:
        terms: what a unit costs and what one short costs.
        first: [n] the first period that counts.
        until: [n] the period from which none counts any more.
    """

    def __init__(self, terms: ReplenishmentTerms, first: Counts, until: Counts) -> None:
        self._weights = terms.cost.astype(np.float32), terms.short.astype(np.float32)
        self._first, self._until = first, until
        self._all = (int(first.max(initial=0)), int(until.min(initial=0)))
        self._any = (int(first.min(initial=0)), int(until.max(initial=0)))
        self.counts: dict[str, Units] = {}
        self.held: list[Units] = []
        self.short: list[Units] = []

    @property
    def periods(self) -> Counts:
        """[n] periods that count."""
        return np.asarray(np.maximum(self._until - self._first, 0), np.int64)

    def open(self, width: int) -> None:
        """Make room for so many paths."""
        shape = (self._first.size, width)
        self.counts = {name: np.zeros(shape, np.float32) for name in COUNTED}
        self._broken = np.zeros(shape, bool)

    def add(
        self,
        step: int,
        *,
        wanted: Units,
        sold: Units,
        left: Units,
        owed: Units,
        arrived: Units,
        ordered: Units | None,
        spoiled: Units | None,
    ) -> None:
        """Count one period, all [n, S] in units."""
        lacking = wanted - sold
        short = lacking > _SMALL
        came = arrived > 0
        kept = came & ~self._broken
        self._broken &= ~came
        self._broken |= short
        if self._any[0] <= step < self._any[1]:
            parts: dict[str, _Counted] = {"wanted": wanted, "sold": sold, "stock": left}
            parts |= {"short_periods": short, "cycles": came, "kept_cycles": kept}
            if ordered is not None:
                parts |= {"ordered": ordered, "orders": ordered > 0}
            if spoiled is not None:
                parts["spoiled"] = spoiled
            if owed.any():
                parts["owed"] = owed
            self._count(step, parts)
        last = np.equal(self._until - 1, step)
        if last.any():
            self.counts["left"] += left * last[:, None]
        cost, loss = self._weights
        self.held.append(cost @ left)
        self.short.append(loss @ lacking)

    def _count(self, step: int, parts: Mapping[str, _Counted]) -> None:
        if self._all[0] <= step < self._all[1]:
            for name, values in parts.items():
                self.counts[name] += values
            return
        inside = ((self._first <= step) & (step < self._until))[:, None]
        for name, values in parts.items():
            self.counts[name] += values * inside


@dataclass(frozen=True)
class Result:
    """What happened to N items on S paths, over the periods that count.

    Attributes:
        terms: the terms of the items.
        counts: by name (`COUNTED`), [N, S] totals: units wanted, sold, on hand at the ends of periods added up, owed
            likewise, ordered, spoiled and left at the end; periods in which something lacked, orders, order cycles
            (from one arrival to the next) and those of them in which nothing lacked.
        periods: [N] periods that count.
        held: [T, S] money tied up in the stock of all items at the end of each period, those that do not count too.
        short: [T, S] money that unmet demand cost in each period.
    """

    terms: ReplenishmentTerms
    counts: Mapping[str, Units] = field(repr=False)
    periods: Counts = field(repr=False)
    held: Units = field(repr=False)
    short: Units = field(repr=False)

    @classmethod
    def joined(cls, parts: Sequence[tuple[Counts, Tally]], terms: ReplenishmentTerms) -> "Result":
        """The result of all items out of those of some each."""
        order = np.argsort(np.concatenate([items for items, _ in parts]), kind="stable")
        counts = {name: np.concatenate([tally.counts[name] for _, tally in parts])[order] for name in COUNTED}
        periods = np.concatenate([tally.periods for _, tally in parts])[order]
        held, short = (
            np.asarray(sum(np.stack(getattr(tally, name)) for _, tally in parts), np.float32)
            for name in ("held", "short")
        )
        return cls(terms, counts, periods, held, short)

    def column(self, place: int) -> "Result":
        """What happened on one path, or to one of the contenders that stood side by side."""
        only = slice(place, place + 1)
        counts = {name: values[:, only] for name, values in self.counts.items()}
        return replace(self, counts=counts, held=self.held[:, only], short=self.short[:, only])

    @property
    def fill_rate(self) -> Numbers:
        """[N] share of demand that found stock; 1 where there was none."""
        return _ratio(self._mean("sold"), self._mean("wanted"), empty=1.0)

    @property
    def cycle_service(self) -> Numbers:
        """[N] share of order cycles in which nothing lacked; 1 where none was completed."""
        return _ratio(self._mean("kept_cycles"), self._mean("cycles"), empty=1.0)

    @property
    def average_stock(self) -> Numbers:
        """[N] units on hand at the end of a period."""
        return _ratio(self._mean("stock"), numbers(self.periods), empty=0.0)

    @property
    def turnover(self) -> Numbers:
        """[N] times a year that the average stock is sold; NaN where there was none."""
        sold = self._mean("sold") * self.terms.per_year / np.maximum(self.periods, 1)
        return _ratio(sold, self.average_stock, empty=np.nan)

    @cached_property
    def money(self) -> Mapping[str, Numbers]:
        """By kind, [N, S] money over the periods that count: holding, ordering, waste, lost, and their total."""
        terms, counts = self.terms, self.counts
        parts = {
            "holding": counts["stock"] * terms.holding[:, None],
            "ordering": counts["orders"] * terms.ordering[:, None],
            "waste": counts["spoiled"] * terms.waste[:, None],
            "lost": np.maximum(counts["wanted"] - counts["sold"], 0) * terms.short[:, None],
        }
        exact = {name: values.astype(np.float64) for name, values in parts.items()}
        return exact | {"total": numbers(sum(exact.values()))}

    def total(self, name: str) -> "Estimate":
        """What all items came to, in units or periods of `counts`, or in `money`: the mean of the paths."""
        values = self.money[name] if name in self.money else self.counts[name].astype(np.float64)
        return _sum_of(values)

    def overall(self, share: str, of: str) -> "Estimate":
        """The share of one count in another, over all items: `overall("sold", "wanted")` is the fill rate."""
        above, below = (self.counts[name].astype(np.float64) for name in (share, of))
        axis = 0 if above.shape[1] > 1 else 1
        return _ratio_of(above.sum(axis=axis), below.sum(axis=axis))

    def _mean(self, name: str) -> Numbers:
        return numbers(self.counts[name].mean(axis=1, dtype=np.float64))


@dataclass(frozen=True)
class Estimate:
    """A number and the interval that holds it with 95 % confidence."""

    value: float
    low: float
    high: float


def _sum_of(values: Numbers) -> Estimate:
    """The sum over items [N, S]: uncertain by its paths, or, of a single path, by which items there are."""
    total = values.sum(axis=0)
    mean = float(total.mean())
    if total.size > 1:
        error = float(total.std(ddof=1)) / np.sqrt(total.size)
    else:
        error = float(values.std(ddof=1)) * np.sqrt(len(values)) if len(values) > 1 else np.nan
    return Estimate(mean, float(mean - NORMAL_95 * error), float(mean + NORMAL_95 * error))


def _ratio_of(above: Numbers, below: Numbers) -> Estimate:
    """A ratio of sums [K] and its uncertainty by linearisation (Cochran, Sampling Techniques, 1977, section 6.4)."""
    if not below.sum() > 0:
        return Estimate(np.nan, np.nan, np.nan)
    ratio = float(above.sum() / below.sum())
    count = above.size
    left = ((above - ratio * below) ** 2).sum()
    error = float(np.sqrt(count / (count - 1) * left) / below.sum()) if count > 1 else float("nan")
    return Estimate(ratio, ratio - NORMAL_95 * error, ratio + NORMAL_95 * error)


def _ratio(above: Numbers, below: Numbers, *, empty: float) -> Numbers:
    known = below > 0
    return np.where(known, above / np.where(known, below, 1.0), empty)
