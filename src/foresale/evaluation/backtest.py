"""Rolling-origin backtests: step back in time, forecast what is already known, compare."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import polars as pl

from foresale.backtesting.split import RollingOrigin, Window
from foresale.core.columns import ITEM
from foresale.core.errors import DataError, Fault
from foresale.core.forecast import Forecast
from foresale.core.frequency import Index
from foresale.core.panel import Panel
from foresale.core.text import counted, few
from foresale.evaluation.contest import Contest, Contestants, Run
from foresale.evaluation.evaluation import Evaluation
from foresale.evaluation.metrics import divisor
from foresale.evaluation.scores import Outcome, WindowScores, score
from foresale.evaluation.segments import segments
from foresale.forecasting.names import SEASONAL_NAIVE

logger = logging.getLogger(__name__)


def backtest(
    panel: Panel,
    forecasters: Contestants,
    *,
    horizon: int,
    windows: int = 3,
    step: int | None = None,
    refit: bool = True,
    align: Literal["calendar", "item"] = "calendar",
    prepare: Callable[[Panel], Panel] | None = None,
) -> Evaluation:
    """How good forecasters would have been in the past, against seasonal naive, which always takes part.

    Args:
        panel: the sales; only the part before a window's cutoff is shown to the forecasters.
        forecasters: forecasters, learners, or functions that train a forecaster on the panel they are given; by name,
            or by their own. One that fails is left out, and `Evaluation.failed` says why.
        horizon: steps to forecast at each cutoff.
        windows: how many cutoffs; fewer are used, and a note says so, where the history is too short.
        step: periods between the cutoffs; one horizon by default.
        refit: train anew at every cutoff, or once at the oldest one and then only forecast.
        align: cut all items at the same moments, or each from its own end (see `RollingOrigin`).
        prepare: what makes the past ready (cleans it) once a window before it is shown to all but seasonal naive, which
            is measured as it is. The time it takes is nobody's.

    Raises:
        ConfigError: two forecasters with one name, or settings that cannot be.
        DataError: the history is too short for even one window, no item was forecast by all, or all have failed.

    >>> from foresale.core.frequency import Frequency
    >>> shop = Panel(Frequency("day"), pl.DataFrame({"item_id": ["tea"]}), starts=np.array([0]),
    ...              offsets=np.array([0, 28]), history=np.array([28]), sales=np.arange(28, dtype=np.float32))
    >>> backtest(shop, [], horizon=7, windows=2).to_frame().select("model", "mase", "points").rows()
    [('seasonal-naive', 1.0, 14)]
    """
    plan = RollingOrigin(horizon, windows, step, align)
    contest = Contest(forecasters, refit=refit, prepare=prepare)
    scored = []
    for window in plan.split(panel):
        logger.info("backtest window with cutoff %s: %d items", window.cutoff, len(window.panel))
        scored.append(_scored(window, contest.runs(window.panel, horizon=horizon)))
    scored = [_without(window, contest.failed) for window in scored]
    return Evaluation(
        items=panel.items,
        segments=segments(panel),
        frequency=panel.frequency,
        horizon=horizon,
        windows=tuple(scored),
        baseline=SEASONAL_NAIVE,
        notes=tuple(_notes(panel, scored, plan)),
        failed=contest.failed,
    )


def _scored(window: Window, runs: Mapping[str, Run]) -> WindowScores:
    common, places = _common(window.panel, {name: run.forecast for name, run in runs.items()})
    outcome = Outcome(
        cutoff=window.cutoff,
        positions=window.positions[common],
        actual=window.actual[common],
        scale=divisor(window.panel.seasonal_scale())[common],
        squared_scale=divisor(window.panel.seasonal_scale(squared=True))[common],
    )
    models = {name: score(_taken(run.forecast, places[name]), outcome, cost=run.cost) for name, run in runs.items()}
    return WindowScores(outcome, models)


def _without(window: WindowScores, failed: Mapping[str, str]) -> WindowScores:
    """A window without those who failed in a later one."""
    return replace(window, models={name: scores for name, scores in window.models.items() if name not in failed})


def _common(panel: Panel, forecasts: Mapping[str, Forecast]) -> tuple[Index, dict[str, Index]]:
    """Positions of the items that every model forecast: in the panel, and in each forecast."""
    places: dict[str, Index] = {}
    everywhere = np.ones(len(panel), bool)
    for name, forecast in forecasts.items():
        own = forecast.items.select(ITEM).with_row_index("place")
        found = panel.items.select(ITEM).join(own, on=ITEM, how="left", maintain_order="left")["place"]
        places[name] = found.fill_null(-1).cast(pl.Int64).to_numpy()
        everywhere &= places[name] >= 0
    common = np.flatnonzero(everywhere)
    if not common.size:
        fault = Fault("items not forecast by every model", len(panel), ", ".join(forecasts), "Compare fewer models.")
        raise DataError([fault])
    return common, {name: place[common] for name, place in places.items()}


def _taken(forecast: Forecast, places: Index) -> Forecast:
    if np.array_equal(places, np.arange(forecast.items.height)):
        return forecast
    return replace(
        forecast,
        items=forecast.items[places.tolist()],
        starts=forecast.starts[places],
        quantiles=forecast.quantiles[places],
        mean=forecast.mean[places],
    )


def _notes(panel: Panel, scored: Sequence[WindowScores], plan: RollingOrigin) -> list[str]:
    notes = []
    if len(scored) < plan.windows:
        longest = int(panel.history.max())
        notes.append(f"{len(scored)} of {plan.windows} windows: the longest history has {longest:,} periods.")
    outcomes = [window.outcome for window in scored]
    judged = [np.isfinite(outcome.actual).any(axis=1) for outcome in outcomes]
    seen = np.unique(np.concatenate([o.positions[known] for o, known in zip(outcomes, judged, strict=True)]))
    if seen.size < len(panel):
        notes.append(f"Items without known sales in any window: {len(panel) - seen.size:,} of {len(panel):,}.")
    scaleless = sum(int((np.isnan(o.scale) & known).sum()) for o, known in zip(outcomes, judged, strict=True))
    if scaleless:
        notes.append(
            f"Items that MASE, RMSSE and SQL leave out, counted once a window: {scaleless:,}. "
            "Their seasonal differences before the cutoff are unknown or all zero."
        )
    for name in scored[0].models:
        fallen = {item: reason for w in scored for item, reason in w.models[name].fallbacks.items()}
        if fallen:
            why = next(iter(fallen.values()))
            notes.append(f"{counted(len(fallen), 'item')} for which {name} fell back: {few(fallen, shown=3)} ({why}).")
    return notes
