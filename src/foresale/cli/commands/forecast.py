"""`foresale forecast`: what will be sold."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Final

import typer

from foresale.cli.command import spread
from foresale.cli.console import note, show, show_lines
from foresale.cli.hierarchy_options import AddingUp
from foresale.cli.model_options import ModelOptions, announce, check_models
from foresale.cli.options import Countries, Horizon, Html, Quiet, Reading, Sales, assigned
from foresale.cli.output import Output, Writing, say_written
from foresale.cli.progress import progress
from foresale.cli.read_options import read_panel
from foresale.core.text import counted

if TYPE_CHECKING:
    from foresale.core.forecast import Forecast
    from foresale.core.panel import Panel
    from foresale.workflows.model_config import ModelConfig

DIGITS: Final = 6
"""Of a forecast in a text file."""

Model = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="MODEL",
        help="auto, the ensemble of what the effort allows; pretrained, which came with the package and needs no "
        "learning; a model folder or adapter that `foresale fit`, `train` or `finetune` wrote; finetuned, lightgbm, "
        "lstm or transformer, learnt from these sales first; ets, theta, mstl, croston, tsb, adida or seasonal-naive.",
    ),
]


Like = Annotated[
    list[str] | None,
    typer.Option(
        "--like",
        metavar="NEW=ITEM,ITEM",
        help="Forecast an item that was never sold like others; by itself like those that share most of its columns.",
    ),
]


@spread
def forecast(
    sales: Sales,
    horizon: Horizon,
    reading: Reading,
    learning: ModelOptions,
    adding_up: AddingUp,
    writing: Writing,
    model: Model = "auto",
    like: Like = None,
    output: Output = None,
    html: Html = None,
    country: Countries = None,
    quiet: Quiet = False,
) -> None:
    """Forecast the sales of every item: a mean and 21 quantiles per period, to a file or the terminal."""
    writing.check(output, adding_up.groups, page=html, inputs=(sales, *reading.files))
    adding_up.check()
    check_models([model])
    config = learning.config(model, country=country, analogues=like_of(like))
    panel = read_panel(sales, reading, quiet=quiet, horizon=horizon)
    if not quiet:
        announce(model, panel, learning, then=f"forecasting {counted(horizon, 'period')}")
    found = _forecast(panel, config, adding_up, writing, horizon=horizon, quiet=quiet)
    if not quiet:
        _say_more(found, panel)
    if output is not None:
        writing.table(found.to_frame(), output, digits=DIGITS)
    if html is not None:
        from foresale.pages.forecast import forecast_page
        from foresale.pages.page import write_page

        write_page(html, forecast_page(found, history=panel))
    say_written(output, adding_up.groups, html, quiet=quiet)
    if output is None:
        from foresale.cli.tables import forecast_chart, forecast_table

        show(forecast_table(found, panel))
        show_lines(forecast_chart(found, panel))


def like_of(assignments: list[str] | None) -> dict[str, tuple[str, ...]]:
    """The items that new ones are forecast like.

    Raises:
        ConfigError: an assignment without a sign, or an item that stands twice.
    """
    return assigned(assignments, option="--like", form="NEW=ITEM or NEW=ITEM,ITEM")


def _forecast(
    panel: "Panel", config: "ModelConfig", adding_up: AddingUp, writing: Writing, *, horizon: int, quiet: bool
) -> "Forecast":
    """The items; where they are to add up, groups are written if a file is given for them."""
    with progress(quiet=quiet) as listener:
        config = replace(config, on_progress=listener)
        if not adding_up.levels:
            from foresale.workflows.forecast import forecast

            return forecast(panel, horizon=horizon, model=config)
        from foresale.workflows.forecast_groups import forecast_groups

        found = forecast_groups(panel, horizon=horizon, by=adding_up.levels, method=adding_up.method, model=config)
    if adding_up.groups is not None:
        writing.table(found.to_frame(), adding_up.groups, digits=DIGITS)
    return found.items


def _say_more(found: "Forecast", panel: "Panel") -> None:
    """What the forecast assumed beyond what was read, and which items fell back on a simpler model, by name."""
    for sentence in found.notes:
        if sentence not in panel.notes:
            note(sentence)
    for sentence in found.fallback_notes():
        note(sentence)
