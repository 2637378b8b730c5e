"""The pages of a plan of promotions, of chosen prices, of mark-downs, and of what other prices would sell."""

from collections.abc import Iterator, Set as AbstractSet
from typing import Final

import polars as pl

from foresale.core.money import heading, in_currency, money
from foresale.core.text import day
from foresale.narrate.pricing import markdown_findings, price_findings, promotion_findings, what_if_findings
from foresale.pages.page import Details, Facts, Notes, Part, Picture, Section, Share, Table, page
from foresale.plotting.pricing import (
    calendar_chart,
    components_chart,
    markdown_chart,
    price_chart,
    profit_chart,
    waterfall_chart,
    what_if_chart,
)
from foresale.pricing.markdowns.plan import MarkdownPlan
from foresale.pricing.prices.choose import PriceChoice
from foresale.pricing.promotions.plan import PromotionPlan
from foresale.pricing.what_if import WhatIf

_LISTED: Final = 500
_DRAWN: Final = 3
_PARTS: Final = (
    "Own price, promotion flags and the prices of other products (cannibalisation) by their effects; the last part is "
    "what the forecaster says beyond them, where prices and flags were seen before."
)
_MONEY: Final = frozenset(
    (
        "regular",
        "price",
        "profit",
        "low",
        "high",
        "own",
        "display",
        "cannibalised",
        "bought_ahead",
        "halo",
        "spend",
        "now",
        "lowest",
        "highest",
        "gain",
        "worst",
        "last",
    )
)
_SHARES: Final = {"depth", "change", "sold_regular", "sold"}
_PLANNED: Final = ["product", "timestamp", "regular", "price", "depth", "extra", "profit", "low", "high"]
_MADE_OF: Final = ["product", "timestamp", "own", "display", "cannibalised", "bought_ahead", "halo", "spend"]
_CHOSEN: Final = ["product", "now", "price", "change", "lowest", "highest", "gain", "worst"]
_CLEARED: Final = ["product", "units", "regular", "last", "sold_regular", "sold", "gain", "worst"]
"""Columns that stand on a page: as many as can be read side by side."""


def promotions_page(plan: PromotionPlan) -> str:
    """A plan of promotions as one HTML page."""
    found = plan.promotions
    facts = Facts(
        {
            "Promotions": found.height,
            "Products": found["product"].n_unique(),
            "More profit": in_currency(money(plan.profit), plan.currency),
            "Short of the best by at most": Share(plan.gap),
        }
    )
    parts: list[Part] = []
    if found.height:
        parts = [
            Picture(calendar_chart(plan), "Which product is promoted in which period, and how deep"),
            Picture(waterfall_chart(plan), "What the profit of all promotions is made of"),
            _table(found.select(_PLANNED), "Promotions", plan.currency),
            Details(
                "What the profit of each is made of", [_table(found.select(_MADE_OF), "Parts of profit", plan.currency)]
            ),
        ]
    head = Section("At a glance", [facts, Notes(list(promotion_findings(plan)))])
    return page(
        "Plan of promotions",
        [head, Section("Calendar", parts), Section("Assumed", [Notes(plan.notes)])],
        lead=f"{len(plan.stamps)} periods from {day(plan.stamps[0])}",
    )


def prices_page(choice: PriceChoice) -> str:
    """Chosen prices as one HTML page."""
    changed = int((choice.prices["change"] != 0).sum())
    facts = Facts(
        {
            "Products": choice.prices.height,
            "Prices that change": changed,
            "More profit": in_currency(money(choice.gain), choice.currency),
        }
    )
    table = choice.prices.with_columns(gain=pl.col("profit") - pl.col("profit_now")).select(_CHOSEN)
    parts: list[Part] = [
        Picture(price_chart(choice), "Chosen prices against today's, with the interval of the best price"),
        *_curves(choice),
        _table(table, "Prices", choice.currency),
        _reasons(choice.prices),
    ]
    head = Section("At a glance", [facts, Notes(list(price_findings(choice)))])
    return page(
        "Prices",
        [head, Section("Prices", parts), Section("Assumed", [Notes(choice.notes)])],
        lead=f"{choice.prices.height:,} products",
    )


def _curves(choice: PriceChoice) -> Iterator[Picture]:
    """Demand and profit over the price of the products whose change brings most."""
    moved = choice.prices.filter(pl.col("change") != 0)
    for name in moved.sort(pl.col("profit") - pl.col("profit_now"), descending=True)["product"].head(_DRAWN):
        yield Picture(
            profit_chart(choice, name),
            f"Demand and profit over the price of {name}, with their bands",
            "Dotted: today's price; solid: the chosen one.",
        )


def markdowns_page(plan: MarkdownPlan) -> str:
    """Mark-downs of an end of season as one HTML page."""
    facts = Facts(
        {
            "Products": plan.products.height,
            "More money": in_currency(money(plan.gain), plan.currency),
            "Until": day(plan.end),
        }
    )
    parts: list[Part] = []
    if plan.products.height:
        parts = [
            Picture(markdown_chart(plan), "Prices until the end of the products whose mark-downs bring most"),
            _table(plan.steps, "Prices to ask for, from when on", plan.currency),
            _table(
                plan.products.with_columns(gain=pl.col("money") - pl.col("money_regular")).select(_CLEARED),
                "Products",
                plan.currency,
            ),
            _reasons(plan.products),
        ]
    head = Section("At a glance", [facts, Notes(list(markdown_findings(plan)))])
    return page(
        "Mark-downs",
        [head, Section("Prices", parts), Section("Assumed", [Notes(plan.notes)])],
        lead=f"{plan.products.height:,} products until {day(plan.end)}",
    )


def what_if_page(found: WhatIf) -> str:
    """Demand under other prices as one HTML page."""
    now, then = (round(float(found.table[name].sum())) for name in ("units_now", "units"))
    facts = Facts({"Units now": now, "Units then": then, "Change": Share(then / now - 1 if now else None, signed=True)})
    parts: list[Part] = [
        Picture(what_if_chart(found), "Units of each product now and after the change, by both words"),
        Picture(components_chart(found), "What demand is made of after the change, from level to the sum", _PARTS),
        _table(found.by_product(), "Units of all periods", found.currency, priced={"price_now", "price"}),
        Table.of(found.components(), caption="What demand is made of, units", digits=1),
    ]
    head = Section("At a glance", [facts, Notes(list(what_if_findings(found)))])
    return page(
        "What if",
        [head, Section("Demand", parts), Section("Assumed", [Notes(found.notes)])],
        lead=f"{len(found.changed):,} products",
    )


def _reasons(products: pl.DataFrame) -> Details:
    """Why each price is as it is; beside the numbers it would not fit."""
    return Details("Why", [_table(products.select("product", "reason"), "Reasons", "")])


def _table(frame: pl.DataFrame, caption: str, currency: str, *, priced: AbstractSet[str] = _MONEY) -> Table:
    """A table whose headings tell the currency of money, with shares in percent and dates as days."""
    shown = frame.head(_LISTED)
    if "timestamp" in shown.columns:
        shown = shown.with_columns(pl.col("timestamp").dt.date()).rename({"timestamp": "from"})
    shown = Share.column(shown, *(name for name in shown.columns if name in _SHARES))
    names = {name: name.replace("_", " ").capitalize() for name in shown.columns}
    names |= {name: heading(names[name], currency) for name in shown.columns if name in priced}
    more = f"; the first {_LISTED:,} of {frame.height:,}" if frame.height > _LISTED else ""
    return Table.of(shown.rename(names), caption=caption + more)
