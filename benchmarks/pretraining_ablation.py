"""What each part of pre-training brings: small networks, the same few steps each, scored on retail tasks of fev-bench.

The tasks are used to report, not to choose: all variants are small and short, and none of them is shipped.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from measuring import report
from tasks import TaskWindow, tasks, windows

from foresale.core.frequency import Frequency
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.pretrained import PretrainedForecaster, Specialist
from foresale.training.pretrain.corpus import load_corpus
from foresale.training.pretrain.loop import pretrain
from foresale.training.pretrain.options import CONTEXT, LAGS, Objectives, PretrainOptions
from foresale.workflows.clean import FOR_LEARNING, clean


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", type=Path, help="a folder of tasks")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--unit", default="month")
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--width", type=int, default=64)
    options = parser.parse_args()
    shown = [window for task in tasks(options.tasks) for window in windows(options.tasks, task)]
    shown = [window for window in shown if unit_of(window.panel.frequency) == options.unit]
    naive = [point_error(window) for window in shown]
    base = PretrainOptions(unit=options.unit, steps=options.steps, width=options.width, workers=0)
    corpus = load_corpus(options.corpus, base.unit, length=base.length)
    rows = []
    for name, variant, flip in variants(base):
        network = pretrain(variant, corpus=corpus if variant.real_share else None)
        specialist = Specialist((network,), CONTEXT[base.unit], LAGS[base.unit])
        forecaster = PretrainedForecaster({base.unit: specialist}, flip=flip)
        rows.append((name, *(f"{value:.1f}" for value in skill(shown, naive, forecaster))))
        print(rows[-1], flush=True)
    report(
        f"pretraining_ablation_{options.unit}",
        title=f"Ablation of pre-training, periods of a {options.unit}",
        data=f"{options.steps} steps of {base.series * base.cuts} windows, width {options.width}; skill over seasonal "
        "naive in %, geometric mean over the windows",
        columns=("variant", "SQL", "MASE"),
        rows=rows,
    )


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


def skill(shown: Sequence[TaskWindow], naive: Sequence[float], forecaster: PretrainedForecaster
          ) -> np.ndarray:  # fmt: skip
    """SQL and MASE skill in %."""
    ratios = []
    for window, baseline in zip(shown, naive, strict=True):
        cleaned, _ = clean(window.panel, options=FOR_LEARNING)
        errors = window.errors(forecaster.forecast(cleaned, horizon=window.actual.shape[1]))
        ratios.append(np.log(errors) - np.log(baseline))
    return 100 * (1 - np.exp(np.mean(ratios, axis=0)))


def unit_of(frequency: Frequency) -> str:
    """The unit of a frequency of single units."""
    return frequency.unit if frequency.count == 1 else ""


if __name__ == "__main__":
    main()
