"""`foresale evaluate`: how good the forecasts would have been."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from foresale.cli.command import spread
from foresale.cli.console import note, show, show_lines, width
from foresale.cli.model_options import ModelOptions, check_models
from foresale.cli.options import Countries, Horizon, Html, Quiet, Reading, Sales, list_of
from foresale.cli.output import ENDINGS, Writing, say_written
from foresale.cli.progress import progress
from foresale.cli.read_options import read_panel
from foresale.core.text import counted

if TYPE_CHECKING:
    from foresale.evaluation.evaluation import Evaluation

Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        "--models",
        metavar="MODELS",
        help="What to compare with seasonal naive: names as in forecast, or model folders; a,b or repeated.",
    ),
]
By = Annotated[
    str,
    typer.Option(
        metavar="GROUP",
        help="The rows of the table: model (the leaderboard), window, item, step, segment or a column of --items.",
    ),
]
Metric = Annotated[
    Literal["sql", "wql", "mase", "wape", "rmsse", "smape"] | None,
    typer.Option(help="The error to rank by; by itself SQL, the loss of the whole distribution, where it is known."),
]
Results = Annotated[
    Path | None,
    typer.Option(
        "--output", metavar="FILE", help="Write the table to a .parquet or .csv file, or all results to a .json file."
    ),
]
_JSON: Final = ".json"


@spread
def evaluate(
    sales: Sales,
    horizon: Horizon,
    reading: Reading,
    learning: ModelOptions,
    writing: Writing,
    windows: Annotated[int, typer.Option(min=1, help="How many times to step back and forecast.")] = 3,
    model: Models = None,
    refit: Annotated[
        bool, typer.Option("--refit/--refit-once", help="Train anew at every cutoff, or only at the oldest one.")
    ] = True,
    metric: Metric = None,
    by: By = "model",
    output: Results = None,
    html: Html = None,
    country: Countries = None,
    quiet: Quiet = False,
) -> None:
    """Step back in time, forecast what is already known, and measure: who is better, and is it chance?"""
    writing.check(output, page=html, inputs=(sales, *reading.files), endings=(*ENDINGS, _JSON))
    models = list_of(model) or ("auto",)
    check_models(models)
    configs = [learning.config(name, country=country) for name in models]
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
            models=[replace(config, on_progress=listener) for config in configs],
            refit=refit,
        )
    if not quiet:
        for sentence in evaluation.notes:
            note(sentence)
    if output is not None:
        _write(evaluation, output, writing, by=by, metric=metric)
    if html is not None:
        from foresale.pages.evaluation import evaluation_page
        from foresale.pages.page import write_page

        write_page(html, evaluation_page(evaluation, metric=metric))
    say_written(output, html, quiet=quiet)
    _show(evaluation, by=by, metric=metric)


def _write(evaluation: "Evaluation", path: Path, writing: Writing, *, by: str, metric: str | None) -> None:
    if path.suffix.lower() == _JSON:
        from foresale.core.files import whole_file
        from foresale.narrate.document import to_json

        with whole_file(path) as part:
            part.write_text(to_json(evaluation, metric=metric), encoding="utf-8")
    else:
        writing.table(evaluation.leaderboard(metric, whole=True) if by == "model" else evaluation.to_frame(by), path)


def _show(evaluation: "Evaluation", *, by: str, metric: str | None) -> None:
    from foresale.narrate.evaluation import evaluation_sentences, failures

    if by == "model":
        from foresale.cli.leaderboard import leaderboard_table, winners_table

        show(leaderboard_table(evaluation, metric=metric, width=width()))
        show_lines(evaluation_sentences(evaluation, metric=metric))
        if len(evaluation.models) > 1:
            show("")
            show(winners_table(evaluation, metric=metric))
    else:
        from foresale.cli.tables import evaluation_table

        show(evaluation_table(evaluation, by=by, width=width()))
        show_lines(failures(evaluation))
