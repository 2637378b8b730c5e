"""`foresale pretrain`: a network for shops it has never seen."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from foresale.cli.console import note
from foresale.cli.options import Quiet
from foresale.cli.progress import progress

Weights = Annotated[
    Path, typer.Option("--output", metavar="FILE", help="Where the weights go, a .safetensors file; a run goes on.")
]


def pretrain(
    output: Weights,
    unit: Annotated[Literal["hour", "day", "week", "month"], typer.Option(help="The periods it is for.")] = "day",
    backbone: Annotated[Literal["lstm", "transformer"], typer.Option(help="Which network.")] = "lstm",
    minutes: Annotated[float | None, typer.Option(help="Time to train, over all parts of the run.")] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Gradient steps, instead of a time.")] = None,
    width: Annotated[int, typer.Option(min=8, help="Size of the network's tokens.")] = 192,
    layers: Annotated[int, typer.Option(min=1, help="Layers of the network.")] = 2,
    corpus: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Real series: Parquet with the columns unit and values.")
    ] = None,
    real_share: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the series taken from the corpus; the rest are simulated.")
    ] = 0.5,
    covariates: Annotated[
        int, typer.Option(min=0, help="How many covariates known ahead may move a simulated series.")
    ] = 3,
    slots: Annotated[int, typer.Option(min=0, help="How many of them the network is shown as they are.")] = 0,
    regression: Annotated[
        Literal["none", "shown", "removed"],
        typer.Option(help="Whether it is shown what a regression says they add, and sees sales without it."),
    ] = "none",
    spans: Annotated[float, typer.Option(min=0, help="Weight of the spans hidden within the context.")] = 0.25,
    following: Annotated[float, typer.Option(min=0, help="Weight of the next values (lstm only).")] = 0.0,
    mean: Annotated[float, typer.Option(min=0, help="Weight of the mean of the coming window.")] = 0.1,
    contrast: Annotated[float, typer.Option(min=0, help="Weight of telling series apart by two views.")] = 0.0,
    precision: Annotated[Literal["bfloat16", "float32"], typer.Option(help="Number format.")] = "bfloat16",
    accumulate: Annotated[int, typer.Option(min=1, help="Steps whose gradients are added up.")] = 1,
    workers: Annotated[int, typer.Option(min=0, help="Processes that make the series.")] = 1,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    compiled: Annotated[bool, typer.Option(help="Compile the network, which pays on a GPU.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same network.")] = 0,
    quiet: Quiet = False,
) -> None:
    """Pre-train a network on simulated sales, and real ones if there are any, without any labels."""
    from foresale.networks.covariate_encoding import CovariateEncoding
    from foresale.training.pretrain.options import Objectives, PretrainOptions
    from foresale.workflows.pretrain import pretrain as run

    options = PretrainOptions(
        unit=unit,
        backbone=backbone,
        steps=steps,
        minutes=minutes,
        width=width,
        layers=layers,
        real_share=real_share,
        covariates=covariates,
        encoding=CovariateEncoding(slots, regression),
        objectives=Objectives(spans=spans, following=following, mean=mean, contrast=contrast),
        precision=precision,
        accumulate=accumulate,
        workers=workers,
        compiled=compiled,
        seed=seed,
    )
    if not quiet:
        bound = f"{steps:,} steps" if steps else f"{minutes:g} minutes"
        note(f"Pre-training a network ({backbone}) for periods of a {unit}: {bound}; checkpoints beside {output}.")
    with progress(quiet=quiet) as listener:
        run(options, output=output, corpus=corpus, device=device, on_progress=listener)
    if not quiet:
        note(f"Wrote {output}.")
