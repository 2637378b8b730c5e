"""Values carried forward: periods nobody counted, filled in with the number of the period before.

A shop's system that has nothing to say repeats what it said last. Demand does not: a count with the mean λ comes out as
any one number with a probability of at most about 1 / √(2πλ + 1), the peak of a Poisson distribution, and real demand
spreads wider than that. An item may repeat itself more often than that, being sold by the pack; how often, its other
periods tell. The same sales for longer than both allow are no sales but a number that stood still.
"""

from typing import Final

import numpy as np

from foresale.core.arrays import Flags, Values

_FEWEST: Final = 4
"""So many repetitions may be chance whatever the number is: rounded totals repeat now and then."""
_CHANCE: Final = 1e-5
"""Probability of taking any demand for a repetition in an item's history; by Bonferroni it is shared out over the
item's periods. It is small since shops have thousands of items, and since what stood still did so for long."""


def carried_forward(sales: Values) -> Flags:
    """[n, T] the cells that repeat the sales before them for so long that nobody can have counted them.

    The first cell of a run is believed. So is all of a run that goes on until the item's last period: what an item
    sells now is what it sells, a standing order included.

    Args:
        sales: [n, T] units, NaN where unknown.

    >>> counted = [5.0, 2.0, 4.0, 7.0, 3.0]
    >>> carried_forward(np.array([counted + [6.0] * 12 + counted]))[0].nonzero()[0].tolist()
    [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
    """
    again = np.zeros(sales.shape, bool)
    again[:, 1:] = (sales[:, 1:] == sales[:, :-1]) & (sales[:, 1:] > 0)
    run = np.cumsum(~again.ravel()) - 1
    count = np.bincount(run)[run].reshape(sales.shape) - 1
    known = ~np.isnan(sales)
    periods = sales.shape[1] - np.argmax(known[:, ::-1], axis=1)
    needed = np.log(periods / _CHANCE)[:, None]
    peak = 0.5 * np.log(2 * np.pi * np.where(sales > 0, sales, 0) + 1)
    long = again & (count > _FEWEST) & (count * peak > needed)
    rarity = np.minimum(peak, -np.log(_own_share(sales, again, long))[:, None])
    ongoing = run.reshape(sales.shape)[np.arange(len(sales)), periods - 1][:, None]
    return np.asarray(long & (count * rarity > needed) & (run.reshape(sales.shape) != ongoing))


def _own_share(sales: Values, again: Flags, left_out: Flags) -> Values:
    """[n] how often a sale repeats the one before, without some of the cells: a pack of six is asked for again soon.

    What follows a cell that is left out is left out as well, so that nothing changes once such cells are unknown.
    """
    follows = np.zeros(sales.shape, bool)
    follows[:, 1:] = (sales[:, 1:] > 0) & ~np.isnan(sales[:, :-1]) & ~left_out[:, 1:] & ~left_out[:, :-1]
    return np.asarray(((again & follows).sum(axis=1) + 1) / (follows.sum(axis=1) + 2), np.float32)
