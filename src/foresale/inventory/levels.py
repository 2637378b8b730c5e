"""Order-up-to levels out of joint sample paths: what the inventory position must reach today.

An order of today arrives after L periods, the next one R periods later. The position therefore has to last through the
demand of R + L periods, as the paths have it: with its seasons, its promotions and the way its days hang together,
which z σ √(R + L) leaves out. Lead times are samples, too.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError
from foresale.inventory.numeric import Counts, Numbers, falling_root, numbers, positive, share
from foresale.inventory.samples import Paths, covering_order_statistic, sums_until

_WARM_UP = 6
_LOST_HALVINGS = 16


@dataclass(frozen=True)
class Cycle:
    """Demand that an order of today must last for, of S paths and N items.

    Attributes:
        before: [S, N] units before it arrives, L periods from now.
        until: [S, N] units before the next one does, R + L periods from now.
    """

    before: Numbers
    until: Numbers

    @classmethod
    def of(cls, demand: Paths, *, lead: npt.ArrayLike, review: npt.ArrayLike) -> "Cycle":
        """From paths [S, N, H], lead times and review periods in whole steps: one number, [N] or [S, N].

        Raises:
            ConfigError: shapes that do not fit, or steps below zero.
        """
        wait = np.asarray(lead)
        before, until = sums_until(demand, [wait, wait + np.asarray(review)])
        return cls(before, until)

    @property
    def mean(self) -> Numbers:
        """[N] expected units until the next order arrives."""
        return numbers(self.until.mean(axis=0))

    def shortage(self, level: npt.ArrayLike) -> Numbers:
        """[N] expected units of the cycle that find no stock when the position is brought up to a level [N] today.

        Unmet demand waits: E[(D(R + L) - S)+] - E[(D(L) - S)+], what is short at the end less what was before.
        """
        held = numbers(level)
        return numbers((np.maximum(self.until - held, 0) - np.maximum(self.before - held, 0)).mean(axis=0))

    def fill_rate(self, level: npt.ArrayLike) -> Numbers:
        """[N] share of the cycle's demand that finds stock; 1 where there is none to expect."""
        wanted = (self.until - self.before).mean(axis=0)
        return np.where(wanted > 0, 1 - self.shortage(level) / np.where(wanted > 0, wanted, 1.0), 1.0)

    def cycle_service(self, level: npt.ArrayLike) -> Numbers:
        """[N] share of the paths whose demand the level lasts for."""
        return numbers((self.until <= numbers(level)).mean(axis=0))


def cycle_level(cycle: Cycle, *, target: npt.ArrayLike) -> Numbers:
    """[N] the level that lasts until the next order arrives with probability `target` (cycle service, type 1).

    Raises:
        ConfigError: a target outside of 0 to 1.

    >>> rng = np.random.default_rng(0)
    >>> paths = rng.poisson(5, (4000, 1, 10)).astype(np.float32)
    >>> cycle_level(Cycle.of(paths, lead=3, review=7), target=0.95).round(1).tolist()     # Poisson of mean 50
    [62.0]
    """
    items = cycle.until.shape[1]
    return covering_order_statistic(cycle.until, np.broadcast_to(share(target=target)[0], (items,)))


def fill_level(cycle: Cycle, *, target: npt.ArrayLike) -> Numbers:
    """[N] the least level at which a share `target` of the cycle's demand finds stock (fill rate, type 2).

    Unmet demand waits. Zero where no demand is expected in the cycle.

    Raises:
        ConfigError: a target outside of 0 to 1.

    >>> rng = np.random.default_rng(0)
    >>> paths = rng.poisson(5, (4000, 1, 10)).astype(np.float32)
    >>> cycle = Cycle.of(paths, lead=3, review=7)
    >>> level = fill_level(cycle, target=0.98)
    >>> level.round(1).tolist(), cycle.fill_rate(level).round(6).tolist()
    ([56.8], [0.98])
    """
    (wanted,) = share(target=target)
    allowed = (1 - wanted) * (cycle.until - cycle.before).mean(axis=0)
    top = cycle.until.max(axis=0)
    level = falling_root(lambda held: cycle.shortage(held) - allowed, low=np.zeros(top.shape), high=top, halvings=32)
    return np.where(allowed > 0, level, 0.0)


def cost_level(cycle: Cycle, *, short: npt.ArrayLike, holding: npt.ArrayLike) -> Numbers:
    """[N] the level that costs the least: the newsvendor's quantile short / (short + holding) of the cycle's demand.

    Args:
        cycle: demand until the next order arrives.
        short: money per unit short.
        holding: money per unit left at the end of the cycle: for stock that keeps, its holding over one review.

    Raises:
        ConfigError: a cost that is not above zero.
    """
    short, holding = positive(short=short, holding=holding)
    items = cycle.until.shape[1]
    return covering_order_statistic(cycle.until, np.broadcast_to(short / (short + holding), (items,)))


