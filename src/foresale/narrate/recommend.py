"""Recommendations, related items, audiences and customers who may not come again, in sentences."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from foresale.core.text import counted, day_of, percent
from foresale.recommending.evaluation import LEARNT

if TYPE_CHECKING:
    from foresale.recommending.audience import Audience
    from foresale.recommending.evaluation import RecommendationEvaluation
    from foresale.recommending.lapsing import LapsingCustomers
    from foresale.recommending.recommendations import Recommendations
    from foresale.recommending.related import RelatedItems


PURCHASES: Final = {"all": "All purchases", "new to the customer": "Items that are new to a customer"}


def recommendation_sentences(found: "Recommendations") -> tuple[str, ...]:
    """How many items for how many customers, and then what was left out."""
    return (*recommendation_findings(found), *found.notes)


def recommendation_findings(found: "Recommendations") -> Iterator[str]:
    """How many items for how many customers, and how many different ones."""
    customers = found.customers.n_unique()
    if not customers:
        yield "Nothing to recommend."
        return
    yield (
        f"{counted(len(found), 'recommendation')} for {counted(customers, 'customer')} on {day_of(found.day)}: "
        f"{counted(len(np.unique(found.item)), 'different item')}."
    )
    repeated = np.mean([reason.startswith("bought ") for reason in found.reason])
    yield f"{percent(float(repeated))} are items that the customer bought before."


def related_sentences(found: "RelatedItems") -> tuple[str, ...]:
    """For how many items others were found, and what was left out."""
    asked = found.table["of"].n_unique()
    what = "like" if found.kind == "similar" else "in the same baskets as"
    return (f"{counted(found.table.height, 'item')} {what} {counted(asked, 'item')}.", *found.notes)


def audience_sentences(found: "Audience") -> tuple[str, ...]:
    """Whom to write to, and then what was left out."""
    return (*audience_findings(found), *found.notes)


def audience_findings(found: "Audience") -> Iterator[str]:
    """How many customers an item suits, and for how many it is the first choice."""
    if not found.table.height:
        yield f"{found.item} suits nobody by what was bought so far."
        return
    first = int((found.table["rank"] == 1).sum())
    yield (
        f"{found.item} suits {counted(found.table.height, 'customer')}; "
        f"it is the first choice of {counted(first, 'customer')} of them."
    )


def lapsing_sentences(found: "LapsingCustomers") -> tuple[str, ...]:
    """How many customers there are, how many still come, and then what was assumed."""
    return (*lapsing_findings(found), *found.notes)


def lapsing_findings(found: "LapsingCustomers") -> Iterator[str]:
    """How many customers are left, and how many of them are expected within the horizon."""
    table = found.table
    yield (
        f"Of {counted(table.height, 'customer')} who came again, about {float(table['alive'].sum()):,.0f} are still "
        f"customers, and about {float(table['comes'].sum()):,.0f} come within {counted(found.days, 'day')}."
    )
    yield "First stand those who came often and of whom it is open whether they come again."


def judged_sentences(found: "RecommendationEvaluation") -> tuple[str, ...]:
    """How good recommendations were beside what needs no learning, and then what counted."""
    return (*judged_findings(found), *found.notes)


def judged_findings(found: "RecommendationEvaluation") -> Iterator[str]:
    """NDCG of what is learnt against the best of what needs no learning."""
    everybody = found.table.filter(found.table["customers"] == "all")
    for what in everybody["purchases"].unique(maintain_order=True):
        part = everybody.filter(everybody["purchases"] == what)
        by = dict(zip(part["by"].to_list(), part["ndcg"].to_list(), strict=True))
        learnt = by.pop(LEARNT)
        known = {name: value for name, value in by.items() if value is not None}
        if learnt is None or not known:
            yield f"{PURCHASES[what]}: nobody came for any."
            continue
        best = max(known, key=lambda name: known[name])
        yield f"{PURCHASES[what]}: NDCG {learnt:.3f}, against {known[best]:.3f} by {best}."
