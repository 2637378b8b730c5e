"""How good recommendations of a shop would have been: at days of the past, learnt from what was before each alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Flags, Index
from foresale.core.errors import ConfigError, DataError, Fault
from foresale.core.interactions import Interactions
from foresale.core.option_types import check_types
from foresale.core.text import counted
from foresale.recommending.measures import Measures, as_lists, interval
from foresale.recommending.options import RecommendOptions
from foresale.recommending.outlook import Outlooks
from foresale.recommending.recommender import Recommender
from foresale.recommending.split import Split

LEARNT: Final = "foresale"
HABIT: Final = "what he bought before"
POPULAR: Final = "what most bought in four weeks"
FEW: Final = 3
MANY: Final = 10
"""Visits before the day: up to few, up to many, and more are the kinds of customers that are told apart."""
_LEVEL: Final = 0.9
_LATELY: Final = 28


@dataclass(frozen=True)
class Judging:
    """What is judged.

    Attributes:
        cutoffs: days of the past, a horizon apart, the last of them a horizon before the end.
        top: places of a list that count.
        options: how it is learnt; its horizon is that of the purchases that count.

    Raises:
        ConfigError: a setting that cannot be.
    """

    cutoffs: int = 4
    top: int = 10
    options: RecommendOptions = field(default_factory=RecommendOptions)

    def __post_init__(self) -> None:
        check_types(self)
        for name in ("cutoffs", "top"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is at least 1, not {getattr(self, name)}")

    @property
    def horizon(self) -> int:
        """Days after each cutoff within which purchases count."""
        return self.options.horizon


@dataclass(frozen=True, eq=False)
class RecommendationEvaluation:
    """How good recommendations were, beside what needs no learning.

    Attributes:
        table: a row for each way, kind of purchases and kind of customers: NDCG with its interval over customers,
            recall, MAP, items of all lists together, novelty, popularity, and the customers who count.
        days: the cutoffs, in days after 1970-01-01.
        judging: what was judged.
        notes: what was assumed, in sentences for a person.
    """

    table: pl.DataFrame
    days: tuple[int, ...]
    judging: Judging
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<RecommendationEvaluation of {counted(len(self.days), 'cutoff')}>"

    def to_frame(self) -> pl.DataFrame:
        """The table."""
        return self.table


def evaluated(
    interactions: Interactions,
    judging: Judging,
    *,
    outlooks: Outlooks | None = None,
    on_cutoff: Callable[[int, int], None] | None = None,
) -> RecommendationEvaluation:
    """Recommendations at days of the past, judged by what customers then came for.

    Args:
        interactions: of all customers.
        judging: how many cutoffs, how long a list.
        outlooks: what forecasts the buyers of the weeks after each cutoff.
        on_cutoff: told which of how many is next.

    Raises:
        DataError: history is too short for a cutoff, or nobody came again.
    """
    orders = interactions.of_kind("order")
    days = cutoffs_of(orders, judging)
    rows: list[tuple[str, bool, str, Measures]] = []
    for place, day in enumerate(days):
        if on_cutoff is not None:
            on_cutoff(place, len(days))
        rows.extend(_of_day(Split(orders, day, judging.horizon), judging, outlooks))
    note = (
        f"Customers who bought before a cutoff and within {judging.horizon} days after it; of {judging.top} places, at "
        f"best as many are hits as a customer came for. Equal scores go by the buyers of four weeks, then by item id."
    )
    return RecommendationEvaluation(_table(rows), days, judging, (note,))


def cutoffs_of(orders: Interactions, judging: Judging) -> tuple[int, ...]:
    """Days a horizon apart that have purchases before and after them.

    Raises:
        DataError: there is none.
    """
    if len(orders):
        first, after = int(orders.day[0]), int(orders.day[-1]) + 1
        days = [after - judging.horizon * back for back in range(judging.cutoffs, 0, -1)]
        days = [day for day in days if day - first >= judging.horizon]
        days = [day for day in days if len(Split(orders, day, judging.horizon).who)]
        if days:
            return tuple(days)
    cure = f"Orders of {2 * judging.horizon} days and of customers who come again are needed, or a shorter horizon."
    raise DataError([Fault("no time in the past to judge by", len(orders), "the orders", cure)])


def lists_of(found: Recommender, split: Split, *, new: bool, width: int) -> Index:
    """[n, width] what is recommended to the customers who count."""
    made = found.ranked(split.who, depth=width, exclude_bought=new)
    rows = np.searchsorted(split.who, made.customer)
    return as_lists(rows, made.item, customers=len(split.who), width=width)


def kinds_of(found: Recommender, split: Split) -> dict[str, Flags]:
    """By kind of customer, [n] which of those who count."""
    visits = found.knowledge.profiles.visits[split.who]
    return {
        f"1 to {FEW} visits before": visits <= FEW,
        f"{FEW + 1} to {MANY}": (visits > FEW) & (visits <= MANY),
        f"over {MANY}": visits > MANY,
    }


def _of_day(split: Split, judging: Judging, outlooks: Outlooks | None) -> Iterator[tuple[str, bool, str, Measures]]:
    found = Recommender.fit(split.past, day=split.day, options=judging.options, outlooks=outlooks)
    popular, habit = found.knowledge.demand.buyers[_LATELY], found.knowledge.profiles.times[split.who]
    kinds = {"all": np.ones(len(split.who), np.bool_), **kinds_of(found, split)}
    for new in (False, True):
        lists = {LEARNT: lists_of(found, split, new=new, width=judging.top)}
        if not new:
            lists[HABIT] = split.best(lambda rows: habit[rows].toarray(), new=new, width=judging.top)
        lists[POPULAR] = split.best(lambda rows: np.tile(popular, (len(rows), 1)), new=new, width=judging.top)
        for name, made in lists.items():
            for kind, rows in kinds.items() if name == LEARNT else [("all", kinds["all"])]:
                yield name, new, kind, split.judged(made, judging.horizon, new=new, top=judging.top, rows=rows)


def _table(rows: Sequence[tuple[str, bool, str, Measures]]) -> pl.DataFrame:
    """One row for each way, kind of purchases and kind of customers; each cutoff counts by its customers."""
    table = []
    for key in dict.fromkeys(row[:3] for row in rows):
        found = [row[3] for row in rows if row[:3] == key]
        ndcg = np.concatenate([each.ndcg for each in found])
        low, high = interval(ndcg, level=_LEVEL)
        table.append(
            {
                "purchases": "new to the customer" if key[1] else "all",
                "by": key[0],
                "customers": key[2],
                "ndcg": float(ndcg.mean()) if len(ndcg) else None,
                "ndcg_low": low if len(ndcg) else None,
                "ndcg_high": high if len(ndcg) else None,
                "recall": _mean([each.recall for each in found]),
                "map": _mean([each.precision for each in found]),
                "different_items": float(np.mean([each.different for each in found])),
                "novelty": float(np.mean([each.novelty for each in found])),
                "popularity": float(np.mean([each.popularity for each in found])),
                "count": len(ndcg),
            }
        )
    return pl.DataFrame(table)


def _mean(parts: Sequence[np.ndarray]) -> float | None:
    values = np.concatenate(parts)
    return float(values.mean()) if len(values) else None
