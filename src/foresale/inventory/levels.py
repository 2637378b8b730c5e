"""How much to have, or to order today, out of joint sample paths.

An order of today arrives after L periods, the next one R periods later. Until then stock has to last for the demand of
R + L periods, as the paths have it: with its seasons, its promotions and the way its days hang together, which
z σ √(R + L) leaves out. Lead times are samples, too.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError
from foresale.inventory.loss import SampledLoss
from foresale.inventory.numeric import Numbers, continuous_root, not_negative, numbers, positive, share
from foresale.inventory.samples import Paths, PathSums, covering_order_statistic


@dataclass(frozen=True)
class ProtectionInterval:
    """The time that an order of today is for: from its arrival, L periods from now, to that of the next, R later.

    Attributes:
        available: [S, N] units on hand when the order arrives, without it; below zero what is owed by then.
        wanted: [S, N] units of demand until the next order arrives.
    """

    available: Numbers
    wanted: Numbers

    @classmethod
    def of(cls, demand: Paths, *, lead: npt.ArrayLike, review: npt.ArrayLike) -> "ProtectionInterval":
        """From nothing on hand and on order, unmet demand waiting: what is to be ordered is then the level of (R, S).

        Args:
            demand: [S, N, H] sample paths.
            lead: lead time in whole steps: one number, [N] or [S, N].
            review: steps from one order to the next, likewise.

        Raises:
            ConfigError: shapes that do not fit, or steps below zero.
        """
        wait = np.asarray(lead)
        sums = PathSums.of(demand)
        before, until = sums.before(wait), sums.before(wait + np.asarray(review))
        return cls(-before, until - before)

    @cached_property
    def until(self) -> Numbers:
        """[S, N] units that must be ordered for all demand of the cycle to be met; below zero what will be left."""
        return self.wanted - self.available

    @cached_property
    def _losses(self) -> tuple[SampledLoss, SampledLoss | None]:
        """Of what must be ordered, and of what is owed when the order arrives, where anything is."""
        waiting = bool(self.available.min(initial=0) < 0)
        return SampledLoss.of(self.until), SampledLoss.of(-self.available) if waiting else None

    @property
    def most(self) -> Numbers:
        """[N] units with which nothing lacks on any path."""
        return np.maximum(self._losses[0].ordered[:, -1], 0)

    @cached_property
    def expected(self) -> Numbers:
        """[N] expected demand until the next order arrives."""
        return numbers(self.wanted.mean(axis=0))

    def shortage(self, order: npt.ArrayLike) -> Numbers:
        """[N] expected units of the cycle's demand that find no stock if an order [N] is placed today.

        What is short at the end of the cycle, less what was owed before it began; [K, N] of several orders [K, N].
        """
        return self.mean_shortage(numbers(order), np.zeros(self.until.shape[1]))

    def mean_shortage(self, order: Numbers, lot: Numbers) -> Numbers:
        """[N] the same, on average over orders from these units to a lot [N] beyond."""
        units = np.broadcast_to(order, np.broadcast_shapes(order.shape, lot.shape))
        need, owed = self._losses
        return need.over(units, lot) - (0.0 if owed is None else owed.over(units, lot))

    def fill_rate(self, order: npt.ArrayLike) -> Numbers:
        """[N] share of the cycle's demand that finds stock; 1 where there is none to expect."""
        expected = self.expected
        return np.where(expected > 0, 1 - self.shortage(order) / np.where(expected > 0, expected, 1.0), 1.0)

    def cycle_service(self, order: npt.ArrayLike) -> Numbers:
        """[N] share of the paths on which the stock lasts through the cycle."""
        return numbers((self.until <= numbers(order)).mean(axis=0))


