"""A file beside the sales, read: its columns recognised, its values parsed, every fault named with its row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from foresale.core.columns import ITEM, NAME
from foresale.core.errors import DataError, Fault
from foresale.inventory.amounts import Amounts, parse_amounts, parse_days, parse_shares, unit_in_name
from foresale.inventory.names import STOCK, Field
from foresale.io.schema.cells import parse_ids
from foresale.io.schema.recognise import normalised, recognise
from foresale.io.schema.times import parse_times
from foresale.io.source_table import SourceTable, place_of, refuse
from foresale.io.sources import fetch

_MUST: Final = {"above": "must be above zero", "zero": "must not be negative"}


@dataclass
class Findings:
    """What was found wrong and what was understood, gathered while several files are read."""

    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """Rows of one file.

    Attributes:
        source: what it is called in messages: "stock file".
        frame: one column per field that was found, under the field's name, and the key columns under those of the
            forecast's items; null where nothing is written or it was faulty.
        keys: the key columns.
        columns: the caller's column of each field found.
        faults: what is wrong, each with its place.
        notes: what was understood.
        currencies: signs of the money in it.
    """

    source: str
    frame: pl.DataFrame
    keys: tuple[str, ...]
    columns: Mapping[str, str]
    written: SourceTable = field(repr=False)
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()

    def fault(self, what: str, rows: pl.Series, cure: str, *, shown: pl.Series | None = None) -> list[Fault]:
        """The fault of the rows of a mask, with the place of the first; none where no row has it."""
        mask = rows.fill_null(value=False)
        count = int(mask.sum())
        if not count:
            return []
        first = mask.arg_max() or 0
        place = place_of(int(self.written.row_numbers()[first]), self.written.files)
        value = "" if shown is None or shown[first] is None else f": {str(shown[first])[:60]!r}"
        return [Fault(f"{self.source}: {what}", count, f"{place}{value}", cure)]

    def ids(self) -> pl.Series:
        """The key of each row as text."""
        return self.frame.select(
            pl.concat_str([pl.col(key).cast(pl.String) for key in self.keys], separator="|", ignore_nulls=True)
        ).to_series()


def read_sheet(
    source: Any,
    known: Mapping[str, Field],
    *,
    name: str,
    items: pl.DataFrame | None,
    columns: Mapping[str, str] | None = None,
) -> Sheet:
    """A file with the columns that `known` names; others are left aside.

    Args:
        source: a path, a folder, a glob or a data frame.
        known: the columns that it may have.
        name: what to call it in messages.
        items: the items of the forecast, whose key columns are looked for; None where the file has no items.
        columns: the caller's column of a field, where its name does not tell.

    Raises:
        DataError: there is nothing to read, or no column of items.
    """
    raw = fetch(source)
    found = raw.frame.columns
    if not raw.rows_read:
        raise refuse("no rows", "the file", f"It has only a header: {', '.join(found[:20])}.")
    keys = {} if items is None else _keys(raw, items, (columns or {}).get("item"))
    chosen = columns_of([column for column in found if column not in keys], known, columns or {})
    absent = [
        Fault(f"{name}: no column {told!r} for {part}", 1, f"columns {', '.join(found)}", "Name one of these.")
        for part, told in (columns or {}).items()
        if part in known and told not in found
    ]
    faults, notes, parsed = [*raw.faults, *absent], [*raw.notes], []
    bare = Sheet(name, raw.frame, (), chosen, raw)
    for column, key in keys.items():
        ids, said = parse_ids(raw.frame[column], from_text=raw.from_text)
        parsed.append(ids.alias(key))
        notes += said
        faults += bare.fault(f"no {column}", ids.is_null(), "Name the item of each row.")
    for part, column in chosen.items():
        series, wrong, said = _parsed(bare, known[part], column)
        parsed.append(series.alias(part))
        faults += wrong
        notes += [f"{name}: in {column!r}, {sentence}." for sentence in said]
    frame = pl.DataFrame(parsed) if parsed else pl.DataFrame()
    signs = {sign for part, column in chosen.items() for sign in _signs(raw, known[part], column)}
    return Sheet(name, frame, tuple(keys.values()), chosen, raw, tuple(faults), tuple(notes), tuple(sorted(signs)))


def _signs(raw: SourceTable, part: Field, column: str) -> tuple[str, ...]:
    """The currencies that are written beside amounts of money."""
    if part.kind != "money":
        return ()
    return parse_amounts(raw.frame[column], semicolons=raw.semicolons).currencies


def columns_of(found: list[str], known: Mapping[str, Field], told: Mapping[str, str]) -> dict[str, str]:
    """The column of each field: the one told, else the best name that no field before has taken.

    >>> columns_of(["sku", "Unit cost (EUR)"], {"cost": Field("money", ("unit_cost", "cost"))}, {})
    {'cost': 'Unit cost (EUR)'}
    """
    chosen = {part: column for part, column in told.items() if part in known and column in found}
    free = [column for column in found if column not in chosen.values()]
    plain: dict[str, str] = {}
    for column in free:
        plain.setdefault(_bare(column), column)
        plain.setdefault(normalised(column), column)
    for part, wanted in known.items():
        if part in chosen:
            continue
        best = next(
            (
                plain[text]
                for text in map(normalised, wanted.names)
                if text in plain and plain[text] not in chosen.values()
            ),
            None,
        )
        if best is not None:
            chosen[part] = best
    return chosen


def _bare(column: str) -> str:
    """A column's name without what stands in brackets: Unit cost (EUR), Lead time [weeks], 单价（元）."""
    cut = min((place for mark in "([（【" if (place := column.find(mark)) > 0), default=len(column))
    return normalised(column[:cut])


