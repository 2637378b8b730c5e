"""Successors and bundles: an item that replaces another goes on with its history, or with a share of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from foresale.core.columns import ITEM
from foresale.core.errors import DataError, Fault
from foresale.core.text import counted
from foresale.data.column_names import items_by_text
from foresale.data.item_keys import as_text
from foresale.data.items.bundles import Bundle
from foresale.data.periods.layout import Periods
from foresale.io.schema.recognise import normalised
from foresale.io.table import ROW, Table

_OLD: Final = ("replaces", "replaced_item", "predecessor", "predecessor_id", "follows", "supersedes", "vorgänger",
               "ersetzt", "remplace", "reemplaza_a", "sostituisce", "zastępuje", "заменяет", "替代", "前代商品",
               "旧商品编码", "後継元")  # fmt: skip
_NEW: Final = ("successor", "successor_id", "replaced_by", "heir", "superseded_by", "nachfolger", "ersetzt_durch",
               "remplacé_par", "sucesor", "successore", "następca", "преемник", "后继商品", "新商品编码",
               "後継品")  # fmt: skip
_SHARE: Final = ("share", "replaces_share", "successor_share", "history_share", "anteil", "part", "比例")
_WHOLE: Final = 1 - 1e-9
_NOTHING: Final = 1e-9
"""What is left of an item's history of which all shares were handed on, but for rounding."""
_SHOWN: Final = 5
_CODE, _INDEX, _SALES, _REVENUE, _FROM = "__code", "__index", "__sales", "__revenue", "__from"


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
    found = {normalised(name): name for name in items.frame.columns if name not in items.keys}
    old, new, share = (next((found[plain] for plain in map(normalised, names) if plain in found), None)
                       for names in (_OLD, _NEW, _SHARE))  # fmt: skip
    if (old is None and new is None) or not items.keys:
        return items, ()
    ids = items_by_text(items)
    shares = _shares(items, share)
    heirs = [
        Heir(other.strip(), own, part) if column == old else Heir(own, other.strip(), part)
        for column in (old, new) if column is not None
        for own, others, part in zip(ids, as_text(items.frame[column]), shares, strict=True) if others
        for other in others.split(";") if other.strip() and other.strip() != own
    ]  # fmt: skip
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
    An item that hands on all of its history has none left.
    """
    places = {item: place for place, item in enumerate(as_text(items[ITEM]).to_list())}
    known = [heir for heir in heirs if heir.old in places and heir.new in places]
    strange = [heir for heir in heirs if heir not in known]
    notes = [f"Not handed on, since one of the two is not in the sales: {_named(strange)}."] if strange else []
    for old, gifts in _in_order(known):
        periods = _handed(periods, places[old], [_Gift(places[heir.new], heir.share, heir.share) for heir in gifts])
    if known:
        notes.insert(0, f"{counted(len(known), 'item')} goes on with the history of another: {_named(known)}."
                     if len(known) == 1 else
                     f"{counted(len(known), 'item')} go on with the history of others: {_named(known)}.")  # fmt: skip
    periods, told = _unpacked(periods, places, bundles)
    return periods, (*notes, *told)


@dataclass(frozen=True)
class _Gift:
    """What one item is handed of another: units for each unit of the other, and a share of its money."""

    place: int
    units: float
    money: float


def _unpacked(periods: Periods, places: Mapping[str, int], bundles: Sequence[Bundle]) -> tuple[Periods, list[str]]:
    """The periods with the sales of bundles among those of their parts."""
    if not bundles:
        return periods, []
    known = [bundle for bundle in bundles if bundle.item in places and all(part in places for part, _ in bundle.parts)]
    notes = []
    links = [Heir(bundle.item, part) for bundle in known for part, _ in bundle.parts]
    parts = {bundle.item: bundle.parts for bundle in known}
    for item, _ in _in_order(links):
        sold = float(np.nansum(periods.sales[periods.codes == places[item]]))
        weights = _worth(periods, [places[part] for part, _ in parts[item]], [units for _, units in parts[item]])
        gifts = [_Gift(places[part], units, weight) for (part, units), weight in zip(parts[item], weights, strict=True)]
        periods = _handed(periods, places[item], gifts)
        named = ", ".join(f"{units:g} × {part}" for part, units in parts[item])
        notes.append(f"{item}: {sold:g} sold, counted as {named} each")
    told = [f"{counted(len(known), 'bundle')} counted as sales of the parts: {_few(notes)}."] if known else []
    strange = [f"{bundle.item} ({', '.join(part for part, _ in bundle.parts if part not in places) or 'not sold'})"
               for bundle in bundles if bundle not in known]  # fmt: skip
    if strange:
        told.append(f"Bundles left as they are, since they or their parts are not in the sales: {_few(strange)}.")
    return periods, told


def _worth(periods: Periods, places: Sequence[int], units: Sequence[float]) -> np.ndarray:
    """[P] each part's share of a bundle's money: by units times its own mean price, or by units where one has none."""
    prices = np.array([_price(periods, place) for place in places])
    weights = np.asarray(units) * (prices if prices.all() else 1.0)
    return np.asarray(weights / weights.sum())


def _price(periods: Periods, place: int) -> float:
    """The mean price of what an item sold, 0 where none is known."""
    if periods.revenue is None:
        return 0.0
    rows = (periods.codes == place) & ~np.isnan(periods.sales) & ~np.isnan(periods.revenue)
    units = float(periods.sales[rows].sum())
    return float(periods.revenue[rows].sum()) / units if units > 0 else 0.0


def _few(parts: Sequence[str]) -> str:
    return "; ".join(parts[:_SHOWN]) + (f" and {len(parts) - _SHOWN:,} more" if len(parts) > _SHOWN else "")


def _named(heirs: Sequence[Heir]) -> str:
    shown = [f"{heir.new} for {heir.old}" + (f" ({heir.share:.0%})" if heir.share < _WHOLE else "")
             for heir in heirs[:_SHOWN]]  # fmt: skip
    return ", ".join(shown) + (f" and {len(heirs) - _SHOWN:,} more" if len(heirs) > _SHOWN else "")


def _in_order(heirs: Sequence[Heir]) -> list[tuple[str, list[Heir]]]:
    """What each item hands on, the oldest first, so that what an heir was handed goes on to its own heir.

    Raises:
        DataError: items that hand on to each other in a circle.
    """
    rest, ordered = list(heirs), []
    while rest:
        free = [heir for heir in rest if all(other.new != heir.old for other in rest)]
        if not free:
            circle = Fault(
                "items that replace each other, or bundles of each other, in a circle",
                len(rest),
                _named(rest),
                "Leave one of them out.",
            )
            raise DataError([circle], source="items file")
        old = free[0].old
        ordered.append((old, [heir for heir in rest if heir.old == old]))
        rest = [heir for heir in rest if heir.old != old]
    return ordered


def _handed(periods: Periods, old: int, gifts: Sequence[_Gift]) -> Periods:
    """With the sales of one item, or the shares of it that are handed on, at others; these keep their own columns."""
    columns = [pl.Series(_CODE, periods.codes, pl.Int64), pl.Series(_INDEX, periods.index),
               pl.Series(_SALES, periods.sales, pl.Float64).fill_nan(None),
               *([] if periods.revenue is None else [pl.Series(_REVENUE, periods.revenue).fill_nan(None)]),
               *(values.alias(name) for name, values in periods.extras.items())]  # fmt: skip
    amounts = [_SALES] if periods.revenue is None else [_SALES, _REVENUE]
    rows = pl.DataFrame(columns).with_columns(pl.lit(0).alias(_FROM))
    theirs = rows.filter(pl.col(_CODE) == old)
    moved = [theirs.with_columns(pl.lit(gift.place, pl.Int64).alias(_CODE), pl.lit(1).alias(_FROM),
                                 *(pl.col(name) * part for name, part in zip(amounts, (gift.units, gift.money),
                                                                            strict=False)))
             for gift in gifts]  # fmt: skip
    kept = 1 - sum(gift.money for gift in gifts)
    stay = rows.filter(pl.col(_CODE) != old) if kept <= _NOTHING else rows.with_columns(
        pl.when(pl.col(_CODE) == old).then(pl.col(name) * kept).otherwise(pl.col(name)).alias(name)
        for name in amounts
    )  # fmt: skip
    given = [gift.place for gift in gifts]
    own = pl.concat([stay.filter(pl.col(_CODE).is_in(given)), *moved]).sort(_FROM, maintain_order=True)
    summed = [pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name) for name in amounts]
    firsts = [pl.col(name).drop_nulls().first() for name in periods.extras]
    joined = own.group_by(_CODE, _INDEX, maintain_order=True).agg(*summed, *firsts)
    every = pl.concat([stay.filter(~pl.col(_CODE).is_in(given)).select(joined.columns), joined])
    return replace(
        periods,
        codes=every[_CODE].to_numpy(),
        index=every[_INDEX].to_numpy(),
        sales=every[_SALES].fill_null(np.nan).to_numpy(),
        revenue=None if periods.revenue is None else every[_REVENUE].fill_null(np.nan).to_numpy(),
        extras={name: every[name] for name in periods.extras},
    )
