"""Rows of any source with canonical columns: what stands between the outside and a panel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from typing import Any

import polars as pl

from foresale.core.errors import Fault
from foresale.io.schema.currencies import currency_of, without_mixed_prices
from foresale.io.schema.date_parts import join_date_parts
from foresale.io.schema.numbering import Numbering, numbered
from foresale.io.schema.order_fields import fill_further_lines
from foresale.io.schema.order_rows import leave_out_extra_rows, name_nameless
from foresale.io.schema.parse import parse_columns
from foresale.io.schema.recognise import ColumnsTold, Needs, Roles, recognise
from foresale.io.schema.resolve_columns import resolve_columns
from foresale.io.schema.statuses import further_statuses
from foresale.io.schema.times import DateOrder
from foresale.io.source_table import ROW, SourceTable, place_of, refuse
from foresale.io.sources import fetch

__all__ = ["ROW", "Table", "load"]


@dataclass(frozen=True)
class Table:
    """Rows of a source, parsed, under canonical names for the stamp and the sales.

    `rows_read == frame.height + sum(fault.rows for fault in (*faults, *left_out))` always: no row is lost unsaid.

    Attributes:
        frame: the key columns under the caller's names and in the caller's types (whole numbers stay whole), then
            `timestamp` (Datetime("us"), wall clock, no zone; absent in a table of items), `sales` (Float64, null where
            unknown; absent in tables of the future and of items), then every other column under the caller's name:
            numbers as Float64, booleans as Boolean, anything else as String, null where unknown; and `__row`, UInt32.
            The columns in the roles order, customer, status and name are always String; price and available are
            Float64, stockout is Float64 or Boolean.
        keys: the caller's item columns, in order; empty where there is none, which means one series.
        names: the caller's column of each role that was recognised or told: timestamp, sales, price, order, customer,
            available, stockout, status, name.
        time_type: the caller's type of the timestamp column (String for text).
        rows_read: data rows in the source; blank lines are none.
        faults: what is wrong with the rows that were left out of `frame`.
        notes: what was understood, in sentences for a person.
        files: name and data rows of each file, in order, where the source is made of several.
        currency: of prices and amounts, where they or a column tell one alone; else "".
        offsets: `__row` and `__offset`, how far the clock of a row is from UTC, where the clocks of rows differ.
        left_out: rows that were left out of `frame` and do no harm, such as sums of orders.
        numbering: what the numbers of periods meant that stood in the place of dates; None where there were none.
        further_statuses: columns beside the status that tell too what became of orders or lines, always String.
    """

    frame: pl.DataFrame
    keys: tuple[str, ...]
    names: Mapping[str, str]
    time_type: pl.DataType
    rows_read: int
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    files: tuple[tuple[str, int], ...] = field(default=())
    offsets: pl.DataFrame | None = None
    currency: str = ""
    left_out: tuple[Fault, ...] = ()
    further_statuses: tuple[str, ...] = ()
    numbering: Numbering | None = None

    def place(self, row: int) -> str:
        """Where a row (a value of `__row`) stands, for a message: its number, and its file if there are several.

        >>> parts = (("may.csv", 30), ("june.csv", 31))
        >>> table = Table(pl.DataFrame(), ("sku",), {}, pl.Date(), 61, files=parts)
        >>> table.place(32)
        'row 2 of june.csv'
        """
        return place_of(row, self.files)


def load(
    source: Any,
    *,
    query: str | None = None,
    columns: ColumnsTold | None = None,
    needs: Needs = "sales",
    date_order: DateOrder = "auto",
    sheet: str | Sequence[str] | None = None,
    numbering: Numbering | None = None,
) -> Table:
    """The rows of any source with their columns recognised and parsed; what cannot be parsed is reported, not raised.

    Args:
        source: a path, a folder, a glob, a database URL or a data frame.
        query: SQL, for a database URL.
        columns: columns by role, where their names do not say it: {"item": ["sku", "warehouse"], "sales": "qty"}.
            A role told as "" is left empty.
        needs: "sales" needs a stamp and sales; "future" a stamp; "items" one row per item, without either.
        date_order: order of day, month and year in dates such as 01/02/2024.
        sheet: the sheet of a workbook, or several; all with the same columns where None.
        numbering: what the numbers of periods mean, where they stand in the place of dates.

    Raises:
        DataError: there is nothing to parse: no file, no rows, no header, or a needed column not recognised.
        ConfigError: a setting that cannot be.

    >>> table = load(pl.DataFrame({"sku": ["a", "a"], "day": ["2024-01-01", "?"], "qty": [1, 2]}))
    >>> table.frame["sales"].to_list(), table.keys, table.names["sales"]
    ([1.0], ('sku',), 'qty')
    >>> print(table.faults[0])
    day is no date: 1 (at row 2: '?'). Correct it, or leave the rows out with bad_rows='drop'.
    """
    raw = fetch(source, query=query, sheet=sheet)
    if not raw.rows_read:
        raise refuse("no rows", _described(source), f"It has only a header: {', '.join(raw.frame.columns[:20])}.")
    frame, columns, part_notes = join_date_parts(raw.frame, columns, needs=needs)
    raw = replace(raw, frame=frame)
    roles = recognise(raw.frame.columns, columns=columns, needs=needs, repeated=raw.repeated)
    roles, notes = resolve_columns(raw.frame, roles)
    frame, numbering, number_notes = numbered(raw.frame, roles, None if needs == "items" else numbering)
    raw, notes = replace(raw, frame=frame), (*notes, *number_notes)
    left_out: tuple[Fault, ...] = ()
    statuses: tuple[str, ...] = ()
    currency = ""
    if needs == "sales":
        raw, left_out = leave_out_extra_rows(raw, roles)
        statuses = _further_statuses(raw.frame, roles)
        currency = currency_of(raw.frame, roles)
        raw, roles, more = _mended(raw, roles, statuses)
        notes = (*notes, *more)
    parsed = parse_columns(raw, roles, needs=needs, date_order=date_order, statuses=statuses)
    return Table(
        frame=parsed.frame,
        keys=roles.item,
        names=parsed.names,
        time_type=parsed.time_type,
        offsets=parsed.offsets,
        currency=currency,
        left_out=left_out,
        numbering=numbering,
        further_statuses=tuple(name for name in statuses if name in parsed.frame.columns),
        rows_read=raw.rows_read,
        faults=parsed.faults,
        notes=(*raw.notes, *part_notes, *notes, *parsed.notes),
        files=raw.files,
    )


def _further_statuses(frame: pl.DataFrame, roles: Roles) -> tuple[str, ...]:
    if "status" not in roles.names or "status" in roles.named:
        return ()
    taken = {*roles.item, *roles.names.values()}
    return further_statuses(frame, roles.names["status"], taken)


def _mended(raw: SourceTable, roles: Roles, statuses: Sequence[str]) -> tuple[SourceTable, Roles, tuple[str, ...]]:
    """Rows with what the export leaves out filled in, and without amounts that have no mean."""
    frame, fill_notes = fill_further_lines(raw.frame, roles, statuses)
    frame, name_notes = name_nameless(frame, roles)
    frame, roles, currency_notes = without_mixed_prices(frame, roles)
    return replace(raw, frame=frame), roles, (*fill_notes, *name_notes, *currency_notes)


def _described(source: Any) -> str:
    return str(source) if isinstance(source, str | PathLike) else f"a {type(source).__name__}"
