"""Items of a plan some at a time, each with its sample paths, so that memory stays small for tens of thousands."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from foresale.core.chunks import chunks
from foresale.core.forecast import Forecast
from foresale.core.frequency import Index
from foresale.inventory.leads import periods_of
from foresale.inventory.levels import Ahead
from foresale.inventory.numeric import Counts, Numbers
from foresale.inventory.planning.options import PlanOptions, Seasons
from foresale.inventory.policies.extend_horizon import first_day, stretched
from foresale.inventory.policies.paths import PathDraw
from foresale.inventory.policies.registry import policy_named
from foresale.inventory.policies.situation import Policy, Situation, until_end
from foresale.inventory.policies.tails import Tails
from foresale.inventory.policies.terms import ReplenishmentTerms
from foresale.inventory.samples import Paths
from foresale.inventory.terms import Inventory

_CELLS: Final = 2_000_000
"""Numbers of sample paths that are drawn together, in each thread."""
_TOGETHER: Final = 256
"""Items that are followed together, on few of their paths."""
_ROUND: Final = 8
"""Steps to a multiple of which paths are drawn."""


@dataclass(frozen=True)
class Slice:
    """Some items of a plan, n of N.

    Attributes:
        items: [n] which ones.
        demand: [S, n, H] sample paths from today on, without demand after an item's end.
        stock: what is there, and what comes at which step.
        terms: on which they are replenished.
        price: what they are sold for at full price.
        salvage: what a leftover still brings.
        elasticity: [n] percent more demand for one percent off the price.
    """

    items: Index
    demand: Paths
    stock: Ahead
    terms: ReplenishmentTerms
    price: Numbers
    salvage: Numbers
    elasticity: Numbers

    @cached_property
    def situation(self) -> Situation:
        """The moment in which they are ordered."""
        return Situation.today(self.terms, self.stock, self.demand)


@dataclass(frozen=True)
class Frame:
    """What a plan looks at: all items, and how far.

    Attributes:
        forecast: of all items.
        inventory: their stock and terms.
        options: what to keep to.
        terms: [N] on which all items are replenished.
        policy: what orders.
        usual_lead: [N] usual lead time in periods.
        elasticity: [N] of demand to price.
        horizon: steps that the projection shows.
        tails: how far sales may go beyond all that was ever sold; None where no history tells.
    """

    forecast: Forecast
    inventory: Inventory
    options: PlanOptions
    terms: ReplenishmentTerms
    policy: Policy
    usual_lead: Counts
    elasticity: Numbers
    horizon: int
    tails: Tails | None = None

    @classmethod
    def of(cls, forecast: Forecast, inventory: Inventory, options: PlanOptions, seasons: Seasons) -> "Frame":
        """The frame of a plan made on the first day of a forecast."""
        terms, grid = inventory.terms, forecast.frequency
        end = seasons.ends(grid, first_day(forecast))
        own = ReplenishmentTerms.of(terms, grid, end=end, lost=options.lost, seed=options.seed)
        usual = periods_of(terms.lead.mean, grid)
        horizon = forecast.horizon if options.horizon is None else options.horizon
        elasticity = np.where(np.isnan(seasons.elasticity), options.elasticity, seasons.elasticity)
        return cls(forecast, inventory, options, own, policy_named(options.policy), usual, elasticity, horizon)

    @property
    def short(self) -> "np.typing.NDArray[np.bool_]":
        """[N] whether the forecast ends before the next order arrives."""
        behind = first_day(self.forecast) - self.forecast.starts
        return np.asarray(self.until > self.forecast.horizon - behind)

    @property
    def until(self) -> Counts:
        """[N] step on which the order after that of today arrives, or on which the item ends."""
        return np.asarray(np.minimum(self.usual_lead + self.terms.review, self.terms.end), np.int64)

    def ahead(self, farthest: int) -> Counts:
        """[N] steps that the plan looks ahead: to the end of an item, where that is not farther than so many."""
        ends = np.where(self.terms.end <= farthest, self.terms.end, 0)
        return np.maximum(np.maximum(self.terms.reach, self.horizon + self.terms.review), ends)

    @cached_property
    def steps(self) -> Counts:
        """[N] steps of the paths: as many as the plan looks ahead, rounded up.

        So items of few lengths are looked at together, each with all of its own paths and no more: what is seen of it
        does not depend on which others there are.
        """
        return -(-self.ahead(self.forecast.horizon) // _ROUND) * _ROUND

    @cached_property
    def _draw(self) -> PathDraw:
        """The draw of all items, as far as any of them looks."""
        steps = int(self.steps.max())
        return PathDraw.of(self.forecast, steps=steps, count=self.options.paths, seed=self.options.seed)

    def parts(self, of: Index | None = None) -> list[Index]:
        """All items, or some, in parts that are followed together, those of a part on paths of one length."""
        items = np.arange(self.steps.size) if of is None else of
        parts = list[Index]()
        for length in np.unique(self.steps[items]):
            own = items[self.steps[items] == length]
            parts += [own[some] for some in chunks(own.size, width=1, cells=_TOGETHER)]
        return parts

    def slices(self, items: Index) -> Iterator[Slice]:
        """The items of a part, fewer at a time, on all of their paths; an item has the same ones every time."""
        draw, steps = self._draw, int(self.steps[items[0]])
        for few in chunks(items.size, width=steps * self.options.paths, cells=_CELLS):
            some = items[few]
            forecast = stretched(self.forecast, some, steps=steps)
            paths = draw.paths(forecast, np.arange(some.size), tails=self.tails)
            yield self.slice_of(some, until_end(paths, self.terms.end[some]))

    def slice_of(self, items: Index, demand: Paths) -> Slice:
        """Some items on paths [S, n, H] of their demand, none of which is after their ends."""
        part = self.inventory.select(items)
        stock = part.ahead(stretched(self.forecast, items, steps=demand.shape[2]))
        own, bought = self.terms.select(items), part.terms
        return Slice(items, demand, stock, own, bought.price, bought.salvage, self.elasticity[items])
