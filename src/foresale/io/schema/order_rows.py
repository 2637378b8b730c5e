"""Rows of exports that are no lines of their own, and lines without a code, which go by the name of what was sold."""

from dataclasses import replace
from typing import Final

import polars as pl

from foresale.core.errors import Fault
from foresale.core.text import counted
from foresale.io.schema.recognise import Roles, is_sum_word, normalised
from foresale.io.source_table import SourceTable, place_of

_PARENTS: Final = frozenset({"parentitemid", "parentlineitemid", "parentorderitemid"})
_LINES: Final = frozenset({"itemid", "orderitemid", "lineitemid"})


def leave_out_extra_rows(raw: SourceTable, roles: Roles) -> tuple[SourceTable, tuple[Fault, ...]]:
    """The rows without those that would count what stands on other rows again, and these.

    An order of several items may have a row for all of them together, without an item (eBay). A product that is
    configured has a row for itself and one for the simple product in it, which names its parent (Magento); so has a
    bundle for each of its parts.

    >>> from foresale.io.schema.recognise import recognise
    >>> rows = pl.DataFrame({"order_id": [1, 1, 1], "sku": [None, "a", "b"], "date": "2024-03-01", "qty": [3, 1, 2]})
    >>> kept, left_out = leave_out_extra_rows(SourceTable(rows, 3), recognise(rows.columns))
    >>> kept.frame["qty"].to_list(), left_out[0].what
    ([1, 2], 'rows of whole orders, whose items have rows of their own')
    """
    faults: list[Fault] = []
    for find, what in (
        (_undated_sums, "rows called a total, without a date"),
        (_sums_of_orders, "rows of whole orders, whose items have rows of their own"),
        (_parts, "rows of parts, whose whole has a row of its own (leave bundles out to plan their parts)"),
    ):
        extra = find(raw.frame, roles)
        if extra is None or not extra.any():
            continue
        numbers = raw.row_numbers()
        place = place_of(int(numbers.filter(extra)[0]), raw.files)
        count = int(extra.sum())
        faults.append(Fault(what, count, place, "They are left out, since their units would count twice.", rows=count))
        raw = replace(raw, frame=raw.frame.filter(~extra), numbers=numbers.filter(~extra))
    return raw, tuple(faults)


def _undated_sums(frame: pl.DataFrame, roles: Roles) -> pl.Series | None:
    """[n] rows without a date, one of whose cells calls them a total, as spreadsheets end with."""
    stamp = roles.names["timestamp"]
    texts = [name for name in frame.columns if frame[name].dtype == pl.String]
    no_date = _is_blank(frame, stamp)
    if stamp in texts:
        no_date |= ~pl.col(stamp).str.contains("[0-9]")
    undated = frame.select(no_date.fill_null(value=True)).to_series()
    if not texts or not undated.any():
        return None
    rows = frame.select(texts).filter(undated)
    totals = [any(is_sum_word(cell) for cell in row if cell) for row in rows.iter_rows()]
    return undated.scatter(undated.arg_true(), totals)


def _sums_of_orders(frame: pl.DataFrame, roles: Roles) -> pl.Series | None:
    """[n] rows that name an order and no item, where another row of the order names one."""
    names = [*roles.item, *filter(None, [roles.names.get("name")])]
    if "order" not in roles.names or not roles.item:
        return None
    bare = frame.select(pl.all_horizontal(_is_blank(frame, name) for name in names)).to_series()
    order = frame[roles.names["order"]]
    return bare & order.is_not_null() & order.is_in(order.filter(~bare).drop_nulls().unique().implode())


def _parts(frame: pl.DataFrame, roles: Roles) -> pl.Series | None:
    """[n] rows that name another row as their parent."""
    parent = next((name for name in frame.columns if normalised(name) in _PARENTS), None)
    own = next((name for name in frame.columns if normalised(name) in _LINES), None)
    if parent is None or own is None or {parent, own} & {*roles.item, *roles.names.values()}:
        return None
    lines = frame[own].cast(pl.String).drop_nulls().unique()
    return frame[parent].cast(pl.String).is_in(lines.implode()).fill_null(value=False)


def name_nameless(frame: pl.DataFrame, roles: Roles) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The rows with empty codes of items filled with what the items are called, and a sentence on it.

    Shops give codes to some of their goods only. A code that the caller asked for stays empty, and is refused.

    >>> from foresale.io.schema.recognise import recognise
    >>> from foresale.io.schema.resolve_columns import resolve_columns
    >>> rows = pl.DataFrame({"sku": ["a", None], "title": ["Mug", "Vase"], "date": "2024-03-01", "qty": 1})
    >>> name_nameless(rows, resolve_columns(rows, recognise(rows.columns))[0])[0]["sku"].to_list()
    ['a', 'Vase']
    """
    name = roles.names.get("name")
    if name is None or len(roles.item) != 1 or "item" in roles.named or frame[roles.item[0]].dtype != pl.String:
        return frame, ()
    item = roles.item[0]
    blank = frame.select(_is_blank(frame, item) & ~_is_blank(frame, name)).to_series()
    if not blank.any():
        return frame, ()
    filled = frame[name].cast(pl.String).zip_with(blank, frame[item]).alias(item)
    note = f"{counted(int(blank.sum()), 'row')} without {item!r}: the item goes by its {name!r}."
    return frame.with_columns(filled), (note,)


def _is_blank(frame: pl.DataFrame, name: str) -> pl.Expr:
    column = pl.col(name)
    return (column.is_null() | (column.str.strip_chars() == "")) if frame[name].dtype == pl.String else column.is_null()
