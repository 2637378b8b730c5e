"""`foresale forecast`: what will be sold."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from foresale.cli.command import spread
from foresale.cli.console import first_of, note, show, show_lines
from foresale.cli.options import Countries, Horizon, Html, Quiet, Reading, Sales, list_of
from foresale.cli.output import Output, check_output, say_written, write_frame
from foresale.cli.progress import progress
from foresale.cli.reading import read_panel
from foresale.cli.training import Training, announce, check_models
from foresale.data.words import counted

if TYPE_CHECKING:
    from foresale.core.forecast import Forecast
    from foresale.core.panel import Panel

DIGITS: Final = 6
"""Of a forecast in a text file."""

Model = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="MODEL",
        help="pretrained, which came with the package; a model folder that `foresale train` wrote; lstm or "
        "transformer, trained on these sales first; or seasonal-naive.",
    ),
]


@spread
def forecast(
    sales: Sales,
    horizon: Horizon,
    reading: Reading,
    training: Training,
    model: Model = "pretrained",
    output: Output = None,
    html: Html = None,
    country: Countries = None,
    quiet: Quiet = False,
) -> None:
    """Forecast the sales of every item: a mean and 21 quantiles per period, to a file or the terminal."""
    check_output(output)
    check_output(html, endings=(".html",))
    check_models([model])
    panel = read_panel(sales, reading, quiet=quiet, horizon=horizon)
    if not quiet:
        announce(model, panel, training, then=f"forecasting {counted(horizon, 'period')}")
    found = _forecast(panel, horizon, model, training, list_of(country), quiet)
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
    panel: "Panel", horizon: int, model: str, training: Training, countries: tuple[str, ...], quiet: bool
) -> "Forecast":
    from foresale.workflows.forecast import forecast as run

    with progress(quiet=quiet) as listener:
        return run(
            panel,
            horizon=horizon,
            model=model,
            countries=countries,
            options=training.options(),
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
