"""Pictures of a trend."""

from typing import Any, Final

import numpy as np
import polars as pl

from foresale.core.columns import SALES, TIMESTAMP
from foresale.core.hierarchy import TOTAL
from foresale.core.text import day
from foresale.inspection.groups import label, labels
from foresale.inspection.trend.trend import Trend
from foresale.plotting.charts import COLOURS, INK, add_band, interval_chart, styled, unit_of
from foresale.plotting.figure import Figure

_PEAKS: Final = 16  # bars that a picture has room for
_UP: Final = "rgba(0,114,178,{})"
_DOWN: Final = "rgba(213,94,0,{})"
_TINTS: Final = {"sure": 1.0, "likely": 0.6, "unsure": 0.25}


def level_chart(trend: Trend, group: str = TOTAL) -> Figure:
    """Sales and level of a group, the level with its band, and its turning points."""
    rows = trend.of("series", group)
    stamps = rows[TIMESTAMP]
    figure = Figure()
    figure.add_scatter(
        x=stamps, y=rows[SALES], name="Sales", mode="lines", line={"color": INK, "width": 1}, opacity=0.6
    )
    add_band(figure, stamps, rows["low"], rows["high"], name="90 %", of="the level", hoverinfo="skip")
    figure.add_scatter(x=stamps, y=rows["level"], name="Level", mode="lines", line={"color": COLOURS[0], "width": 2.5})
    turns = trend.of("changepoints", group)
    if turns.height:
        at = rows.join(turns.select(pl.col("date").alias(TIMESTAMP), "turn"), on=TIMESTAMP)
        figure.add_scatter(
            x=at[TIMESTAMP],
            y=at["level"],
            text=at["turn"],
            name="Turning points",
            mode="markers",
            marker={"symbol": "diamond", "size": 11, "color": COLOURS[1]},
            hovertemplate="%{text}<br>%{x}<extra></extra>",
        )
    styled(figure, title=f"{label(group)}: sales and their level", y=unit_of(trend.frequency))
    return figure.update_yaxes(rangemode="tozero")


def growth_chart(trend: Trend) -> Figure:
    """Growth of every group like for like, with its interval, over the longest span that can be told."""
    span = trend.growth["span"][-1]
    rows = trend.growth.filter(pl.col("span") == span)
    names = rows["group"].replace(labels(trend.groups))
    change = 100 * rows["like_for_like"].fill_null(np.nan).to_numpy()
    low, high = (100 * rows[name].fill_null(np.nan).to_numpy() for name in ("low", "high"))
    return interval_chart(
        names,
        change,
        (low, high),
        name="like for like",
        title=f"Growth, {span} against a year before",
        x="%",
        beside=("as it is", 100 * rows["change"].to_numpy()),
    )


def peaks_chart(trend: Trend, group: str = TOTAL) -> Figure:
    """The peaks and lulls ahead of a group as bars from their first to their last day, labelled with their rise."""
    rows = trend.of("peaks", group).filter(pl.col("from").is_not_null())
    rows = rows.sort((pl.col("rise").log()).abs(), descending=True).head(_PEAKS).sort("from")
    width = np.timedelta64(1, "D")
    figure = Figure()
    for sure, tint in _TINTS.items():
        own = rows.filter(pl.col("sure") == sure)
        if not own.height:
            continue
        begin, end = own["from"].to_numpy(), own["to"].to_numpy() + width
        colours = [_UP.format(tint) if rise > 1 else _DOWN.format(tint) for rise in own["rise"]]
        called = [_peak(row) for row in own.iter_rows(named=True)]
        figure.add_bar(
            x=(end - begin).astype("timedelta64[ms]").astype(float),
            base=begin,
            y=called,
            orientation="h",
            name=sure,
            marker={"color": colours, "line": {"width": 3, "color": colours}},
            hovertemplate="%{y}<extra></extra>",
        )
    order = [_peak(row) for row in rows.iter_rows(named=True)]
    styled(figure, title=f"{label(group)}: peaks and lulls ahead")
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=order[::-1])
    begin, end = rows["from"].to_numpy().min(), rows["to"].to_numpy().max() + width
    room = (end - begin) // 3 + np.timedelta64(1, "D")
    figure.update_xaxes(type="date", showgrid=True, range=[str(begin - room // 6), str(end + room)], nticks=6)
    return figure.update_layout(height=max(260, 130 + 26 * rows.height), barmode="overlay", showlegend=True)


def _peak(row: dict[str, Any]) -> str:
    """A peak on an axis: short, no two alike, and how high it is."""
    return f"{'season' if row['kind'] == 'season' else row['peak']}, {day(row['from'])}: × {row['rise']:.2f}"
