"""Lead times: how long a supplier takes, told or learnt from past deliveries, and drawn for sample paths."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency, Index
from foresale.inventory.numeric import Counts, Numbers, numbers

_EMPTY: Final = np.zeros(0)
_DAYS_A_YEAR: Final = 365.2425


@dataclass(frozen=True)
class LeadTimes:
    """Lead times of N items, in days.

    Where a supplier's past deliveries are known, its lead time is one of theirs, drawn again (a bootstrap); elsewhere
    it follows a gamma distribution of the told mean and deviation, which cannot be negative and leans to the late side.

    Attributes:
        mean: [N] days.
        sd: [N] standard deviation in days; 0 where the lead time is always the same.
        group: [N] position of the item's supplier among those whose deliveries are known; -1 for none.
        seen: [M] days that past deliveries took, supplier after supplier.
        offsets: [K + 1] first delivery of each supplier, and their number at the end.

    >>> LeadTimes.fixed([3.0, 10.0]).periods(Frequency.parse("W"), count=2, seed=0).tolist()
    [[1, 2], [1, 2]]
    """

    mean: Numbers
    sd: Numbers
    group: Counts
    seen: Numbers = field(default_factory=lambda: _EMPTY, repr=False)
    offsets: Counts = field(default_factory=lambda: np.zeros(1, np.int64), repr=False)

    @classmethod
    def fixed(cls, days: npt.ArrayLike, sd: npt.ArrayLike = 0.0) -> "LeadTimes":
        """Lead times of a told mean and deviation."""
        mean, deviation = np.broadcast_arrays(numbers(days), numbers(sd))
        return cls(mean, deviation, np.full(mean.shape, -1))

    def select(self, chosen: Index) -> "LeadTimes":
        """The lead times of some of the items."""
        return LeadTimes(self.mean[chosen], self.sd[chosen], self.group[chosen], self.seen, self.offsets)

    def days(self, *, count: int, seed: int) -> Numbers:
        """[S, N] days, drawn evenly over the distribution: items of one supplier are late together.

        Args:
            count: samples S, as many as the demand paths they go with.
            seed: the same seed gives the same samples.

        Raises:
            ConfigError: fewer than one sample.
        """
        if count < 1:
            raise ConfigError(f"lead times are drawn at least once, not {count} times")
        kinds = np.stack([self.group, np.where(self.group < 0, self.mean, 0), np.where(self.group < 0, self.sd, 0)])
        distinct, which = np.unique(kinds, axis=1, return_inverse=True)
        generator = np.random.default_rng(seed)
        strata = np.tile((np.arange(count)[:, None] + 0.5) / count, (1, distinct.shape[1]))
        strata = generator.permuted(strata, axis=0)
        return self._quantiles(distinct, strata)[:, which.reshape(-1)]

    def _quantiles(self, kinds: Numbers, levels: Numbers) -> Numbers:
        from scipy.special import gammaincinv

        group, mean, sd = kinds[0].astype(np.int64), kinds[1], kinds[2]
        varying = sd > 0
        safe = np.where(varying, sd, 1.0)
        shape = np.where(varying, (mean / safe) ** 2, 1.0)
        drawn = gammaincinv(np.maximum(shape, 1e-9), levels) * np.where(varying, safe**2 / np.maximum(mean, 1e-12), 0.0)
        told = np.where(varying, drawn, mean)
        learnt = group >= 0
        if not learnt.any():
            return numbers(told)
        first, size = self.offsets[group[learnt]], np.diff(self.offsets)[group[learnt]]
        told[:, learnt] = self.seen[first + np.floor(levels[:, learnt] * size).astype(np.int64)]
        return numbers(told)

    def periods(self, frequency: Frequency, *, count: int, seed: int) -> Counts:
        """[S, N] whole periods after which an order of now can be sold: days, rounded up to periods; at least 1."""
        return periods_of(self.days(count=count, seed=seed), frequency)


def period_days(frequency: Frequency) -> float:
    """The length of a period in days.

    >>> period_days(Frequency.parse("W")), round(period_days(Frequency.parse("MS")), 2)
    (7.0, 30.44)
    """
    if frequency.unit == "month":
        return _DAYS_A_YEAR / frequency.per_year
    return frequency.step / 86_400_000_000


def periods_of(days: npt.ArrayLike, frequency: Frequency) -> Counts:
    """Days as whole periods, rounded up; at least 1.

    >>> periods_of([0.5, 7, 8], Frequency.parse("W")).tolist()
    [1, 1, 2]
    """
    return np.maximum(np.ceil(numbers(days) / period_days(frequency) - 1e-9), 1).astype(np.int64)
