"""Plans of promotions and chosen prices in sentences."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import polars as pl

from foresale.core.money import in_currency, money
from foresale.core.text import counted, day, signed

if TYPE_CHECKING:
    from foresale.pricing.markdowns.plan import MarkdownPlan
    from foresale.pricing.prices.choose import PriceChoice
    from foresale.pricing.promotions.plan import PromotionPlan
    from foresale.pricing.what_if import WhatIf

_NAMED: Final = 3
_WORTH: Final = 0.005
"""Share of the whole from which on a part is told."""
_BY: Final = {"forecaster": "the forecaster", "effects": "the effects", "both": "both, by the period"}
_PARTS: Final = {
    "own_price": "Own prices",
    "promotion": "Promotion flags",
    "cannibalisation": "Prices of the other products",
    "forecaster": "What the forecaster says beyond the effects",
}


def promotion_sentences(plan: "PromotionPlan") -> tuple[str, ...]:
    """What to promote and what it brings, and then what was assumed."""
    return (*promotion_findings(plan), *plan.notes)


def promotion_findings(plan: "PromotionPlan") -> Iterator[str]:
    """What to promote and what it brings."""
    table = plan.promotions
    if not table.height:
        yield "No promotion is worth its money by what is known of its effect."
        return
    brings = in_currency(money(plan.profit), plan.currency)
    low, high = (money(float(table[name].sum())) for name in ("low", "high"))
    yield (
        f"{counted(table.height, 'promotion')} of {counted(table['product'].n_unique(), 'product')} bring {brings} "
        f"more profit than regular prices ({low} to {high} "
        "where all effects are at the same end of their intervals)."
    )
    best = table.sort("profit", descending=True).head(_NAMED)
    named = [
        f"{row['product']} at {row['price']:,.2f} from {day(row['timestamp'])} ({money(row['profit'])})"
        for row in best.iter_rows(named=True)
    ]
    yield f"The best: {'; '.join(named)}."
    for column, words in (
        ("cannibalised", "other products lose"),
        ("bought_ahead", "was only bought ahead"),
        ("halo", "comes along in baskets"),
        ("display", "displays cost"),
    ):
        total = float(table[column].sum())
        if abs(total) > _WORTH * abs(plan.profit):
            yield f"Counted in: {money(total)} that {words}."


def price_sentences(choice: "PriceChoice") -> tuple[str, ...]:
    """Which prices to change and what that brings, and then what was assumed."""
    return (*price_findings(choice), *choice.notes)


def price_findings(choice: "PriceChoice") -> Iterator[str]:
    """Which prices to change and what that brings."""
    moved = choice.prices.filter(choice.prices["change"] != 0)
    if not moved.height:
        yield "No price is changed: none surely brings more within the rules."
        return
    yield (
        f"{moved.height:,} of {counted(choice.prices.height, 'price')} change; they are expected to bring "
        f"{in_currency(money(choice.gain), choice.currency)} more profit."
    )
    best = moved.sort(moved["profit"] - moved["profit_now"], descending=True).head(_NAMED)
    for row in best.iter_rows(named=True):
        why = row["reason"][0].upper() + row["reason"][1:]
        yield (
            f"{row['product']}: {row['now']:,.2f} → {row['price']:,.2f} ({signed(row['change'])}), "
            f"{money(row['profit'] - row['profit_now'])} more; {money(row['worst'])} where the effect is at its "
            f"worst. {why}."
        )


def markdown_sentences(plan: "MarkdownPlan") -> tuple[str, ...]:
    """What to mark down and when, what that brings and may lose, and then what was assumed."""
    return (*markdown_findings(plan), *plan.notes)


def markdown_findings(plan: "MarkdownPlan") -> Iterator[str]:
    """What to mark down and when, what that brings and may lose."""
    table = plan.products
    if not table.height:
        yield "Nothing is left of what ends."
        return
    marked = table.filter(pl.col("last") < pl.col("regular"))
    units = float(table["units"].sum())
    rest, so = (units - float((table[name] * table["units"]).sum()) for name in ("sold_regular", "sold"))
    yield (
        f"At regular prices {rest:,.0f} of {units:,.0f} units of {counted(table.height, 'product')} would be left "
        "at the end."
    )
    if not marked.height:
        yield "No mark-down surely brings more within the rules."
        return
    yield (
        f"Mark-downs of {counted(marked.height, 'product')} leave {so:,.0f} and are expected to bring "
        f"{in_currency(money(plan.gain), plan.currency)} more."
    )
    best = marked.sort(marked["money"] - marked["money_regular"], descending=True).head(_NAMED)
    for row in best.iter_rows(named=True):
        course = plan.steps.filter(pl.col("product") == row["product"]).filter(pl.col("depth") > 0)
        prices = ", ".join(f"{step['price']:,.2f} from {day(step['timestamp'])}" for step in course.to_dicts())
        yield (
            f"{row['product']}: {row['regular']:,.2f} → {prices}; {100 * row['sold']:.0f} % of the stock is sold "
            f"instead of {100 * row['sold_regular']:.0f} %, {money(row['money'] - row['money_regular'])} more "
            f"({money(row['worst'])} where the effect is at its worst). {row['reason']}."
        )


def what_if_sentences(found: "WhatIf") -> tuple[str, ...]:
    """What becomes of demand, and then what was assumed."""
    return (*what_if_findings(found), *found.notes)


def what_if_findings(found: "WhatIf") -> Iterator[str]:
    """What becomes of demand."""
    rows = found.by_product()
    now, then = float(rows["units_now"].sum()), float(rows["units"].sum())
    yield f"Of all products, {now:,.0f} units become {then:,.0f} ({signed(then / now - 1 if now else 0.0)})."
    changed = rows.filter(rows["product"].is_in(found.changed_products))
    for row in changed.head(_NAMED).iter_rows(named=True):
        moved = row["price"] != row["price_now"]
        asked = f"at {row['price']:,.2f} instead of {row['price_now']:,.2f}" if moved else "with the promotion"
        yield (
            f"{row['product']} {asked}: {row['units']:,.0f} units instead of {row['units_now']:,.0f}, by "
            f"{_BY[row['by']]} (effects: {row['low']:,.0f} to {row['high']:,.0f})."
        )
    for row in found.components()[2:].iter_rows(named=True):
        if abs(row["then"]) > _WORTH * now:
            yield f"{_PARTS[row['component']]}: {row['then']:+,.0f} units."
