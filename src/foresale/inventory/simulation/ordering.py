"""Policies that see the demand to come as sample paths, and follow today's stock along each until the order arrives."""

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError
from foresale.inventory.levels import Ahead, Cycle, cycle_level, fill_level
from foresale.inventory.numeric import Counts, Numbers, falling_root, numbers
from foresale.inventory.orders import in_whole_packs
from foresale.inventory.samples import Paths, sums_until
from foresale.inventory.simulation.engine import View
from foresale.inventory.simulation.outlook import Outlook
from foresale.inventory.simulation.system import KEEPS, System, Units

Kind = Literal["base-stock", "s-S", "r-Q", "newsvendor"]
KINDS: Final[tuple[Kind, ...]] = ("base-stock", "s-S", "r-Q", "newsvendor")
_LEAST: Final = 1e-9
_CREDIT: Final = 2.0
"""Order cycles over which an allowance that was not used up is carried on."""


@dataclass(frozen=True)
class Aim:
    """What an order of N items is to reach.

    Attributes:
        kind: "base-stock" orders what is needed for the service; "s-S", where anything is needed, at least `quantity`;
            "r-Q" then whole multiples of it; "newsvendor" weighs what a lost sale costs against what is left over,
            whatever the service.
        target: [N] service, between 0 and 1.
        fill: [N] whether it is a fill rate; else it is the share of cycles in which nothing lacks.
        quantity: [N] units of an economic order; 0 for none.

    Raises:
        ConfigError: an unknown kind.
    """

    kind: Kind
    target: Numbers
    fill: npt.NDArray[np.bool_]
    quantity: Numbers

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ConfigError(f"unknown policy {self.kind!r}: choose {', '.join(KINDS)}")

    def select(self, items: Counts) -> "Aim":
        """The aims of some of the items."""
        return Aim(self.kind, self.target[items], self.fill[items], self.quantity[items])


