"""`foresale clean`: sales that can be learned from, and a list of every change."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from foresale.cli.command import spread
from foresale.cli.console import show_lines
from foresale.cli.options import Countries, Quiet, Reading, Sales, list_of
from foresale.cli.output import Output, Writing, say_written
from foresale.cli.read_options import read_panel

if TYPE_CHECKING:
    from foresale.cleaning.clean import CleanOptions

CLEANING: Final = "Cleaning"

Changes = Annotated[
    Path | None,
    typer.Option("--changes", metavar="FILE", help="Write every changed cell, with old and new value and the reason."),
]


@dataclass(frozen=True)
class Cleaning:
    """What cleaning may do."""

    fill: Annotated[
        Literal["unknown", "zero", "interpolate"],
        typer.Option(rich_help_panel=CLEANING, help="What becomes of unknown periods."),
    ] = "unknown"
    negatives: Annotated[
        Literal["zero", "unknown", "keep"],
        typer.Option(rich_help_panel=CLEANING, help="What becomes of periods with more returns than sales."),
    ] = "zero"
    stockouts: Annotated[
        Literal["infer", "reported", "keep"],
        typer.Option(
            rich_help_panel=CLEANING,
            help="Where demand becomes unknown: also where zeros are implausible, only where a stock-out is reported, "
            "or nowhere.",
        ),
    ] = "infer"
    outliers: Annotated[
        Literal["mark", "winsorise", "keep"],
        typer.Option(
            rich_help_panel=CLEANING,
            help="Mark outliers in the report, draw them in, or keep them unsaid. Festival peaks are no outliers.",
        ),
    ] = "mark"
    flat_lines: Annotated[
        Literal["unknown", "keep"],
        typer.Option(
            rich_help_panel=CLEANING,
            help="What becomes of the same number for longer than demand can repeat it: it was filled in.",
        ),
    ] = "unknown"
    before_launch: Annotated[
        Literal["keep", "unknown"],
        typer.Option(rich_help_panel=CLEANING, help="What becomes of long runs of zeros before an item's first sale."),
    ] = "keep"

    def options(self) -> "CleanOptions":
        """The same, as cleaning takes it."""
        from foresale.cleaning.clean import CleanOptions

        return CleanOptions(
            gaps=self.fill,
            negatives=self.negatives,
            stockouts=self.stockouts,
            outliers=self.outliers,
            flat_lines=self.flat_lines,
            before_launch=self.before_launch,
        )


@spread
def clean(
    sales: Sales,
    reading: Reading,
    cleaning: Cleaning,
    writing: Writing,
    output: Output = None,
    changes: Changes = None,
    country: Countries = None,
    quiet: Quiet = False,
) -> None:
    """Clean the sales: stock-outs become unknown demand, faults are mended, outliers are marked; all is reported."""
    writing.check(output, changes, inputs=(sales, *reading.files))
    panel = read_panel(sales, reading, quiet=quiet)
    from foresale.narrate.cleaning import cleaning_sentences
    from foresale.workflows.clean import clean as run

    cleaned, report = run(panel, options=cleaning.options(), countries=list_of(country))
    if output is not None:
        writing.table(cleaned.to_frame(), output)
    if changes is not None:
        writing.table(report.to_frame(), changes)
    say_written(output, changes, quiet=quiet)
    show_lines(cleaning_sentences(report))
