"""Pictures of a plan: projected stock with its orders and its risk to run out."""

from typing import TYPE_CHECKING, Final

import numpy as np

from foresale.core.labels import item_label
from foresale.plotting.charts import COLOURS, add_band, add_marker, styled
from foresale.plotting.figure import Figure

if TYPE_CHECKING:
    from foresale.inventory.planning.plan import Plan

_HEIGHTS: Final = (0.74, 0.26)


def projection_chart(plan: "Plan", item: object = None) -> Figure:
    """Projected stock of one item with what arrives, and below it the risk that a period's demand is not met.

    Args:
        plan: what to draw.
        item: an item id; the first of `Plan.to_frame` by default.

    Raises:
        ConfigError: the plan has no such item.
    """
    place = plan.position(item)
    stamps, seen = plan.stamps(np.arange(plan.horizon)), plan.projected
    figure = Figure.of_rows(_HEIGHTS, spacing=0.07)
    add_band(figure, stamps, seen.low[place], seen.high[place], name="80 %", of="outcomes", row=1)
    mode = "lines" if plan.horizon > 1 else "lines+markers"
    line = {"color": COLOURS[0], "width": 2.5}
    figure.add_scatter(x=stamps, y=seen.mean[place], name="Expected stock", mode=mode, line=line, row=1)
    dashed = {"color": COLOURS[1], "width": 2, "dash": "dash"}
    figure.add_scatter(x=stamps, y=seen.unordered[place], name="Without new orders", mode=mode, line=dashed, row=1)
    arrivals = np.where(seen.arrivals[place] > 0, seen.arrivals[place], np.nan)
    figure.add_bar(x=stamps, y=arrivals, name="Arrives", marker={"color": COLOURS[2]}, opacity=0.75, row=1)
    risk = {"color": COLOURS[3]}
    figure.add_bar(x=stamps, y=100 * seen.risk[place], name="Risk to run out", marker=risk, row=2)
    styled(figure, title=item_label(plan.inventory.items, place))
    figure.update_yaxes(rangemode="tozero", title={"text": "units"}, row=1)
    figure.update_yaxes(range=[0, 100], title={"text": "risk, %"}, row=2, tickvals=[0, 50, 100])
    figure.update_xaxes(showticklabels=False, row=1)
    _mark_arrival(figure, plan, place)
    return figure.update_layout(hovermode="x unified", height=440, bargap=0.3)


def _mark_arrival(figure: Figure, plan: "Plan", place: int) -> None:
    """A line where an order of today can be sold for the first time."""
    lead = int(plan.lines.lead[place])
    if not 0 < lead < plan.horizon:
        return
    label = "order of today" if plan.lines.units[place] > 0 else "earliest arrival"
    add_marker(figure, plan.stamps(np.array([lead]))[0], label, dash="dot", xref="x")
