"""Several files or sheets as one table."""

from collections.abc import Sequence

import polars as pl

from foresale.core.errors import DataError, Fault
from foresale.core.text import few
from foresale.io.database import stacked
from foresale.io.source_table import SourceTable, merge_faults


def joined(raws: Sequence[SourceTable], names: Sequence[str], *, what: str = "files") -> SourceTable:
    """Several files as one, if they have the same columns.

    Raises:
        DataError: they have not.
    """
    first = raws[0].frame.columns
    faults = []
    for raw, name in zip(raws, names, strict=True):
        odd = sorted(set(first) ^ set(raw.frame.columns))
        if odd:
            cure = f"All files need the same columns; {', '.join(odd)} is in one of {names[0]} and {name} only."
            faults.append(Fault(f"other columns than {names[0]}", 1, name, cure))
    if faults:
        raise DataError(faults)
    numbers, before = [], 0
    for raw in raws:
        numbers.append((raw.row_numbers() + before).cast(pl.UInt32))
        before += raw.rows_read
    notes = list(dict.fromkeys(note for raw in raws for note in raw.notes))
    return SourceTable(
        stacked([raw.frame for raw in raws]),
        before,
        pl.concat(numbers),
        merge_faults(_in_file(fault, name) for raw, name in zip(raws, names, strict=True) for fault in raw.faults),
        (f"Read {len(raws)} {what}: {few(names)}.", *notes),
        files=tuple((name, raw.rows_read) for raw, name in zip(raws, names, strict=True)),
        repeated=frozenset().union(*(raw.repeated for raw in raws)),
        semicolons=any(raw.semicolons for raw in raws),
        from_text=any(raw.from_text for raw in raws),
    )


def _in_file(fault: Fault, name: str) -> Fault:
    return Fault(fault.what, fault.count, f"{name}, {fault.place}", fault.cure, fault.rows)
