"""Items of a plan some at a time, each with its sample paths, so that memory stays small for tens of thousands."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from foresale.core.forecast import Forecast
from foresale.core.frequency import Index
from foresale.inventory.leads import periods_of
from foresale.inventory.levels import Ahead
from foresale.inventory.numeric import Counts, Numbers
from foresale.inventory.planning.now import until_end
from foresale.inventory.planning.options import PlanOptions, Seasons
from foresale.inventory.planning.rules import NEVER, Rules
from foresale.inventory.planning.stretch import first_day, stretched
from foresale.inventory.samples import Paths
from foresale.inventory.terms import Inventory, ItemTerms

_CELLS: Final = 4_000_000
_SPREAD: Final = 2.0
"""Standard deviations of the lead time that paths reach beyond its mean."""


@dataclass(frozen=True)
class Slice:
    """Some items of a plan, n of N.

    Attributes:
        items: [n] which ones.
        demand: [S, n, H] sample paths from today on, without demand after an item's end.
        stock: what is there, and what comes at which step.
        lead: [S, n] periods that an order takes.
        rules: by which they are ordered.
        terms: what they are bought and sold for.
        elasticity: [n] percent more demand for one percent off the price.
    """

    items: Index
    demand: Paths
    stock: Ahead
    lead: Counts
    rules: Rules
    terms: ItemTerms
    elasticity: Numbers


@dataclass(frozen=True)
class Frame:
    """What a plan looks at: all items, and how far.

    Attributes:
        forecast: of all items.
        inventory: their stock and terms.
        options: what to keep to.
        rules: [N] of all items.
        usual: [N] usual lead time in periods.
        needed: [N] steps of demand that its orders have to look at: up to the arrival of the next order.
        elasticity: [N] of demand to price.
        horizon: steps that the projection shows.
    """

    forecast: Forecast
    inventory: Inventory
    options: PlanOptions
    rules: Rules
    usual: Counts
    needed: Counts
    elasticity: Numbers
    horizon: int

    @classmethod
    def of(cls, forecast: Forecast, inventory: Inventory, options: PlanOptions, seasons: Seasons) -> "Frame":
        """The frame of a plan made on the first day of a forecast."""
        terms, grid = inventory.terms, forecast.frequency
        told = ~np.isnat(seasons.end)
        last = grid.index(np.where(told, seasons.end, np.datetime64("1970-01-01", "D")))
        end = np.where(told, np.maximum(last - first_day(forecast) + 1, 0), NEVER)
        rules = Rules.of(terms, grid, aim=options.aim, end=end)
        usual = periods_of(terms.lead.mean, grid)
        needed = periods_of(terms.lead.mean + _SPREAD * terms.lead.sd, grid) + rules.review
        horizon = forecast.horizon if options.horizon is None else options.horizon
        elasticity = np.where(np.isnan(seasons.elasticity), options.elasticity, seasons.elasticity)
        return cls(forecast, inventory, options, rules, usual, needed, elasticity, horizon)

    @property
    def short(self) -> "np.typing.NDArray[np.bool_]":
        """[N] whether the forecast ends before the next order arrives."""
        behind = first_day(self.forecast) - self.forecast.starts
        return np.asarray(np.minimum(self.usual + self.rules.review, self.rules.end) > self.forecast.horizon - behind)

    def ahead(self, farthest: int) -> Counts:
        """[N] steps that the plan looks ahead: to the end of an item, where that is not farther than so many."""
        ends = np.where(self.rules.end <= farthest, self.rules.end, 0)
        return np.maximum(np.maximum(self.needed, self.horizon + self.rules.review), ends)

    def slices(self) -> Iterator[Slice]:
        """All items, some at a time; the same ones with the same paths whenever it is asked."""
        steps = self.ahead(self.forecast.horizon)
        order = np.argsort(steps, kind="stable")
        first, number = 0, 0
        while first < order.size:
            size = max(_CELLS // (int(steps[order[first]]) * self.options.paths), 1)
            items = order[first : first + size]
            yield self._slice(items, steps=int(steps[items[-1]]), number=number)
            first, number = first + size, number + 1

    def _slice(self, items: Index, *, steps: int, number: int) -> Slice:
        options, part = self.options, self.inventory.select(items)
        forecast = stretched(self.forecast, items, steps=steps)
        rules = self.rules.select(items)
        stock = Ahead(part.stock.on_hand, part.stock.arrivals(forecast, lead=self.usual[items]), part.stock.owed)
        lead = part.terms.lead.periods(forecast.frequency, count=options.paths, seed=options.seed)
        demand = until_end(_step_by_step(forecast, options.paths, seed=options.seed + number), rules.end)
        return Slice(items, demand, stock, lead, rules, part.terms, self.elasticity[items])


def _step_by_step(forecast: Forecast, count: int, *, seed: int) -> Paths:
    """The paths [S, n, H] of a forecast, each step in one piece of memory, since they are followed step by step."""
    laid = np.empty((forecast.horizon, count, forecast.items.height), np.float32)
    for part, paths in forecast.iterate_paths(count, seed=seed):
        laid[:, :, part] = np.moveaxis(paths, 2, 0)
    return np.moveaxis(laid, 0, 2)
