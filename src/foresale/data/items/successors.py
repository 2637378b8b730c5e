"""Successors and bundles: an item that replaces another goes on with its history, or with a share of it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from typing import Final, TypeVar

import numpy as np
import polars as pl

from foresale.core.columns import ITEM
from foresale.core.errors import DataError, Fault
from foresale.core.text import counted, few
from foresale.data.column_names import column_called, items_by_text
from foresale.data.item_keys import as_text
from foresale.data.items.bundles import Bundle
from foresale.data.periods.layout import Periods
from foresale.io.table import ROW, Table

_OLD: Final = (
    "replaces",
    "replaced_item",
    "predecessor",
    "predecessor_id",
    "follows",
    "supersedes",
    "vorgänger",
    "ersetzt",
    "remplace",
    "reemplaza_a",
    "sostituisce",
    "zastępuje",
    "заменяет",
    "替代",
    "前代商品",
    "旧商品编码",
    "後継元",
)
_NEW: Final = (
    "successor",
    "successor_id",
    "replaced_by",
    "heir",
    "superseded_by",
    "nachfolger",
    "ersetzt_durch",
    "remplacé_par",
    "sucesor",
    "successore",
    "następca",
    "преемник",
    "后继商品",
    "新商品编码",
    "後継品",
)
_SHARE: Final = ("share", "replaces_share", "successor_share", "history_share", "anteil", "part", "比例")
_WHOLE: Final = 1 - 1e-9
_NOTHING: Final = 1e-9
"""What is left of an item's history of which all shares were handed on, but for rounding."""
_CODE, _INDEX, _SALES, _REVENUE, _FROM = "__code", "__index", "__sales", "__revenue", "__from"
_T = TypeVar("_T")


@dataclass(frozen=True)
class Heir:
    """One item that goes on with a share of the history of another, by their ids as text."""

    old: str
    new: str
    share: float = 1.0


def heirs_of(items: Table) -> tuple[Table, tuple[Heir, ...]]:
    """A table of items without its columns of successors, and what they say.

    `replaces` names the old item (several with semicolons between them) on the row of the new one, `successor` the new
    item on the row of the old one; `share` is the part of the history that is handed on, all of it where it is empty.

    Raises:
        DataError: a share that is not between 0 and 1, or items whose shares come to more than 1.

    >>> from foresale.io.table import load
    >>> file = load(pl.DataFrame({"sku": ["new", "x"], "replaces": ["old", None], "share": [0.5, None]}), needs="items")
    >>> heirs_of(file)[1]
    (Heir(old='old', new='new', share=0.5),)
    """
    old, new, share = (column_called(items, names) for names in (_OLD, _NEW, _SHARE))
    if (old is None and new is None) or not items.keys:
        return items, ()
    ids = items_by_text(items)
    shares = _shares(items, share)
    heirs = [
        Heir(other.strip(), own, part) if column == old else Heir(own, other.strip(), part)
        for column in (old, new)
        if column is not None
        for own, others, part in zip(ids, as_text(items.frame[column]), shares, strict=True)
        if others
        for other in others.split(";")
        if other.strip() and other.strip() != own
    ]
    _check(heirs)
    dropped = [name for name in (old, new, share) if name is not None]
    return replace(items, frame=items.frame.drop(dropped)), tuple(heirs)


def _shares(items: Table, column: str | None) -> list[float]:
    if column is None or items.frame[column].dtype == pl.String:
        return [1.0] * items.frame.height
    shares = items.frame[column].cast(pl.Float64).fill_null(1.0)
    percent = bool((shares > 1).any()) and bool((shares <= 100).all())
    shares = shares / 100 if percent else shares
    wrong = ~((shares > 0) & (shares <= 1))
    if wrong.any():
        place = f"{items.place(items.frame[ROW][wrong.arg_max() or 0])}: {shares.filter(wrong)[0]:g}"
        cure = "Give the part of the old item's history, such as 0.6 or 1."
        raise DataError(
            [Fault(f"{column} is no share between 0 and 1", int(wrong.sum()), place, cure)], source="items file"
        )
    return shares.to_list()


