"""Pictures of planned tests of prices and of what they found."""

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from foresale.plotting.charts import COLOURS, INK, heatmap, interval_chart, line_chart
from foresale.plotting.figure import Figure

if TYPE_CHECKING:
    from foresale.pricing.experiments.analyse import ExperimentResult
    from foresale.pricing.experiments.design import Experiment

_SHOWN: Final = 40


def experiment_chart(found: "Experiment") -> Figure:
    """The calendar of a test: products and places by period, coloured by the price against today's."""
    table = found.calendar.with_columns(
        pl.concat_str("product", "place", separator=", ").alias("row"),
        pl.col("timestamp").dt.to_string("%Y-%m-%d").alias("stamp"),
        (100 * (pl.col("price") / pl.col("price_now") - 1)).alias("change"),
    )
    rows = table["row"].unique(maintain_order=True).head(_SHOWN).to_list()
    stamps = sorted(table["stamp"].unique().to_list())
    change = np.full((len(rows), len(stamps)), np.nan)
    for row in table.filter(pl.col("row").is_in(rows)).iter_rows(named=True):
        change[rows.index(row["row"]), stamps.index(row["stamp"])] = row["change"]
    return heatmap(change, rows=rows, columns=stamps, title="Prices of the test", unit="% of today's", middle=0)


def choices_chart(found: "Experiment") -> Figure:
    """What a narrower interval costs: the cheapest test for each width, and the one that was chosen."""
    rows = found.choices.sort("cost")
    figure = line_chart(
        rows["cost"].to_list(),
        {"cheapest test": rows["width"].to_numpy()},
        title="What it costs to be surer",
        x_title="profit given up",
        y_title="width of the interval",
    )
    figure.add_scatter(
        x=[found.cost],
        y=[found.replayed.width],
        mode="markers",
        name="chosen",
        marker={"size": 12, "color": COLOURS[1]},
    )
    figure.add_hline(y=found.options.width, line={"color": INK, "width": 1, "dash": "dot"})
    return figure.update_layout(showlegend=True)


def result_chart(found: "ExperimentResult") -> Figure:
    """The elasticity of each product and of all with its interval."""
    rows = found.products.sort("elasticity").head(_SHOWN)
    names = [*rows["product"], "all together"]
    values = np.append(rows["elasticity"].to_numpy(), found.elasticity)
    low, high = (
        np.append(rows[name].cast(pl.Float64).to_numpy(), end)
        for name, end in (("low", found.low), ("high", found.high))
    )
    low, high = (np.where(np.isfinite(end), end, values) for end in (low, high))
    figure = interval_chart(
        names,
        values,
        (low, high),
        name="elasticity",
        title="Elasticity by the test",
        x="% of units for 1 % of price",
    )
    figure.data[0].merge({"marker": {"color": [*[COLOURS[0]] * rows.height, COLOURS[1]]}})
    return figure
