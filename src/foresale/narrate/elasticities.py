"""Effects of prices in sentences."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from foresale.core.text import listed, signed

if TYPE_CHECKING:
    from foresale.pricing.effects.elasticities import Elasticities

_NAMED: Final = 3
_VERDICTS: Final = {
    "identified": "Prices moved apart from demand, and no test speaks against it: the effects are theirs.",
    "assumed": "The effects hold if all that moved prices and demand together was seen; no test speaks against it.",
    "unknown": "What prices do cannot be known from these sales; the numbers below are no effects of prices.",
}
_DESIGNS: Final = {
    "between-places": "by prices that differ between places within a period",
    "instrument": "by what a cost moved prices",
    "over-time": "by prices that move in the course of time",
}


def elasticity_sentences(found: "Elasticities") -> tuple[str, ...]:
    """What is known of prices, the most important first, and then what was assumed."""
    return (*elasticity_findings(found), *found.notes)


def elasticity_findings(found: "Elasticities") -> Iterator[str]:
    """What is known of prices, the most important first."""
    yield f"{_VERDICTS[found.verdict]} (Found {_DESIGNS[found.design]}.)"
    middle = found.designs.filter(found.designs["used"]).row(0, named=True)
    yield (
        f"A price cut by a tenth sells {signed(0.9 ** middle['elasticity'] - 1)} units of a typical product "
        f"({signed(0.9 ** middle['high'] - 1)} to {signed(0.9 ** middle['low'] - 1)})."
    )
    order = found.own.sort("elasticity")
    if order.height > 1:
        ends = [
            f"{row['product']} ({row['elasticity']:.1f}, {row['low']:.1f} to {row['high']:.1f})"
            for row in (order.row(0, named=True), order.row(-1, named=True))
        ]
        yield f"The most elastic product is {ends[0]}, the least {ends[1]}."
    yield from _pairs(found)
    yield from _lifts(found)
    yield from _timing(found)


def _pairs(found: "Elasticities") -> Iterator[str]:
    for kind, verb in (("substitute", "takes customers from"), ("complement", "brings customers to")):
        pairs = found.cross.filter(found.cross["kind"] == kind)
        pairs = pairs.sort("elasticity", descending=kind == "substitute")
        if pairs.height:
            named = [
                f"{row['price_of']} {verb} {row['product']} ({row['elasticity']:+.2f})"
                for row in pairs.head(_NAMED).iter_rows(named=True)
            ]
            more = f" and {pairs.height - _NAMED:,} more" if pairs.height > _NAMED else ""
            yield f"A cheaper {'; '.join(named)}{more}."


def _lifts(found: "Elasticities") -> Iterator[str]:
    named = [
        f"{row['kind']}{' of ' + row['depth'] if row['depth'] else ''} × {row['lift']:.2f} ({row['low']:.2f} to "
        f"{row['high']:.2f})"
        for row in found.promotions.iter_rows(named=True)
    ]
    if named:
        yield f"Promotions, all products together: {listed(named)}."


def _timing(found: "Elasticities") -> Iterator[str]:
    for row in found.timing.iter_rows(named=True):
        sure = row["low"] > 0 or row["high"] < 0
        if row["periods_after"] and sure:
            when = "before" if row["periods_after"] < 0 else f"{row['periods_after']} after"
            yield (
                f"In the period {when} a price cut by a tenth, demand moves by {signed(row['effect'])} "
                f"({signed(row['low'])} to {signed(row['high'])})."
            )
