"""What each part of pre-training brings: small networks, the same few steps each, scored on retail tasks of fev-bench.

Two tables for the periods of a unit: one of objectives, backbone, real share and signs, with the whole corpus; and one
of covariates, on simulated series alone: whether they are simulated, and how a network is told of them.

The tasks are used to report, not to choose: all variants are small and short, and none of them is shipped.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from measuring import report
from pretraining_covariates import CutWindows, covariate_variants, held_out
from tasks import TaskWindow, tasks, windows
from torch import Tensor

from foresale.core.frequency import Frequency
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.pretrained import PretrainedForecaster, Specialist
from foresale.networks.network import Network
from foresale.storage.weights import load_weights, save_weights
from foresale.training.pretrain.corpus import load_corpus
from foresale.training.pretrain.loop import pretrain
from foresale.training.pretrain.options import CONTEXT, LAGS, Objectives, PretrainOptions
from foresale.workflows.clean import FOR_LEARNING, clean

Train = Callable[[str, PretrainOptions], Network]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", type=Path, help="a folder of tasks")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--unit", default="month")
    parser.add_argument("--part", choices=("objectives", "covariates", "all"), default="all")
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--series", type=int, default=128, help="series for a step")
    parser.add_argument("--windows", type=int, default=20, help="newest windows of each task")
    parser.add_argument("--networks", type=Path, help="a folder that keeps the networks: what is there is not trained")
    options = parser.parse_args()
    base = PretrainOptions(
        unit=options.unit, steps=options.steps, width=options.width, series=options.series, workers=0
    )
    listed = tasks(options.tasks)
    chosen = [window for task in listed for window in list(windows(options.tasks, task))[: options.windows]]
    shown = [window for window in chosen if unit_of(window.panel.frequency) == options.unit]
    settings = f"{options.steps} steps of {base.series * base.cuts} windows, width {options.width}"
    if options.part != "covariates":
        corpus = load_corpus(options.corpus, base.unit, length=base.length)
        objectives_table(shown, base, trainer(options.networks, corpus), settings)
    if options.part != "objectives":
        simulated = replace(base, real_share=0.0)
        covariates_table(
            [window for window in shown if window.panel.known], simulated, trainer(options.networks, None), settings
        )


def trainer(folder: Path | None, corpus: Tensor | None) -> Train:
    """Trains a variant, or loads it where the folder has it already."""

    def train(name: str, options: PretrainOptions) -> Network:
        if folder is None:
            return pretrain(options, corpus=corpus if options.real_share else None)
        path = folder / f"{options.unit}-{''.join(c if c.isalnum() else '-' for c in name)}.safetensors"
        if not path.exists():
            network = pretrain(options, corpus=corpus if options.real_share else None)
            save_weights(network, path, unit=options.unit, story={"steps": options.steps}, encoding=options.encoding)
        return load_weights(path).network

    return train


def objectives_table(shown: Sequence[TaskWindow], base: PretrainOptions, train: Train, settings: str) -> None:
    """Objectives, signs, real share, backbone."""
    rows = []
    for name, variant, flip in variants(base):
        forecaster = forecaster_of(train(name, variant), variant, flip=flip)
        rows.append((name, *(f"{value:.1f}" for value in skill(shown, forecaster))))
        print(rows[-1], flush=True)
    report(
        f"pretraining_ablation_{base.unit}",
        title=f"Ablation of pre-training, periods of a {base.unit}",
        data=f"{settings}; skill over seasonal naive in %, geometric mean over the windows",
        columns=("variant", "SQL", "MASE"),
        rows=rows,
    )


def covariates_table(shown: Sequence[TaskWindow], base: PretrainOptions, train: Train, settings: str) -> None:
    """Whether covariates are simulated, and how a network is told of them."""
    rows, held = [], CutWindows.of(base)
    for variant in covariate_variants(base):
        network = train(variant.name, variant.options)
        moved, unmoved = held_out(network, held, variant)
        forecaster = forecaster_of(network, variant.options)
        scores = skill(shown, forecaster)
        rows.append((variant.row, f"{moved:.4f}", f"{unmoved:.4f}", *(f"{value:.1f}" for value in scores)))
        print(rows[-1], flush=True)
    report(
        f"pretraining_ablation_covariates_{base.unit}",
        title=f"Covariates in pre-training, periods of a {base.unit}",
        data=f"{settings}, simulated series only; pinball loss of simulated windows held out, those where covariates "
        "are known and those where none is; skill over seasonal naive in %, windows of tasks with covariates: "
        f"{len(shown)}",
        columns=("variant", "loss, covariates", "loss, none", "SQL", "MASE"),
        rows=rows,
    )


def forecaster_of(network: Network, options: PretrainOptions, *, flip: bool = True) -> PretrainedForecaster:
    """One network as a forecaster, which reads sales alone."""
    unit = options.unit
    specialist = Specialist((network,), CONTEXT[unit], LAGS[unit], options.encoding)
    return PretrainedForecaster({unit: specialist}, flip=flip)


def variants(base: PretrainOptions) -> list[tuple[str, PretrainOptions, bool]]:
    """Name, options, and whether the forecast is averaged over both signs."""
    plain = base.objectives

    def with_objectives(objectives: Objectives) -> PretrainOptions:
        return replace(base, objectives=objectives)

    return [
        ("as shipped: horizon, spans, mean; half real; LSTM; both signs", base, True),
        ("one sign", base, False),
        ("horizon only", with_objectives(Objectives(spans=0, mean=0)), True),
        ("without spans", with_objectives(replace(plain, spans=0)), True),
        ("without the mean", with_objectives(replace(plain, mean=0)), True),
        ("and the next value", with_objectives(replace(plain, following=0.25)), True),
        ("and contrast", with_objectives(replace(plain, contrast=0.05)), True),
        ("simulated only", replace(base, real_share=0.0), True),
        ("real only", replace(base, real_share=1.0), True),
        ("Transformer", replace(base, backbone="transformer"), True),
    ]


def point_error(window: TaskWindow) -> float:
    """MASE of seasonal naive, which is its SQL too when all quantiles are its point forecast, as published."""
    forecast = SeasonalNaive(season=window.season).forecast(window.panel, horizon=window.actual.shape[1])
    return window.errors(forecast)[1]


def skill(shown: Sequence[TaskWindow], forecaster: PretrainedForecaster) -> np.ndarray:
    """SQL and MASE skill in %."""
    ratios = []
    for window in shown:
        cleaned, _ = clean(window.panel, options=FOR_LEARNING)
        errors = window.errors(forecaster.forecast(cleaned, horizon=window.actual.shape[1]))
        ratios.append(np.log(errors) - np.log(point_error(window)))
    return 100 * (1 - np.exp(np.mean(ratios, axis=0)))


def unit_of(frequency: Frequency) -> str:
    """The unit of a frequency of single units."""
    return frequency.unit if frequency.count == 1 else ""


if __name__ == "__main__":
    main()