@dataclass(frozen=True)
class Ahead:
    """Stock of N items as it is today, and what is on the way.

    Attributes:
        on_hand: [N] units.
        arrivals: [N, H] units that can be sold from each step on: `Stock.arrivals`.
        owed: [N] units sold but not yet delivered; zero for all by default.

    Raises:
        ConfigError: negative units, or arrays that do not fit.
    """

    on_hand: Numbers
    arrivals: Numbers
    owed: npt.ArrayLike = 0.0

    def __post_init__(self) -> None:
        not_negative(on_hand=self.on_hand, owed=self.owed)
        not_negative(arrivals=self.arrivals)
        if self.arrivals.ndim != 2 or self.arrivals.shape[:1] != self.on_hand.shape:
            raise ConfigError(f"arrivals {self.arrivals.shape} do not fit stock of {self.on_hand.shape} items")

    @property
    def net(self) -> Numbers:
        """[N] units on hand, less those owed."""
        return self.on_hand - numbers(self.owed)


def cycle_level(cycle: ProtectionInterval, *, target: npt.ArrayLike) -> Numbers:
    """[N] the least units with which stock lasts through the cycle with probability `target` (type 1).

    Raises:
        ConfigError: a target outside of 0 to 1.

    >>> rng = np.random.default_rng(0)
    >>> paths = rng.poisson(5, (4000, 1, 10)).astype(np.float32)
    >>> cycle_level(ProtectionInterval.of(paths, lead=3, review=7), target=0.95).round(1).tolist()  # Poisson, mean 50
    [62.0]
    """
    return _quantile(cycle, share(target=target)[0])


def fill_level(cycle: ProtectionInterval, *, target: npt.ArrayLike, lot: npt.ArrayLike = 0.0) -> Numbers:
    """[N] the least units with which a share `target` of the cycle's demand finds stock (fill rate, type 2).

    Who orders in whole lots holds more than is needed after most of his orders, by anything up to a lot and each as
    often (Hadley and Whitin, Analysis of Inventory Systems, 1963, chapter 5). With a `lot`, the share is that which is
    met on average over all of these. Zero where no demand is expected in the cycle.

    Raises:
        ConfigError: a target outside of 0 to 1.

    >>> rng = np.random.default_rng(0)
    >>> paths = rng.poisson(5, (4000, 1, 10)).astype(np.float32)
    >>> cycle = ProtectionInterval.of(paths, lead=3, review=7)
    >>> level = fill_level(cycle, target=0.98)
    >>> level.round(1).tolist(), cycle.fill_rate(level).round(6).tolist()
    ([56.8], [0.98])
    >>> fill_level(cycle, target=0.98, lot=12).round(1).tolist()
    [52.0]
    """
    (reached,) = share(target=target)
    allowed = (1 - reached) * cycle.expected
    size = np.broadcast_to(not_negative(lot=lot)[0], allowed.shape)

    def excess(units: Numbers) -> Numbers:
        return numbers(cycle.mean_shortage(units, size) - allowed)

    zero = np.zeros(allowed.shape)
    wanting = (allowed > 0) & (excess(zero) > 0)
    if not wanting.any():
        return zero
    return np.where(wanting, continuous_root(excess, low=zero, high=cycle.most), 0.0)


def cost_level(cycle: ProtectionInterval, *, short: npt.ArrayLike, holding: npt.ArrayLike) -> Numbers:
    """[N] the units that cost the least: the newsvendor's quantile short / (short + holding) of what is needed.

    Args:
        cycle: demand until the next order arrives.
        short: money per unit short.
        holding: money per unit left at the end of the cycle: for stock that keeps, its holding over one review.

    Raises:
        ConfigError: a cost that is not above zero.
    """
    short, holding = positive(short=short, holding=holding)
    return _quantile(cycle, numbers(short / (short + holding)))


def _quantile(cycle: ProtectionInterval, level: Numbers) -> Numbers:
    wide = np.broadcast_to(level, cycle.until.shape[1:])
    return np.maximum(covering_order_statistic(cycle.until, wide), 0.0)
