"""Pictures of plans of promotions and of chosen prices."""

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from foresale.core.arrays import Numbers
from foresale.core.errors import ConfigError
from foresale.plotting.charts import COLOURS, INK, MARKS, add_band, bar_chart, heatmap, interval_chart, styled
from foresale.plotting.figure import Figure
from foresale.pricing.effects.cube import row_of

if TYPE_CHECKING:
    from foresale.pricing.markdowns.plan import MarkdownPlan
    from foresale.pricing.prices.choose import PriceChoice
    from foresale.pricing.promotions.plan import PromotionPlan
    from foresale.pricing.what_if import WhatIf

_SHOWN: Final = 40
_REACH: Final = 0.4
"""How far beside today's price a curve is drawn."""
_POINTS: Final = 81
_STEPS_SHOWN: Final = 6
"""Courses of prices beyond which lines cannot be told apart: as many as there are colours."""
_PARTS: Final = (
    ("own", "own profit", 1),
    ("cannibalised", "other products lose", -1),
    ("bought_ahead", "only bought ahead", -1),
    ("halo", "brought along", 1),
    ("display", "displays", -1),
)


def calendar_chart(plan: "PromotionPlan") -> Figure:
    """The calendar of promotions: products that bring most, by period, coloured by the depth of the price cut."""
    table = plan.promotions
    order = table.group_by("product", maintain_order=True).agg(pl.col("profit").sum())
    names = order.sort("profit", descending=True)["product"].head(_SHOWN).to_list()
    stamps = [str(stamp)[:10] for stamp in plan.stamps]
    depth = np.full((len(names), len(stamps)), np.nan)
    for row in table.iter_rows(named=True):
        if row["product"] in names:
            depth[names.index(row["product"]), stamps.index(str(row["timestamp"])[:10])] = 100 * row["depth"]
    rows = [str(name) for name in names]
    chart = heatmap(depth, rows=rows, columns=stamps, title="Calendar of promotions", unit="% off")
    return chart.update_traces(zmin=0)


def waterfall_chart(plan: "PromotionPlan", product: object = None) -> Figure:
    """What the profit of all promotions, or of those of one product, is made of.

    Raises:
        ConfigError: no promotion of such a product.
    """
    table = plan.promotions if product is None else plan.promotions.filter(plan.promotions["product"] == str(product))
    if product is not None and not table.height:
        raise ConfigError(f"there is no promotion of {product!r} in the plan")
    parts = np.array([sign * float(table[name].sum()) for name, _, sign in _PARTS])
    title = "Profit of " + ("all promotions" if product is None else str(product))
    return _waterfall([words for _, words, _ in _PARTS], parts, last="profit", title=title, unit="money")


def _waterfall(names: list[str], parts: Numbers, *, last: str, title: str, unit: str) -> Figure:
    """Parts that add up from the left, and their sum."""
    starts = np.append(np.cumsum(parts) - parts, 0.0)
    colours = [*(COLOURS[0] if part >= 0 else COLOURS[1] for part in parts), INK]
    figure = Figure()
    figure.add_bar(x=[*names, last], y=np.append(parts, parts.sum()), marker={"color": colours}, base=starts)
    return styled(figure, title=title, y=unit)


def components_chart(found: "WhatIf", product: object = None) -> Figure:
    """What demand after the change is made of, of all products or of one: a waterfall from the level to the sum.

    Raises:
        ConfigError: no such product.
    """
    if product is not None and str(product) not in found.table["product"]:
        raise ConfigError(f"there is no product {product!r}")
    rows = found.components(product)
    names = [name.replace("_", " ") for name in rows["component"]]
    title = "Demand of " + ("all products" if product is None else str(product))
    return _waterfall(names, rows["then"].to_numpy(), last="demand", title=title, unit="units")


