"""Raw rows and the roles of their columns become parsed columns; every row that fails is named."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Final

import polars as pl

from foresale.core.columns import MEAN, SALES, TIMESTAMP
from foresale.core.errors import ConfigError, Fault
from foresale.io.schema.cells import kind_of, may_be_ids, may_be_numbers, parse_extra, parse_ids, written
from foresale.io.schema.numbers import parse_numbers
from foresale.io.schema.recognise import Needs, Roles
from foresale.io.schema.times import DateOrder, parse_times
from foresale.io.source_table import ROW, SourceTable, place_of

_CURE: Final = "Correct it, or leave the rows out with bad_rows='drop'."
_FILL: Final = "Fill it in, or leave the rows out with bad_rows='drop'."
_OTHER_ID: Final = "Name the column that tells items apart: --columns item=sku, or columns={'item': 'sku'} in Python."
_OTHER_COLUMN: Final = "Name the column that holds numbers: --columns sales=qty, or columns={'sales': 'qty'} in Python."
_NO_NUMBERS: Final = "These are numbers of periods: say when the first begins, with start='2024-01-01' (or 2024-W01)."
_FURTHER: Final = "further status"
_TEXT_ROLES: Final = ("order", "customer", "status", "name", _FURTHER)
_NUMBER_ROLES: Final = ("price", "available", "stockout")
_RESERVED: Final = (TIMESTAMP, SALES, MEAN)
_HIDDEN: Final = "__"
"""How the names of columns begin that are made here, the number of the row first of all."""


@dataclass(frozen=True)
class Columns:
    """Parsed columns and what there is to say: the parts of a Table that come from its columns."""

    frame: pl.DataFrame
    names: Mapping[str, str]
    time_type: pl.DataType
    offsets: pl.DataFrame | None
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]


@dataclass
class _Rows:
    """The rows while they are parsed: good columns, which rows are refused, and why."""

    raw: SourceTable
    columns: list[pl.Series] = field(default_factory=list)
    refused: pl.Series | None = None
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    empty_note: int = 0

    def leave_empty(self, name: str) -> None:
        """A column without a value: exports have dozens of them, told in one sentence in the place of the first."""
        self.empty.append(repr(name))
        if len(self.empty) == 1:
            self.empty_note = len(self.notes)
            self.notes.append(f"Column {name!r} is empty, and is left out.")
        else:
            told = f"{len(self.empty)} columns are empty, and are left out: {', '.join(self.empty)}."
            self.notes[self.empty_note] = told

    def refuse(self, what: str, mask: pl.Series, column: pl.Series, cure: str = _CURE) -> None:
        """Refuses the rows of a mask; each row counts for the first fault that it has."""
        refused = int(mask.sum())
        if not refused:
            return
        new = mask if self.refused is None else mask & ~self.refused
        self.refused = mask if self.refused is None else mask | self.refused
        first = mask.arg_max() or 0
        number = int(self.raw.row_numbers()[first])
        value = written(column[first : first + 1])
        shown = "" if value is None else f": {value[:60]!r}"
        self.faults.append(Fault(what, refused, place_of(number, self.raw.files) + shown, cure, int(new.sum())))


def parse_columns(
    raw: SourceTable, roles: Roles, *, needs: Needs, date_order: DateOrder, statuses: Collection[str] = ()
) -> Columns:
    """Every column of `raw` by its role; rows whose stamp, id or numbers cannot be read are left out and reported.

    Raises:
        ConfigError: an item column with a name that the result needs for something else.
    """
    rows = _Rows(raw)
    _add_keys(rows, roles)
    time_type, offsets = _add_stamps(rows, roles, date_order) if needs != "items" else (pl.Datetime("us"), None)
    names = dict(roles.names)
    if needs == "sales":
        _add_sales(rows, roles)
    elif "sales" in names:
        rows.notes.append(f"Column {names['sales']!r} is left out: sales of the future are not known.")
    _add_extras(rows, roles, names, statuses)
    if needs != "sales":
        names.pop("sales", None)
    return Columns(_kept(rows), names, time_type, offsets, (*raw.faults, *rows.faults), tuple(rows.notes))


def _kept(rows: _Rows) -> pl.DataFrame:
    frame = pl.DataFrame([*rows.columns, rows.raw.row_numbers().alias(ROW)])
    return frame if rows.refused is None else frame.filter(~rows.refused)


def _add_keys(rows: _Rows, roles: Roles) -> None:
    for key in roles.item:
        if key in _RESERVED or key.startswith(_HIDDEN):
            raise ConfigError(f"an item column cannot be called {key!r}: rename it, to {key.strip('_')}_id for example")
        column = rows.raw.frame[key]
        ids, notes = parse_ids(column, from_text=rows.raw.from_text)
        rows.columns.append(ids.alias(key))
        rows.notes += notes
        if not may_be_ids(column):
            rows.refuse(f"{key} is no id but a {kind_of(column)}", column.is_not_null(), column, _OTHER_ID)
        if ids.null_count():
            rows.refuse(f"{key} is empty", ids.is_null() & (column.is_null() | may_be_ids(column)), column, _FILL)


def _add_stamps(rows: _Rows, roles: Roles, date_order: DateOrder) -> tuple[pl.DataType, pl.DataFrame | None]:
    """The column of stamps; returns the caller's type of it and, where rows differ in them, their offsets."""
    name = roles.names["timestamp"]
    column = rows.raw.frame[name]
    times = parse_times(column, date_order=date_order)
    rows.notes += times.notes
    rows.columns.append(times.values.alias(TIMESTAMP))
    if times.values.null_count():
        missing, unread = column.is_null(), times.values.is_null()
        texts = column.drop_nulls().head(1000) if column.dtype == pl.String else None
        counted = column.dtype.is_integer() or (texts is not None and texts.str.contains(r"^[0-9]{1,3}$").all())
        rows.refuse(f"{name} is empty", missing, column)
        rows.refuse(f"{name} is no date", unread & ~missing & ~times.far, column, _NO_NUMBERS if counted else _CURE)
        rows.refuse(f"{name} lies before 1900 or after 2200", times.far, column)
    offsets = times.offsets
    return times.time_type, None if offsets is None else pl.DataFrame([rows.raw.row_numbers().alias(ROW), offsets])


