"""A trend in sentences."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from foresale.core.hierarchy import TOTAL
from foresale.core.labels import item_labels
from foresale.core.text import day, signed
from foresale.inspection.groups import label

if TYPE_CHECKING:
    from foresale.inspection.trend.trend import Trend

_NAMED: Final = 3  # groups that a text has room for
_PEAKS: Final = 4  # that a sentence has room for


def trend_sentences(trend: "Trend") -> tuple[str, ...]:
    """What is to be known of a trend, the most important first."""
    parts = (_growth, _groups, _turns, _peaks, _outlook, _items)
    return tuple(sentence for part in parts for sentence in part(trend)) + trend.notes


def _growth(trend: "Trend") -> Iterator[str]:
    for row in trend.of("growth").iter_rows(named=True):
        verdict = {
            "grows": "demand grows",
            "shrinks": "demand shrinks",
            "steady": "no change that is sure",
            "unknown": "too few periods to tell how sure",
        }[row["verdict"]]
        between = "" if row["low"] is None else f" ({signed(row['low'])} to {signed(row['high'])})"
        yield (
            f"All items, {row['span']} against a year before: {signed(row['change'])} as it is, "
            f"{signed(row['like_for_like'])}{between} like for like: {verdict}."
        )
    mix = trend.of("growth").tail(1).row(0, named=True) if trend.of("growth").height else None
    if mix is not None and abs(mix["new_items"]) + abs(mix["ended_items"]) >= 0.005:
        points = [f"{100 * mix[name]:+.1f} points from {words}" for name, words in _MIX.items()]
        yield f"Of that over the {mix['span']}: {', '.join(points)}."


_MIX: Final = {"same_items": "items sold in both years", "new_items": "new items", "ended_items": "items not sold now"}


def _groups(trend: "Trend") -> Iterator[str]:
    rows = trend.growth.filter((pl.col("group") != TOTAL) & pl.col("verdict").is_in(["grows", "shrinks"]))
    if not rows.height:
        return
    span = trend.growth["span"][-1]
    for verdict, word, down in (("grows", "Growing", True), ("shrinks", "Shrinking", False)):
        own = rows.filter((pl.col("verdict") == verdict) & (pl.col("span") == span)).sort(
            "like_for_like", descending=down
        )
        if own.height:
            named = [
                f"{label(name)} ({signed(change)})"
                for name, change in own["group", "like_for_like"].head(5).iter_rows()
            ]
            yield f"{word} like for like over the {span}: {', '.join(named)}{_more(own.height, 5)}."


def _more(total: int, shown: int) -> str:
    return f" and {total - shown:,} more" if total > shown else ""


def _turns(trend: "Trend") -> Iterator[str]:
    for row in trend.changepoints.sort("date", descending=True).head(_NAMED).iter_rows(named=True):
        yield (
            f"Turning point of {label(row['group'])}: {row['turn']} about {day(row['date'])} (between "
            f"{day(row['earliest'])} and {day(row['latest'])}): {signed(row['before'])} a year before it, "
            f"{signed(row['after'])} after."
        )


def _peaks(trend: "Trend") -> Iterator[str]:
    rising = trend.of("peaks").filter(pl.col("sure").is_in(["sure", "likely"]) & (pl.col("rise") > 1))
    dated = rising.filter(pl.col("from").is_not_null()).sort("rise", descending=True).head(_PEAKS).sort("from")
    named = [
        f"{name_of(row)} ({_between(row['from'], row['to'])}, up to × {row['rise']:.2f})"
        for row in dated.iter_rows(named=True)
    ]
    if named:
        yield f"The highest peaks ahead: {'; '.join(named)}."
    weekly = rising.filter(pl.col("kind") == "weekday")
    for name, rise in weekly["peak", "rise"].iter_rows():
        yield f"In the week, {name} are highest: × {rise:.2f}."


def _between(first: Any, last: Any) -> str:
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def name_of(row: dict[str, Any]) -> str:
    """How a peak is called: a festival by its name, a stretch of the year by the festivals within it."""
    if row["kind"] != "season":
        return str(row["peak"])
    names = row["within"].split(", ") if row["within"] else []
    return f"the season with {', '.join(names[:2])}{_more(len(names), 2)}" if names else "the season"


def _outlook(trend: "Trend") -> Iterator[str]:
    for row in trend.of("outlook").iter_rows(named=True):
        yield (
            f"From {day(row['from'])} to {day(row['to'])}, season and calendar alone change total demand by "
            f"{signed(row['change'])} against as many periods before."
        )


def _items(trend: "Trend") -> Iterator[str]:
    counts = dict(trend.items.group_by("verdict").len().iter_rows())
    rising, falling = counts.get("rising", 0), counts.get("falling", 0)
    judged = trend.items.height - counts.get("unknown", 0)
    if judged:
        yield (
            f"Of {judged:,} items judged, {rising:,} rise and {falling:,} fall, beyond chance (at most one in "
            "twenty of these is expected to be false)."
        )
    for verdict, word in (("rising", "gain"), ("falling", "loss")):
        best = trend.items.filter(pl.col("verdict") == verdict).head(_NAMED)
        named = [f"{item} ({signed(change)})" for item, change in zip(item_labels(best), best["change"], strict=True)]
        if named:
            yield f"The largest {word}: {', '.join(named)}."