def price_chart(choice: "PriceChoice", product: object = None) -> Figure:
    """Chosen prices against today's, those that bring most, with the interval of the best; of one, its curves."""
    if product is not None:
        return profit_chart(choice, product)
    table = choice.prices
    rows = table.sort((table["profit"] - table["profit_now"]), descending=True).head(_SHOWN)
    share = 100 * (rows["price"] / rows["now"] - 1).to_numpy()
    low, high = (100 * (rows[name] / rows["now"] - 1).to_numpy() for name in ("lowest", "highest"))
    return interval_chart(
        rows["product"], share, (low, high), name="chosen", title="Chosen prices against today's", x="%"
    )


def profit_chart(choice: "PriceChoice", product: object = None) -> Figure:
    """Demand for a product over its price, and below it its profit, with bands; dotted today's price, solid the chosen.

    Raises:
        ConfigError: no such product.
    """
    names = choice.prices["product"]
    row = choice.prices.row(0 if product is None else row_of(names, product), named=True)
    prices = np.linspace((1 - _REACH) * row["now"], (1 + _REACH) * row["now"], _POINTS)
    steps = np.array([-1.0, 1.0, 0.0])[:, None] * choice.wide * row["error"]
    units = row["units_now"] * (prices / row["now"]) ** np.minimum(row["elasticity"] + steps, 0.0)
    figure = Figure.of_rows((0.5, 0.5), spacing=0.08)
    band = f"{100 * choice.level:.0f} %"
    for number, (name, curves) in enumerate((("units", units), ("profit", units * (prices - row["cost"]))), 1):
        low, high = curves[:2].min(axis=0), curves[:2].max(axis=0)
        add_band(figure, prices, low, high, name=band, of=f"what {name} may be", hoverinfo="skip", row=number)
        line = {"color": COLOURS[number - 1], "width": 2.5}
        figure.add_scatter(x=prices, y=curves[2], name=name, mode="lines", line=line, row=number)
    styled(figure, title=str(row["product"]))
    for at, dash in ((row["now"], "dot"), (row["price"], "solid")):
        figure.add_vline(x=at, line={"color": INK, "width": 1, "dash": dash})
    figure.update_yaxes(title={"text": "units"}, row=1).update_yaxes(title={"text": "profit"}, row=2)
    return figure.update_xaxes(title={"text": "price"}, row=2).update_layout(height=460)


def markdown_chart(plan: "MarkdownPlan", product: object = None) -> Figure:
    """The prices of a product until the end, or of those whose mark-downs bring most, in percent of the regular one.

    Raises:
        ConfigError: no such product in the plan.
    """
    best = plan.products.sort(plan.products["money"] - plan.products["money_regular"], descending=True)
    marked = best.filter(pl.col("last") < pl.col("regular"))
    names = (marked if marked.height else best)["product"].head(_STEPS_SHOWN).to_list()
    names = names if product is None else [str(product)]
    if product is not None and str(product) not in best["product"]:
        raise ConfigError(f"nothing is left of {product!r}, or it is no product")
    figure = Figure()
    for number, name in enumerate(names):
        rows = plan.steps.filter(pl.col("product") == name)
        line = {"shape": "hv", "width": 2, "color": COLOURS[number]}
        ends = np.append(rows["timestamp"].to_numpy(), plan.end)
        share = 100 * (1 - rows["depth"].to_numpy())
        figure.add_scatter(
            x=ends,
            y=np.append(share, share[-1]),
            name=str(name),
            mode="lines+markers",
            line=line,
            marker={"symbol": MARKS[number], "size": 6},
        )
    styled(figure, title="Mark-downs", y="% of the regular price").update_yaxes(rangemode="tozero")
    return figure.update_layout(showlegend=True)


def what_if_chart(found: "WhatIf", product: object = None) -> Figure:
    """Units of each product now and after the change, by the forecaster and by the effects; of one, its components."""
    if product is not None:
        return components_chart(found, product)
    rows = found.by_product().head(_SHOWN)
    series = {
        "now": rows["units_now"].to_numpy(),
        "by the forecaster": rows["by_forecaster"].to_numpy(),
        "by the effects": rows["by_effects"].to_numpy(),
    }
    names = [str(name) for name in rows["product"]]
    return bar_chart(names, series, title="Demand under other prices", x_title="units", horizontal=True)
