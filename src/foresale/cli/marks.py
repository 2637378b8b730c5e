"""How a file tells that Foresale wrote it: a mark in each form that readers of the form pass over.

A page names its generator and a JSON document too, a Parquet file carries a key, and a text table has the last name of
its header in quotes that it would not need, which every reader of CSV takes for the same name. A program that writes a
text table anew, as a spreadsheet does after a change by hand, drops the quotes; such a file is no longer Foresale's.
"""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

KEY: Final = "foresale"
"""Of a Parquet file's metadata."""
GENERATOR: Final = "Foresale"
"""What pages and JSON documents call their generator."""
_HEAD: Final = 65_536
"""Bytes in which a header or the top of a document ends."""
_SPECIAL: Final = frozenset(',"\r\n')
"""Characters for which a field of CSV stands in quotes (RFC 4180)."""


def header(names: Sequence[str]) -> str:
    """The header of a text table that carries the mark.

    >>> header(["item_id", "timestamp", "sales"])
    'item_id,timestamp,"sales"'
    """
    marked = _marked(names)
    return ",".join(_quoted(name) if _needs_quotes(name) or at == marked else name for at, name in enumerate(names))


def is_ours(path: Path) -> bool:
    """Whether Foresale wrote a table, a page or a JSON document.

    Raises:
        OSError: the file cannot be read.
    """
    ending = path.suffix.lower()
    if ending == ".parquet":
        return _is_our_parquet(path)
    with path.open("rb") as file:
        head = file.read(_HEAD).decode("utf-8", errors="replace")
    if ending == ".csv":
        return _is_our_header(head.partition("\n")[0])
    marks = {".html": f'<meta name="generator" content="{GENERATOR}">', ".json": f'"generator": "{GENERATOR}"'}
    return ending in marks and marks[ending] in head


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _needs_quotes(name: str) -> bool:
    return name == "" or not _SPECIAL.isdisjoint(name)


def _marked(names: Sequence[str]) -> int:
    """Which name carries the mark: the last one that needs no quotes; -1 where all need them."""
    return max((at for at, name in enumerate(names) if not _needs_quotes(name)), default=-1)


def _is_our_header(line: str) -> bool:
    try:
        names = next(csv.reader([line], strict=True), [])
    except csv.Error:
        return False
    return _marked(names) >= 0 and line == header(names)


def _is_our_parquet(path: Path) -> bool:
    import polars as pl

    try:
        return KEY in pl.read_parquet_metadata(path)
    except pl.exceptions.PolarsError:
        return False
