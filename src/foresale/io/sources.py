"""Where rows come from: files of several kinds, folders and globs of them, databases, and frames in memory."""

import glob
import gzip
import re
import zlib
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatch
from os import PathLike
from pathlib import Path
from typing import Any, Final

import polars as pl

from foresale.core.entry_points import load_point, names_in
from foresale.core.errors import ConfigError, DataError
from foresale.core.extras import optional_module
from foresale.io.database import read_database
from foresale.io.delimited import read_delimited
from foresale.io.frames import read_frame
from foresale.io.joining import joined
from foresale.io.schema.recognise import is_known_name
from foresale.io.source_table import SourceTable, refuse
from foresale.io.workbooks import read_workbook

GROUP: Final = "foresale.sources"
"""The group of entry points of data sources of other packages: the scheme of a URL, and a function that is called with
the URL and, by keyword, the query (or None), and gives a data frame of any library."""
_TEXT: Final = (".csv", ".tsv", ".txt", ".tab", ".psv")
_PACKED: Final = (".gz", ".gzip", ".zst", ".zstd")
_PARQUET: Final = (".parquet", ".pq", ".parq")
_EXCEL: Final = (".xlsx", ".xlsm", ".xls")
_GZIP, _ZSTD, _ZIP, _SQLITE = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"SQLite format 3\x00"


def fetch(source: Any, *, query: str | None = None, sheet: str | Sequence[str] | None = None) -> SourceTable:
    """The rows of a source, columns under the caller's names, text not yet parsed.

    Args:
        source: a path to a CSV or TSV file (plain, gzip or zstd), a Parquet or Excel file; a folder or glob of them; a
            database URL with `query`; a URL whose scheme another package reads; or a frame of pandas, polars, pyarrow
            or any library narwhals knows.
        query: SQL, for a database URL only.
        sheet: the sheet of a workbook, or several; all with the same columns where None.

    Raises:
        DataError: nothing there, or nothing that can be read.
        ConfigError: a source of another kind, or a query without a database.
        MissingExtraError: an optional reader is not installed.
    """
    if not isinstance(source, str | PathLike):
        _refuse_query(query)
        return read_frame(source)
    text = str(source)
    if not text.strip():
        raise refuse("no path", repr(text), "Name a file, a folder or a pattern; the folder one works in is '.'.")
    if re.match(r"[a-zA-Z][\w+]*://", text):
        scheme = text.split("://")[0].lower()
        if scheme in {"http", "https", "s3", "gs", "ftp"} - set(names_in(GROUP)):
            raise ConfigError(f"{text} is not on this machine: download it and pass the path")
        if scheme in names_in(GROUP):
            return read_frame(load_point(GROUP, scheme)(text, query=query))
        return read_database(text, query=query)
    _refuse_query(query)
    paths = find_files(text)
    raws = [_with_partitions(_read_file(path, sheet), path, Path(text)) for path in paths]
    return raws[0] if len(raws) == 1 else joined(raws, [path.name for path in paths])


def is_told(source: object) -> bool:
    """Whether there is a source: neither None nor empty text, which stands for no file, not for the working folder.

    >>> is_told("future.csv"), is_told(" "), is_told(None)
    (True, False, False)
    """
    return source is not None and not (isinstance(source, str) and not source.strip())


def _refuse_query(query: str | None) -> None:
    if query is not None:
        raise ConfigError("a query needs a database URL as its source, such as sqlite:///shop.db")


def find_files(source: str) -> list[Path]:
    """The files that a path, a folder or a glob means, in the order of their names.

    Raises:
        DataError: there are none.
    """
    path = Path(source).expanduser()
    if path.is_file():
        return [path]
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if _is_readable(file, path))
        if not found:
            raise refuse("no sales files", f"folder {source}", "It holds no CSV or Parquet file.")
        return found
    if any(mark in source for mark in "*?["):
        found = sorted(file for file in map(Path, glob.glob(str(path), recursive=True)) if file.is_file())  # noqa: PTH207
        if found:
            return found
        raise refuse("no file fits the pattern", source, "Check the folder and the pattern.")
    raise refuse("no such file", source, _near(path))


