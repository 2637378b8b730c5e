"""The page of a trend: growth, level, peaks ahead, turning points, and the items that rise and fall."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from foresale.core.columns import ITEM, TIMESTAMP
from foresale.core.hierarchy import TOTAL
from foresale.core.labels import labelled
from foresale.core.money import heading
from foresale.core.text import signed
from foresale.inspection.groups import label, labels
from foresale.inspection.trend.trend import Trend
from foresale.narrate.trend import name_of, trend_sentences
from foresale.pages.page import Facts, Notes, Part, Picture, Section, Share, Spark, Table, page
from foresale.plotting.charts import unit_of
from foresale.plotting.trend import growth_chart, level_chart, peaks_chart

_DRAWN: Final = 6
_LISTED: Final = 500
_POINTS: Final = 80
_GROWTH: Final = (
    "Like for like: each period against the same weekday 52 weeks before, festivals against the same festival wherever "
    "it lay. The bar holds 95 %; where it crosses zero, the change may be chance. Crosses: the change as it is."
)
_PEAKS: Final = (
    "Demand at the peak ÷ usual demand, with an interval of 90 %. Sure: all of the interval lies on one side of 1 and "
    "it was seen at least twice. Likely: the same, but seen once. Extra units: above the usual, at today's level."
)
_ITEMS: Final = (
    "Units per period over the newest weeks, against the same weeks a year before, like for like; where an item is too "
    "new for that, against the weeks just before, season and calendar of its group taken out. Of the items called "
    "rising or falling at most one in twenty is expected to be false."
)


def trend_page(trend: Trend) -> str:
    """A trend as one HTML page.

    >>> from foresale.data.synthetic import shop
    >>> from foresale.inspection.trend.find import find_trend
    >>> "<h1>Market trend</h1>" in trend_page(find_trend(shop(items=4, periods=200)))
    True
    """
    sections = [Section("At a glance", list(_glance(trend)))]
    candidates = (
        ("Growth", _growth(trend)),
        ("Level and turning points", _levels(trend)),
        ("Peaks ahead", _peaks(trend)),
        ("Seasons", _seasons(trend)),
        ("Items rising and falling", _items(trend)),
    )
    for title, parts in candidates:
        listed = list(parts)
        if listed:
            sections.append(Section(title, listed))
    if trend.notes:
        sections.append(Section("What cannot be said", [Notes(trend.notes)]))
    stamps = trend.of("series")[TIMESTAMP]
    span = f"{str(stamps.min())[:10]} to {str(stamps.max())[:10]}"
    return page("Market trend", sections, lead=f"{trend.items.height:,} items, {trend.frequency.name}, {span}")


def _glance(trend: Trend) -> Iterator[Part]:
    facts: dict[str, object] = {"Items": trend.items.height}
    for span, change, verdict in trend.of("growth")["span", "like_for_like", "verdict"].iter_rows():
        facts[f"Like for like, {span}"] = signed(change) + (" ?" if verdict in {"steady", "unknown"} else "")
    for season, strength in trend.of("seasons")["season", "strength"].iter_rows():
        facts[f"{season.capitalize()} season explains"] = Share(strength, digits=0)
    counts = dict(trend.items.group_by("verdict").len().iter_rows())
    facts |= {"Items rising": counts.get("rising", 0), "Items falling": counts.get("falling", 0)}
    yield Facts(facts)
    said = trend_sentences(trend)
    yield Notes(said[: len(said) - len(trend.notes)] or ("The history is too short to say anything of a trend.",))


def _named(trend: Trend, table: pl.DataFrame) -> pl.DataFrame:
    """With the groups as people call them."""
    return table.with_columns(pl.col("group").replace(labels(trend.groups)))


def _growth(trend: Trend) -> Iterator[Part]:
    if not trend.growth.height:
        return
    yield Picture(growth_chart(trend), "Growth of each group like for like with its interval", _GROWTH)
    shares = ("change", "like_for_like", "low", "high", "same_items", "new_items", "ended_items")
    table = _named(trend, trend.growth).with_columns(pl.col("sales", "before").round().cast(pl.Int64))
    table = Share.column(table, *shares, signed=True)
    chosen = ["group", "span", "before", "sales", *shares[:4], "verdict", *shares[4:]]
    names = [
        "Group",
        "Span",
        "Units a year before",
        "Units",
        "Change",
        "Like for like",
        "at least",
        "at most",
        "Verdict",
        "From the same items",
        "From new items",
        "From items not sold now",
    ]
    named = table.select(chosen).rename(dict(zip(chosen, names, strict=True)))
    yield Table.of(named, caption="Growth against a year before", digits=1)


def _levels(trend: Trend) -> Iterator[Part]:
    for group in trend.groups[:_DRAWN]:
        caption = "The level is what a usual period sells: season and calendar are taken out." if group == TOTAL else ""
        yield Picture(level_chart(trend, group), f"Sales over time and their level: {label(group)}", caption)
    if len(trend.groups) > _DRAWN:
        rows = []
        for group in trend.groups[_DRAWN:]:
            level = trend.of("series", group)["level"].fill_null(0.0).to_numpy()
            rows.append((label(group), Spark(level[:: max(level.size // _POINTS, 1)]), float(level[-1])))
        yield Table(("Group", "Level so far", "Level now, units per period"), rows, "The other groups", digits=1)
    if trend.changepoints.height:
        shares = ("before", "after", "confidence")
        table = Share.column(_named(trend, trend.changepoints), *shares, digits=0).rename(
            {
                "group": "Group",
                "turn": "Turn",
                "date": "About",
                "earliest": "Between",
                "latest": "and",
                "before": "Before, a year",
                "after": "After, a year",
                "confidence": "Confidence",
            }
        )
        yield Table.of(table, caption="Turning points of the level", digits=0)


def _peaks(trend: Trend) -> Iterator[Part]:
    if trend.of("peaks").filter(pl.col("from").is_not_null()).height:
        description = "Bars from the first to the last day of each peak and lull ahead, with its factor"
        yield Picture(peaks_chart(trend), description, _PEAKS)
    if trend.peaks.height:
        called = pl.Series("peak", [name_of(row) for row in trend.peaks.iter_rows(named=True)])
        chosen = ["group", "peak", "from", "to", "top", "rise", "low", "high", "times", "sure", "extra"]
        names = [
            "Group",
            "Peak",
            "From",
            "To",
            "Highest",
            "× usual",
            "at least",
            "at most",
            "Times seen",
            "Sure?",
            "Extra units",
        ]
        table = _named(trend, trend.peaks).with_columns(called, pl.col("extra").round().cast(pl.Int64)).select(chosen)
        yield Table.of(table.rename(dict(zip(chosen, names, strict=True))), caption="When demand rises or falls")
    for begin, end, change in trend.of("outlook").iter_rows():
        yield (
            f"From {str(begin)[:10]} to {str(end)[:10]}, season and calendar alone change total demand by "
            f"{signed(change)} against as many periods before."
        )


def _seasons(trend: Trend) -> Iterator[Part]:
    if trend.seasons.height:
        names = {"group": "Group", "season": "Season", "periods": "Periods", "strength": "Strength", "found": "Found"}
        caption = "Strength: the share of what varies within a cycle that every cycle repeats"
        yield Table.of(Share.column(_named(trend, trend.seasons), "strength", digits=0).rename(names), caption=caption)


def _items(trend: Trend) -> Iterator[Part]:
    moving = trend.items.filter(pl.col("verdict").is_in(["rising", "falling", "new"]))
    if not moving.height:
        return
    yield _ITEMS
    shares = ("change", "low", "high")
    priced = trend.items["stake"].is_not_null().any()
    chosen = [ITEM, "verdict", "against", "before", "sales", *shares, "units", *(["stake"] if priced else [])]
    each = unit_of(trend.frequency)
    names = [
        "Item",
        "Verdict",
        "Against",
        f"Before, {each}",
        f"Now, {each}",
        "Change",
        "at least",
        "at most",
        "Change, units",
        *([heading("At the last price", trend.currency)] if priced else []),
    ]
    table = Share.column(labelled(moving.head(_LISTED)), *shares, signed=True).select(chosen)
    caption = f"Items that move, those with most at stake first, per period ({moving.height:,} in all)"
    yield Table.of(table.rename(dict(zip(chosen, names, strict=True))), caption=caption, digits=1)
