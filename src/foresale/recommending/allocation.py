"""Lists for all customers at once out of what there is: an item is recommended no more often than it can be had."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy import sparse

from foresale.core.arrays import Index, Numbers
from foresale.recommending.acceptance import Choice, accepted
from foresale.recommending.offers import ListLimits, OfferedItems, Offers, in_order, near, rank

_NEAREST: Final = 5
"""Items that can stand in for one that is out: the nearest."""


@dataclass(frozen=True, eq=False)
class Lists:
    """What is recommended.

    Attributes:
        rows: [k] of the offers, by customer, the first of each first.
        place: [k] from 1 on.
        chance: [k] of each, with those who come for it because something else is out.
        expected: [N] units of each item that all lists together bring to be asked for.
    """

    rows: Index
    place: Index
    chance: Numbers
    expected: Numbers = field(repr=False)


def fill_lists(offers: Offers, offered: OfferedItems, limits: ListLimits) -> Lists:
    """The best list for each customer, such that everybody finds what his list holds.

    An item that is out is on no list, and the expected units of all lists together, chance times units, are no more
    than an item's free units. Every customer asks for the first items of his order; of those who ask for an item, the
    likeliest get it as far as it lasts, the others ask for their next, until nobody is turned away: deferred acceptance
    (Gale & Shapley 1962, Am. Math. Monthly 69). Nobody then lacks an item that was given to someone less likely to come
    for it. Where an item is out, those of a customer's own offers that are alike move up by the chance handed on.

    Of a list, first all items but the first of those that count as one go (maximal marginal relevance, Carbonell &
    Goldstein 1998, SIGIR, with a bound instead of a weight), then those of a full category.

    >>> offers = Offers(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([2.0, 1, 2, 1]),
    ...                 np.array([0.5, 0.1, 0.4, 0.3]), np.ones(4))
    >>> fill_lists(offers, OfferedItems(free=np.array([0.6, 9.0])), ListLimits(top=1)).rows.tolist()
    [0, 3]
    """
    order = in_order(offers.customer, offers.score)
    asked = offers.take(order)
    chance, order = _handed_on(asked, order, offered, limits)
    asked = offers.take(order)
    load = chance * asked.units
    alive = (offered.free[asked.item] > 0) & (load <= offered.free[asked.item])
    if offered.allowed is not None:
        alive &= offered.allowed[asked.item]
    choice = Choice.of(asked, offered, limits)
    chosen = accepted(choice, asked.item, alive, load, chance=chance, free=offered.free)
    rows = np.flatnonzero(chosen)
    place = 1 + rank(asked.customer[rows])
    expected = np.bincount(asked.item[rows], load[rows], minlength=len(offered.free))
    return Lists(order[rows], place, chance[rows], expected.astype(np.float64))


def _handed_on(asked: Offers, order: Index, offered: OfferedItems, limits: ListLimits) -> tuple[Numbers, Index]:
    """[n] chances with those handed on by what is out, and the rows in the order that follows.

    A customer's order stays as it is, but for offers that chance is handed on to: they come before all whose chance, or
    whose better's chance, is less.
    """
    out = np.flatnonzero(offered.free[asked.item] <= 0)
    if not limits.substitution or offered.alike is None or not len(out):
        return asked.chance, order
    gone, other, cosine = near(asked, out, _nearest(offered.alike))
    handed = np.bincount(other, limits.substitution * cosine * asked.chance[gone], minlength=len(asked))
    apart = 2.0 * (np.cumsum(rank(asked.customer) == 0))
    least = np.minimum.accumulate(asked.chance - apart) + apart
    again = in_order(asked.customer, least + handed)
    return np.minimum(asked.chance + handed, 1)[again], order[again]


def _nearest(alike: sparse.csr_matrix) -> sparse.csr_matrix:
    """The few largest cosines of each item."""
    rows = np.repeat(np.arange(alike.shape[0]), np.diff(alike.indptr))
    order = np.lexsort((alike.indices, -alike.data, rows))
    kept = order[rank(rows[order]) < _NEAREST]
    return sparse.csr_matrix((alike.data[kept], (rows[kept], alike.indices[kept])), shape=alike.shape)
