"""`foresale train`: a network of the shop's own."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from foresale.cli.command import spread
from foresale.cli.console import note
from foresale.cli.model_options import TrainingOptions, announce
from foresale.cli.options import Countries, Horizon, Quiet, Reading, Sales, list_of
from foresale.cli.output import check_folder
from foresale.cli.progress import progress
from foresale.cli.read_options import read_panel

Folder = Annotated[
    Path,
    typer.Option("--output", metavar="FOLDER", help="Where the model goes; a training that was cut short goes on."),
]


@spread
def train(
    sales: Sales,
    output: Folder,
    horizon: Horizon,
    reading: Reading,
    training: TrainingOptions,
    model: Annotated[Literal["lstm", "transformer"], typer.Option(help="Which network.")] = "transformer",
    country: Countries = None,
    quiet: Quiet = False,
) -> None:
    """Train a network on the sales and keep it in a folder, for `foresale forecast --model FOLDER`."""
    from foresale.storage.folder import check_place

    check_place(output)
    check_folder(output.parent, name=output)
    panel = read_panel(sales, reading, quiet=quiet)
    if not quiet:
        announce(model, panel, training, then=f"writing it to {output}")
    from foresale.workflows.train import train as run

    with progress(quiet=quiet) as listener:
        run(
            panel,
            model=model,
            horizon=horizon,
            countries=list_of(country),
            options=training.options(),
            on_progress=listener,
            output=output,
        )
    if not quiet:
        note(f"Wrote {output}. To forecast with it: foresale forecast SALES --horizon {horizon} --model {output}")
