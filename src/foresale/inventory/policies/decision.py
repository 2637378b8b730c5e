"""From sample paths to units: what is there when an order arrives, what is wanted until the next one, and how much."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from foresale.inventory.levels import ProtectionInterval, cost_level, cycle_level, fill_level
from foresale.inventory.numeric import FEWER_HALVINGS, Counts, Numbers, falling_root, numbers
from foresale.inventory.policies.situation import Situation
from foresale.inventory.policies.terms import NEVER

_LEAST = 1e-9
"""Money that a unit too many costs at least, so that costs can be weighed."""
_CYCLES = 2.0
"""Cycles whose demand an order may bring beyond what is needed, for the service of all of them to be seen as one."""
_FARTHEST = 10_000
"""Periods of shelf life of what keeps, where it is reckoned beside what spoils."""


def by_level(now: Situation, units_of: Callable[[Situation, ProtectionInterval], Numbers]) -> Numbers:
    """[n, C] what a policy wants by its units for a cycle: of the stock as it is, or by the level they come to."""
    units = units_of(now, now.cycle)[:, None]
    return units if now.followed else units - now.position


def service_units(
    now: Situation, cycle: ProtectionInterval, *, least: npt.ArrayLike = 0.0, lot: npt.ArrayLike = 0.0
) -> Numbers:
    """[n] the least units for the service of each item; the last ones before its end by what they cost.

    Args:
        now: the moment.
        cycle: what the order is for.
        least: units of an order at least, beside its minimum.
        lot: units of which orders are multiples, beside its pack.
    """
    level, last, terms = np.zeros(cycle.wanted.shape[1]), now.last, now.terms
    some = np.flatnonzero(~last & terms.fill)
    if some.size:
        beyond = _beyond(now, cycle, numbers(least), numbers(lot))[some]
        level[some] = fill_level(_part(cycle, some), target=terms.target[some], lot=beyond)
    some = np.flatnonzero(~last & ~terms.fill)
    if some.size:
        level[some] = cycle_level(_part(cycle, some), target=terms.target[some])
    some = np.flatnonzero(last)
    if some.size:
        level[some] = cost_level(
            _part(cycle, some),
            short=np.maximum(terms.short[some], _LEAST),
            holding=np.maximum(terms.waste[some], _LEAST),
        )
    return level


def _beyond(now: Situation, cycle: ProtectionInterval, least: Numbers, lot: Numbers) -> Numbers:
    """[n] by how many units more than a single one an order may exceed what is needed, which later ones need less then.

    That is a pack, or a minimum that is more than the demand of a cycle, so that orders are of that size; no more than
    the demand of some cycles, which bounds what a single order may lack. What spoils is not there for later orders.
    """
    terms, wanted = now.terms, cycle.expected
    least = np.maximum(terms.minimum, least)
    size = np.maximum(np.maximum(terms.pack, lot), np.where(least > wanted, least, 0.0)) - 1
    return np.where(terms.shelf < NEVER, 0.0, np.clip(size, 0, _CYCLES * wanted))


def unspoiled(now: Situation, units: Numbers) -> Numbers:
    """[n] the units, lowered where more than a share of them is expected to pass its last day.

    Not below what costs the least, though: as much may spoil as is worth the sales that it saves.
    """
    some = np.flatnonzero((now.terms.shelf < NEVER) & (units > 0))
    if not some.size:
        return units
    shelf = np.minimum(now.terms.shelf, _FARTHEST)
    before, until = now.sums(now.lead, now.lead + shelf)
    needed = np.maximum(until - before - now.available(np.broadcast_to(shelf, now.lead.shape)), 0)[:, some]
    result = units.copy()
    lowered = capped(units[some], needed, waste_share=now.terms.waste_share)
    result[some] = np.minimum(units[some], np.maximum(lowered, _cheapest_of_perishable(now)[some]))
    return result


def cheapest_units(now: Situation, cycle: ProtectionInterval) -> Numbers:
    """[n] the units that cost the least: a lost sale against what is left over, and what spoils (newsvendor).

    The last unit sells if all is needed before the next order comes or its own life ends; if not, it is held for a
    review, or left for good where the item ends. It is thrown away if it is not needed within its life: so the least
    cost is where short × P(D(E) > u) = over × P(D(E) <= u) + waste × P(D(L + m) <= u), of the demand beyond what is
    there, with E = L + min(R, m). It is an approximation: units of this order that spoil are counted as if all stock
    before them were sold first; Nahmias (Operations Research 1982) says why exact policies need the age of every unit.
    """
    short, over, _ = _money(now)
    units = cost_level(cycle, short=short, holding=over)
    some = np.flatnonzero((now.terms.shelf < NEVER) & ~now.last)
    if some.size:
        units[some] = _cheapest_of_perishable(now)[some]
    return units


def _money(now: Situation) -> tuple[Numbers, Numbers, Numbers]:
    """[n] what a unit costs that lacks, that is too many until the next order, and that is thrown away."""
    terms = now.terms
    short, waste = np.maximum(terms.short, _LEAST), np.maximum(terms.waste, _LEAST)
    return short, np.maximum(np.where(now.last, waste, terms.holding * terms.review), _LEAST), waste


def _cheapest_of_perishable(now: Situation) -> Numbers:
    short, over, waste = _money(now)
    shelf = np.broadcast_to(np.minimum(now.terms.shelf, _FARTHEST), now.lead.shape)
    serving = np.minimum(now.serving, shelf)
    before, alone, spent = now.sums(now.lead, now.lead + serving, now.lead + shelf)
    sells = alone - before - now.available(serving)
    stays = spent - before - now.available(shelf)

    def worth(units: Numbers) -> Numbers:
        lasts = (sells <= units).mean(axis=0)
        return numbers(short * (1 - lasts) - over * lasts - waste * (stays <= units).mean(axis=0))

    top = np.maximum(sells.max(axis=0), 0) + 1
    zero = np.zeros(top.shape)
    units = falling_root(worth, low=zero, high=top, halvings=FEWER_HALVINGS)
    return np.where(worth(zero) > 0, units, 0.0)


def capped(level: npt.ArrayLike, needed: Numbers, *, waste_share: float) -> Numbers:
    """[n] units, lowered where more than a share of them is expected to be more than is needed.

    Args:
        level: [n] units.
        needed: [S, n] units that are sold of any number before their last day.
        waste_share: share of the units that may be left.

    >>> capped([20.0], np.array([[5.0], [10.0], [15.0]]), waste_share=0.1).round(2).tolist()
    [7.14]
    """
    held = numbers(level)

    def saved(units: Numbers) -> Numbers:
        return numbers(waste_share * units - np.maximum(units - needed, 0).mean(axis=0))

    top = np.broadcast_to(held, needed.shape[1:])
    return np.where(
        saved(top) >= 0, top, falling_root(saved, low=np.zeros(top.shape), high=top, halvings=FEWER_HALVINGS)
    )


def _part(cycle: ProtectionInterval, some: Counts) -> ProtectionInterval:
    """The cycle of some of the items; itself where it is that of all, so that what it has sorted stays sorted."""
    return (
        cycle
        if some.size == cycle.wanted.shape[1]
        else ProtectionInterval(cycle.available[:, some], cycle.wanted[:, some])
    )
