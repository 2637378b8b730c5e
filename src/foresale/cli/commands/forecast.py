"""`foresale forecast`: what will be sold."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from foresale.cli.command import spread
from foresale.cli.console import first_of, note, show, show_lines
from foresale.cli.options import Countries, Horizon, Html, Quiet, Reading, Sales, list_of
from foresale.cli.output import Output, check_output, say_written, write_frame
from foresale.cli.progress import progress
from foresale.cli.reading import read_panel
from foresale.cli.spending import Spending
from foresale.cli.training import Training, announce, check_models
from foresale.data.words import counted

if TYPE_CHECKING:
    from foresale.core.forecast import Forecast
    from foresale.core.panel import Panel
    from foresale.training.options import TrainOptions
    from foresale.workflows.auto import Budget

DIGITS: Final = 6
"""Of a forecast in a text file."""

Model = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="MODEL",
        help="auto, the ensemble of what the effort allows; pretrained, which came with the package and needs no "
        "learning; a model folder or adapter that `foresale train` or `finetune` wrote; finetuned, lightgbm, lstm or "
        "transformer, learnt from these sales first; ets, theta, mstl, croston, tsb, adida or seasonal-naive.",
    ),
]


@spread
def forecast(
    sales: Sales,
    horizon: Horizon,
    reading: Reading,
    training: Training,
    spending: Spending,
    model: Model = "auto",
    output: Output = None,
    html: Html = None,
    country: Countries = None,
    quiet: Quiet = False,
) -> None:
    """Forecast the sales of every item: a mean and 21 quantiles per period, to a file or the terminal."""
    check_output(output)
    check_output(html, endings=(".html",))
    check_models([model])
    budget = spending.budget()
    panel = read_panel(sales, reading, quiet=quiet, horizon=horizon)
    if not quiet:
        announce(model, panel, training, then=f"forecasting {counted(horizon, 'period')}")
    found = _forecast(panel, horizon, model, training.options(), budget, list_of(country), quiet=quiet)
    if not quiet:
        _say_more(found, panel)
    if output is not None:
        write_frame(found.to_frame(), output, digits=DIGITS)
    if html is not None:
        from foresale.pages.forecast import forecast_page
        from foresale.pages.page import write_page

        write_page(html, forecast_page(found, history=panel))
    say_written(output, html, quiet=quiet)
    if output is None:
        from foresale.cli.tables import forecast_chart, forecast_table

        show(forecast_table(found, panel))
        show_lines(forecast_chart(found, panel))


def _forecast(
    panel: "Panel",
    horizon: int,
    model: str,
    options: "TrainOptions",
    budget: "Budget",
    countries: tuple[str, ...],
    *,
    quiet: bool,
) -> "Forecast":
    from foresale.workflows.forecast import forecast as run

    with progress(quiet=quiet) as listener:
        return run(
            panel,
            horizon=horizon,
            model=model,
            countries=countries,
            options=options,
            budget=budget,
            on_progress=listener,
        )


def _say_more(found: "Forecast", panel: "Panel") -> None:
    """What the forecast assumed beyond what was read, and which items fell back on a simpler model, by name."""
    for sentence in found.notes:
        if sentence not in panel.notes:
            note(sentence)
    for reason, items in found.fallen().items():
        first = first_of(items, total=len(items))
        note(f"{counted(len(items), 'item')} fell back on a simpler model ({reason}): {first}")
