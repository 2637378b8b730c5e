"""Base stock of what spoils: no more than sells before its last day, and what that costs on sample paths."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError
from foresale.inventory.levels import Cycle
from foresale.inventory.numeric import Counts, Numbers, falling_root, not_negative, numbers, positive
from foresale.inventory.samples import Paths, sums_until


@dataclass(frozen=True)
class Perishable:
    """Timing and money of N items that spoil. Times in whole periods, money per unit; one number or [N].

    Attributes:
        lead: periods until an order arrives; [S, N] where it varies.
        review: periods from one order to the next.
        shelf: periods from arrival for which it can be sold, at least 1.
        short: what a lost sale costs.
        waste: what a spoiled unit costs: the price paid, less what it still brings.
        holding: what a unit left over at the end of a cycle costs.

    Raises:
        ConfigError: times below one period (lead: below zero), or costs below zero.
    """

    lead: npt.ArrayLike
    review: npt.ArrayLike
    shelf: npt.ArrayLike
    short: npt.ArrayLike
    waste: npt.ArrayLike
    holding: npt.ArrayLike = 0.0

    def __post_init__(self) -> None:
        not_negative(lead=self.lead, holding=self.holding)
        positive(review=self.review, shelf=self.shelf, short=self.short, waste=self.waste)


def perishable_level(demand: Paths, *, terms: Perishable) -> Numbers:
    """[N] the order-up-to level that balances lost sales, leftovers and spoilage, approximately.

    The last unit of a level S is sold before the next order comes if D(E) > S, where E = L + min(R, m) is the end of
    the time in which this order alone serves, m its shelf life; it spoils if D(L + m) < S, when first in goes first
    out. So S is where short × P(D(E) > S) = holding × P(D(E) <= S) + waste × P(D(L + m) <= S).
    It is an approximation: units of this order that spoil are counted as if all stock before them were sold first and
    nothing was ever lost or spoiled before. `perishable_outcome` tells what a level really does; see also Nahmias
    (Operations Research 1982) on why exact policies need the age of every unit.

    Args:
        demand: [S, N, H] sample paths.
        terms: times and money.

    Raises:
        ConfigError: shapes that do not fit.

    >>> rng = np.random.default_rng(0)
    >>> paths = rng.poisson(10, (4000, 1, 30)).astype(np.float32)
    >>> fresh = Perishable(lead=1, review=1, shelf=2, short=1.0, waste=2.0)
    >>> keeps = Perishable(lead=1, review=1, shelf=20, short=1.0, waste=2.0)
    >>> bool(perishable_level(paths, terms=fresh) < perishable_level(paths, terms=keeps))
    True
    """
    lead, review, shelf = (np.asarray(part) for part in (terms.lead, terms.review, terms.shelf))
    alone, spoiled = sums_until(demand, [lead + np.minimum(review, shelf), lead + shelf])
    short, waste, holding = (numbers(part) for part in (terms.short, terms.waste, terms.holding))

    def worth(level: Numbers) -> Numbers:
        sells, stays = (alone > level).mean(axis=0), (alone <= level).mean(axis=0)
        return numbers(short * sells - holding * stays - waste * (spoiled <= level).mean(axis=0))

    return falling_root(worth, low=np.zeros(alone.shape[1]), high=alone.max(axis=0) + 1, halvings=40)


@dataclass(frozen=True)
class Outcome:
    """What a level did on sample paths, of N items: means over the paths, in units per period.

    Attributes:
        demand: [N] units wanted.
        sold: [N] units sold.
        spoiled: [N] units that passed their last day.
        left: [N] units on hand at the end of a period.
    """

    demand: Numbers
    sold: Numbers
    spoiled: Numbers
    left: Numbers

    @property
    def fill_rate(self) -> Numbers:
        """[N] share of demand that was sold; 1 where there was none."""
        return np.where(self.demand > 0, self.sold / np.where(self.demand > 0, self.demand, 1.0), 1.0)


def perishable_outcome(demand: Paths, level: npt.ArrayLike, *, terms: Perishable) -> Outcome:
    """What ordering up to a level at every review does: the oldest is sold first, unmet demand is lost.

    Every unit's age is followed along every path. The first L + m periods, in which stock fills up, are not counted.

    Args:
        demand: [S, N, H] sample paths.
        level: [N] units that on hand and on order are brought up to.
        terms: times and money; the lead time is one number or [N].

    Raises:
        ConfigError: fewer steps than L + m and one, or lead times by path.

    >>> rng = np.random.default_rng(0)
    >>> paths = rng.poisson(10, (200, 1, 60)).astype(np.float32)
    >>> fresh = Perishable(lead=1, review=1, shelf=2, short=1.0, waste=2.0)
    >>> done = perishable_outcome(paths, [22.0], terms=fresh)
    >>> bool(done.fill_rate > 0.9), bool(done.spoiled < 1)
    (True, True)
    """
    count, items, horizon = demand.shape
    lead, review, shelf = (_whole(part, items) for part in (terms.lead, terms.review, terms.shelf))
    skipped = int((lead + shelf).max())
    if skipped >= horizon:
        raise ConfigError(f"the outcome of a level takes more than {skipped} steps, not {horizon}")
    target = np.broadcast_to(numbers(level), (count, items))
    young, coming = int(shelf.max()), int(lead.max())
    ages = np.zeros((young, count, items))
    pipeline = np.zeros((coming + 1, count, items))
    totals = np.zeros((4, items))
    for step in range(horizon):
        order = np.maximum(target - ages.sum(axis=0) - pipeline.sum(axis=0), 0) * (step % review == 0)
        pipeline += np.where(np.arange(coming + 1)[:, None, None] == lead, order, 0.0)
        ages += np.where(np.arange(young)[:, None, None] == shelf - 1, pipeline[0], 0.0)
        pipeline = np.concatenate([pipeline[1:], np.zeros_like(pipeline[:1])])
        wanted = demand[:, :, step].astype(np.float64)
        before = np.cumsum(ages, axis=0) - ages
        sold = np.clip(wanted - before, 0, ages)
        ages = ages - sold
        spoiled = ages[0]
        ages = np.concatenate([ages[1:], np.zeros_like(ages[:1])])
        if step >= skipped:
            parts = (wanted, sold.sum(axis=0), spoiled, ages.sum(axis=0))
            totals += np.stack([part.mean(axis=0) for part in parts])
    return Outcome(*(totals / (horizon - skipped)))


def _whole(steps: npt.ArrayLike, items: int) -> Counts:
    values = np.asarray(steps)
    if values.ndim > 1 or not np.issubdtype(values.dtype, np.integer):
        raise ConfigError(f"times are whole periods, one number or one by item, not {values.dtype} {values.shape}")
    return np.broadcast_to(values.astype(np.int64), (items,))


def capped(level: npt.ArrayLike, cycle: Cycle, *, waste_share: npt.ArrayLike) -> Numbers:
    """[N] a level of service, lowered where more than a share of it is expected to spoil.

    Args:
        level: [N] units, from `fill_level` or `cycle_level`.
        cycle: from nothing on hand up to the last day of the order: `Cycle.of` with its shelf life as the review.
        waste_share: share of the level that may spoil.

    >>> demand = np.array([[5.0], [10.0], [15.0]])
    >>> capped([20.0], Cycle(demand * 0, demand), waste_share=0.1).round(2).tolist()
    [7.14]
    """
    (allowed,) = positive(waste_share=waste_share)
    held = numbers(level)

    def saved(units: Numbers) -> Numbers:
        return numbers(allowed * units - np.maximum(units - cycle.until, 0).mean(axis=0))

    top = np.broadcast_to(held, cycle.until.shape[1:])
    return np.where(saved(top) >= 0, top, falling_root(saved, low=np.zeros(top.shape), high=top, halvings=40))
