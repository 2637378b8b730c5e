"""Pictures of effects of prices."""

from typing import TYPE_CHECKING, Final

import numpy as np

from foresale.plotting.charts import COLOURS, INK, add_band, heatmap, interval_chart, styled
from foresale.plotting.figure import Figure

if TYPE_CHECKING:
    from foresale.pricing.effects.elasticities import Elasticities

_SHOWN: Final = 40
_MATRIX: Final = 30
_REACH: Final = 0.4
"""How far beside the usual price a curve is drawn."""
_POINTS: Final = 81


def elasticity_chart(found: "Elasticities") -> Figure:
    """The own elasticity of each product with its interval, the most elastic first."""
    rows = found.own.sort("elasticity").head(_SHOWN)
    values, low, high = (rows[name].to_numpy() for name in ("elasticity", "low", "high"))
    return interval_chart(
        rows["product"],
        values,
        (low, high),
        name="elasticity",
        title="Elasticity of demand to the own price",
        x="% of units for 1 % of price",
        beside=("by itself", rows["estimate"]),
        usual=-1.0,
    )


def cross_chart(found: "Elasticities") -> Figure:
    """Matrix of cross effects: rows sell more (blue) or less (orange) when the price of the column rises."""
    units = np.nansum(found.cube.sales, axis=(1, 2))
    best = np.argsort(-units, kind="stable")[:_MATRIX]
    values = np.where(np.isfinite(found.estimates.cross_errors), found.estimates.cross, np.nan)[np.ix_(best, best)]
    names = [str(name) for name in found.cube.products["product"][best.tolist()]]
    return heatmap(
        values, rows=names, columns=names, title="Who takes customers from whom", unit="elasticity", middle=0
    )


def demand_chart(found: "Elasticities", product: object = None, *, unit_cost: float | None = None) -> Figure:
    """Demand of a product over its price, and with a unit cost its profit, with bands.

    Args:
        found: the effects.
        product: its name; the first one by default.
        unit_cost: money per unit; without one only demand is drawn.
    """
    at = found.product(product)
    price, units = float(np.nanmedian(found.cube.price[at])), float(np.nanmean(found.cube.sales[at]))
    prices = np.linspace((1 - _REACH) * price, (1 + _REACH) * price, _POINTS)
    wide = found.own["high"][at] - found.own["elasticity"][at]
    curves = [units * (prices / price) ** (found.values[at] + step) for step in (-wide, wide, 0)]
    what = "units per period and place"
    if unit_cost is not None:
        curves = [curve * (prices - unit_cost) for curve in curves]
        what = "profit per period and place"
    low, high = np.minimum(curves[0], curves[1]), np.maximum(curves[0], curves[1])
    figure = Figure()
    add_band(figure, prices, low, high, name=f"{100 * found.level:.0f} %", of="what may be", hoverinfo="skip")
    figure.add_scatter(x=prices, y=curves[2], name=what, mode="lines", line={"color": COLOURS[0], "width": 2.5})
    figure.add_vline(x=price, line={"color": INK, "width": 1, "dash": "dot"})
    name = str(found.cube.products["product"][at])
    return styled(figure, title=f"{name}: {what.split(' per')[0]} over the price", x="price", y=what)
