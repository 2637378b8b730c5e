"""From any source to a panel: files, folders, databases and frames."""

from dataclasses import replace
from pathlib import Path
from typing import Unpack

from foresale.core.option_types import check_kind
from foresale.core.panel import Panel
from foresale.data.build_panel import build_panel
from foresale.data.options import ReadOptions, ReadReport, ReadSettings
from foresale.data.tables import Tables
from foresale.io.schema.numbering import Numbering
from foresale.io.sources import is_told
from foresale.io.table import load


def read(source: object, options: ReadOptions | None = None, **settings: Unpack[ReadSettings]) -> Panel:
    """The panel of a sales file, a folder of them, a database or a frame; `Panel.notes` tell what was understood.

    Args:
        source: a path, a folder, a glob, the URL of a database, or a data frame.
        options: how the source is to be understood; by default as its names and values tell.
        settings: fields of `ReadOptions`, in the place of those of `options`.

    Raises:
        DataError: rows that cannot be used, with the place, the count and the cure of every fault.
        ConfigError: a setting that cannot be.

    >>> import polars as pl
    >>> sales = pl.DataFrame({"sku": ["a", "a"], "day": ["2024-03-01", "2024-03-03"], "qty": [3, 5]})
    >>> garden = read(sales, gaps="zero")
    >>> garden.frequency.name, garden.sales.tolist()
    ('daily', [3.0, 0.0, 5.0])
    """
    chosen = ReadOptions() if options is None else options
    check_kind(chosen, ReadOptions)
    return read_with_report(source, replace(chosen, **settings))[0]


def panel(frame: object, options: ReadOptions | None = None, **settings: Unpack[ReadSettings]) -> Panel:
    """The panel of a pandas, polars or pyarrow frame: `read` for what is in memory already.

    Raises:
        DataError: rows that cannot be used, with the place, the count and the cure of every fault.
        ConfigError: a setting that cannot be.

    >>> import pandas as pd
    >>> weeks = pd.date_range("2024-03-01", periods=3, freq="7D")
    >>> garden = panel(pd.DataFrame({"sku": "a", "week": weeks, "qty": [3, 5, 1]}))
    >>> garden.notes[0]
    "3 rows, 1 item (sku), weekly (Fridays), 2024-03-01 to 2024-03-15; sales from 'qty'"
    """
    return read(frame, options, **settings)


def read_with_report(source: object, options: ReadOptions | None = None) -> tuple[Panel, ReadReport]:
    """The panel of a source together with the account of its rows.

    Raises:
        DataError: rows that cannot be used, with the place, the count and the cure of every fault.
        ConfigError: a setting that cannot be.

    >>> import polars as pl
    >>> sales = pl.DataFrame({"sku": ["a", "a"], "day": ["2024-03-01", "today"], "qty": [3, 5]})
    >>> _, report = read_with_report(sales, ReadOptions(bad_rows="drop"))
    >>> report.rows_read, report.rows_used, report.faults[0].place
    (2, 1, "row 2: 'today'")
    """
    chosen = ReadOptions() if options is None else options
    check_kind(chosen, ReadOptions)
    name = str(source) if isinstance(source, str | Path) else type(source).__name__
    return build_panel(_tables(source, chosen, name=name), options=chosen, source=name)


def _tables(source: object, options: ReadOptions, *, name: str) -> Tables:
    """What a source and the files beside it hold; the rows as they were read are let go before a panel is made."""
    numbering = None if options.start is None else Numbering.of(options.start, options.frequency)
    table = load(
        source,
        query=options.query,
        columns=options.columns,
        date_order=options.date_order,
        sheet=options.sheet,
        numbering=numbering,
    )
    told = {"item": table.keys, "timestamp": table.names["timestamp"], "sales": table.names["sales"]}
    future = items = None
    if is_told(options.future):
        future = load(
            options.future, columns=told, needs="future", date_order=options.date_order, numbering=table.numbering
        )
    if is_told(options.items):
        items = load(options.items, columns=told, needs="items", date_order=options.date_order)
    return Tables.of(table, future=future, items=items, options=options, source=name)
