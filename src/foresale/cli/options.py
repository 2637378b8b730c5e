"""Arguments and options that several commands share, each written down once."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from foresale.core.errors import ConfigError

COUNTRIES: Final = "Countries whose public holidays count, by ISO code: CN or CN,US; may be repeated."
READING: Final = "Reading the sales"
TRAINING: Final = "Training a network"

Sales = Annotated[
    str,
    typer.Argument(
        metavar="SALES",
        help="CSV, TSV or Parquet file, a folder or a glob of them, or a database URL (with --query).",
    ),
]
Horizon = Annotated[int, typer.Option("--horizon", min=1, help="How many periods to look ahead.")]
Html = Annotated[
    Path | None,
    typer.Option("--html", metavar="PAGE.html", help="Write a page with pictures, complete in one file."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but results and errors.")]
Countries = Annotated[list[str] | None, typer.Option("--country", metavar="CODES", help=COUNTRIES)]


@dataclass(frozen=True)
class Lines:
    """How order lines are to be read, whatever is made of them."""

    query: Annotated[
        str | None, typer.Option(rich_help_panel=READING, help="SQL query, when SALES is a database URL.")
    ] = None
    sheet: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES",
            rich_help_panel=READING,
            help="The sheet of a workbook, or several: North,South; else all that have the same columns.",
        ),
    ] = None
    columns: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=COLUMN …",
            rich_help_panel=READING,
            help="Which column is what, where the names do not say it: item=sku,warehouse timestamp=day sales=qty. "
            "Also name, price, order, customer, status, available, stockout. Several item columns make one item.",
        ),
    ] = None
    status: Annotated[
        list[str] | None,
        typer.Option(
            metavar="counted=STATUS,…",
            rich_help_panel=READING,
            help="Which statuses of order lines are sales and which are not, where their words do not say it: "
            "counted=on-hold,ignored=closed; may be repeated.",
        ),
    ] = None
    returns: Annotated[
        Literal["match", "net", "ignore"],
        typer.Option(
            rich_help_panel=READING,
            help="What returns and cancellations of order lines do: match takes each out together with the sale it "
            "undoes, net takes its units off the sales of its own day, ignore keeps the sale.",
        ),
    ] = "match"
    not_goods: Annotated[
        Literal["drop", "keep"],
        typer.Option(
            rich_help_panel=READING,
            help="What to do with order lines that sell no goods: postage, fees, adjustments, gift cards, samples.",
        ),
    ] = "drop"
    currency: Annotated[
        str, typer.Option(metavar="CODE", rich_help_panel=READING, help="Of prices, where the data do not tell: GBP.")
    ] = ""
    bad_rows: Annotated[
        Literal["error", "drop"],
        typer.Option(rich_help_panel=READING, help="When rows cannot be used: refuse, or leave them out and say so."),
    ] = "error"
    far_dates: Annotated[
        Literal["drop", "keep", "error"],
        typer.Option(
            rich_help_panel=READING,
            help="When a few rows lie far after or before all others: leave them out and say so, keep them, or refuse.",
        ),
    ] = "drop"
    date_order: Annotated[
        Literal["auto", "dmy", "mdy"],
        typer.Option(rich_help_panel=READING, help="What 03/04/2024 means, where the dates themselves leave it open."),
    ] = "auto"


@dataclass(frozen=True)
class Reading(Lines):
    """How the sales are to be read; the same on every command."""

    sums: Annotated[
        Literal["drop", "keep"],
        typer.Option(rich_help_panel=READING, help="What to do with rows that are the sum of the other items."),
    ] = "drop"
    unfinished: Annotated[
        Literal["unknown", "keep"],
        typer.Option(
            rich_help_panel=READING,
            help="Whether the sales of a last period that is not over yet are unknown, or kept as if it were whole.",
        ),
    ] = "unknown"
    period_start: Annotated[
        str | None,
        typer.Option(
            "--start",
            metavar="DATE",
            rich_help_panel=READING,
            help="Where periods are numbered, when the first begins: 2024-01-01 or 2024-W01. Weeks, or as --frequency.",
        ),
    ] = None
    future: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=READING,
            help="What is known of the periods to come (promotions, prices): one row per item and period.",
        ),
    ] = None
    items: Annotated[
        str | None,
        typer.Option(metavar="FILE", rich_help_panel=READING, help="What is known of the items: one row per item."),
    ] = None
    kind: Annotated[
        Literal["auto", "orders", "totals"],
        typer.Option(
            rich_help_panel=READING,
            help="Whether a row is an order line, to be added up, or the total of a period.",
        ),
    ] = "auto"
    frequency: Annotated[
        str | None,
        typer.Option(
            metavar="FREQUENCY",
            rich_help_panel=READING,
            help="h, D, W, W-SUN, MS, Q, 15min and so on; else found out.",
        ),
    ] = None
    gaps: Annotated[
        Literal["auto", "zero", "unknown"],
        typer.Option(
            rich_help_panel=READING,
            help="What a period without a row sold; by itself zero for order lines, unknown for totals.",
        ),
    ] = "auto"
    known: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMNS",
            rich_help_panel=READING,
            help="Columns that are also known ahead: promotion,price; may be repeated.",
        ),
    ] = None
    missing_future: Annotated[
        Literal["error", "carry"],
        typer.Option(rich_help_panel=READING, help="When --future lacks periods: refuse, or carry the last value on."),
    ] = "error"

    @property
    def files(self) -> tuple[str | None, ...]:
        """What is read beside the sales."""
        return self.future, self.items


def list_of(values: Sequence[str] | None) -> tuple[str, ...]:
    """The words of options that may be repeated or given as a comma list.

    >>> list_of(["CN,US", "DE"])
    ('CN', 'US', 'DE')
    """
    words = [word.strip() for value in values or () for word in value.split(",")]
    return tuple(dict.fromkeys(word for word in words if word))


def columns_of(assignments: Sequence[str] | None) -> dict[str, tuple[str, ...]]:
    """The columns of `name=column,column` assignments.

    Raises:
        ConfigError: an assignment lacks its name, its column or the sign between them, or a name stands twice.

    >>> columns_of(["item=sku,warehouse", "sales=qty"])
    {'item': ('sku', 'warehouse'), 'sales': ('qty',)}
    """
    return assigned(assignments, option="--columns", form="name=column, such as item=sku or item=sku,warehouse")


def status_of(values: Sequence[str] | None) -> dict[str, tuple[str, ...]] | None:
    """What statuses are taken for, of `counted=a,b,ignored=c`; None where nothing is told.

    Raises:
        ConfigError: a status without a word for what it is taken for.

    >>> status_of(["counted=on-hold,pending,ignored=closed"])
    {'counted': ('on-hold', 'pending'), 'ignored': ('closed',)}
    """
    told: dict[str, tuple[str, ...]] = {}
    for value in values or ():
        kind = ""
        for part in value.split(","):
            before, sign, after = part.partition("=")
            kind, status = (before.strip(), after) if sign else (kind, part)
            if kind not in {"counted", "ignored"}:
                raise ConfigError(f"--status takes counted=STATUS,… and ignored=STATUS,…, not {value!r}")
            told[kind] = (*told.get(kind, ()), status.strip())
    return told or None


def assigned(assignments: Sequence[str] | None, *, option: str, form: str) -> dict[str, tuple[str, ...]]:
    """What `name=other,other` assignments of an option say; `form` tells a reader how they are written.

    Raises:
        ConfigError: an assignment lacks its name, its column or the sign between them, or a name stands twice.

    >>> assigned(["mate=tea"], option="--like", form="NEW=ITEM")
    {'mate': ('tea',)}
    """
    columns: dict[str, tuple[str, ...]] = {}
    for assignment in assignments or ():
        name, sign, given = assignment.partition("=")
        if not (name and sign and list_of([given])):
            raise ConfigError(f"{option} takes {form}, not {assignment!r}")
        if name in columns:
            raise ConfigError(f"{option} names {name} twice. Several of one name go together: {name}=a,b")
        columns[name] = list_of([given])
    return columns
