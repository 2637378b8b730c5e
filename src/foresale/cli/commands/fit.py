"""`foresale fit`: any model, learnt once and kept."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from foresale.cli.command import spread
from foresale.cli.commands.forecast import Like, like_of
from foresale.cli.console import note
from foresale.cli.model_options import ModelOptions, announce, check_models
from foresale.cli.options import Countries, Horizon, Quiet, Reading, Sales
from foresale.cli.output import check_folder
from foresale.cli.progress import progress
from foresale.cli.read_options import read_panel

Folder = Annotated[Path, typer.Option("--output", metavar="FOLDER", help="Where the model goes.")]
Model = Annotated[
    str,
    typer.Option("--model", metavar="MODEL", help="Any name that `foresale forecast --model` takes: auto, lightgbm, …"),
]


@spread
def fit(
    sales: Sales,
    output: Folder,
    horizon: Horizon,
    reading: Reading,
    learning: ModelOptions,
    model: Model = "auto",
    like: Like = None,
    country: Countries = None,
    quiet: Quiet = False,
) -> None:
    """Learn a model from the sales and keep it in a folder, for `foresale forecast --model FOLDER`."""
    from foresale.storage.folder import check_place, save

    check_place(output)
    check_folder(output.parent, name=output)
    check_models([model])
    config = learning.config(model, country=country, analogues=like_of(like))
    panel = read_panel(sales, reading, quiet=quiet, horizon=horizon)
    if not quiet:
        announce(model, panel, learning, then=f"writing it to {output}")
    from foresale.workflows.fit import fit as run

    with progress(quiet=quiet) as listener:
        fitted = run(panel, horizon=horizon, model=replace(config, on_progress=listener))
    save(fitted, output)
    if not quiet:
        note(f"Wrote {output}. To forecast with it: foresale forecast SALES --horizon {horizon} --model {output}")
