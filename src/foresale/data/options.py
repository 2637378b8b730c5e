"""How a source is to be understood, and the account of what became of its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypedDict

import polars as pl

from foresale.core.errors import ConfigError, Fault
from foresale.core.frequency import Frequency
from foresale.core.option_types import check_types
from foresale.io.schema.numbering import Numbering

Kind = Literal["auto", "totals", "orders"]
Gaps = Literal["auto", "zero", "unknown"]
FarDates = Literal["drop", "keep", "error"]
Returns = Literal["match", "net", "ignore"]
NotGoods = Literal["drop", "keep"]
Sums = Literal["drop", "keep"]
Unfinished = Literal["unknown", "keep"]


@dataclass(frozen=True)
class ReadOptions:
    """What the caller says of the data; everything has a default that looks at the data instead.

    Attributes:
        query: the SQL query, where the source is the URL of a database.
        future: known covariates over the horizon: any source, or a frame.
        items: static columns of items: any source, or a frame. A column `replaces` or `successor` hands the history of
            an item to its heir, or the `share` of it.
        columns: the caller's columns by role, where their names do not tell: item (one or several), timestamp, sales,
            price, order, customer, available, stockout, status, name.
        status: statuses of order lines that are {"counted": [...]} or {"ignored": [...]}, whatever their words mean.
        returns: what a return or cancellation of order lines does: "match" takes it and the sale that it undoes out,
            "net" takes its units off the sales of its own day, "ignore" leaves it out and keeps the sale.
        not_goods: whether to "drop" order lines that sell no goods (postage, fees, discounts, adjustments, gift cards,
            samples, tests), or to "keep" them.
        currency: of prices, where the data do not tell it, such as GBP.
        sums: whether to "drop" rows that are the sum of the other items, as spreadsheets end with, or to "keep" them.
        unfinished: whether the sales of the last week, month or day that rows are added up to are "unknown" where it is
            not over yet, or to "keep" them as if it were whole.
        start: where periods are numbered (week 1, 2, 3 …), when the first of them begins: 2024-01-01 or 2024-W01. They
            are weeks unless `frequency` says otherwise.
        sheet: the sheet of a workbook, or several; by default all with the same columns.
        kind: "totals" (one row per item and period), "orders" (order lines, to be added up) or "auto".
        frequency: the period, such as D, W-SUN or MS; inferred when None.
        gaps: what a period without a row sold: "zero", "unknown", or by the kind of the data ("auto").
        known: columns that will be known over the horizon, beside those of the future file.
        missing_future: what to do about item-dates that the future file lacks: "error", or "carry" the last value.
        bad_rows: "error" refuses a source with faulty rows, "drop" leaves them out and says so.
        far_dates: what to do about the few rows that stand far after or before all others, as a slip of the year makes
            them: "drop" them and say so, "keep" them, or "error" to refuse the source.
        date_order: how dates such as 03/04/2024 are meant: "dmy", "mdy" or "auto".
        horizon: periods of the future that are needed; by default as many as the future file has for every item.

    Raises:
        ConfigError: a setting with a value it does not have, or an unknown frequency.

    >>> ReadOptions(kind="sums")
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: kind is one of auto, totals, orders, not 'sums'
    """

    query: str | None = None
    future: object = None
    items: object = None
    columns: Mapping[str, str | Sequence[str]] | None = None
    status: Mapping[str, Sequence[str]] | None = None
    returns: Returns = "match"
    not_goods: NotGoods = "drop"
    currency: str = ""
    sums: Sums = "drop"
    unfinished: Unfinished = "unknown"
    start: str | None = None
    sheet: str | Sequence[str] | None = None
    kind: Kind = "auto"
    frequency: str | None = None
    gaps: Gaps = "auto"
    known: Sequence[str] = field(default=())
    missing_future: Literal["error", "carry"] = "error"
    bad_rows: Literal["error", "drop"] = "error"
    far_dates: FarDates = "drop"
    date_order: Literal["auto", "dmy", "mdy"] = "auto"
    horizon: int | None = None

    def __post_init__(self) -> None:
        check_types(self)
        for name, allowed in _ALLOWED.items():
            if getattr(self, name) not in allowed:
                raise ConfigError(f"{name} is one of {', '.join(allowed)}, not {getattr(self, name)!r}")
        if self.horizon is not None and self.horizon < 1:
            raise ConfigError(f"a horizon has at least one period, not {self.horizon}")
        strange = sorted(set(self.status or ()) - {"counted", "ignored"})
        if strange:
            raise ConfigError(f"status tells what is counted and ignored, not {', '.join(map(repr, strange))}")
        if isinstance(self.known, str):
            raise ConfigError(f"known is a list of column names, not {self.known!r}")
        if self.frequency is not None:
            Frequency.parse(self.frequency)
        if self.start is not None:
            Numbering.of(self.start, self.frequency)


_ALLOWED = {
    "returns": ("match", "net", "ignore"),
    "not_goods": ("drop", "keep"),
    "sums": ("drop", "keep"),
    "unfinished": ("unknown", "keep"),
    "kind": ("auto", "totals", "orders"),
    "gaps": ("auto", "zero", "unknown"),
    "missing_future": ("error", "carry"),
    "bad_rows": ("error", "drop"),
    "far_dates": ("drop", "keep", "error"),
}


class ReadSettings(TypedDict, total=False):
    """`ReadOptions` as keywords, for type checkers and editors."""

    query: str | None
    future: object
    items: object
    columns: Mapping[str, str | Sequence[str]] | None
    status: Mapping[str, Sequence[str]] | None
    returns: Returns
    not_goods: NotGoods
    currency: str
    sums: Sums
    unfinished: Unfinished
    start: str | None
    sheet: str | Sequence[str] | None
    kind: Kind
    frequency: str | None
    gaps: Gaps
    known: Sequence[str]
    missing_future: Literal["error", "carry"]
    bad_rows: Literal["error", "drop"]
    far_dates: FarDates
    date_order: Literal["auto", "dmy", "mdy"]
    horizon: int | None


@dataclass(frozen=True)
class ReadReport:
    """What became of the rows of a source: `rows_read == rows_used + sum(fault.rows for fault in faults)`.

    Attributes:
        rows_read: data rows in the source.
        rows_used: rows that the panel was made of, returns included.
        faults: why the other rows were left out.
        notes: what was understood or assumed, in sentences for a person; the notes of the panel.
        lines: what became of order lines: what, lines, units, money; their sums are those of the lines read, to the
            unit and to the cent. None for totals.
    """

    rows_read: int
    rows_used: int
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    lines: pl.DataFrame | None = None
