"""An inspection as a page: what is in the sales, in pictures."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from foresale.core.charts import COLOURS, INK, bar_chart, heatmap, styled, unit_of
from foresale.core.columns import ITEM, NAME, SALES, TIMESTAMP
from foresale.core.labels import item_labels, labelled
from foresale.data.report import OUTLIERS, STOCKOUTS
from foresale.inspection.inspection import Inspection
from foresale.inspection.pictures import shown_total, total_chart
from foresale.inspection.sentences import percent
from foresale.pages.page import Facts, Notes, Part, Picture, Section, Spark, Table, page

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_DRAWN: Final = 3
_MARKS: Final = {"stock-out": ("x", COLOURS[1]), "outlier": ("diamond", COLOURS[3])}
_SHARES: Final = (("0 %", 0.0), ("to 5 %", 0.05), ("to 20 %", 0.2), ("to 50 %", 0.5), ("to 80 %", 0.8), ("more", 1.0))


def inspection_page(inspection: Inspection) -> str:
    """The page of an inspection: one HTML file.

    >>> from foresale.data.synthetic import shop
    >>> from foresale.inspection.inspect import inspect
    >>> html = inspection_page(inspect(shop(items=5, periods=100)))
    >>> "<h1>What is in the sales</h1>" in html, "ABC/XYZ" in html
    (True, True)
    """
    first, last = (str(stamp.astype("datetime64[D]")) for stamp in inspection.span)
    sections = [
        Section("At a glance", [Facts(_facts(inspection)), Notes(inspection.sentences())]),
        Section("Sales in all", list(_total(inspection))),
        Section("Seasons", list(_seasons(inspection))),
        Section("Items", list(_items(inspection))),
        Section("Covariates", list(_beside(inspection))),
        Section("Stock-outs and outliers", list(_cleaning(inspection))),
    ]
    if inspection.notes:
        sections.append(Section("How it was read", [Notes(inspection.notes)]))
    lead = f"{inspection.items:,} items, {inspection.frequency.name}, {first} to {last}"
    return page("What is in the sales", sections, lead=lead)


def _facts(inspection: Inspection) -> dict[str, object]:
    facts: dict[str, object] = {
        "Items": inspection.items,
        "Periods": inspection.rows,
        "Units sold": f"{inspection.figures['volume'].sum():,.0f}",
    }
    if inspection.has_price:
        facts["Revenue"] = inspection.revenue
    return facts | {
        "Periods without a sale": percent(inspection.zeros),
        "Unknown periods": percent(inspection.unknown),
        "Out of stock": percent(inspection.touched(STOCKOUTS) / max(inspection.rows, 1)),
        "Outliers": inspection.touched(OUTLIERS),
    }


def _total(inspection: Inspection) -> Iterator[Part]:
    import plotly.graph_objects as go

    total = shown_total(inspection)
    yield Picture(total_chart(inspection), "Line chart of the sales of all items over time")
    if total["items"].n_unique() > 1:
        items = go.Figure()
        items.add_scatter(x=total[TIMESTAMP], y=total["items"], mode="lines", line={"color": COLOURS[2], "width": 1.6})
        styled(items, title="Items with known sales", y="items").update_layout(height=240)
        yield Picture(items.update_yaxes(rangemode="tozero"), "Line chart of the number of items with known sales")
    if inspection.events.height:
        table = inspection.events.select("event", "times", "last", "effect")
        renamed = table.rename({"event": "Event", "times": "Times", "last": "Last", "effect": "Sales ÷ usual"})
        yield Table.of(renamed, caption="Festivals and holidays at which sales were 10 % or more off their usual level")


def _seasons(inspection: Inspection) -> Iterator[Part]:
    rows = [
        (
            name.capitalize(),
            periods,
            strength,
            "–" if strength is None else "yes" if found else "no",
            None if share is None else round(100 * share),
        )
        for name, periods, strength, found, share in inspection.seasons.iter_rows()
    ]
    columns = ("Season", "Periods", "Strength", "Found", "Items with it, %")
    if rows:
        yield Table(
            columns, rows, "Share of the variation within a cycle that every cycle repeats, 0 to 1, in total sales"
        )
    for (name,), profile in inspection.profiles.group_by("season", maintain_order=True):
        figure = bar_chart(profile["phase"].to_list(), {"index": profile["index"].to_numpy()}, title=f"Sales by {name}")
        figure.add_hline(y=1, line={"color": INK, "width": 1, "dash": "dot"})
        figure.update_yaxes(title={"text": "1 = average"}).update_layout(height=300)
        peak = profile.filter(pl.col("index") == pl.col("index").max())["phase"]
        most = f", most in {peak[0]}" if peak.len() else ""
        yield Picture(figure, f"Bar chart of sales by {name} as a multiple of the average{most}")


def _items(inspection: Inspection) -> Iterator[Part]:
    yield Picture(_abc_xyz(inspection), "Heatmap of the nine ABC/XYZ classes", _ABC_XYZ)
    classes = inspection.demand_classes.filter(pl.col("items") > 0)
    shares = {"items": 100 * classes["share"].to_numpy(), "volume": 100 * classes["volume"].to_numpy()}
    figure = bar_chart(classes["demand"].to_list(), shares, title="How demand comes", y_title="%")
    yield Picture(figure.update_layout(height=320), "Bar chart of the demand classes by items and volume", _DEMAND)
    yield Picture(
        _shares(inspection), "Bar chart of items by their share of periods without a sale and unknown periods"
    )
    lengths = inspection.lengths
    yield Table(tuple(lengths["history"]), [tuple(lengths["periods"])], "Length of the histories, in periods")
    best = inspection.figures.sort(inspection.value, descending=True, nulls_last=True).head(10)
    columns = [ITEM, "abc", "xyz", "demand", "volume", *(["revenue"] if inspection.has_price else []), "mean", "zeros"]
    shown = labelled(best).select(columns).with_columns(pl.col("volume", "^revenue$").round().cast(pl.Int64))
    money = {"revenue": f"revenue, {inspection.currency}"} if inspection.has_price and inspection.currency else {}
    renamed = shown.rename({"mean": "mean per period", "zeros": "share of zeros"} | money)
    yield Table.of(renamed, caption=f"The ten items with the highest {inspection.value}")


_ABC_XYZ: Final = (
    "A: the items that bring in 80 % of the value, B: up to 95 %, C: the rest. X: weekly sales vary by up to 50 % of "
    "their mean, Y: up to 100 %, Z: more. (Where periods are longer than a week, sales per period.)"
)
_DEMAND: Final = (
    "Smooth and erratic items sell about every period, intermittent and lumpy ones every 1.32 periods or less often; "
    "the amounts of erratic and lumpy ones vary widely (Syntetos, Boylan and Croston 2005)."
)


def _abc_xyz(inspection: Inspection) -> "Figure":
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


def _shares(inspection: Inspection) -> "Figure":
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


def _beside(inspection: Inspection) -> Iterator[Part]:
    table = inspection.covariates
    if table.height:
        shown = table.with_columns(pl.col("missing") * 100).rename(
            {"covariate": "Covariate", "role": "Role", "kind": "Kind", "missing": "Missing, %", "lowest": "Lowest",
             "highest": "Highest", "values": "Values", "correlation": "Correlation with sales"}
        )  # fmt: skip
        yield Table.of(
            shown, caption="Covariates; correlation is within items, so that large ones count no more than small"
        )
    else:
        yield "There are no covariates beside the sales."
    shown = inspection.statics.with_columns(pl.col("missing") * 100, pl.col("share") * 100).rename(
        {"column": "Column", "role": "Role", "kind": "Kind", "values": "Values", "missing": "Missing, %",
         "most_common": "Most common", "share": "Its share, %"}
    )  # fmt: skip
    if shown.height:
        yield Table.of(shown, caption="Columns that describe the items", digits=1)


def _cleaning(inspection: Inspection) -> Iterator[Part]:
    yield Notes(inspection.cleaning.summary())
    lines = {key[0]: part for key, part in inspection.samples.group_by(ITEM, maintain_order=True)}
    kinds = (("stock-out", inspection.stockouts, STOCKOUTS), ("outlier", inspection.outliers, OUTLIERS))
    for kind, worst, reasons in kinds:
        if not worst.height:
            continue
        rows = [
            (
                label,
                periods,
                100 * share,
                mean,
                Spark(lines[item][SALES].fill_null(np.nan).to_numpy()) if item in lines else None,
            )
            for label, (item, periods, share, mean) in zip(
                item_labels(worst), worst.drop(NAME, strict=False).iter_rows(), strict=True
            )
        ]
        columns = (ITEM, f"{kind} periods", "% of its periods", "mean per period", "lately")
        yield Table(columns, rows, f"Items with most {kind}s")
        labels = dict(zip(worst[ITEM], item_labels(worst), strict=True))
        for item in [item for item in worst[ITEM] if item in lines][:_DRAWN]:
            figure = _marked(inspection, lines[item], labels[item], kind, reasons)
            yield Picture(figure, f"Line chart of item {labels[item]}, {kind}s marked")
    pauses = inspection.cleaning.pauses.sort("periods", descending=True).head(20)
    if pauses.height:
        yield Table.of(pauses, caption="Items that began late, ended or never sold: the longest pauses")


def _marked(inspection: Inspection, sample: pl.DataFrame, label: str, kind: str, reasons: tuple[str, ...]) -> "Figure":
    import plotly.graph_objects as go

    figure = go.Figure()
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