def _check(heirs: Sequence[Heir]) -> None:
    sums = pl.DataFrame([(heir.old, heir.share) for heir in heirs], schema=["old", "share"], orient="row")
    over = sums.group_by("old", maintain_order=True).agg(pl.col("share").sum()).filter(pl.col("share") > 1 + 1e-6)
    if over.height:
        place = f"{over['old'][0]}: {over['share'][0]:g}"
        cure = "Give a column 'share' whose parts of one old item come to 1 at most."
        raise DataError(
            [Fault("items that hand on more than their history", over.height, place, cure)], source="items file"
        )


def hand_over(
    items: pl.DataFrame, periods: Periods, heirs: Sequence[Heir], bundles: Sequence[Bundle] = ()
) -> tuple[Periods, tuple[str, ...]]:
    """The periods with the sales of old items among those of their heirs, and of bundles among those of their parts.

    Money stays the same in all, and so do the units of heirs; a part has as many units for each bundle as are in it.
    What is not handed on stays. Where both sold in a period, other columns are those of the item that is handed to.
    An item that hands on all of its history has none left. Each item hands on what it was handed itself; a bundle with
    an heir hands that its share first, and its parts what is left.

    Raises:
        DataError: items that hand on to each other in a circle.
    """
    places = {item: place for place, item in enumerate(as_text(items[ITEM]).to_list())}
    known, strange = _parted(heirs, lambda heir: heir.old in places and heir.new in places)
    whole, unknown = _parted(bundles, lambda bundle: all(item in places for item in (bundle.item, *dict(bundle.parts))))
    rows, sold = _rows(periods), dict[str, float]()
    gifts, parts = defaultdict[str, list[Heir]](list), {bundle.item: bundle.parts for bundle in whole}
    for heir in known:
        gifts[heir.old].append(heir)
    for item in _in_order(
        [
            *((heir.old, heir.new) for heir in known),
            *((bundle.item, part) for bundle in whole for part, _ in bundle.parts),
        ]
    ):
        if item in gifts:
            shares = [_Gift(places[heir.new], heir.share, heir.share) for heir in gifts[item]]
            rows = _handed(rows, places[item], shares)
        if item in parts:
            sold[item] = float(rows.filter(pl.col(_CODE) == places[item])[_SALES].sum())
            rows = _handed(rows, places[item], _of_parts(rows, parts[item], places))
    handed = _as_periods(rows, periods) if known or whole else periods
    return handed, tuple(_notes(known, strange, whole, unknown, sold=sold, places=places))


@dataclass(frozen=True)
class _Gift:
    """What one item is handed of another: units for each unit of the other, and a share of its money."""

    place: int
    units: float
    money: float


def _parted(things: Iterable[_T], fits: Callable[[_T], bool]) -> tuple[list[_T], list[_T]]:
    """Those that fit and the others."""
    told = [(thing, fits(thing)) for thing in things]
    return [thing for thing, good in told if good], [thing for thing, good in told if not good]


def _in_order(links: Iterable[tuple[str, str]]) -> list[str]:
    """Items that hand on to others, the oldest first, so that what an item was handed goes on with its own.

    Raises:
        DataError: items that hand on to each other in a circle.
    """
    order = TopologicalSorter[str]()
    for old, new in links:
        order.add(new, old)
    try:
        return list(order.static_order())
    except CycleError as error:
        circle = error.args[1]
        what = "items that replace each other, or bundles of each other, in a circle"
        fault = Fault(what, len(circle) - 1, " → ".join(circle), "Leave one of them out.")
        raise DataError([fault], source="items file") from None


def _of_parts(rows: pl.DataFrame, parts: Sequence[tuple[str, float]], places: Mapping[str, int]) -> list[_Gift]:
    """What the parts of a bundle are handed: its money by units times their own mean prices, or by units alone."""
    units = np.array([count for _, count in parts])
    prices = np.array([_price(rows, places[part]) for part, _ in parts])
    weights = units * (prices if prices.all() else 1.0)
    return [
        _Gift(places[part], count, float(weight))
        for (part, count), weight in zip(parts, weights / weights.sum(), strict=True)
    ]


def _price(rows: pl.DataFrame, place: int) -> float:
    """The mean price of what an item sold, 0 where none is known."""
    if _REVENUE not in rows.columns:
        return 0.0
    told = rows.filter(pl.col(_CODE) == place).select(_SALES, _REVENUE).drop_nulls().sum()
    units, money = told.row(0)
    return money / units if units > 0 else 0.0


