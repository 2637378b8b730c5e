"""Whether rows are totals, one for each item and period, or order lines to be added up."""

from dataclasses import replace
from typing import Final

import polars as pl

from foresale.core.columns import TIMESTAMP
from foresale.core.errors import DataError, Fault
from foresale.data.item_keys import ItemCodes
from foresale.data.lines.orders import add_up
from foresale.data.options import ReadOptions
from foresale.data.periods import totals
from foresale.data.periods.grid import infer
from foresale.data.periods.layout import Periods
from foresale.io.schema.statuses import speaks_of_no_sale
from foresale.io.table import ROW, Table

_MANY: Final = 0.05
"""Share of rows that repeat an item and stamp from which on rows are taken for order lines."""


def periods_of(
    table: Table, coded: ItemCodes, options: ReadOptions, *, known: frozenset[str], names: pl.Series | None
) -> Periods:
    """One row per item and period of a table of either kind.

    Args:
        table: the sales.
        coded: their items.
        options: the kind, where the caller says it.
        known: columns that are known ahead.
        names: [N] what items are called.

    Raises:
        DataError: stamps on no grid, or no line that is a sale.
    """
    if options.kind == "orders":
        return add_up(table, coded, options, known=known, names=names)
    roles = [f"'{table.names[role]}' names orders" for role in ("order", "customer") if role in table.names]
    if not roles and "status" in table.names and speaks_of_no_sale(table.frame[table.names["status"]]):
        roles = [f"'{table.names['status']}' tells what became of orders"]
    if options.kind == "auto" and roles:
        reason = f"Taken for order lines, since {roles[0]} (kind='totals' overrides)."
        return _with_note(add_up(table, coded, options, known=known, names=names), reason)
    stamps = table.frame[TIMESTAMP].to_numpy()
    grid = infer(coded.codes, stamps)
    if grid.months and options.frequency is None:
        raise DataError([*table.faults, _no_calendar_months(table)])
    placed = totals.place(coded, grid, stamps)
    reason = _looks_like_orders(table, coded, placed) if options.kind == "auto" else ""
    if reason:
        reason = f"Taken for order lines, since {reason} (kind='totals' overrides)."
        return _with_note(add_up(table, coded, options, known=known, names=names), reason)
    if not grid.regular and options.frequency is None:
        cure = "Pass a frequency such as frequency='D' to add rows up to its periods, or kind='orders'."
        fault = Fault("stamps that lie on no regular grid", table.frame.height, str(table.frame[TIMESTAMP][0]), cure)
        raise DataError([*table.faults, fault])
    return totals.on_grid(table, coded, placed, options)


def _no_calendar_months(table: Table) -> Fault:
    cure = "Write each month as its first day, such as 2024-03-01, or pass frequency='W' if they are weeks with gaps."
    what = "stamps a month apart, but not one in every month of the calendar (months of four and five weeks?)"
    return Fault(what, table.frame.height, f"{table.place(table.frame[ROW][0])}: {table.frame[TIMESTAMP][0]}", cure)


def _with_note(periods: Periods, note: str) -> Periods:
    return replace(periods, notes=(note, *periods.notes))


def _looks_like_orders(table: Table, coded: ItemCodes, placed: totals.Placed) -> str:
    """Why rows without a name of orders are order lines all the same; "" where they are totals."""
    if not placed.grid.regular:
        return "the times of day lie on no regular grid"
    repeated = placed.repeated
    if repeated is None or repeated.mean() <= _MANY or totals.is_copied(table, coded.codes, repeated):
        return ""
    return f"{repeated.mean():.0%} of the rows share their item and stamp with another"
