"""The picture of an inspection: what the whole shop sold, and its festivals."""

from typing import TYPE_CHECKING, Final

import polars as pl

from foresale.core.charts import COLOURS, styled, unit_of
from foresale.core.columns import SALES, TIMESTAMP
from foresale.inspection.inspection import Inspection

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_POINTS: Final = 4000
_NAMED: Final = 8


def shown_total(inspection: Inspection) -> pl.DataFrame:
    """The sales of the whole shop as they are drawn: long series of hours and minutes by day."""
    total = inspection.total
    if not _pooled(inspection):
        return total
    days = total.group_by_dynamic(TIMESTAMP, every="1d")
    return days.agg(pl.col(SALES).sum(), pl.col("items").max(), pl.col("event").drop_nulls().first())


def total_chart(inspection: Inspection) -> "Figure":
    """The sales of all items over time; festivals that moved them are marked."""
    import plotly.graph_objects as go

    total = shown_total(inspection)
    figure = go.Figure()
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


def _pooled(inspection: Inspection) -> bool:
    return inspection.total.height > _POINTS and inspection.frequency.unit in {"minute", "hour"}
