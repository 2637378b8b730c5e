"""A trend as tables for the terminal."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from foresale.cli.tables import number, plain_table
from foresale.core.labels import labelled
from foresale.core.money import in_currency

if TYPE_CHECKING:
    from rich.table import Table

    from foresale.inspection.trend.trend import Trend

_SHOWN: Final = 15  # rows, a screen
_WIDTH: Final = 24  # letters of a small picture


def trend_tables(trend: "Trend") -> "Iterator[Table]":
    """Growth by group with a line of its level, the peaks ahead, the turning points, and the items that move most."""
    yield _groups(trend)
    if trend.of("peaks").height:
        yield _peaks(trend)
    if trend.changepoints.height:
        yield _turns(trend)
    for verdict in ("rising", "falling"):
        own = trend.items.filter(pl.col("verdict") == verdict)
        if own.height:
            yield _items(own, verdict, trend.currency)


def _groups(trend: "Trend") -> "Table":
    from foresale.core.text import signed
    from foresale.inspection.groups import label
    from foresale.plotting.sparkline import bars

    spans = trend.growth["span"].unique(maintain_order=True).to_list()
    table = plain_table(
        f"Trend, {trend.frequency.name}; growth like for like against a year before",
        names=("group", "level so far"),
        numbers=("a period", *spans, "weekly", "annual"),
    )
    for group in trend.groups[:_SHOWN]:
        level = trend.of("series", group)["level"].fill_null(0).to_numpy()
        picked = level[np.linspace(0, level.size - 1, min(_WIDTH, level.size)).round().astype(int)]
        growth = {row["span"]: row for row in trend.of("growth", group).iter_rows(named=True)}
        cells = []
        for span in spans:
            row = growth.get(span)
            sure = "" if row is None or row["verdict"] in {"grows", "shrinks"} else " ?"
            cells.append("–" if row is None else signed(row["like_for_like"]) + sure)
        strength = dict(trend.of("seasons", group).select("season", "strength").iter_rows())
        seasons = ["–" if (s := strength.get(name)) is None else f"{s:.2f}" for name in ("weekly", "annual")]
        table.add_row(label(group), bars(picked), number(float(level[-1])), *cells, *seasons)
    more = len(trend.groups) - _SHOWN
    table.caption = "? no change that is sure; weekly, annual: strength of the season, 0 to 1"
    if more > 0:
        table.caption += f"; {more:,} more groups in --output FILE.csv"
    return table


def _peaks(trend: "Trend") -> "Table":
    from foresale.core.text import day
    from foresale.narrate.trend import name_of

    peaks = trend.of("peaks")
    shown = peaks.sort(pl.col("rise").log().abs(), descending=True).head(_SHOWN).sort("from")
    table = plain_table(
        "When demand for all items rises or falls, × usual",
        names=("", "from", "to"),
        numbers=("×", "90 %", "times", "extra units"),
    )
    table.add_column("sure?")
    for row in shown.iter_rows(named=True):
        extra = "" if row["extra"] is None else number(row["extra"])
        table.add_row(
            name_of(row),
            day(row["from"]),
            day(row["to"]),
            f"{row['rise']:.2f}",
            f"{row['low']:.2f}–{row['high']:.2f}",
            str(row["times"]),
            extra,
            row["sure"],
        )
    if peaks.height > _SHOWN:
        table.caption = f"the {_SHOWN} that move demand most, of {peaks.height}; --html shows all"
    return table


def _turns(trend: "Trend") -> "Table":
    from foresale.core.text import day, signed
    from foresale.inspection.groups import label

    table = plain_table(
        "Turning points of the level, season and calendar taken out",
        names=("group", "turn", "about", "between"),
        numbers=("a year before", "and after", "confidence"),
    )
    for row in trend.changepoints.sort("date", descending=True).head(_SHOWN).iter_rows(named=True):
        between = f"{day(row['earliest'])} – {day(row['latest'])}"
        table.add_row(
            label(row["group"]),
            row["turn"],
            day(row["date"]),
            between,
            signed(row["before"]),
            signed(row["after"]),
            f"{100 * row['confidence']:.0f} %",
        )
    return table


def _items(own: "pl.DataFrame", verdict: str, currency: str) -> "Table":
    from foresale.core.text import signed

    table = plain_table(
        f"Items {verdict}, beyond chance: {own.height:,}",
        names=("item", "against"),
        numbers=("before", "now", "change", "95 %", in_currency("at stake", currency)),
    )
    for row in labelled(own.head(_SHOWN)).iter_rows(named=True):
        between = "–" if row["low"] is None else f"{signed(row['low'])} to {signed(row['high'])}"
        stake = number(row["units"] if row["stake"] is None else row["stake"])
        table.add_row(
            str(row["item_id"]),
            row["against"],
            number(row["before"]),
            number(row["sales"]),
            signed(row["change"]),
            between,
            stake,
        )
    table.caption = "per period; at stake: change × price where a price is known, else units"
    if own.height > _SHOWN:
        table.caption += f"; {own.height - _SHOWN:,} more in --output FILE.csv --table items"
    return table
