"""Rows after the last known sales, in the same table: they are the future, not sales that nobody knows."""

from dataclasses import replace

from foresale.core.columns import SALES, TIMESTAMP
from foresale.core.text import counted, quoted
from foresale.io.table import Table


def split_future(table: Table, *, is_future: bool) -> tuple[Table, Table | None, tuple[str, ...]]:
    """The table up to its last known sales, and the rows after them as a table of the future, if there are any.

    Where another future is given (`is_future` is false) they are left aside.

    Many write next week's prices and promotions under this week's sales and leave the sales empty.
    """
    stamps, sales = table.frame[TIMESTAMP], table.frame[SALES]
    if not sales.has_nulls() or sales.null_count() == len(sales):
        return table, None, ()
    last = stamps.filter(sales.is_not_null()).max()
    after = stamps > last
    if not after.any():
        return table, None, ()
    history = replace(table, frame=table.frame.filter(~after))
    rows = table.frame.filter(after).drop(SALES)
    story = f"{counted(rows.height, 'row')} after {last!s} without sales"
    if not is_future:
        return history, None, (f"{story}: left aside, since a future is given.",)
    empty = [name for name in rows.columns if rows[name].null_count() == rows.height]
    future = replace(table, frame=rows.drop(empty), rows_read=rows.height, faults=(), notes=())
    known = [name for name in future.frame.columns if name in _covariates(table)]
    ahead = f", with {quoted(known)} known ahead" if known else ""
    return history, future, (f"{story}: taken for the future{ahead}.",)


def _covariates(table: Table) -> set[str]:
    roles = {name for role, name in table.names.items() if role in {"order", "customer", "status"}}
    return set(table.frame.columns) - {TIMESTAMP, SALES, "__row", *table.keys} - roles
