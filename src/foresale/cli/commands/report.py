"""`foresale report`: one page on what was sold, what will be sold, and where to look first."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from foresale.cli.command import spread
from foresale.cli.commands.forecast import Model
from foresale.cli.console import note
from foresale.cli.model_options import ModelOptions, announce, check_models
from foresale.cli.options import Countries, Horizon, Quiet, Reading, Sales, list_of
from foresale.cli.output import Writing, say_written
from foresale.cli.progress import progress
from foresale.cli.read_options import read_panel
from foresale.core.text import counted

Page = Annotated[Path, typer.Option("--output", metavar="PAGE.html", help="The page to write, complete in one file.")]
By = Annotated[
    list[str] | None,
    typer.Option(
        "--by", metavar="COLUMNS", help="Columns whose values make the categories; else the first one that suits."
    ),
]


@spread
def report(
    sales: Sales,
    horizon: Horizon,
    reading: Reading,
    learning: ModelOptions,
    writing: Writing,
    model: Model = "auto",
    output: Page = Path("report.html"),
    by: By = None,
    windows: Annotated[
        int, typer.Option(min=0, help="How many times to step back for the leaderboard; 0 leaves it out.")
    ] = 2,
    pictures: Annotated[int, typer.Option(min=0, help="How many items are drawn and explained.")] = 8,
    title: Annotated[str, typer.Option(help="The heading of the page.")] = "Sales report",
    country: Countries = None,
    quiet: Quiet = False,
) -> None:
    """Write a report: the data, how good forecasts are, the forecast with bands, and where to look first."""
    writing.check(page=output, inputs=(sales, *reading.files))
    check_models([model])
    config = learning.config(model, country=country)
    panel = read_panel(sales, reading, quiet=quiet, horizon=horizon)
    if not quiet:
        measured = f"measuring it {counted(windows, 'time')}, " if windows else ""
        announce(
            model, panel, learning, then=f"{measured}forecasting {counted(horizon, 'period')} and writing {output}"
        )
    from foresale.pages.page import write_page
    from foresale.pages.report import report_page
    from foresale.workflows.report import ReportOptions, report as run

    with progress(quiet=quiet) as listener:
        made = run(
            panel,
            horizon=horizon,
            model=replace(config, on_progress=listener),
            how=ReportOptions(by=list_of(by), windows=windows, items=pictures),
        )
    if not quiet:
        for sentence in made.notes:
            if sentence not in panel.notes:
                note(sentence)
    write_page(output, report_page(made, title=title))
    say_written(output, quiet=quiet)