def would_read(source: str, file: Path) -> bool:
    """Whether reading a source reads a file, or would once the file is there; a database is no file.

    >>> would_read("sales/*.csv", Path("sales/forecast.csv")), would_read("sales/*.csv", Path("forecast.csv"))
    (True, False)
    """
    path, target = Path(source).expanduser(), file.expanduser().resolve()
    if path.is_dir():
        folder = path.resolve()
        return target.is_relative_to(folder) and _has_readable_name(target, folder)
    if not path.is_file() and any(mark in source for mark in "*?["):
        return fnmatch(str(target), str(path.absolute()))
    return path.resolve() == target or (path.is_file() and target.is_file() and path.samefile(target))


def _is_readable(file: Path, folder: Path) -> bool:
    return file.is_file() and _has_readable_name(file, folder)


def _has_readable_name(file: Path, folder: Path) -> bool:
    hidden = any(part.startswith((".", "_")) for part in file.relative_to(folder).parts)
    name = file.name.lower()
    for ending in _PACKED:
        name = name.removesuffix(ending)
    return not hidden and name.endswith((*_TEXT, *_PARQUET, *_EXCEL))


def _with_partitions(raw: SourceTable, path: Path, folder: Path) -> SourceTable:
    """The rows with what the folders on the way to their file tell, as in `day=2024-01-01/part.parquet`."""
    parts = path.parent.parts[len(folder.parts) :] if folder.is_dir() else ()
    told = dict(part.split("=", 1) for part in parts if "=" in part)
    columns = [pl.lit(value).alias(name) for name, value in told.items() if name not in raw.frame.columns]
    return replace(raw, frame=raw.frame.with_columns(columns)) if columns else raw


def _near(path: Path) -> str:
    from difflib import get_close_matches

    names = [file.name for file in path.parent.iterdir()] if path.parent.is_dir() else []
    close = get_close_matches(path.name, names, 1)
    return f"Did you mean {str(path.with_name(close[0]))!r}?" if close else "Check the path."


def _read_file(path: Path, sheet: str | Sequence[str] | None = None) -> SourceTable:
    try:
        with path.open("rb") as file:
            head = file.read(16)
        if head.startswith(b"PAR1") or path.suffix.lower() in _PARQUET:
            return _read_parquet(path)
        if head.startswith(_SQLITE):
            raise refuse("a database, not a table", str(path), f"Pass sqlite:///{path} with a query.")
        if path.suffix.lower() in _EXCEL:
            return read_workbook(path, sheet)
        if head.startswith(_ZIP):
            raise refuse("a ZIP archive, not a table", str(path), "Unpack it, or save it as CSV.")
        return read_delimited(_unpacked(path.read_bytes(), path), name=path.name)
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror or error}", str(path), "Check the file.") from error


def _unpacked(data: bytes, path: Path) -> bytes:
    try:
        if data.startswith(_GZIP):
            return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise _broken(path, error) from error
    return _unpacked_zstd(data, path) if data.startswith(_ZSTD) else data


def _unpacked_zstd(data: bytes, path: Path) -> bytes:
    zstandard = optional_module("zstandard", purpose="reading a file packed by zstd", extra="zstd")
    try:
        with zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True) as reader:
            return bytes(reader.read())
    except zstandard.ZstdError as error:
        raise _broken(path, error) from error


def _broken(path: Path, error: Exception) -> DataError:
    return refuse(f"broken archive ({error})", str(path), "Pack or copy it again.")


def _read_parquet(path: Path) -> SourceTable:
    try:
        schema = pl.read_parquet_schema(path)
        flat = [name for name, kind in schema.items() if not kind.is_nested() or is_known_name(name)]
        frame = pl.DataFrame([_parquet_column(path, name) for name in flat])
    except (pl.exceptions.PolarsError, ValueError) as error:
        raise refuse(f"not a Parquet file that can be read ({error})", str(path), "Write or copy it again.") from error
    nested = [name for name in schema if name not in flat]
    notes = (f"Columns with lists are left out: {', '.join(nested)}.",) if nested else ()
    return SourceTable(frame, frame.height, notes=notes)


def _parquet_column(path: Path, name: str) -> pl.Series:
    """A column in one piece, so that whoever reads it copies nothing; no more than one at a time is there twice."""
    return pl.read_parquet(path, columns=[name], hive_partitioning=False).to_series().rechunk()
