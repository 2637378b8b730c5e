"""What belongs to a whole order, written on its first line alone: its status, its moment, its customer."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from foresale.core.text import counted
from foresale.io.schema.recognise import Roles

_OF_ORDERS: Final = ("timestamp", "customer", "status")


def fill_further_lines(
    frame: pl.DataFrame, roles: Roles, statuses: Sequence[str] = ()
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The rows with empty cells of an order filled from its first line that has them, and a sentence on each column.

    Args:
        frame: rows as they came.
        roles: what its columns are.
        statuses: columns that tell more of what became of orders; filled where they stand on first lines alone, since
            some are of lines.

    >>> from foresale.io.schema.recognise import recognise
    >>> lines = pl.DataFrame({"order_id": [1, 1, 2], "status": ["paid", None, None], "day": "2024-03-01", "qty": 1})
    >>> fill_further_lines(lines, recognise(lines.columns))[0]["status"].to_list()
    ['paid', 'paid', None]
    """
    if "order" not in roles.names:
        return frame, ()
    order, notes = roles.names["order"], []
    further = [name for name in statuses if _on_first_lines(frame, name, order)]
    for name in (*(roles.names[role] for role in _OF_ORDERS if role in roles.names), *further):
        column = frame[name]
        if not column.has_nulls() or column.null_count() == len(column) or column.dtype.is_nested():
            continue
        first = pl.col(name).drop_nulls().first().over(order)
        filled = frame.select(pl.when(pl.col(order).is_not_null()).then(first)).to_series()
        column = column.zip_with(column.is_not_null(), filled.cast(column.dtype))
        lines = frame[name].null_count() - column.null_count()
        if lines:
            frame = frame.with_columns(column)
            notes.append(f"{counted(lines, 'further line')} of an order: '{name}' is that of the order's first line.")
    return frame, tuple(notes)


def _on_first_lines(frame: pl.DataFrame, name: str, order: str) -> bool:
    """Whether a column is written on the first lines of orders and on no other, and some orders have other lines."""
    first = frame.select(pl.col(order).is_first_distinct()).to_series()
    written = frame[name].is_not_null()
    return bool(written.any() and not (written & ~first).any() and not first.all())
