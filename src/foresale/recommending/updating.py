"""What is known of customers and of demand, counted anew while what was learnt stays as it is."""

from dataclasses import replace

import numpy as np
from scipy import sparse

from foresale.core.columns import NAME
from foresale.core.interactions import Interactions
from foresale.recommending.demand import Demand
from foresale.recommending.knowledge import Knowledge
from foresale.recommending.neighbours import called_alike
from foresale.recommending.options import RecommendOptions
from foresale.recommending.profiles import Profiles
from foresale.recommending.visits import Visits


def counted_anew(knowledge: Knowledge, orders: Interactions, day: int, options: RecommendOptions) -> Knowledge:
    """The knowledge of a day, with the profiles and the demand that orders before it tell.

    Which items go together and what EASE says stay as they were learnt, since they are dear and change slowly; an item
    that is new since then goes with others by its name alone.

    Args:
        knowledge: as it was learnt.
        orders: all there are; items that were there keep their places, new ones stand behind them.
        day: days after 1970-01-01.
        options: how it was learnt.
    """
    visits = Visits.of(orders).before(day)
    items = orders.items.height
    alike = knowledge.alike
    if items > alike.shape[0]:
        alike = alike_by_name(orders, options)
    return replace(
        knowledge,
        day=day,
        profiles=Profiles.of(visits, day),
        demand=Demand.of(visits, day),
        together=_widened(knowledge.together, items),
        lately=_widened(knowledge.lately, items),
        alike=alike,
        baskets=_widened(knowledge.baskets, items),
        outlook=knowledge.outlook.widened(items),
    )


def alike_by_name(orders: Interactions, options: RecommendOptions) -> sparse.csr_matrix:
    """[N, N] items called alike; nothing where no names are known."""
    count = orders.items.height
    if NAME not in orders.items.columns:
        return sparse.csr_matrix((count, count))
    return called_alike(orders.items[NAME].to_list(), most=options.neighbours)


def _widened(matrix: sparse.csr_matrix, items: int) -> sparse.csr_matrix:
    """The same with empty rows and columns for new items.

    >>> _widened(sparse.csr_matrix([[0.0, 1.0], [1.0, 0.0]]), 3).toarray().tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    more = items - matrix.shape[0]
    ends = np.append(matrix.indptr, np.full(more, matrix.indptr[-1], matrix.indptr.dtype))
    return sparse.csr_matrix((matrix.data, matrix.indices, ends), shape=(items, items))
