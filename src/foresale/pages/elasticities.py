"""The page of effects of prices."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from foresale.narrate.elasticities import elasticity_findings
from foresale.pages.page import Facts, Notes, Part, Picture, Section, Table, page
from foresale.plotting.elasticities import cross_chart, demand_chart, elasticity_chart
from foresale.pricing.effects.elasticities import Elasticities

_LISTED: Final = 500
_DRAWN: Final = 4
_OWN: Final = (
    "A product is believed as far as its own prices say something, and else what its brand, its category and the shop "
    "say. Crosses: what it says by itself. Left of the dotted line a price cut brings in more money than it gives away."
)


def elasticities_page(found: Elasticities) -> str:
    """Effects of prices as one HTML page.

    >>> from foresale.data.synthetic import shop
    >>> from foresale.pricing.effects.estimate import find_elasticities
    >>> "<h1>What prices do</h1>" in elasticities_page(find_elasticities(shop(items=4, periods=300)))
    True
    """
    middle = found.designs.filter(pl.col("used")).row(0, named=True)
    facts = {
        "Known?": found.verdict,
        "Design": found.design,
        "Products": found.own.height,
        "Typical elasticity": round(middle["elasticity"], 2),
    }
    sections = [
        Section("At a glance", [Facts(facts), Notes(list(elasticity_findings(found)))]),
        Section("Elasticities", list(own_effects(found))),
        Section("Promotions", list(promotion_effects(found))),
        Section("How far that can be known", list(checks(found))),
    ]
    return page("What prices do", sections, lead=f"{found.own.height:,} products, {found.cube.frequency.name}")


def own_effects(found: Elasticities) -> Iterator[Part]:
    """Elasticities of products, demand over the price of some, and who takes customers from whom."""
    yield Picture(elasticity_chart(found), "Elasticity of each product with its interval", _OWN)
    for name in found.own.sort("elasticity")["product"].head(_DRAWN):
        yield Picture(demand_chart(found, name), f"Demand over the price of {name}, with its band")
    if found.cross.height:
        yield Picture(
            cross_chart(found),
            "Cross elasticities of the products that sell most",
            "Blue: the row sells more when the price of the column rises.",
        )
        sure = found.cross.filter(pl.col("kind") != "unsure").head(_LISTED)
        yield Table.of(sure, caption="Pairs whose interval does not hold 0")
    yield Table.of(found.own.head(_LISTED), caption="Own elasticities")


def promotion_effects(found: Elasticities) -> Iterator[Part]:
    """What promotions sell, and what lies around a price cut."""
    if found.promotions.height:
        yield Table.of(found.promotions, caption="Units sold ÷ units without the promotion, all products together")
    percents = found.timing.with_columns(pl.col("effect", "low", "high") * 100)
    yield Table.of(percents, caption="What a price cut by a tenth does around its period, % of units", digits=1)


def checks(found: Elasticities) -> Iterator[Part]:
    """Designs that were tried, tests, and what was assumed."""
    yield Table.of(found.designs, caption="Designs that were tried")
    yield Table.of(found.checks, caption="Tests", digits=3)
    yield Notes(found.notes)
