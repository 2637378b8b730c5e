"""The pages of recommendations, related items, audiences and customers who may not come again."""

from typing import Final

import polars as pl

from foresale.core.labels import own_columns
from foresale.core.text import counted, day_of
from foresale.narrate.recommend import (
    audience_findings,
    judged_findings,
    lapsing_findings,
    recommendation_findings,
    related_sentences,
)
from foresale.pages.page import Facts, Notes, Part, Section, Share, Table, page
from foresale.recommending.audience import Audience
from foresale.recommending.evaluation import RecommendationEvaluation
from foresale.recommending.lapsing import LapsingCustomers
from foresale.recommending.recommendations import Recommendations
from foresale.recommending.related import RelatedItems

_LISTED: Final = 1_000
_FIRST: Final = 50
"""Items of a page that are recommended to most customers."""


def recommendations_page(found: Recommendations) -> str:
    """Recommendations as one HTML page."""
    facts = Facts(
        {
            "Customers": found.customers.n_unique(),
            "Recommendations": len(found),
            "Different items": int(pl.Series(found.item).n_unique()),
        }
    )
    own = own_columns(found.items)
    often = found.items.select(own).group_by(own, maintain_order=True).agg(pl.len().alias("customers"))
    often = often.sort("customers", descending=True, maintain_order=True).head(_FIRST)
    parts: list[Part] = [
        _table(
            Share.column(found.to_frame().drop("score").head(_LISTED), "chance"),
            "Recommendations, the first of each customer first",
        )
    ]
    return page(
        "Recommendations",
        [
            Section("At a glance", [facts, Notes(list(recommendation_findings(found)))]),
            Section("Recommendations", parts),
            Section("Recommended to most", [_table(often, "Items by the customers to whom they are recommended")]),
            Section("Assumed", [Notes(found.notes)]),
        ],
        lead=f"{counted(found.customers.n_unique(), 'customer')} on {day_of(found.day)}",
    )


def related_page(found: RelatedItems) -> str:
    """Items that go with items as one HTML page."""
    title = "Similar items" if found.kind == "similar" else "Bought together"
    return page(
        title,
        [
            Section("At a glance", [Notes(list(related_sentences(found)))]),
            Section("Items", [_table(found.table, title)]),
        ],
        lead=counted(found.table["of"].n_unique(), "item"),
    )


def audience_page(found: Audience) -> str:
    """Whom to write to about an item as one HTML page."""
    return page(
        f"Whom to write to about {found.item}",
        [
            Section("At a glance", [Notes(list(audience_findings(found)))]),
            Section(
                "Customers",
                [
                    _table(
                        Share.column(found.table.head(_LISTED), "chance"), "Customers, those whom it suits best first"
                    )
                ],
            ),
            Section("Assumed", [Notes(found.notes)]),
        ],
        lead=f"{counted(found.table.height, 'customer')} on {day_of(found.day)}",
    )


def lapsing_page(found: LapsingCustomers) -> str:
    """Customers who may not come again as one HTML page."""
    shown = Share.column(found.table.head(_LISTED), "alive", "comes", digits=0)
    return page(
        "Customers who may not come again",
        [
            Section("At a glance", [Notes(list(lapsing_findings(found)))]),
            Section("Customers", [_table(shown, "Customers, those first with whom most is at stake")]),
            Section("Assumed", [Notes(found.notes)]),
        ],
        lead=f"{counted(found.table.height, 'customer')} on {day_of(found.day)}",
    )


def judged_page(found: RecommendationEvaluation) -> str:
    """How good recommendations would have been as one HTML page."""
    days = ", ".join(day_of(day) for day in found.days)
    return page(
        "Recommendations, judged",
        [
            Section("At a glance", [Notes(list(judged_findings(found)))]),
            Section("Measures", [_table(found.table, "Of what customers came for, what the lists held")]),
            Section("Assumed", [Notes(found.notes)]),
        ],
        lead=days,
    )


def _table(frame: pl.DataFrame, caption: str) -> Table:
    """The first rows of a table, with headings that are words."""
    more = f"; the first {_LISTED:,} of {frame.height:,}" if frame.height > _LISTED else ""
    names = {name: name.replace("_", " ").capitalize() for name in frame.columns}
    return Table.of(frame.head(_LISTED).rename(names), caption=caption + more, digits=3)
