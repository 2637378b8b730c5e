"""`foresale clean`: the sales without gaps, faults and hidden stock-outs, and a list of every change."""

from pathlib import Path
from typing import Annotated

import typer

from foresale.cli.command import spread
from foresale.cli.console import note, show
from foresale.cli.options import Countries, Quiet, Reading, Sales, list_of
from foresale.cli.output import Output, check_output, write_frame
from foresale.cli.reading import read_panel

Changes = Annotated[
    Path | None,
    typer.Option("--changes", metavar="FILE", help="Write every changed cell, with old and new value and the reason."),
]


@spread
def clean(
    sales: Sales,
    reading: Reading,
    output: Output = None,
    changes: Changes = None,
    country: Countries = None,
    quiet: Quiet = False,
) -> None:
    """Clean the sales: stock-outs become unknown demand, faults are mended, outliers are marked; all is reported."""
    check_output(output)
    check_output(changes)
    panel = read_panel(sales, reading, quiet=quiet)
    from foresale.cli.tables import cleaning_table
    from foresale.workflows.clean import clean as run

    cleaned, report = run(panel, countries=list_of(country))
    if output is not None:
        write_frame(cleaned.to_frame(), output)
    if changes is not None:
        write_frame(report.to_frame(), changes)
    for path in (output, changes):
        if path is not None and not quiet:
            note(f"Wrote {path}.")
    show(cleaning_table(report))
