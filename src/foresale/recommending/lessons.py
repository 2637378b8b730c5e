"""Earlier times that an order of recommendations learns from: what was known, and what customers then came for."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from foresale.core.arrays import Flags, Index
from foresale.recommending.candidates import Candidates
from foresale.recommending.knowledge import Knowledge
from foresale.recommending.options import FORTNIGHT, RecommendOptions
from foresale.recommending.outlook import Outlooks
from foresale.recommending.ranking import Lesson
from foresale.recommending.visits import Visits


@dataclass(frozen=True, eq=False)
class Moment:
    """A time in the past.

    Attributes:
        knowledge: from nothing but the visits before it, of the customers who came again within the horizon.
        who: [C] positions of these customers among all.
        coming: the visits of the horizon, of all customers.
    """

    knowledge: Knowledge
    who: Index
    coming: Visits


def moments(
    visits: Visits, day: int, *, alike: sparse.csr_matrix, options: RecommendOptions, outlooks: Outlooks | None = None
) -> Iterator[Moment]:
    """Times before a day, a fortnight apart, the last of them a horizon before it; what is later is not looked at.

    Args:
        visits: of all customers.
        day: days after 1970-01-01.
        alike: [N, N] items called alike.
        options: how many times, and how many customers of each.
        outlooks: what forecasts the buyers of the weeks after each.
    """
    if not len(visits):
        return
    generator = np.random.default_rng(options.seed)
    first = int(visits.day.min())
    for back in range(options.cutoffs):
        cutoff = day - options.horizon - FORTNIGHT * back
        if cutoff - first < options.horizon:
            return
        coming = visits.between(cutoff, cutoff + options.horizon)
        who = np.intersect1d(visits.before(cutoff).customer, coming.customer)
        if not len(who):
            continue
        who = np.sort(generator.permutation(who)[: options.most_customers])
        knowledge = Knowledge.of(visits, cutoff, alike=alike, options=options, outlooks=outlooks)
        yield Moment(knowledge.of_customers(who), who, coming)


def lesson_of(moment: Moment, *, options: RecommendOptions) -> Lesson:
    """What is proposed at a time in the past, and what came of it."""
    proposed = Candidates.of(moment.knowledge, options=options)
    return Lesson(proposed, came_for(moment.coming, moment.who[proposed.customer], proposed.item))


def came_for(coming: Visits, customer: Index, item: Index) -> Flags:
    """[n] whether customers came for items within some visits."""
    items = coming.shape[1]
    return np.isin(customer * items + item, coming.customer * items + coming.item)