def _add_sales(rows: _Rows, roles: Roles) -> None:
    name = roles.names["sales"]
    rows.columns.append(_measured(rows, name).alias(SALES))


def _measured(rows: _Rows, name: str) -> pl.Series:
    """A column that has to be numeric; other rows are refused."""
    column = rows.raw.frame[name]
    if not may_be_numbers(column):
        rows.refuse(f"{name} is no number but a {kind_of(column)}", column.is_not_null(), column, _OTHER_COLUMN)
        return pl.Series(name, [None] * len(column), dtype=pl.Float64)
    numbers = parse_numbers(column, semicolons=rows.raw.semicolons)
    rows.notes += [f"In {name!r}, {note}." for note in numbers.notes]
    rows.refuse(f"{name} is no number", numbers.wrong, column)
    rows.refuse(f"{name} is infinite", numbers.infinite, column)
    return numbers.values


def _add_extras(rows: _Rows, roles: Roles, names: dict[str, str], statuses: Collection[str]) -> None:
    by_name = {name: role for role, name in names.items()}
    used = {*roles.item, *(names[role] for role in ("timestamp", "sales") if role in names)}
    taken = {*_RESERVED, *rows.raw.frame.columns}
    for column in rows.raw.frame.iter_columns():
        if column.name in used:
            continue
        role = by_name.get(column.name, _FURTHER if column.name in statuses else "")
        values = _extra(rows, column, role, told=role in roles.named)
        if values is None or (role and not _suits(role, values)):
            names.pop(role, None)
        if values is None:
            continue
        name = column.name
        if name in _RESERVED or name.startswith(_HIDDEN):
            bare = name.strip("_") or "column"
            copies = (f"{bare}_{copy}" for copy in count(2))
            name = next(found for found in chain([bare], copies) if found not in taken)
            taken.add(name)
            rows.notes.append(f"Column {column.name!r} is kept as {name!r}.")
            if role in names:
                names[role] = name
        rows.columns.append(values.alias(name))


def _suits(role: str, values: pl.Series) -> bool:
    return role not in _NUMBER_ROLES or values.dtype != pl.String


def _extra(rows: _Rows, column: pl.Series, role: str, *, told: bool) -> pl.Series | None:
    if role in _NUMBER_ROLES and (told or _mostly_numbers(column, rows.raw.semicolons)):
        flags = parse_extra(column, from_text=True).values
        if flags is not None and flags.dtype == pl.Boolean:
            return flags if role == "stockout" else flags.cast(pl.Float64)
        return _measured(rows, column.name)
    parsed = parse_extra(column, from_text=rows.raw.from_text, semicolons=rows.raw.semicolons)
    if role in _TEXT_ROLES and parsed.values is not None:
        return parse_ids(column, from_text=False)[0].cast(pl.String)
    if parsed.is_empty:
        rows.leave_empty(column.name)
    rows.notes += parsed.notes
    return parsed.values


def _mostly_numbers(column: pl.Series, semicolons: bool) -> bool:
    if column.dtype == pl.Boolean:
        return True
    if not (column.dtype.is_numeric() or column.dtype == pl.String) or column.null_count() == len(column):
        return False
    flags = parse_extra(column, from_text=True).values
    if flags is not None and flags.dtype == pl.Boolean:
        return True
    wrong = int(parse_numbers(column, semicolons=semicolons).wrong.sum())
    return wrong * 10 <= len(column) - column.null_count()