@dataclass(frozen=True)
class LostSales:
    """The cycle of today's order where unmet demand is lost, with the reviews on the way to it.

    What is lost does not draw the position down, so that less stock reaches the same fill rate than where demand waits.
    Each path is followed from today's review to the arrival of the next order, R + L periods, ordering up to the level
    at every review; it begins as it would have after reviews of the same kind before.
    """

    early: Numbers
    late: Numbers
    between: Numbers
    pending: Counts

    @classmethod
    def of(cls, demand: Paths, *, lead: npt.ArrayLike, review: npt.ArrayLike) -> "LostSales":
        """From paths [S, N, H], lead times and review periods in whole steps: one number, [N] or [S, N].

        Raises:
            ConfigError: shapes that do not fit, or a review period below one step.
        """
        count, items = demand.shape[:2]
        wait, every = (np.broadcast_to(np.asarray(steps), (count, items)) for steps in (lead, review))
        if (every < 1).any():
            raise ConfigError("a review period has at least one step")
        pending, rest = wait // every, wait % every
        stops = [np.minimum(rest + turn * every, wait + every) for turn in range(int(pending.max()) + 2)]
        first, cycle, *ends = sums_until(demand, [rest, every, *stops])
        between = np.diff(np.stack(ends), axis=0)
        return cls(early=first, late=cycle - first, between=between, pending=pending)

    def fill_rate(self, level: npt.ArrayLike) -> Numbers:
        """[N] share of the demand of today's cycle that is sold, ordering up to the level [N] at every review."""
        held = np.broadcast_to(numbers(level), self.early.shape)
        on_hand, coming = self._settled(held)
        coming = self._ordered(held, on_hand, coming)
        on_hand = np.maximum(on_hand - self.early, 0)
        sold = wanted = np.zeros(self.early.shape)
        for turn in range(len(self.between)):
            on_hand, coming = on_hand + coming[0], np.concatenate([coming[1:], np.zeros_like(coming[:1])])
            last = turn == self.pending
            sold = np.where(last, np.minimum(on_hand, self.between[turn]), sold)
            wanted = np.where(last, self.between[turn], wanted)
            on_hand = np.maximum(on_hand - self.between[turn], 0)
        asked = wanted.mean(axis=0)
        return np.where(asked > 0, sold.mean(axis=0) / np.where(asked > 0, asked, 1.0), 1.0)

    def _settled(self, level: Numbers) -> tuple[Numbers, Numbers]:
        """On hand before today's review, and [P, S, N] what then comes after 0, 1, … reviews."""
        most = int(self.pending.max())
        on_hand, coming = np.array(level), np.zeros((most + 1, *level.shape))
        for turn in range(_WARM_UP + most):
            order = np.random.default_rng(turn).permutation(level.shape[0])
            coming = self._ordered(level, on_hand, coming)
            on_hand = np.maximum(on_hand - self.early[order], 0) + coming[0]
            coming = np.concatenate([coming[1:], np.zeros_like(coming[:1])])
            on_hand = np.maximum(on_hand - self.late[order], 0)
        return on_hand, coming

    def _ordered(self, level: Numbers, on_hand: Numbers, coming: Numbers) -> Numbers:
        order = np.maximum(level - on_hand - coming.sum(axis=0), 0)
        slots = np.arange(len(coming))[:, None, None] == self.pending
        return numbers(coming + np.where(slots, order, 0.0))


def lost_fill_level(lost: LostSales, *, target: npt.ArrayLike, high: Numbers) -> Numbers:
    """[N] the least level at which a share `target` of demand is sold, where unmet demand is lost.

    Args:
        lost: the paths.
        target: share of demand to sell.
        high: [N] a level that suffices: `fill_level` of the same target, where unmet demand waits.

    Raises:
        ConfigError: a target outside of 0 to 1.

    >>> rng = np.random.default_rng(0)
    >>> paths = rng.poisson(5, (4000, 1, 10)).astype(np.float32)
    >>> enough = fill_level(Cycle.of(paths, lead=3, review=7), target=0.9)
    >>> lost_fill_level(LostSales.of(paths, lead=3, review=7), target=0.9, high=enough).round(1) < enough
    array([ True])
    """
    (wanted,) = share(target=target)

    def lacking(level: Numbers) -> Numbers:
        return numbers(wanted - lost.fill_rate(level))

    return falling_root(lacking, low=np.zeros(high.shape), high=high, halvings=_LOST_HALVINGS)