def _keys(raw: SourceTable, items: pl.DataFrame, told: str | None) -> dict[str, str]:
    """The file's key columns, each with the column of `items` that it stands for."""
    if told is not None and told in raw.frame.columns:
        return {told: _likeliest(raw.frame[told], items, [key for key in items.columns if key not in {ITEM, NAME}])}
    ours = [key for key in items.columns if key not in {ITEM, NAME}] or [ITEM]
    plain = {normalised(column): column for column in reversed(raw.frame.columns)}
    same = {plain[normalised(key)]: key for key in ours if normalised(key) in plain}
    if same:
        return same
    if normalised(ITEM) in plain:
        return {plain[normalised(ITEM)]: _likeliest(raw.frame[plain[normalised(ITEM)]], items, ours)}
    try:
        column = recognise(raw.frame.columns, needs="items").item[0]
    except DataError as error:
        place = f"columns {', '.join(raw.frame.columns[:20])}"
        raise refuse("no item column recognised", place, "Name it as in the sales, or tell it: item=sku.") from error
    return {column: _likeliest(raw.frame[column], items, ours)}


def _likeliest(column: pl.Series, items: pl.DataFrame, ours: list[str]) -> str:
    """The key column that shares the most values; `item_id` where several are joined in it."""
    values = parse_ids(column, from_text=column.dtype == pl.String)[0].cast(pl.String).unique()
    shared = {key: int(items[key].cast(pl.String).is_in(values.implode()).sum()) for key in (ITEM, *ours)}
    return max(shared, key=lambda key: shared[key])


def _parsed(sheet: Sheet, part: Field, column: str) -> tuple[pl.Series, list[Fault], tuple[str, ...]]:
    values = sheet.written.frame[column]
    if part.kind == "text":
        text = values.cast(pl.String).str.strip_chars()
        return text.set(text.is_in(["", "nan", "NaN", "null", "None"]).fill_null(value=True), None), [], ()
    if part.kind == "date":
        return _dates(sheet, values, column)
    amounts = _amounts(sheet, part, values)
    faults = _wrong(sheet, part, column, amounts, values)
    if len(amounts.currencies) > 1:
        what = f"{sheet.source}: {column} is in several currencies"
        cure = "Turn them into one currency."
        faults.append(Fault(what, len(amounts.currencies), ", ".join(amounts.currencies), cure))
    parsed = amounts.values
    if part.least is not None:
        wrong = parsed <= 0 if part.least == "above" else parsed < 0
        faults += sheet.fault(f"{column} {_MUST[part.least]}", wrong, _cure(part), shown=values)
        parsed = parsed.set(wrong.fill_null(value=False), None)
    if part.kind == "share" and part.least == "above":
        wrong = parsed >= 1
        cure = "Give a share below 1, such as 0.95 or 95 %."
        faults += sheet.fault(f"{column} must be below 100 %", wrong, cure, shown=values)
        parsed = parsed.set(wrong.fill_null(value=False), None)
    return parsed, faults, amounts.notes


def _wrong(sheet: Sheet, part: Field, column: str, amounts: Amounts, values: pl.Series) -> list[Fault]:
    """What is no number, and shares that may be meant in percent or not."""
    unclear = amounts.wrong & (amounts.values > 1).fill_null(value=False) & (part.kind == "share")
    faults = sheet.fault(
        f"{column} is no number", amounts.wrong & ~unclear, "Correct it, or leave it empty.", shown=values
    )
    cure = f"Write it with its sign, as 25 %, or call the column {column + ' (%)'!r} or {column + ' (share)'!r}."
    return faults + sheet.fault(f"{column} above 1 may be percent or a share", unclear, cure, shown=values)


def _cure(part: Field) -> str:
    if part is STOCK["on_hand"]:
        return "Give 0, and what customers are still owed in a column 'backorders'."
    return "Give the days, at least 1." if part.kind == "days" else "Correct it, or leave it empty."


def _amounts(sheet: Sheet, part: Field, values: pl.Series) -> Amounts:
    semicolons = sheet.written.semicolons
    if part.kind == "share":
        return parse_shares(values, above_one=part.least == "zero", semicolons=semicolons)
    if part.kind == "days":
        return parse_days(values, unit=unit_in_name(values.name), semicolons=semicolons)
    return parse_amounts(values, semicolons=semicolons)


def _dates(sheet: Sheet, values: pl.Series, column: str) -> tuple[pl.Series, list[Fault], tuple[str, ...]]:
    if values.null_count() == len(values):
        return pl.Series(column, [None] * len(values), pl.Date), [], ()
    times = parse_times(values)
    written = values.is_not_null() if values.dtype != pl.String else values.str.strip_chars().fill_null("") != ""
    wrong = times.values.is_null() & written
    faults = sheet.fault(f"{column} is no date", wrong, "Write it as 2026-11-27, or leave it empty.", shown=values)
    return times.values.cast(pl.Date), faults, times.notes
