"""Rows that are sums of the others, as spreadsheets end with: no items, since they would count all sales twice."""

from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl

from foresale.core.chunks import chunks
from foresale.core.columns import ITEM, SALES, TIMESTAMP
from foresale.core.errors import Fault
from foresale.data.item_keys import ItemCodes
from foresale.io.schema.recognise import is_sum_word
from foresale.io.table import ROW, Table

_NEAR: Final = 0.001
"""Share by which a sum may differ from what it adds up, as numbers are rounded."""
_NEARLY_ALL: Final = 0.95  # periods in which an item is the sum of the others, so that it is their total
_EVIDENCE: Final = 10
"""Stamps on which an item of any name is the sum of the others before it is believed to be one."""
_THERE, _SUM, _UNKNOWN = "__there", "__sum", "__unknown"


def leave_out_sums(table: Table, coded: ItemCodes) -> tuple[Table, tuple[Fault, ...]]:
    """The table without rows that are called a total and are one, or that are the sum of all others on every stamp.

    >>> from foresale.data.item_keys import encode
    >>> from foresale.io.table import load
    >>> table = load(pl.DataFrame({"sku": ["a", "b", "Grand Total"], "day": "2024-03-01", "qty": [3, 4, 7]}))
    >>> kept, left_out = leave_out_sums(table, encode(table.frame, table.keys))
    >>> kept.frame["sku"].to_list(), left_out[0].what
    (['a', 'b'], "rows of 'Grand Total', the sum of the other items")
    """
    faults: list[Fault] = []
    frame = table.frame
    for key in table.keys:
        names = coded.items[key].unique().cast(pl.String)
        called = [name for name in names.to_list() if is_sum_word(name)]
        for name in called if len(called) < names.len() else ():
            is_sum = frame[key].cast(pl.String) == name
            others = frame.filter(~frame[key].cast(pl.String).is_in(called))
            if _adds_up(frame.filter(is_sum), others, [other for other in table.keys if other != key]):
                faults.append(_fault(table, frame.filter(is_sum), name))
                frame = frame.filter(~is_sum)
    unnamed = _unnamed_sum(frame, coded) if not faults else None
    if unnamed is not None:
        faults.append(_fault(table, frame.filter(unnamed), str(coded.items[ITEM][int(coded.codes[unnamed.arg_max()])])))
        frame = frame.filter(~unnamed)
    return replace(table, frame=frame) if faults else table, tuple(faults)


def _adds_up(sums: pl.DataFrame, others: pl.DataFrame, keys: list[str]) -> bool:
    """Whether the sales of `sums` are those of the others: on nearly all of their stamps, or over the whole."""
    whole, there = float(sums[SALES].sum()), float(others[SALES].sum())
    if there and abs(whole - there) <= _NEAR * abs(there):
        return True
    by = [*keys, TIMESTAMP]
    pairs = (
        sums.group_by(by)
        .agg(pl.col(SALES).sum().alias(_SUM))
        .join(
            others.group_by(by).agg(pl.col(SALES).sum().alias(_THERE), pl.col(SALES).null_count().alias(_UNKNOWN)),
            on=by,
            how="left",
        )
        .filter(pl.col(_UNKNOWN).fill_null(0) == 0)
    )
    return bool(pairs.select(_alike(pl.col(_SUM), pl.col(_THERE)).mean() >= _NEARLY_ALL).item())


def _unnamed_sum(frame: pl.DataFrame, coded: ItemCodes) -> pl.Series | None:
    """[n] the rows of the item that is the sum of at least two others on each of its stamps; None if there is none."""
    totals = np.zeros(coded.items.height)
    for part in chunks(frame.height, width=1):
        sales = frame[SALES].slice(part.start, part.stop - part.start).fill_null(0).to_numpy()
        totals += np.bincount(coded.codes[part], weights=sales, minlength=totals.size)
    half = float(totals.sum()) / 2
    candidates = np.flatnonzero((np.abs(totals - half) <= _NEAR * half) & (totals > 0))
    if candidates.size != 1 or (totals > 0).sum() <= 2:
        return None
    rows = pl.Series(coded.codes == candidates[0])
    there = frame.filter(~rows).group_by(TIMESTAMP).agg(pl.col(SALES).sum().alias(_THERE))
    own = (
        frame.filter(rows)
        .group_by(TIMESTAMP)
        .agg(pl.col(SALES).sum().alias(_SUM))
        .join(there, on=TIMESTAMP, how="left")
    )
    sold = own.filter(pl.col(_SUM) != 0)
    sure = sold.height >= _EVIDENCE and sold.select(_alike(pl.col(_SUM), pl.col(_THERE)).all()).item()
    return rows if sure else None


def _alike(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    return ((one - other).abs() <= _NEAR * other.abs()).fill_null(value=False)


def _fault(table: Table, rows: pl.DataFrame, name: str) -> Fault:
    place = f"{table.place(rows[ROW][0])}: {str(rows[TIMESTAMP][0]).removesuffix(' 00:00:00')}"
    cure = "They are left out, since all sales would count twice."
    return Fault(f"rows of {name!r}, the sum of the other items", rows.height, place, cure, rows=rows.height)
