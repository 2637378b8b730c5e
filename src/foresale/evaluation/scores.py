"""What a backtest keeps of each forecast, and how that adds up to the metrics of any group of items or steps."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Floating, Numbers
from foresale.core.errors import ConfigError
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.frequency import Index
from foresale.core.panel import Values
from foresale.core.quantiles import inside, pinball
from foresale.evaluation.cost import Cost
from foresale.evaluation.metrics import DECILES, INTERVALS

Totals = dict[str, Numbers]
"""By name, sums of what the metrics are made of; those of several windows or items can be added."""
_NESTED: Final = tuple((low, len(LEVELS) - 1 - low) for low in range(len(LEVELS) // 2))
"""The central intervals of a forecast: positions of their lower and upper level, the widest first."""


@dataclass(frozen=True)
class Outcome:
    """What happened in one window, and what its errors are divided by.

    Attributes:
        cutoff: last period that the models saw.
        positions: [n] which items of the whole panel were forecast by every model.
        actual: [n, H] what was sold, NaN where unknown.
        scale: [n] mean absolute seasonal difference before the cutoff, NaN where unknown or zero.
        squared_scale: [n] the same of the squares.
    """

    cutoff: np.datetime64
    positions: Index
    actual: Values = field(repr=False)
    scale: Floating = field(repr=False)
    squared_scale: Floating = field(repr=False)


@dataclass(frozen=True)
class Scores:
    """What is kept of one model's forecast for the n items of a window.

    Attributes:
        median: [n, H] the point forecast.
        by_item: sums over the steps, each [n].
        by_step: sums over the items, each [H].
        cost: of training and forecasting.
        fallbacks: by item id, why a simpler model stood in.
    """

    median: Values = field(repr=False)
    by_item: Totals = field(repr=False)
    by_step: Totals = field(repr=False)
    cost: Cost = field(default_factory=Cost)
    fallbacks: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WindowScores:
    """One window of a backtest: what happened, and what each model said, by name in the order of comparison."""

    outcome: Outcome
    models: dict[str, Scores]


def score(forecast: Forecast, outcome: Outcome, *, cost: Cost) -> Scores:
    """What is kept of a forecast whose items and steps are those of the outcome.

    Raises:
        ConfigError: the forecast has other levels or another horizon.
    """
    shape = outcome.actual.shape
    if forecast.levels != LEVELS or forecast.mean.shape != shape:
        got = f"{forecast.mean.shape[0]} items x {forecast.horizon} steps at {len(forecast.levels)} levels"
        raise ConfigError(f"{forecast.model} forecast {got}; a backtest needs {shape} at {len(LEVELS)} levels")
    known = np.isfinite(outcome.actual)
    by_item: Totals = {}
    by_step: Totals = {}
    for name, values in _parts(forecast, outcome):
        counted = np.where(known & np.isfinite(values), values, 0)
        by_item[name], by_step[name] = (counted.sum(axis=axis, dtype=np.float64) for axis in (1, 0))
    fallbacks = dict(forecast.fallbacks)
    return Scores(forecast.median.copy(), by_item, by_step, cost=cost, fallbacks=fallbacks)


def _parts(forecast: Forecast, outcome: Outcome) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    """What the metrics add up, each [n, H]; NaN where a sale or a scale is unknown."""
    actual = outcome.actual
    scale, squared_scale = (each.astype(np.float32)[:, None] for each in (outcome.scale, outcome.squared_scale))
    absolute = np.abs(actual - forecast.median)
    size = np.abs(actual) + forecast.median
    loss = _decile_loss(forecast, actual)
    everywhere = np.ones_like(actual)
    yield "points", everywhere
    yield "actual", np.abs(actual)
    yield "absolute", absolute
    yield "error", forecast.mean - actual
    yield "symmetric", np.divide(2 * absolute, size, out=np.zeros_like(size), where=size > 0)
    yield "loss", loss
    yield "width", forecast.quantile(0.9) - forecast.quantile(0.1)
    yield "scalable", everywhere * np.isfinite(scale)
    yield "scaled", absolute / scale
    yield "scaled_loss", loss / scale
    yield "scalable_squares", everywhere * np.isfinite(squared_scale)
    yield "scaled_squares", np.square(actual - forecast.mean) / squared_scale
    for low, high in _NESTED:
        yield _interval(low, high), inside(actual, forecast.quantiles[..., low], forecast.quantiles[..., high])


def _decile_loss(forecast: Forecast, actual: Values) -> Values:
    loss = np.zeros_like(actual)
    for level in DECILES:
        loss += pinball(actual - forecast.quantile(level), level)
    return loss * np.float32(2 / len(DECILES))


def metrics_of(sums: Totals) -> Totals:
    """[size] the metrics of each group, NaN where nothing can be said; their definitions are those of `metrics`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = {
            "mase": sums["scaled"] / sums["scalable"],
            "wape": sums["absolute"] / sums["actual"],
            "rmsse": np.sqrt(sums["scaled_squares"] / sums["scalable_squares"]),
            "smape": sums["symmetric"] / sums["points"],
            "bias": sums["error"] / sums["actual"],
            "sql": sums["scaled_loss"] / sums["scalable"],
            "wql": sums["loss"] / sums["actual"],
            "width_80": sums["width"] / sums["actual"],
        }
        for share in INTERVALS:
            found[f"coverage_{round(100 * share)}"] = sums[f"within_{round(100 * share)}"] / sums["points"]
    return {
        name: np.asarray(np.where(np.isfinite(values), values, np.nan), np.float64) for name, values in found.items()
    }


def interval_shares(sums: Totals) -> list[tuple[float, float]]:
    """Nominal and real coverage of each central interval, over all groups, the narrowest first."""
    points = float(sums["points"].sum())
    pairs = [(LEVELS[high] - LEVELS[low], _interval(low, high)) for low, high in reversed(_NESTED)]
    return [
        (round(nominal, 2), float(sums[name].sum()) / points if points else float("nan")) for nominal, name in pairs
    ]


def _interval(low: int, high: int) -> str:
    return f"within_{round(100 * (LEVELS[high] - LEVELS[low]))}"
