"""Rows as a source gave them, before anything is understood: what every kind of source is turned into."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from foresale.core.errors import DataError, Fault

ROW: Final = "__row"
"""Name of the column that numbers the data rows of a source from 1."""


@dataclass(frozen=True)
class SourceTable:
    """Rows under the caller's column names; text of files is not yet parsed.

    Attributes:
        frame: the rows that could be told apart into columns.
        numbers: UInt32, the 1-based data-row number of each row of `frame`; None when it is every row, in order.
        rows_read: data rows in the source, those that were left out included.
        faults: rows that were left out.
        notes: what was understood, in sentences.
        files: name and data rows of each file, where there are several.
        repeated: column names that the source has twice; the second is called `name_2`.
        semicolons: whether a semicolon separates the columns, which speaks for decimal commas.
        from_text: whether the types of the columns are still to be found, as in a text file.
    """

    frame: pl.DataFrame
    rows_read: int
    numbers: pl.Series | None = None
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    files: tuple[tuple[str, int], ...] = ()
    repeated: frozenset[str] = field(default_factory=frozenset)
    semicolons: bool = False
    from_text: bool = False

    def row_numbers(self) -> pl.Series:
        """UInt32, the 1-based data-row number of each row of `frame`."""
        if self.numbers is not None:
            return self.numbers
        return pl.int_range(1, self.frame.height + 1, dtype=pl.UInt32, eager=True)


def refuse(what: str, place: str, cure: str, *, source: str = "") -> DataError:
    """The error of a source that cannot be used at all.

    >>> print(refuse("empty file", "sales.csv", "Pass a file with rows."))
    empty file: 1 (at sales.csv). Pass a file with rows.
    """
    return DataError([Fault(what, 1, place, cure)], source=source)


def unique_names(names: Iterable[str]) -> tuple[list[str], list[str], list[str]]:
    """Column names that are usable: trimmed, never empty, never twice; with the repeated ones, and what was done.

    >>> unique_names([" day ", "", "qty", "qty"])[0]
    ['day', 'column_2', 'qty', 'qty_2']
    """
    trimmed = [str(name).strip().strip("\ufeff").strip() for name in names]
    taken = set(trimmed)
    result: list[str] = []
    repeated: list[str] = []
    notes: list[str] = []
    for number, name in enumerate(trimmed, 1):
        wanted = name or f"column_{number}"
        if name and name not in result:
            result.append(name)
            continue
        copy, free = 2, wanted if not name else f"{wanted}_2"
        while free in taken or free in result:
            free, copy = f"{wanted}_{copy}", copy + 1
        result.append(free)
        if name:
            repeated.append(name)
            notes.append(f"Column {number} is called {name!r} like one before it, and read as {free!r}.")
        else:
            notes.append(f"Column {number} has no name, and is read as {free!r}.")
    return result, repeated, notes


def merge_faults(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """One fault of each kind: the counts added up, the first place kept.

    >>> [f.count for f in merge_faults([Fault("a", 1, "x", "y", 1), Fault("a", 2, "z", "y", 2)])]
    [3]
    """
    merged: dict[str, Fault] = {}
    for fault in faults:
        known = merged.get(fault.what)
        merged[fault.what] = (
            fault if known is None else replace(known, count=known.count + fault.count, rows=known.rows + fault.rows)
        )
    return tuple(merged.values())


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
