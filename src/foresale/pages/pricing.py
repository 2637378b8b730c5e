"""The pages of a plan of promotions and of chosen prices."""

from collections.abc import Callable, Mapping
from typing import Final

from foresale.core.kinds import by_kind
from foresale.narrate.pricing import markdown_sentences, price_sentences, promotion_sentences, what_if_sentences
from foresale.pages.page import Notes, Part, Picture, Section, Table, page
from foresale.plotting.pricing import (
    calendar_chart,
    components_chart,
    markdown_chart,
    price_chart,
    waterfall_chart,
    what_if_chart,
)
from foresale.pricing.markdowns.plan import MarkdownPlan
from foresale.pricing.prices.choose import PriceChoice
from foresale.pricing.promotions.plan import PromotionPlan
from foresale.pricing.what_if import WhatIf

_LISTED: Final = 500
_PARTS: Final = (
    "Own price, promotion flags and the prices of other products (cannibalisation) by their effects; the last part is "
    "what the forecaster says beyond them, where prices and flags were seen before."
)


def promotions_page(plan: PromotionPlan) -> str:
    """A plan of promotions as one HTML page."""
    said = promotion_sentences(plan)
    parts: list[Part] = []
    if plan.promotions.height:
        parts = [
            Picture(calendar_chart(plan), "Which product is promoted in which period, and how deep"),
            Picture(waterfall_chart(plan), "What the profit of all promotions is made of"),
            Table.of(plan.promotions.head(_LISTED), caption="Promotions"),
        ]
    head = Section("At a glance", [Notes(said[: len(said) - len(plan.notes)])])
    return page("Plan of promotions", [head, Section("Calendar", parts), Section("Assumed", [Notes(plan.notes)])],
                lead=f"{len(plan.stamps)} periods from {str(plan.stamps[0])[:10]}")  # fmt: skip


def prices_page(choice: PriceChoice) -> str:
    """Chosen prices as one HTML page."""
    said = price_sentences(choice)
    chart = Picture(price_chart(choice), "Chosen prices against today's, with the interval of the best price")
    table = Table.of(choice.prices.head(_LISTED), caption="Prices")
    return page("Prices", [Section("At a glance", [Notes(said[: len(said) - len(choice.notes)])]),
                           Section("Prices", [chart, table]), Section("Assumed", [Notes(choice.notes)])],
                lead=f"{choice.prices.height:,} products")  # fmt: skip


def markdowns_page(plan: MarkdownPlan) -> str:
    """Mark-downs of an end of season as one HTML page."""
    said = markdown_sentences(plan)
    parts: list[Part] = []
    if plan.products.height:
        parts = [Picture(markdown_chart(plan), "Prices until the end of the products whose mark-downs bring most"),
                 Table.of(plan.steps.head(_LISTED), caption="Prices to ask for, from when on"),
                 Table.of(plan.products.head(_LISTED), caption="Products")]  # fmt: skip
    head = Section("At a glance", [Notes(said[: len(said) - len(plan.notes)])])
    return page("Mark-downs", [head, Section("Prices", parts), Section("Assumed", [Notes(plan.notes)])],
                lead=f"{plan.products.height:,} products until {str(plan.end)[:10]}")  # fmt: skip


def what_if_page(found: WhatIf) -> str:
    """Demand under other prices as one HTML page."""
    said = what_if_sentences(found)
    chart = Picture(what_if_chart(found), "Units of each product now and after the change, by both words")
    parts = Picture(components_chart(found), "What demand is made of after the change, from level to the sum", _PARTS)
    table = Table.of(found.by_product().head(_LISTED), caption="Units of all periods", digits=1)
    return page("What if", [Section("At a glance", [Notes(said[: len(said) - len(found.notes)])]),
                            Section("Demand", [chart, parts, table]), Section("Assumed", [Notes(found.notes)])],
                lead=f"{len(found.changed):,} products")  # fmt: skip


def pricing_page(found: PromotionPlan | PriceChoice | MarkdownPlan | WhatIf) -> str:
    """Any result of pricing as one HTML page.

    Raises:
        ConfigError: another kind of result.
    """
    return by_kind(found, _PAGES, verb="shown")(found)


_PAGES: Final[Mapping[str, Callable[..., str]]] = {
    "PromotionPlan": promotions_page,
    "PriceChoice": prices_page,
    "MarkdownPlan": markdowns_page,
    "WhatIf": what_if_page,
}
