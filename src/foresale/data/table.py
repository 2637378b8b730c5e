"""Rows of any source with canonical columns: what stands between the outside and a panel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from foresale.core.errors import Fault

ROW: Final = "__row"
"""Name of the column that numbers the data rows of a source from 1."""


@dataclass(frozen=True)
class Table:
    """Rows of a source, parsed, under canonical names for the stamp and the sales.

    `rows_read == frame.height + sum(fault.rows for fault in faults)` always: no row is lost unsaid.

    Attributes:
        frame: the key columns under the caller's names and in the caller's types (whole numbers stay whole), then
            `timestamp` (Datetime("us"), wall clock, no zone; absent in a table of items), `sales` (Float64, null where
            unknown; absent in tables of the future and of items), then every other column under the caller's name:
            numbers as Float64, booleans as Boolean, anything else as String, null where unknown; and `__row`, UInt32.
            The columns in the roles order, customer and status are always String; price and available are Float64,
            stockout is Float64 or Boolean.
        keys: the caller's item columns, in order; empty where there is none, which means one series.
        names: the caller's column of each role that was recognised or told: timestamp, sales, price, order, customer,
            available, stockout, status.
        time_type: the caller's type of the timestamp column (String for text).
        rows_read: data rows in the source; blank lines are none.
        faults: what is wrong with the rows that were left out of `frame`.
        notes: what was understood, in sentences for a person.
        files: name and data rows of each file, in order, where the source is made of several.
    """

    frame: pl.DataFrame
    keys: tuple[str, ...]
    names: Mapping[str, str]
    time_type: pl.DataType
    rows_read: int
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    files: tuple[tuple[str, int], ...] = field(default=())

    def place(self, row: int) -> str:
        """Where a row (a value of `__row`) stands, for a message: its number, and its file if there are several.

        >>> parts = (("may.csv", 30), ("june.csv", 31))
        >>> table = Table(pl.DataFrame(), ("sku",), {}, pl.Date(), 61, files=parts)
        >>> table.place(32)
        'row 2 of june.csv'
        """
        return place_of(row, self.files)


def place_of(row: int, files: tuple[tuple[str, int], ...]) -> str:
    """The row's number, within its file where the source is made of several.

    >>> place_of(17, ())
    'row 17'
    """
    before = 0
    for name, rows in files:
        if len(files) > 1 and row <= before + rows:
            return f"row {row - before:,} of {name}"
        before += rows
    return f"row {row:,}"