def _notes(
    known: Sequence[Heir],
    strange: Sequence[Heir],
    whole: Sequence[Bundle],
    unknown: Sequence[Bundle],
    *,
    sold: Mapping[str, float],
    places: Mapping[str, int],
) -> Iterator[str]:
    """What was handed on, and what could not be."""
    if known:
        on = "goes on with the history of another" if len(known) == 1 else "go on with the history of others"
        yield f"{counted(len(known), 'item')} {on}: {few(map(_named, known))}."
    if strange:
        yield f"Not handed on, since one of the two is not in the sales: {few(map(_named, strange))}."
    if whole:
        named = few(
            [
                f"{bundle.item}: {sold[bundle.item]:g} sold, counted as "
                f"{', '.join(f'{units:g} × {part}' for part, units in bundle.parts)} each"
                for bundle in whole
            ],
            between="; ",
        )
        yield f"{counted(len(whole), 'bundle')} counted as sales of the parts: {named}."
    if unknown:
        lacking = [
            ", ".join(part for part, _ in bundle.parts if part not in places) or "not sold" for bundle in unknown
        ]
        named = few([f"{bundle.item} ({why})" for bundle, why in zip(unknown, lacking, strict=True)], between="; ")
        yield f"Bundles left as they are, since they or their parts are not in the sales: {named}."


def _named(heir: Heir) -> str:
    return f"{heir.new} for {heir.old}" + (f" ({heir.share:.0%})" if heir.share < _WHOLE else "")


def _rows(periods: Periods) -> pl.DataFrame:
    """A row per item and period: its code and index, what was sold and for how much, and the other columns."""
    revenue = [] if periods.revenue is None else [pl.Series(_REVENUE, periods.revenue).fill_nan(None)]
    return pl.DataFrame(
        [
            pl.Series(_CODE, periods.codes, pl.Int64),
            pl.Series(_INDEX, periods.index),
            pl.Series(_SALES, periods.sales, pl.Float64).fill_nan(None),
            *revenue,
            *(values.alias(name) for name, values in periods.extras.items()),
        ]
    )


def _as_periods(rows: pl.DataFrame, periods: Periods) -> Periods:
    """The periods with other rows."""
    return replace(
        periods,
        codes=rows[_CODE].to_numpy(),
        index=rows[_INDEX].to_numpy(),
        sales=rows[_SALES].fill_null(np.nan).to_numpy(),
        revenue=None if periods.revenue is None else rows[_REVENUE].fill_null(np.nan).to_numpy(),
        extras={name: rows[name] for name in periods.extras},
    )


def _handed(rows: pl.DataFrame, old: int, gifts: Sequence[_Gift]) -> pl.DataFrame:
    """With the sales of one item, or the shares of it that are handed on, at others; these keep their own columns."""
    amounts = [name for name in (_SALES, _REVENUE) if name in rows.columns]
    extras = [name for name in rows.columns if name not in {_CODE, _INDEX, _SALES, _REVENUE}]
    rows = rows.with_columns(pl.lit(0).alias(_FROM))
    theirs = rows.filter(pl.col(_CODE) == old)
    moved = [
        theirs.with_columns(
            pl.lit(gift.place, pl.Int64).alias(_CODE),
            pl.lit(1).alias(_FROM),
            *(pl.col(name) * part for name, part in zip(amounts, (gift.units, gift.money), strict=False)),
        )
        for gift in gifts
    ]
    kept = 1 - sum(gift.money for gift in gifts)
    stay = (
        rows.filter(pl.col(_CODE) != old)
        if kept <= _NOTHING
        else rows.with_columns(
            pl.when(pl.col(_CODE) == old).then(pl.col(name) * kept).otherwise(pl.col(name)).alias(name)
            for name in amounts
        )
    )
    given = [gift.place for gift in gifts]
    own = pl.concat([stay.filter(pl.col(_CODE).is_in(given)), *moved]).sort(_FROM, maintain_order=True)
    summed = [pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name) for name in amounts]
    firsts = [pl.col(name).drop_nulls().first() for name in extras]
    joined = own.group_by(_CODE, _INDEX, maintain_order=True).agg(*summed, *firsts)
    return pl.concat([stay.filter(~pl.col(_CODE).is_in(given)).select(joined.columns), joined])
