"""From any source to a panel: files, folders, databases and frames."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from foresale.core.option_types import check_kind
from foresale.core.panel import Panel
from foresale.data.build_panel import assemble
from foresale.data.options import FarDates, Gaps, Kind, NotGoods, ReadOptions, ReadReport, Returns, Sums, Unfinished
from foresale.io.schema.numbering import Numbering
from foresale.io.sources import is_told
from foresale.io.table import load


def read(
    source: object,
    *,
    query: str | None = None,
    sheet: str | Sequence[str] | None = None,
    future: object = None,
    items: object = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    status: Mapping[str, Sequence[str]] | None = None,
    returns: Returns = "match",
    not_goods: NotGoods = "drop",
    currency: str = "",
    sums: Sums = "drop",
    unfinished: Unfinished = "unknown",
    start: str | None = None,
    kind: Kind = "auto",
    frequency: str | None = None,
    gaps: Gaps = "auto",
    known: Sequence[str] = (),
    missing_future: Literal["error", "carry"] = "error",
    bad_rows: Literal["error", "drop"] = "error",
    far_dates: FarDates = "drop",
    date_order: Literal["auto", "dmy", "mdy"] = "auto",
    horizon: int | None = None,
) -> Panel:
    """The panel of a sales file, a folder of them, a database or a frame; `Panel.notes` tell what was understood.

    The settings are those of `ReadOptions`.

    Raises:
        DataError: rows that cannot be used, with the place, the count and the cure of every fault.
        ConfigError: a setting that cannot be.

    >>> import polars as pl
    >>> sales = pl.DataFrame({"sku": ["a", "a"], "day": ["2024-03-01", "2024-03-03"], "qty": [3, 5]})
    >>> garden = read(sales)
    >>> garden.frequency.name, garden.sales.tolist()
    ('daily', [3.0, nan, 5.0])
    """
    options = ReadOptions(
        query=query,
        sheet=sheet,
        future=future,
        items=items,
        columns=columns,
        status=status,
        returns=returns,
        not_goods=not_goods,
        currency=currency,
        sums=sums,
        unfinished=unfinished,
        start=start,
        kind=kind,
        frequency=frequency,
        gaps=gaps,
        known=known,
        missing_future=missing_future,
        bad_rows=bad_rows,
        far_dates=far_dates,
        date_order=date_order,
        horizon=horizon,
    )
    return read_with_report(source, options)[0]


def panel(
    frame: object,
    *,
    future: object = None,
    items: object = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    status: Mapping[str, Sequence[str]] | None = None,
    returns: Returns = "match",
    not_goods: NotGoods = "drop",
    currency: str = "",
    sums: Sums = "drop",
    unfinished: Unfinished = "unknown",
    start: str | None = None,
    kind: Kind = "auto",
    frequency: str | None = None,
    gaps: Gaps = "auto",
    known: Sequence[str] = (),
    missing_future: Literal["error", "carry"] = "error",
    bad_rows: Literal["error", "drop"] = "error",
    far_dates: FarDates = "drop",
    date_order: Literal["auto", "dmy", "mdy"] = "auto",
    horizon: int | None = None,
) -> Panel:
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
    options = ReadOptions(
        future=future,
        items=items,
        columns=columns,
        status=status,
        returns=returns,
        not_goods=not_goods,
        currency=currency,
        sums=sums,
        unfinished=unfinished,
        start=start,
        kind=kind,
        frequency=frequency,
        gaps=gaps,
        known=known,
        missing_future=missing_future,
        bad_rows=bad_rows,
        far_dates=far_dates,
        date_order=date_order,
        horizon=horizon,
    )
    return read_with_report(frame, options)[0]


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
    numbering = None if chosen.start is None else Numbering.of(chosen.start, chosen.frequency)
    table = load(
        source, query=chosen.query, columns=chosen.columns, date_order=chosen.date_order, sheet=chosen.sheet,
        numbering=numbering,
    )  # fmt: skip
    told = {"item": table.keys, "timestamp": table.names["timestamp"], "sales": table.names["sales"]}
    future = items = None
    if is_told(chosen.future):
        future = load(
            chosen.future, columns=told, needs="future", date_order=chosen.date_order, numbering=table.numbering
        )
    if is_told(chosen.items):
        items = load(chosen.items, columns=told, needs="items", date_order=chosen.date_order)
    name = str(source) if isinstance(source, str | Path) else type(source).__name__
    return assemble(table, options=chosen, future=future, items=items, source=name)
