"""Pictures of an inspection: what the whole shop sold, its seasons, the classes of its items, and odd periods."""

from typing import Final

import numpy as np
import polars as pl

from foresale.core.columns import SALES, TIMESTAMP
from foresale.core.text import percent
from foresale.inspection.inspection import Inspection
from foresale.plotting.charts import COLOURS, INK, bar_chart, heatmap, styled, unit_of
from foresale.plotting.figure import Figure

_MARKS: Final = {"stock-out": ("x", COLOURS[1]), "outlier": ("diamond", COLOURS[3])}
_SHARES: Final = (("0 %", 0.0), ("to 5 %", 0.05), ("to 20 %", 0.2), ("to 50 %", 0.5), ("to 80 %", 0.8), ("more", 1.0))
_POINTS: Final = 4000  # above which hours are drawn as days
_NAMED: Final = 8  # events that a picture has room for


def shown_total(inspection: Inspection) -> pl.DataFrame:
    """The sales of the whole shop as they are drawn: long series of hours and minutes by day."""
    total = inspection.total
    if not _pooled(inspection):
        return total
    days = total.group_by_dynamic(TIMESTAMP, every="1d")
    return days.agg(pl.col(SALES).sum(), pl.col("items").max(), pl.col("event").drop_nulls().first())


def total_chart(inspection: Inspection) -> Figure:
    """The sales of all items over time; festivals that moved them are marked."""
    total = shown_total(inspection)
    figure = Figure()
    figure.add_scatter(
        x=total[TIMESTAMP], y=total[SALES], name="Sales", mode="lines", line={"color": COLOURS[0], "width": 1.6}
    )
    named = total.filter(pl.col("event").is_in(inspection.events["event"].head(_NAMED).implode()))
    if named.height:
        figure.add_scatter(
            x=named[TIMESTAMP],
            y=named[SALES],
            name="Festivals and holidays",
            text=named["event"],
            mode="markers",
            marker={"symbol": "diamond", "size": 8, "color": COLOURS[1]},
            hovertemplate="%{text}: %{y:,.0f}<extra></extra>",
        )
    unit = "units per day" if _pooled(inspection) else unit_of(inspection.frequency)
    styled(figure, title="Sales of all items", y=unit)
    return figure.update_yaxes(rangemode="tozero").update_layout(showlegend=bool(named.height))


def items_chart(inspection: Inspection) -> Figure:
    """How many items have known sales over time."""
    total = shown_total(inspection)
    figure = Figure()
    figure.add_scatter(x=total[TIMESTAMP], y=total["items"], mode="lines", line={"color": COLOURS[2], "width": 1.6})
    styled(figure, title="Items with known sales", y="items").update_layout(height=240)
    return figure.update_yaxes(rangemode="tozero")


def profile_chart(profile: pl.DataFrame, season: str) -> Figure:
    """How sales are spread over one season (rows of `Inspection.profiles`), 1 being the average."""
    figure = bar_chart(profile["phase"].to_list(), {"index": profile["index"].to_numpy()}, title=f"Sales by {season}")
    figure.add_hline(y=1, line={"color": INK, "width": 1, "dash": "dot"})
    return figure.update_yaxes(title={"text": "1 = average"}).update_layout(height=300)


def demand_chart(inspection: Inspection) -> Figure:
    """The demand classes by their share of items and of volume."""
    classes = inspection.demand_classes.filter(pl.col("items") > 0)
    shares = {"items": 100 * classes["share"].to_numpy(), "volume": 100 * classes["volume"].to_numpy()}
    figure = bar_chart(classes["demand"].to_list(), shares, title="How demand comes", y_title="%")
    return figure.update_layout(height=320)


def abc_xyz_chart(inspection: Inspection) -> Figure:
    """The nine ABC/XYZ classes: how many items each has, and its share of the value."""
    table = inspection.abc_xyz
    values = 100 * table[inspection.value].to_numpy().reshape(3, 3)
    texts = [
        f"{items:,} item{'' if items == 1 else 's'}<br>{percent(share)}"
        for items, share in table.select("items", inspection.value).iter_rows()
    ]
    figure = heatmap(
        values, rows=list("ABC"), columns=list("XYZ"), title=f"ABC/XYZ: items and their share of the {inspection.value}"
    )
    text = np.array(texts).reshape(3, 3)
    # Half as deep as other heatmaps and without a scale, since the numbers stand on it.
    figure.update_traces(colorscale=[[0, "rgba(0,114,178,0.04)"], [1, "rgba(0,114,178,0.5)"]], showscale=False)
    figure.update_traces(text=text, texttemplate="%{text}", hovertemplate="%{y}%{x}: %{text}<extra></extra>")
    return figure.update_layout(height=340)


def shares_chart(inspection: Inspection) -> Figure:
    """How many items have which share of periods without a sale, and of unknown ones."""
    edges = [-np.inf, *(edge for _, edge in _SHARES)]
    counts = {
        label: np.histogram(inspection.figures[name].to_numpy(), np.nextafter(edges, np.inf))[0]
        for label, name in (("without a sale", "zeros"), ("unknown", "unknown"))
        if label == "without a sale" or inspection.unknown
    }
    title = "Items by their share of periods without a sale"
    figure = bar_chart(
        [label for label, _ in _SHARES], counts, title=title, x_title="share of periods", y_title="items"
    )
    return figure.update_layout(height=320)


def marked_chart(
    inspection: Inspection, sample: pl.DataFrame, *, label: str, kind: str, reasons: tuple[str, ...]
) -> Figure:
    """The sales of one item (rows of `Inspection.samples`) with the periods marked that cleaning would touch.

    Args:
        inspection: for its grid.
        sample: timestamp, sales and reason of the item.
        label: how the item is called.
        kind: "stock-out" or "outlier".
        reasons: which reasons are of that kind.
    """
    figure = Figure()
    figure.add_scatter(
        x=sample[TIMESTAMP], y=sample[SALES], name="sales", mode="lines", line={"color": INK, "width": 1.4}
    )
    found = sample.filter(pl.col("reason").is_in(reasons))
    symbol, colour = _MARKS[kind]
    figure.add_scatter(
        x=found[TIMESTAMP],
        y=found[SALES].fill_null(0),
        name=kind,
        text=found["reason"],
        mode="markers",
        marker={"symbol": symbol, "color": colour, "size": 8},
        hovertemplate="%{x}: %{y}, %{text}<extra></extra>",
    )
    styled(figure, title=f"{label}: {kind}s", y=unit_of(inspection.frequency))
    return figure.update_yaxes(rangemode="tozero").update_layout(height=280)


def _pooled(inspection: Inspection) -> bool:
    return inspection.total.height > _POINTS and inspection.frequency.unit in {"minute", "hour"}
