"""Workbooks: the sheets that hold the sales, and the row in each that names its columns."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import polars as pl

from foresale.core.extras import optional_module
from foresale.io.frames import read_frame
from foresale.io.joining import joined
from foresale.io.schema.recognise import split_names
from foresale.io.source_table import SourceTable, refuse

_UNNAMED: Final = "__UNNAMED__"
_TITLES: Final = 20
"""Rows among which the names of columns are looked for, where the first is a title."""


def read_workbook(path: Path, sheet: str | Sequence[str] | None) -> SourceTable:
    """The rows of the sheets that are named, or of all that have the columns that most rows have.

    Raises:
        DataError: no such sheet, no rows, or no workbook that can be read.
        MissingExtraError: the reader of workbooks is not installed.
    """
    optional_module("fastexcel", purpose="reading Excel files", extra="excel")
    sheets = _sheets(path)
    if sheet is None:
        return _of_sheets(sheets, path)
    wanted = split_names(sheet, list(sheets))
    missing = [name for name in wanted if name not in sheets]
    if missing:
        raise refuse(f"no sheet {missing[0]!r}", path.name, f"There are {', '.join(map(repr, sheets))}.")
    return _of_sheets({name: sheets[name] for name in sheets if name in wanted}, path)


def _sheets(path: Path, **options: Any) -> dict[str, pl.DataFrame]:
    told: dict[str, Any] = {"sheet_id": 0} if "sheet_name" not in options else {}
    try:
        read = pl.read_excel(path, engine="calamine", infer_schema_length=None, raise_if_empty=False, **told, **options)
    except Exception as error:  # the reader has errors of its own that it does not export
        raise refuse(f"not an Excel file that can be read ({error})", str(path), "Save the sheet as CSV.") from error
    return read if isinstance(read, dict) else {options["sheet_name"]: read}


def _of_sheets(sheets: Mapping[str, pl.DataFrame], path: Path) -> SourceTable:
    """The rows of all sheets with the columns that most rows have; the other sheets are named."""
    filled = {sheet: frame for sheet, frame in sheets.items() if frame.width}
    if not filled:
        raise refuse("no rows", path.name, "Pass a workbook with a table in one of its sheets.")
    below = {sheet: _below_title(path, sheet, frame) for sheet, frame in filled.items()}
    filled = {sheet: frame for sheet, (frame, _) in below.items()}
    rows: dict[frozenset[str], int] = {}
    for frame in filled.values():
        rows[frozenset(frame.columns)] = rows.get(frozenset(frame.columns), 0) + frame.height
    columns = max(rows, key=lambda found: rows[found])
    chosen = [sheet for sheet, frame in filled.items() if frozenset(frame.columns) == columns]
    raws = [read_frame(filled[sheet].select(filled[chosen[0]].columns)) for sheet in chosen]
    raw = raws[0] if len(raws) == 1 else joined(raws, [f"sheet {sheet!r}" for sheet in chosen], what="sheets")
    notes = [below[sheet][1] for sheet in chosen if below[sheet][1]]
    others = [repr(sheet) for sheet in filled if sheet not in chosen]
    if others:
        names = ", ".join(map(repr, chosen))
        notes.append(f"Read of {path.name}: sheet {names}; left aside, with other columns: {', '.join(others)}.")
    return replace(raw, notes=(*raw.notes, *notes))


def _below_title(path: Path, sheet: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """The rows below the names of their columns, where a title stands above these, and a sentence on it.

    The names are in the first row with a text in each of the columns of the table; a title fills one cell or two. The
    reader counts the rows above them from the first with a cell or from the top, as the case may be: so it is tried.
    """
    if sum(name.startswith(_UNNAMED) for name in frame.columns) * 2 < frame.width or frame.width < 2:
        return frame, ""
    look = _sheets(
        path,
        sheet_name=sheet,
        has_header=False,
        drop_empty_rows=False,
        read_options={"n_rows": _TITLES, "dtypes": "string"},
    )[sheet]
    filled = look.select(pl.sum_horizontal(pl.all().is_not_null().cast(pl.Int64))).to_series()
    row = int((filled == filled.max()).arg_max() or 0)
    names = [cell for cell in look.row(row) if cell is not None]
    title = next((str(cell) for cell in look.row(0) if cell is not None), "")
    for header in range(row, _TITLES if len(names) > 1 else 0):
        below = _sheets(path, sheet_name=sheet, read_options={"header_row": header})[sheet]
        if below.columns[: len(names)] == names:
            return below, f"The columns of sheet {sheet!r} are named in its row {header + 1}, below {title!r}."
    return frame, ""
