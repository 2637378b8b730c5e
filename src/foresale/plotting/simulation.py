"""The picture of a replay: what service costs."""

from typing import TYPE_CHECKING, Final

import polars as pl

from foresale.plotting.charts import COLOURS, MARKS, styled
from foresale.plotting.figure import Figure

if TYPE_CHECKING:
    from foresale.inventory.simulation.replay import Replay

_FARTHER: Final = 0.1
"""Of the fill rate, below the worst that is no rule of thumb: a rule that fails would push all others together."""
_AXES: Final = {
    "total_cost": ("Total cost", "Cost at each fill rate"),
    "stock_value": ("Money in stock", "Stock at each fill rate"),
}


def lowest_drawn(replay: "Replay") -> float:
    """The fill rate from which contenders are drawn."""
    return min(outcome.fill_rate.value for outcome in replay.outcomes if outcome.contender.role != "rule") - _FARTHER


def service_chart(replay: "Replay", column: str = "total_cost") -> Figure:
    """Total cost, or `stock_value`, against the fill rate; along a line the target alone differs."""
    figure = Figure()
    table = replay.table().filter(pl.col("fill_rate") >= lowest_drawn(replay))
    table = table.with_columns(line=pl.col("contender").str.replace(r", [\d.]+ %$", ""))
    for number, (name,) in enumerate(table.select("line").unique(maintain_order=True).iter_rows()):
        own = table.filter(pl.col("line") == name).sort("fill_rate")
        figure.add_scatter(
            x=100 * own["fill_rate"].to_numpy(),
            y=own[column].to_numpy(),
            name=name,
            text=[f"{100 * service:g} %" if service is not None else "" for service in own["service"]],
            textposition="top center",
            mode="lines+markers+text" if own.height > 1 else "markers",
            line={"color": COLOURS[number % len(COLOURS)], "width": 2},
            marker={"symbol": MARKS[number % len(MARKS)], "size": 9},
        )
    money, title = _AXES[column]
    unit = f"{money}, {replay.currency}" if replay.currency else money
    figure = styled(figure, title=title, x="fill rate, %", y=unit)
    return figure.update_yaxes(rangemode="tozero").update_layout(showlegend=True)
