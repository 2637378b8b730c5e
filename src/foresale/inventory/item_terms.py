"""Terms of items: what the files tell, and what is assumed where they do not."""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.classes import abc_classes
from foresale.core.columns import ITEM
from foresale.core.forecast import Forecast
from foresale.core.text import counted
from foresale.inventory.defaults import Defaults, assumed, percent, whom
from foresale.inventory.numeric import Numbers
from foresale.inventory.sheet import Findings
from foresale.inventory.supply import Lead
from foresale.inventory.terms import ItemTerms

_LEAST_MARGIN = 0.01
"""Share of the price that a lost sale costs at least, where the price is not above the cost."""

SOLD_AT = "sold at"
"""Field of the prices that the sales tell."""

Values = Callable[[str], Numbers]


def item_terms(
    values: Values, classes: pl.Series, forecast: Forecast, lead: Lead, defaults: Defaults, found: Findings
) -> ItemTerms:
    """The terms of all items; what is assumed or changed is added to `found.notes`."""
    items, notes = forecast.items, found.notes

    def told(part: str, default: float, what: str) -> Numbers:
        result, said = assumed(values(part), default, what=what, items=items)
        notes.extend(said)
        return result

    review, said = assumed(
        lead.review, defaults.review_days, what=f"review every {defaults.review_days:g} days", items=items
    )
    notes.extend(said)
    pack = told("pack", defaults.pack, f"pack size {defaults.pack:g}")
    minimum = _whole_packs(told("minimum", defaults.minimum, f"minimum order {defaults.minimum:g}"), pack, items, notes)
    cost, price, short = _money(values, defaults, items, notes)
    target, fill = _service(values, classes, forecast, price, defaults, notes)
    holding = told("holding", defaults.holding, f"holding cost {percent(defaults.holding)} of the cost a year")
    shelf = values("shelf")
    return ItemTerms(
        suppliers=lead.suppliers,
        supplier=lead.supplier,
        lead=lead.times,
        review_days=review,
        minimum=minimum,
        pack=pack,
        cost=cost,
        price=price,
        short=short,
        holding=holding,
        ordering=told("ordering", defaults.ordering, f"{defaults.ordering:g} money per order"),
        salvage=told("salvage", defaults.salvage, f"{defaults.salvage:g} money for a leftover"),
        shelf_days=np.where(np.isnan(shelf), np.inf, shelf),
        target=target,
        fill=fill,
        volume=values("volume"),
        weight=values("weight"),
    )


def _whole_packs(minimum: Numbers, pack: Numbers, items: pl.DataFrame, notes: list[str]) -> Numbers:
    """Minimum orders raised to whole packs."""
    raised = np.ceil(minimum / pack - 1e-9) * pack
    changed = raised > minimum + 1e-9
    if changed.any():
        first = int(np.argmax(changed))
        example = f"{items[ITEM][first]}: {minimum[first]:g} becomes {raised[first]:g}"
        notes.append(f"Minimum orders are raised to whole packs for {counted(int(changed.sum()), 'item')} ({example}).")
    return np.asarray(raised, np.float64)


def _money(
    values: Values, defaults: Defaults, items: pl.DataFrame, notes: list[str]
) -> tuple[Numbers, Numbers, Numbers]:
    """Cost, price and cost of a lost sale."""
    cost, price, margin, short = (values(part) for part in ("cost", "price", "margin", "short"))
    price = np.where(np.isnan(price), cost + margin, price)
    cost = np.where(np.isnan(cost), price - margin, cost)
    sold_at = values(SOLD_AT)
    told_by_sales = np.isnan(price) & (sold_at > 0)
    if told_by_sales.any():
        what = "the mean paid in the last quarter of the sales"
        notes.append(f"Price not told for {whom(told_by_sales, items)}, so taken from the sales: {what}.")
    price = np.where(told_by_sales, sold_at, price)
    share = f"a margin of {percent(defaults.margin)} of the price"
    lacking = np.isnan(cost) & np.isnan(price)
    if lacking.any():
        notes.append(f"Neither cost nor price is told for {whom(lacking, items)}: a unit costs 1, with {share}.")
    cost = np.where(lacking, 1.0, cost)
    half = ~lacking & (np.isnan(cost) | np.isnan(price))
    if half.any():
        notes.append(f"Only one of cost and price is told for {whom(half, items)}: {share} is assumed.")
    price = np.where(np.isnan(price), cost / (1 - defaults.margin), price)
    cost = np.where(np.isnan(cost), price * (1 - defaults.margin), cost)
    earned = np.where(np.isnan(margin), price - cost, margin)
    losing = np.isnan(short) & (earned <= 0)
    if losing.any():
        notes.append(f"The price is not above the cost for {whom(losing, items)}: a lost sale costs 1 % of the price.")
    loss = np.where(losing, _LEAST_MARGIN * price, earned)
    return cost, price, np.where(np.isnan(short), loss, short)


def _service(
    values: Values, classes: pl.Series, forecast: Forecast, price: Numbers, defaults: Defaults, notes: list[str]
) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """Targets, and whether each is a fill rate."""
    fill_rate, cycle, service = (values(part) for part in ("fill_rate", "cycle_service", "service"))
    target = np.where(np.isnan(fill_rate), np.where(np.isnan(cycle), service, cycle), fill_rate)
    fill = ~np.isnan(fill_rate) | (np.isnan(cycle) & (defaults.measure == "fill"))
    lacking = np.isnan(target)
    if not lacking.any():
        return target, fill
    measure = "fill rate" if defaults.measure == "fill" else "cycle service"
    if not isinstance(defaults.service, Mapping):
        notes.append(
            f"Not told, so assumed: a {measure} of {percent(defaults.service)} for {whom(lacking, forecast.items)}."
        )
        return np.where(lacking, defaults.service, target), fill
    worth = abc_classes(forecast.mean.sum(axis=1) * price)
    labels = classes.str.to_uppercase().str.strip_chars().to_numpy()
    labels = np.where(np.isin(labels.astype(str), list(defaults.service)), labels.astype(str), worth)
    by_class = np.array([defaults.service[label] for label in labels])
    said = ", ".join(f"{label} {percent(share)}" for label, share in defaults.service.items())
    notes.append(f"The {measure} of {whom(lacking, forecast.items)} goes by their ABC class: {said}.")
    return np.where(lacking, by_class, target), fill
