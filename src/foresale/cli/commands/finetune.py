"""`foresale finetune`: the pre-trained networks, taught by the shop's own sales."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from foresale.cli.command import spread
from foresale.cli.console import note
from foresale.cli.options import TRAINING, Countries, Horizon, Quiet, Reading, Sales, list_of
from foresale.cli.output import check_folder
from foresale.cli.progress import progress
from foresale.cli.read_options import read_panel

Place = Annotated[
    Path,
    typer.Option(
        "--output",
        metavar="PLACE",
        help="Where it goes: a file that ends in .safetensors for what was learnt alone, or a folder for the whole.",
    ),
]
Seconds = Annotated[
    float | None,
    typer.Option(min=1, rich_help_panel=TRAINING, help="Seconds to learn at most; else it goes by the steps alone."),
]


@spread
def finetune(
    sales: Sales,
    output: Place,
    horizon: Horizon,
    reading: Reading,
    method: Annotated[
        Literal["full", "head", "lora"],
        typer.Option(help="What learns: all weights, the head alone, or low ranks of all matrices."),
    ] = "full",
    steps: Annotated[int | None, typer.Option(min=1, rich_help_panel=TRAINING, help="Gradient steps at most.")] = None,
    seconds: Seconds = None,
    seed: Annotated[int, typer.Option(min=0, rich_help_panel=TRAINING, help="The same seed learns the same.")] = 0,
    country: Countries = None,
    quiet: Quiet = False,
) -> None:
    """Teach the pre-trained networks on the sales, for `foresale forecast --model PLACE`."""
    from foresale.storage.adapters import ENDING, check_adapter
    from foresale.storage.folder import check_place

    check = check_adapter if output.suffix == ENDING else check_place
    check(output)
    check_folder(output.parent, name=output)
    panel = read_panel(sales, reading, quiet=quiet)
    from foresale.forecasting.finetuned import FinetunedForecaster
    from foresale.training.finetune.options import FinetuneOptions
    from foresale.workflows.finetune import finetune as run

    options = FinetuneOptions(method, steps=steps, seconds=seconds, seed=seed)
    with progress(quiet=quiet) as listener:
        tuned = run(
            panel,
            horizon=horizon,
            options=options,
            countries=list_of(country),
            output=output,
            on_progress=listener,
        )
    if not quiet:
        assert isinstance(tuned.forecaster, FinetunedForecaster)
        for sentence in tuned.forecaster.training_summary():
            note(sentence)
        note(f"Wrote {output}. To forecast with it: foresale forecast SALES --horizon {horizon} --model {output}")