@dataclass
class FromPaths:
    """Orders out of sample paths.

    What an order is rounded up by, or a whole pack brings too much, lets less lack than the target allows. The rest of
    the allowance is carried on to the item's next orders, for some cycles, so that the fill rate of many orders is
    the one that was asked for and not that of the next whole pack.

    The arrival of orders on the way is taken as confirmed by the supplier; that of the order to be placed is not known.

    Attributes:
        outlook: the demand to come.
        aim: what is to be reached.
        system: how stock moves.
        which: [T] the rows of `system.lead` that will come true for the orders of each period, for who knows them.
    """

    outlook: Outlook
    aim: Aim
    system: System
    which: Counts | None = field(default=None, repr=False)
    _credit: Numbers = field(default_factory=lambda: np.zeros((0, 0)), repr=False)

    def wanted(self, view: View) -> Units:
        """Units to order for the cycle that an order of now serves."""
        if not self._credit.size:
            self._credit = np.zeros(view.on_hand.shape)
        wanted = np.zeros(view.on_hand.shape, np.float32)
        due = view.step % self.system.review == 0
        for items, demand in self.outlook.parts(view.step):
            chosen = due[items]
            if not chosen.any():
                continue
            rows = items[chosen]
            paths = demand if chosen.all() else demand[:, chosen]
            for column in range(view.on_hand.shape[1]):
                wanted[rows, column] = self._units(view, rows, column, paths)
        return wanted

    def select(self, items: Counts) -> "FromPaths":
        """All items are looked at together.

        Raises:
            ConfigError: some of them are asked for.
        """
        if not np.array_equal(items, np.arange(len(self.system))):
            raise ConfigError("orders out of a forecast are simulated for all items at once: call run, not simulate")
        return self

    def _units(self, view: View, rows: Counts, column: int, demand: Paths) -> Numbers:
        system, aim = self.system.select(rows), self.aim.select(rows)
        lead, following = self._draws(system, len(demand), view.step)
        between = np.maximum(system.review + following - lead, 0)
        cycle = _cycle(view, rows, column, demand, system, lead, between)
        if aim.kind == "newsvendor":
            return _cheapest(cycle, demand, system, lead)
        credit = self._credit[rows, column]
        wanted = cycle.wanted.mean(axis=0)
        allowed = (1 - aim.target) * wanted + credit
        need = _need(cycle, aim, wanted, allowed)
        units = in_whole_packs(_in_quantities(need, aim), pack=system.pack, minimum=system.minimum)
        size = np.maximum(np.maximum(system.pack, system.minimum), np.maximum(aim.quantity, wanted))
        left = np.clip(allowed - cycle.shortage(units), 0, _CREDIT * (1 - aim.target) * size)
        self._credit[rows, column] = np.where(aim.fill, left, 0.0)
        return units

    def _draws(self, system: System, count: int, step: int) -> tuple[Counts, Counts]:
        """[S, n] lead times of this order, and of the next, which are other draws.

        With the same one for both, a long wait after a quick delivery would never be seen.
        """
        if self.which is None:
            rows = np.arange(count) % len(system.lead)
            return system.lead[rows], np.roll(system.lead, len(system.lead) // 2, axis=0)[rows]
        items = np.arange(len(system))
        later = np.minimum(step + system.review, len(self.which) - 1)
        known = system.lead[self.which[step]], system.lead[self.which[later], items]
        lead, following = (np.broadcast_to(times, (count, items.size)) for times in known)
        return lead, following


def _cycle(
    view: View, rows: Counts, column: int, demand: Paths, system: System, lead: Counts, between: Counts
) -> Cycle:
    """The cycle that an order of now serves, without what will have spoiled when it begins."""
    one = view.column(column)
    stock = Ahead(
        numbers(one.on_hand[rows, 0]), numbers(one.arrivals(demand.shape[2])[:, rows, 0].T), one.owed[rows, 0]
    )
    cycle = Cycle.projected(demand, stock, lead=lead, review=between, lost=system.lost)
    ages = one.ages()
    if ages is None:
        return cycle
    own = ages[:, rows, 0].astype(np.float64)
    fresh = np.concatenate([np.cumsum(own[::-1], axis=0)[::-1], np.zeros((1, rows.size))])
    coming = np.concatenate([np.zeros((rows.size, 1)), np.cumsum(stock.arrivals, axis=1)], axis=1)
    last, item = coming.shape[1] - 1, np.arange(rows.size)
    alive = np.clip(lead - system.shelf + 1, 0, last)
    arriving = coming[item, np.minimum(lead + between, last)] - coming[item, alive]
    still = fresh[np.minimum(lead, len(ages)), item] + np.maximum(arriving, 0)
    return Cycle(np.minimum(cycle.available, still), cycle.wanted)


def _need(cycle: Cycle, aim: Aim, wanted: Numbers, allowed: Numbers) -> Numbers:
    """[n] the least units for the service."""
    share = 1 - allowed / np.where(wanted > 0, wanted, 1.0)
    filled = np.where((wanted > 0) & (share > 0), fill_level(cycle, target=np.clip(share, _LEAST, 1 - _LEAST)), 0.0)
    return filled if aim.fill.all() else np.where(aim.fill, filled, cycle_level(cycle, target=aim.target))


def _in_quantities(need: Numbers, aim: Aim) -> Numbers:
    if aim.kind == "s-S":
        return np.where(need > _LEAST, np.maximum(need, aim.quantity), 0.0)
    if aim.kind == "r-Q":
        quantity = np.where(aim.quantity > 0, aim.quantity, 1.0)
        return np.where(aim.quantity > 0, np.ceil(need / quantity - _LEAST) * quantity, need)
    return need


def _cheapest(cycle: Cycle, demand: Paths, system: System, lead: Counts) -> Numbers:
    """[n] units that cost the least: a lost sale against holding over a review, and what spoils.

    As in `perishable_level`: the last unit sells if all is needed before the next order comes or its own life ends,
    and is thrown away if it is not needed within its life.
    """
    life = np.minimum(system.shelf, KEEPS)
    alone, spent = sums_until(
        demand, [lead + np.minimum(system.review, life), lead + np.minimum(life, demand.shape[2])]
    )
    before = cycle.until - cycle.wanted
    base = sums_until(demand, [lead])[0]
    sells, stays = before + alone - base, before + spent - base
    over = numbers(system.holding * system.review)
    waste = np.where(life < KEEPS, system.waste, 0.0)

    def worth(units: Numbers) -> Numbers:
        lasts = (sells <= units).mean(axis=0)
        return numbers(system.short * (1 - lasts) - over * lasts - waste * (stays <= units).mean(axis=0))

    top = np.maximum(sells.max(axis=0), 0) + 1
    zero = np.zeros(top.shape)
    units = falling_root(worth, low=zero, high=top, halvings=40)
    best = np.where(worth(zero) > 0, units, 0.0)
    return in_whole_packs(_nearest(best, numbers(system.pack)), pack=system.pack, minimum=system.minimum)


def _nearest(units: Numbers, pack: Numbers) -> Numbers:
    """Units at the nearest whole number of packs."""
    return numbers(np.floor(units / pack + 0.5) * pack)
