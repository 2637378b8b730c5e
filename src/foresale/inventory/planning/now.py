"""What to order now, from sample paths and today's stock: the one step that plans repeat and simulations replay."""

from dataclasses import dataclass

import numpy as np

from foresale.inventory.levels import Ahead, Cycle, cost_level, cycle_level, fill_level
from foresale.inventory.numeric import Counts, Numbers
from foresale.inventory.orders import in_whole_packs
from foresale.inventory.perishable import capped
from foresale.inventory.planning.rules import NEVER, Rules
from foresale.inventory.samples import Paths


@dataclass(frozen=True)
class Orders:
    """Orders of N items placed now.

    Attributes:
        units: [N] units to order: whole packs, at least the minimum, or nothing.
        wanted: [N] units that the rules ask for, before packs and minimum.
        last: [N] whether it is the last order that still comes in time before the item ends.
        brief: [N] whether less is wanted than the service asks for, since more would spoil.
        cycle: what is there when the order arrives, and what is wanted until the next one does.
    """

    units: Numbers
    wanted: Numbers
    last: "np.typing.NDArray[np.bool_]"
    brief: "np.typing.NDArray[np.bool_]"
    cycle: Cycle


def orders_now(demand: Paths, stock: Ahead, *, lead: Counts, rules: Rules, lost: bool = True) -> Orders:
    """What each of N items needs to be ordered at this moment, so that its rules are kept until the next order arrives.

    Today's stock is followed along every path up to the arrival of the order; what is then on hand is set against the
    demand until the order after that one arrives. Nothing is ordered that would arrive after an item's end. Callable at
    every review of a simulation: all is arrays.

    Args:
        demand: [S, N, H] sample paths from this moment on.
        stock: what is there, and what comes at which step.
        lead: [S, N] or [N] periods until an order of now can be sold.
        rules: reviews, packs, targets and costs.
        lost: whether unmet demand is lost; else it waits.

    Raises:
        ConfigError: shapes that do not fit.

    >>> rng = np.random.default_rng(0)
    >>> paths = rng.poisson(5, (400, 2, 14)).astype(np.float32)
    >>> from foresale.inventory.planning.example import rules_of
    >>> stock = Ahead(on_hand=np.array([20.0, 90.0]), arrivals=np.zeros((2, 14)))
    >>> orders_now(paths, stock, lead=np.array([3, 3]), rules=rules_of(2, pack=6)).units.tolist()
    [36.0, 0.0]
    """
    count, items, _ = demand.shape
    wait = np.broadcast_to(lead, (count, items))
    reach = min(int((wait + rules.review).max(initial=0)), demand.shape[2])
    living = until_end(demand[:, :, : max(reach, 1)], rules.end)
    cycle = Cycle.projected(living, stock, lead=wait, review=serving(wait, rules), lost=lost)
    last = is_last(wait, rules)
    wanted = level_of(cycle, rules, last=last)
    full = wanted.copy()
    short_lived = np.flatnonzero(rules.shelf < rules.review)
    if short_lived.size:
        part = Ahead(stock.on_hand[short_lived], stock.arrivals[short_lived],
                     np.broadcast_to(stock.owed, (items,))[short_lived])  # fmt: skip
        life = Cycle.projected(living[:, short_lived], part, lead=wait[:, short_lived],
                               review=rules.shelf[short_lived], lost=lost)  # fmt: skip
        wanted[short_lived] = unspoiled(wanted[short_lived], life, share=rules.waste_share)
    brief = wanted < full - 1e-9
    wanted[np.median(wait, axis=0) >= rules.end] = 0.0
    units = in_whole_packs(wanted, pack=rules.pack, minimum=rules.minimum)
    return Orders(units, wanted, last, brief, cycle)


def level_of(cycle: Cycle, rules: Rules, *, last: "np.typing.NDArray[np.bool_]") -> Numbers:
    """[N] units that the rules want to have for a cycle: by service, by cost, or for the rest of an item's life."""
    level = np.zeros(cycle.wanted.shape[1])
    by_cost = last | (rules.aim == "cost")
    for chosen, fill in ((~by_cost & rules.fill, True), (~by_cost & ~rules.fill, False)):
        at = np.flatnonzero(chosen)
        if at.size:
            measure = fill_level if fill else cycle_level
            level[at] = measure(_part(cycle, at), target=rules.target[at])
    at = np.flatnonzero(by_cost)
    if at.size:
        left = np.where(last, rules.waste, rules.over)[at]
        level[at] = cost_level(_part(cycle, at), short=rules.short[at], holding=left)
    return level


def is_last(lead: Counts, rules: Rules, *, passed: int = 0) -> "np.typing.NDArray[np.bool_]":
    """[N] whether an order placed after so many steps would be sold up to the end of the item, and none after it."""
    usual = np.median(lead, axis=0)
    return np.asarray((rules.end < NEVER) & (passed + usual + rules.review >= rules.end))


def serving(lead: Counts, rules: Rules, *, passed: int = 0) -> Counts:
    """[S, N] periods that an order serves which is placed after so many steps: until the next arrives, or the end.

    The next one has a lead time of its own, drawn from the same ones: that of another path.

    >>> from foresale.inventory.planning.example import rules_of
    >>> serving(np.array([[2], [5]]), rules_of(1, review=7)).tolist()
    [[10], [4]]
    """
    following = rules.review + np.roll(lead, 1, axis=0)
    return np.asarray(np.maximum(np.minimum(following, rules.end - passed) - lead, 0), np.int64)


def until_end(demand: Paths, end: Counts, *, passed: int = 0) -> Paths:
    """The paths without demand after the end of each item.

    >>> until_end(np.ones((1, 2, 3)), np.array([1, 9])).tolist()
    [[[1.0, 0.0, 0.0], [1.0, 1.0, 1.0]]]
    """
    steps = passed + np.arange(demand.shape[2])
    over = steps >= end[:, None]
    return np.where(over, 0, demand) if over.any() else demand


def unspoiled(wanted: Numbers, life: Cycle, *, share: float) -> Numbers:
    """[n] units of which no more than a share is expected to pass its last day; `life` reaches up to that day."""
    fresh = Cycle(np.zeros(life.wanted.shape), np.maximum(life.until, 0))
    return np.minimum(wanted, capped(wanted, fresh, waste_share=share))


def _part(cycle: Cycle, at: Counts) -> Cycle:
    return Cycle(cycle.available[:, at], cycle.wanted[:, at])
