"""Expected shortage at a level of stock: the loss functions of normal and sampled demand.

The first-order loss is n(x) = E[(D - x)+]; the second-order one is n2(x) = E[((D - x)+)²] / 2, of which n is the slope,
but for its sign (Zipkin, Foundations of Inventory Management, 2000, section C.2.5).
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from foresale.inventory.numeric import Counts, Numbers, not_negative, numbers, together

_FAR = 37.0
"""Standard deviations beyond which a normal variable has no mass in float64."""


def normal_density(z: npt.ArrayLike) -> Numbers:
    """The density of the standard normal distribution."""
    values = numbers(z)
    return numbers(np.exp(-(values**2) / 2) / np.sqrt(2 * np.pi))


def standard_loss(z: npt.ArrayLike) -> Numbers:
    """E[(Z - z)+] of a standard normal variable: φ(z) - z (1 - Φ(z)).

    >>> standard_loss([0.0, 0.3]).round(4).tolist()
    [0.3989, 0.2668]
    """
    from scipy.special import ndtr

    values = np.clip(numbers(z), -np.inf, _FAR)
    return numbers(np.maximum(normal_density(values) - values * ndtr(-values), 0.0))


def normal_loss(level: npt.ArrayLike, *, mean: npt.ArrayLike, sd: npt.ArrayLike) -> Numbers:
    """Expected units short at a level of stock under normal demand; exact also where the deviation is zero.

    >>> normal_loss([50.0, 60.0], mean=50, sd=[8, 0]).round(4).tolist()
    [3.1915, 0.0]
    """
    level, mean = together(level=level, mean=mean)
    level, mean, (sd,) = *np.broadcast_arrays(level, mean), not_negative(sd=sd)
    safe = np.where(sd > 0, sd, 1.0)
    return np.where(sd > 0, safe * standard_loss((level - mean) / safe), np.maximum(mean - level, 0.0))


@dataclass(frozen=True)
class SampledLoss:
    """The loss functions of samples of N items: sorted and added up once, so that any level costs next to nothing.

    Attributes:
        ordered: [N, S] samples in rising order.
        sums: [N, S + 1] of the samples from each rank on.

    >>> need = SampledLoss.of(np.array([[1.0], [2.0], [6.0]]))
    >>> need.first(np.array([2.0])).round(4).tolist(), need.second(np.array([2.0])).round(4).tolist()
    ([1.3333], [2.6667])
    """

    ordered: Numbers = field(repr=False)
    sums: Numbers = field(repr=False)

    @classmethod
    def of(cls, samples: Numbers) -> "SampledLoss":
        """Those of samples [S, N]."""
        ordered = np.sort(samples.T, axis=1)
        return cls(ordered, _from_rank(ordered))

    @cached_property
    def squares(self) -> Numbers:
        """[N, S + 1] sums of the squares of the samples from each rank on."""
        return _from_rank(self.ordered**2)

    def first(self, level: Numbers) -> Numbers:
        """[..., N] E[(D - x)+] at levels [..., N]."""
        rank, item, count = self._rank(level), np.arange(len(self.ordered)), self.ordered.shape[1]
        return numbers((self.sums[item, rank] - level * (count - rank)) / count)

    def second(self, level: Numbers) -> Numbers:
        """[..., N] E[((D - x)+)²] / 2 at levels [..., N]."""
        return self._second(level, self._rank(level))

    def over(self, level: Numbers, lot: Numbers) -> Numbers:
        """[N] E[(D - x)+], on average over levels from these [N] to a lot [N] beyond, each as likely."""
        if not lot.any():
            return self.first(level)
        wide = np.where(lot > 0, lot, 1.0)
        near, far = self._second(ends := np.stack([level, level + wide]), self._rank(ends))
        mean = (near - far) / wide
        return mean if (lot > 0).all() else np.where(lot > 0, mean, self.first(level))

    def _second(self, level: Numbers, rank: Counts) -> Numbers:
        item, count = np.arange(len(self.ordered)), self.ordered.shape[1]
        squares = self.squares[item, rank] - level * (2 * self.sums[item, rank] - level * (count - rank))
        return numbers(squares / (2 * count))

    def _rank(self, level: Numbers) -> Counts:
        """[..., N] samples that are not above a level; one beside it may count or not, since losses do not jump."""
        low, span, keys = self._keys
        items, count = self.ordered.shape
        place = np.arange(items) + np.clip((level - low) / span, -0.25, 0.75)
        return np.asarray(np.searchsorted(keys, place, side="right") - np.arange(items) * count, np.int64)

    @cached_property
    def _keys(self) -> tuple[Numbers, Numbers, Numbers]:
        """[N] the least sample and twice the range, [N · S] samples on one line, those of item i from i to i + ½."""
        low, range_ = self.ordered[:, 0], self.ordered[:, -1] - self.ordered[:, 0]
        span = np.where(range_ > 0, 2 * range_, 1.0)
        keys = self.ordered - low[:, None]
        keys /= span[:, None]
        keys += np.arange(len(low))[:, None]
        return low, span, keys.ravel()


def _from_rank(ordered: Numbers) -> Numbers:
    sums = np.empty((len(ordered), ordered.shape[1] + 1))
    sums[:, 0] = 0
    np.cumsum(ordered[:, ::-1], axis=1, out=sums[:, 1:])
    return sums[:, ::-1]
