"""An inspection in sentences: what a planner should know before a forecast is made."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import polars as pl

from foresale.core.text import percent
from foresale.narrate.cleaning import NOTHING, cleaning_sentences

if TYPE_CHECKING:
    from foresale.inspection.inspection import Inspection

_STRONG: Final = 0.6  # strength of a season, 0 to 1 (Hyndman and Athanasopoulos 2021, section 4.3)
_WEAK: Final = 0.1  # below it a season is not said
_NAMED: Final = 3  # events that a sentence has room for


def inspection_sentences(inspection: "Inspection") -> tuple[str, ...]:
    """What is in the panel, the most important first."""
    parts = (_size, _seasons, _festivals, _covariates, _demand, _value, _movement)
    cleaning = [sentence for sentence in cleaning_sentences(inspection.cleaning) if sentence != NOTHING]
    return (*(sentence for part in parts for sentence in part(inspection)), *cleaning)


def _size(inspection: "Inspection") -> Iterator[str]:
    first, last = (str(stamp.astype("datetime64[D]")) for stamp in inspection.span)
    items = f"{inspection.items:,} item{'' if inspection.items == 1 else 's'}"
    yield f"{items}, {inspection.rows:,} periods, {inspection.frequency.name}, {first} to {last}."
    unknown = f"; {percent(inspection.unknown)} are unknown" if inspection.unknown else ""
    yield f"{percent(inspection.zeros)} of the periods are without a sale{unknown}."


def _seasons(inspection: "Inspection") -> Iterator[str]:
    for name, strength, found, share in inspection.seasons.drop("periods").iter_rows():
        if strength is None and not name.startswith("monthly"):
            yield f"The history is too short to tell a {name} season."
        elif found and strength >= _WEAK:
            word = "strong " if strength >= _STRONG else ""
            items = "" if share is None else f", and {percent(share)} of the items have it"
            yield f"Total sales have a {word}{name} season: it explains {percent(strength)} of what varies{items}."
        elif share:
            yield f"A {name} season of total sales is not certain; {percent(share)} of the items have one."


def _festivals(inspection: "Inspection") -> Iterator[str]:
    named = [
        f"{name} (× {effect:.1f})" for name, effect in inspection.events.head(_NAMED)["event", "effect"].iter_rows()
    ]
    if named:
        yield f"Sales were most unusual at {', '.join(named)}."


def _covariates(inspection: "Inspection") -> Iterator[str]:
    table = inspection.covariates
    if not table.height:
        yield "There are no covariates: the forecast goes by the sales and the calendar."
        return
    roles = {role: table.filter(pl.col("role") == role)["covariate"].to_list() for role in ("known ahead", "past only")}
    for role, names in roles.items():
        if names:
            yield f"Covariates {role}: {', '.join(names)}."
    gaps = table.filter(pl.col("missing") > 0).sort("missing", descending=True)
    if gaps.height:
        listed = [f"{name} ({percent(missing)})" for name, missing in gaps["covariate", "missing"].head(5).iter_rows()]
        yield f"Not everywhere known: {', '.join(listed)}."


def _demand(inspection: "Inspection") -> Iterator[str]:
    parts = [f"{percent(share)} {name}" for name, items, share, _ in inspection.demand_classes.iter_rows() if items]
    yield f"Demand of the items: {', '.join(parts)}.".replace(" none", " never sold")


def _value(inspection: "Inspection") -> Iterator[str]:
    best = inspection.figures.filter(pl.col("abc") == "A")
    if best.height < inspection.items:
        steady = best.filter(pl.col("xyz") == "X").height
        share = percent(best.height / inspection.items)
        value = f"revenue of {inspection.revenue}" if inspection.has_price else inspection.value
        yield f"{best.height:,} items ({share}) bring in 80 % of the {value}; {steady:,} are steady (AX)."


def _movement(inspection: "Inspection") -> Iterator[str]:
    figures = inspection.figures
    grow, shrink = (int((figures["change"] * sign > 0).sum()) for sign in (1, -1))
    if grow or shrink:
        yield f"Items that sell more than before: {grow:,}; less: {shrink:,}."
    launched, ended = int(figures["launched"].sum()), int(figures["ended"].sum())
    if launched or ended:
        yield f"Items launched lately: {launched:,}; no longer sold: {ended:,}."
