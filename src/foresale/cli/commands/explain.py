"""`foresale explain`: why so much is forecast."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from foresale.cli.command import spread
from foresale.cli.commands.forecast import DIGITS, Model
from foresale.cli.console import note, show, show_lines
from foresale.cli.model_options import ModelOptions, announce, check_models
from foresale.cli.options import Countries, Horizon, Html, Quiet, Reading, Sales, assigned, list_of
from foresale.cli.output import Output, Writing, say_written
from foresale.cli.progress import progress
from foresale.cli.read_options import read_panel
from foresale.core.text import counted

if TYPE_CHECKING:
    from foresale.workflows.explain import Reasons

Items = Annotated[
    list[str] | None,
    typer.Option(
        "--item",
        metavar="IDS",
        help="Items to explain: a,b or repeated; by default all, of which the terminal shows the first.",
    ),
]
Language = Annotated[Literal["en", "zh"], typer.Option("--language", help="English or Chinese.")]
Target = Annotated[
    Literal["mean", "median"], typer.Option("--target", help="Which number of the forecast is explained.")
]
Groups = Annotated[
    list[str] | None,
    typer.Option(
        "--group",
        metavar="NAME=COLUMN,COLUMN",
        help="Columns known ahead that count as one component, such as offer=price,promotion; may be repeated.",
    ),
]
Since = Annotated[
    int | None,
    typer.Option(
        "--since", min=1, metavar="PERIODS", help="Also tell how the forecast changed since one made so many before."
    ),
]
Attribution = Annotated[
    bool,
    typer.Option(
        "--attribution/--no-attribution", help="Also tell what networks and trees looked at (needs foresale[explain])."
    ),
]
Alike = Annotated[
    int, typer.Option("--lookalikes", min=0, metavar="COUNT", help="Also look for past windows like what is coming.")
]
History = Annotated[
    bool, typer.Option("--history/--horizon-only", help="Whether the file also has the components of the past.")
]


@spread
def explain(
    sales: Sales,
    horizon: Horizon,
    reading: Reading,
    writing: Writing,
    learning: ModelOptions,
    item: Items = None,
    model: Model = "auto",
    language: Language = "en",
    target: Target = "mean",
    group: Groups = None,
    history: History = False,
    since: Since = None,
    attribution: Attribution = False,
    lookalikes: Alike = 0,
    output: Output = None,
    html: Html = None,
    country: Countries = None,
    quiet: Quiet = False,
) -> None:
    """Take forecasts apart: level, trend, seasons, festivals, promotion, price; in units that sum to the forecast."""
    writing.check(output, page=html, inputs=(sales, *reading.files))
    check_models([model])
    from foresale.explanations.options import ExplainOptions

    groups = assigned(group, option="--group", form="NAME=COLUMN or NAME=COLUMN,COLUMN")
    config = learning.config(model, country=country)
    how = ExplainOptions(target=target, groups=groups, since=since, attribution=attribution, lookalikes=lookalikes)
    panel = read_panel(sales, reading, quiet=quiet, horizon=horizon)
    if not quiet:
        announce(model, panel, learning, then=f"explaining {counted(horizon, 'period')}")
    from foresale.workflows.explain import reasons as run

    with progress(quiet=quiet) as listener:
        found = run(
            panel,
            horizon=horizon,
            model=replace(config, on_progress=listener),
            items=list_of(item) or None,
            how=how,
        )
    if not quiet:
        for sentence in found.explanation.notes:
            note(sentence)
    if output is not None:
        writing.table(found.explanation.to_frame(history=history), output, digits=DIGITS)
    if html is not None:
        from foresale.pages.explanation import explanation_page
        from foresale.pages.page import write_page

        page = explanation_page(
            found.explanation,
            change=found.change,
            attributions=found.attributions,
            lookalikes=found.lookalikes,
            language=language,
        )
        write_page(html, page)
    say_written(output, html, quiet=quiet)
    if output is None:
        _show(found, list_of(item), language)


def _show(found: "Reasons", items: tuple[str, ...], language: Literal["en", "zh"]) -> None:
    from foresale.cli.explained import attributed_table, explained_table, lookalikes_table
    from foresale.narrate.explanation import change_sentences, explanation_sentences

    for name in items or (None,):
        show(explained_table(found.explanation, name, language=language))
        show_lines(explanation_sentences(found.explanation, name, language=language))
        if found.change is not None:
            show("")
            show_lines(change_sentences(found.change, name, language=language))
        for attribution in found.attributions:
            show(attributed_table(attribution, name))
        if found.lookalikes is not None:
            show(lookalikes_table(found.lookalikes, name))
