"""The picture of a campaign: what was sold beside what was expected without it."""

from typing import TYPE_CHECKING

import polars as pl

from foresale.plotting.charts import COLOURS, INK, add_band, add_marker, styled
from foresale.plotting.figure import Figure

if TYPE_CHECKING:
    from foresale.pricing.effects.campaign import CampaignEffect


def campaign_chart(found: "CampaignEffect") -> Figure:
    """Sales and what the control says of them, before, in and after the campaign."""
    rows = found.periods
    figure = Figure()
    stamps = rows["timestamp"].to_numpy()
    add_band(figure, stamps, rows["low"], rows["high"], name=f"{100 * found.level:.0f} %", of="single periods")
    figure.add_scatter(
        x=stamps, y=rows["expected"], name="Without the campaign", mode="lines", line={"color": COLOURS[0], "width": 2}
    )
    figure.add_scatter(x=stamps, y=rows["sales"], name="Sales", mode="lines", line={"color": INK, "width": 1.8})
    during = rows.filter(pl.col("part") == "during")
    figure.add_scatter(
        x=during["timestamp"].to_numpy(),
        y=during["sales"],
        name="In the campaign",
        mode="markers",
        marker={"size": 7, "color": COLOURS[1]},
    )
    for stamp, label in ((during["timestamp"].to_numpy()[0], "begin"), (during["timestamp"].to_numpy()[-1], "end")):
        add_marker(figure, stamp, label, dash="dot")
    figure = styled(figure, title=f"Campaign: {100 * found.during.effect:+.0f} %", y="units")
    return figure.update_yaxes(rangemode="tozero").update_layout(hovermode="x unified")
