"""`foresale evaluate`: how good the forecasts would have been."""

from typing import Annotated

import typer

from foresale.cli.command import spread
from foresale.cli.console import note, show, width
from foresale.cli.options import Countries, Horizon, Html, Quiet, Reading, Sales, list_of
from foresale.cli.output import Output, check_output, say_written, write_frame
from foresale.cli.progress import progress
from foresale.cli.reading import read_panel
from foresale.cli.training import Training, check_models
from foresale.data.words import counted

Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        metavar="MODELS",
        help="What to compare with seasonal naive: pretrained, lstm, transformer or model folders; may be repeated.",
    ),
]

By = Annotated[
    str,
    typer.Option(
        metavar="GROUP", help="The rows of the table: model, window, item, step, segment or a column of --items."
    ),
]


@spread
def evaluate(
    sales: Sales,
    horizon: Horizon,
    reading: Reading,
    training: Training,
    windows: Annotated[int, typer.Option(min=1, help="How many times to step back and forecast.")] = 3,
    model: Models = None,
    by: By = "model",
    output: Output = None,
    html: Html = None,
    country: Countries = None,
    quiet: Quiet = False,
) -> None:
    """Step back in time, forecast what is already known, and measure: a table of errors by model."""
    check_output(output)
    check_output(html, endings=(".html",))
    models = list_of(model) or ("pretrained",)
    check_models(models)
    panel = read_panel(sales, reading, quiet=quiet)
    if not quiet:
        others = ", ".join(name for name in models if name != "seasonal-naive")
        what = f"Comparing {others} with seasonal naive" if others else "Measuring seasonal naive"
        note(f"{what} on {counted(len(panel), 'item')}, {windows} times {counted(horizon, 'period')}.")
    from foresale.workflows.evaluate import evaluate as run

    with progress(quiet=quiet) as listener:
        evaluation = run(
            panel,
            horizon=horizon,
            windows=windows,
            models=models,
            countries=list_of(country),
            options=training.options(),
            on_progress=listener,
        )
    if not quiet:
        for sentence in evaluation.notes:
            note(sentence)
    if output is not None:
        write_frame(evaluation.to_frame(by), output)
    if html is not None:
        from foresale.pages.evaluation import evaluation_page
        from foresale.pages.page import write_page

        write_page(html, evaluation_page(evaluation))
    say_written(output, html, quiet=quiet)
    from foresale.cli.tables import evaluation_table

    show(evaluation_table(evaluation, by=by, width=width()))
