"""An inspection as a page: what is in the sales, in pictures."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl

from foresale.cleaning.report import OUTLIERS, STOCKOUTS
from foresale.core.columns import ITEM, NAME, SALES
from foresale.core.labels import item_labels, labelled
from foresale.core.money import heading, in_currency
from foresale.core.text import percent
from foresale.inspection.inspection import Inspection
from foresale.narrate.cleaning import cleaning_sentences
from foresale.narrate.inspection import inspection_sentences
from foresale.pages.page import Facts, Notes, Part, Picture, Section, Share, Spark, Table, page
from foresale.plotting.charts import unit_of
from foresale.plotting.inspection import (
    abc_xyz_chart,
    demand_chart,
    items_chart,
    marked_chart,
    profile_chart,
    shares_chart,
    total_chart,
)

_DRAWN: Final = 3


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
        Section("At a glance", [Facts(_facts(inspection)), Notes(inspection_sentences(inspection))]),
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
        facts["Revenue"] = in_currency(f"{inspection.figures['revenue'].sum():,.0f}", inspection.currency)
    return facts | {
        "Periods without a sale": percent(inspection.zeros),
        "Unknown periods": percent(inspection.unknown),
        "Out of stock": percent(inspection.touched(STOCKOUTS) / max(inspection.rows, 1)),
        "Outliers": inspection.touched(OUTLIERS),
    }


def _total(inspection: Inspection) -> Iterator[Part]:
    yield Picture(total_chart(inspection), "Line chart of the sales of all items over time")
    if inspection.total["items"].n_unique() > 1:
        yield Picture(items_chart(inspection), "Line chart of the number of items with known sales")
    if inspection.events.height:
        table = inspection.events.select("event", "times", "last", "effect")
        renamed = table.rename({"event": "Event", "times": "Times", "last": "Last", "effect": "Sales ÷ usual"})
        yield Table.of(renamed, caption="Festivals and holidays at which sales were 10 % or more off their usual level")


def _seasons(inspection: Inspection) -> Iterator[Part]:
    rows = [
        (
            name.capitalize(),
            periods,
            Share(strength, digits=0),
            "–" if strength is None else "yes" if found else "no",
            Share(share, digits=0),
        )
        for name, periods, strength, found, share in inspection.seasons.iter_rows()
    ]
    columns = ("Season", "Length, periods", "Strength", "Found", "Items with it")
    if rows:
        yield Table(
            columns, rows, "Strength: the share of what varies within a cycle that every cycle repeats, in total sales"
        )
    for (name,), profile in inspection.profiles.group_by("season", maintain_order=True):
        peak = profile.filter(pl.col("index") == pl.col("index").max())["phase"]
        most = f", most in {peak[0]}" if peak.len() else ""
        picture = profile_chart(profile, str(name))
        yield Picture(picture, f"Bar chart of sales by {name} as a multiple of the average{most}")


def _items(inspection: Inspection) -> Iterator[Part]:
    yield Picture(abc_xyz_chart(inspection), "Heatmap of the nine ABC/XYZ classes", _ABC_XYZ)
    yield Picture(demand_chart(inspection), "Bar chart of the demand classes by items and volume", _DEMAND)
    yield Picture(
        shares_chart(inspection), "Bar chart of items by their share of periods without a sale and unknown periods"
    )
    lengths = inspection.lengths
    yield Table(tuple(lengths["history"]), [tuple(lengths["periods"])], "Length of the histories, in periods")
    best = inspection.figures.sort(inspection.value, descending=True, nulls_last=True).head(10)
    columns = [ITEM, "abc", "xyz", "demand", "volume", *(["revenue"] if inspection.has_price else []), "mean", "zeros"]
    shown = labelled(best).select(columns).with_columns(pl.col("volume", "^revenue$").round().cast(pl.Int64))
    each = unit_of(inspection.frequency).capitalize()
    names = {
        ITEM: "Item",
        "abc": "ABC",
        "xyz": "XYZ",
        "demand": "Demand",
        "volume": "Units sold",
        "revenue": heading("Revenue", inspection.currency),
        "mean": each,
        "zeros": "Periods without a sale",
    }
    renamed = Share.column(shown, "zeros", digits=0).rename({name: names[name] for name in columns})
    yield Table.of(renamed, caption=f"The ten items with the highest {inspection.value}")


_ABC_XYZ: Final = (
    "A: the items that bring in 80 % of the value, B: up to 95 %, C: the rest. X: weekly sales vary by up to 50 % of "
    "their mean, Y: up to 100 %, Z: more. (Where periods are longer than a week, sales per period.)"
)
_DEMAND: Final = (
    "Smooth and erratic items sell about every period, intermittent and lumpy ones every 1.32 periods or less often; "
    "the amounts of erratic and lumpy ones vary widely (Syntetos, Boylan and Croston 2005)."
)


def _beside(inspection: Inspection) -> Iterator[Part]:
    table = inspection.covariates
    if table.height:
        shown = Share.column(table, "missing").rename(
            {
                "covariate": "Covariate",
                "role": "Role",
                "kind": "Kind",
                "missing": "Missing",
                "lowest": "Lowest",
                "highest": "Highest",
                "values": "Values",
                "correlation": "Correlation with sales",
            }
        )
        yield Table.of(
            shown, caption="Covariates; correlation is within items, so that large ones count no more than small"
        )
    else:
        yield "There are no covariates beside the sales."
    shown = Share.column(inspection.statics, "missing", "share").rename(
        {
            "column": "Column",
            "role": "Role",
            "kind": "Kind",
            "values": "Values",
            "missing": "Missing",
            "most_common": "Most common",
            "share": "Its share",
        }
    )
    if shown.height:
        yield Table.of(shown, caption="Columns that describe the items", digits=1)


def _cleaning(inspection: Inspection) -> Iterator[Part]:
    yield Notes(cleaning_sentences(inspection.cleaning))
    lines = {key[0]: part for key, part in inspection.samples.group_by(ITEM, maintain_order=True)}
    kinds = (("stock-out", inspection.stockouts, STOCKOUTS), ("outlier", inspection.outliers, OUTLIERS))
    for kind, worst, reasons in kinds:
        if not worst.height:
            continue
        rows = [
            (
                label,
                periods,
                Share(share),
                mean,
                Spark(lines[item][SALES].fill_null(np.nan).to_numpy()) if item in lines else None,
            )
            for label, (item, periods, share, mean) in zip(
                item_labels(worst), worst.drop(NAME, strict=False).iter_rows(), strict=True
            )
        ]
        columns = (
            "Item",
            f"{kind.capitalize()} periods",
            "Of its periods",
            unit_of(inspection.frequency).capitalize(),
            "Lately",
        )
        yield Table(columns, rows, f"Items with most {kind}s")
        labels = dict(zip(worst[ITEM], item_labels(worst), strict=True))
        for item in [item for item in worst[ITEM] if item in lines][:_DRAWN]:
            figure = marked_chart(inspection, lines[item], label=labels[item], kind=kind, reasons=reasons)
            yield Picture(figure, f"Line chart of item {labels[item]}, {kind}s marked")
    pauses = inspection.cleaning.inactive_periods.sort("periods", descending=True).head(20)
    if pauses.height:
        yield Table.of(pauses, caption="Items that began late, ended or never sold: the longest pauses")
