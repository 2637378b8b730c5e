"""Who is better, by how much, and whether it may be chance: rankings with 95 % intervals, overall and by segment."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from foresale.core.arrays import Numbers
from foresale.core.errors import ConfigError
from foresale.core.frequency import Index
from foresale.evaluation.bootstrap import FEWEST_BLOCKS, count_blocks, distance, interval, resampled
from foresale.evaluation.scores import Totals, WindowScores

RANKED: Final = ("sql", "wql", "mase", "wape", "rmsse", "smape")
"""The errors that models can be ranked by, the first one unless another is asked for."""
METRICS: Final = (*RANKED, "bias", "coverage_50", "coverage_80", "coverage_90", "coverage_98", "fva", "skill")
"""What is told with an interval."""
UNKNOWN: Final = "unknown"
TIE: Final = "tie"


def confidence(windows: Sequence[WindowScores], *, items: int, baseline: str) -> pl.DataFrame:
    """A row per model and metric: its value, its 95 % interval, and its differences to the best and to the baseline.

    Differences are of the distance from what the metric should be, so that below 0 is always better: of the error
    itself, of the bias from 0, of a coverage from what it says. See `resampled` for how the intervals come about.

    Returns:
        model; metric; `value`, `low`, `high`; `first`, the share of the draws in which the model came first; `best`,
        the best model by this metric; `from_best`, `from_best_low`,
        `from_best_high` and `versus_best`: "best", "worse", or "tie" where the interval of the difference holds 0;
        `from_baseline`, `from_baseline_low`, `from_baseline_high` and `versus_baseline`: "baseline", "better", "worse"
        or "tie". All intervals are null, and verdicts "unknown", where too little was judged to tell.
    """
    everything, models = np.arange(items), tuple(windows[0].models)
    metrics = resampled(windows, everything, baseline=baseline)
    enough = count_blocks(windows, everything) >= FEWEST_BLOCKS
    rows = [row for name in METRICS for row in _rows(models, baseline, name, metrics[name], enough=enough)]
    order = {name: index for index, name in enumerate(models)}
    frame = pl.DataFrame(rows, infer_schema_length=None).fill_nan(None)
    return frame.sort(pl.col("model").replace_strict(order), maintain_order=True)


def leaderboard(intervals: pl.DataFrame, costs: pl.DataFrame, *, metric: str) -> pl.DataFrame:
    """A row per model, the best first, with every metric and its 95 % interval.

    Args:
        intervals: what `confidence` gives.
        costs: by model what was judged, and the time and memory it took; see `Evaluation.to_frame`.
        metric: the error to rank by, one of `RANKED`.

    Returns:
        `place`; model; `versus_best` and `versus_baseline` in words (see `confidence`); `first`, the share of the draws
        in which the model came first; each metric with its `_low` and `_high`; items and points judged, fallbacks;
        `seconds` of all windows, and the highest `peak_mb` and `added_mb` of them (10⁶ bytes, see `Cost`).
    """
    ranks = ("model", "value", "versus_best", "versus_baseline", "first")
    board = intervals.filter(pl.col("metric") == metric).select(ranks)
    for name in METRICS:
        own = intervals.filter(pl.col("metric") == name)
        board = board.join(
            own.select(
                "model",
                pl.col("value").alias(name),
                pl.col("low").alias(f"{name}_low"),
                pl.col("high").alias(f"{name}_high"),
            ),
            on="model",
            how="left",
        )
    own = costs.select("model", "items", "points", "fallbacks", "seconds", "peak_mb", "added_mb")
    board = board.join(own, on="model", how="left").sort("value", nulls_last=True, maintain_order=True)
    return board.drop("value").with_row_index("place", offset=1)


def ten_columns(board: pl.DataFrame, *, metric: str) -> pl.DataFrame:
    """What a person reads of a leaderboard.

    Returns:
        place; model; the error that ranks, with its `_low` and `_high`; `versus_best` and `versus_baseline`; `skill`,
        the share of the baseline's error done away with; `coverage_80`; and `seconds`.
    """
    ranked = (metric, f"{metric}_low", f"{metric}_high")
    return board.select("place", "model", *ranked, "versus_best", "versus_baseline", "skill", "coverage_80", "seconds")


def winners(windows: Sequence[WindowScores], segments: pl.DataFrame, *, baseline: str, metric: str) -> pl.DataFrame:
    """A row per segment and group of items: who has the lowest error there, and how sure that is.

    Args:
        windows: the scores of a backtest.
        segments: [N] the groups that each item belongs to, one column per kind of group.
        baseline: the model whose error `skill` refers to.
        metric: the error to rank by, one of `RANKED`.

    Returns:
        `segment`, `group`, `items`; the `winner`, its `error` and the `skill` of it (share of the baseline's error done
        away with); the `runner_up`, its `margin` over the winner with `margin_low` and `margin_high`; `first`, the
        share of the draws in which the winner came first; `tied`, who may be as good; and the `verdict`: "sure" where
        nobody is tied, "tie", or "unknown" where too little was judged to tell. Of twenty that are sure, one may still
        be chance.
    """
    rows: list[dict[str, Any]] = []
    for kind in segments.columns:
        labels = segments[kind]
        for group in labels.unique().sort():
            items = np.flatnonzero((labels == group).to_numpy())
            row = _winner(windows, items, baseline, metric)
            rows += [{"segment": kind, "group": group, **row}] if row else []
    return pl.DataFrame(rows, schema=_WINNERS).fill_nan(None)


def ranking_metric(errors: pl.DataFrame, metric: str | None = None) -> str:
    """The error to rank by: the one asked for, or the first of `RANKED` that is known for every model.

    Args:
        errors: a row per model, a column per metric.
        metric: one of `RANKED`.

    Raises:
        ConfigError: no such error.
    """
    if metric is not None and metric not in RANKED:
        raise ConfigError(f"cannot rank by {metric!r}; choose one of {', '.join(RANKED)}")
    if metric is not None:
        return metric
    return next((name for name in RANKED if not errors[name].null_count()), RANKED[0])


_WINNERS: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "segment": pl.String,
    "group": pl.String,
    "items": pl.Int64,
    "winner": pl.String,
    "error": pl.Float64,
    "skill": pl.Float64,
    "runner_up": pl.String,
    "margin": pl.Float64,
    "margin_low": pl.Float64,
    "margin_high": pl.Float64,
    "first": pl.Float64,
    "tied": pl.List(pl.String),
    "verdict": pl.String,
}


def _rows(models: Sequence[str], baseline: str, metric: str, values: Numbers, *, enough: bool) -> list[dict[str, Any]]:
    """The rows of one metric; `values` [1 + B, M]."""
    away = distance(metric, values)
    best = _lowest(away[0])
    base = models.index(baseline)
    low, high = interval(values[1:])
    columns = {"value": values[0], "low": low, "high": high, "first": _first(away[1:])}
    verdicts: dict[str, list[str]] = {}
    for name, other in (("best", best), ("baseline", base)):
        difference = away - away[:, [other]]
        lower, upper = interval(difference[1:])
        columns |= {f"from_{name}": difference[0], f"from_{name}_low": lower, f"from_{name}_high": upper}
        verdicts[name] = [_verdict(one, two, enough=enough) for one, two in zip(lower, upper, strict=True)]
        verdicts[name][other] = name
    if not enough:
        columns = {
            name: each if name in {"value", "from_best", "from_baseline"} else np.full_like(each, np.nan)
            for name, each in columns.items()
        }
    return [
        {
            "model": model,
            "metric": metric,
            **{name: float(each[at]) for name, each in columns.items()},
            "best": models[best],
            "versus_best": verdicts["best"][at],
            "versus_baseline": verdicts["baseline"][at],
        }
        for at, model in enumerate(models)
    ]


def _verdict(low: float, high: float, *, enough: bool) -> str:
    if not enough or not np.isfinite(low):
        return UNKNOWN
    return "worse" if low > 0 else "better" if high < 0 else TIE


def _winner(windows: Sequence[WindowScores], items: Index, baseline: str, metric: str) -> dict[str, Any]:
    """The row of one group of items; empty where nothing is known of it."""
    metrics: Totals = resampled(windows, items, baseline=baseline)
    values = metrics[metric]
    if not np.isfinite(values[0]).any():
        return {}
    models = tuple(windows[0].models)
    order = np.argsort(np.where(np.isfinite(values[0]), values[0], np.inf), kind="stable")
    best, second = int(order[0]), int(order[min(1, order.size - 1)])
    margins = values - values[:, [best]]
    low, high = interval(margins[1:])
    enough = count_blocks(windows, items) >= FEWEST_BLOCKS
    tied = [models[at] for at in order[1:] if enough and low[at] <= 0]
    base = values[0, models.index(baseline)]
    told = enough and second != best
    return {
        "items": _judged_items(windows, items),
        "winner": models[best],
        "error": float(values[0, best]),
        "skill": 1 - float(values[0, best]) / float(base) if base > 0 else None,
        "runner_up": models[second] if second != best else None,
        "margin": float(margins[0, second]) if second != best else None,
        "margin_low": float(low[second]) if told else None,
        "margin_high": float(high[second]) if told else None,
        "first": float(_first(values[1:])[best]) if enough else None,
        "tied": tied,
        "verdict": UNKNOWN if not enough else TIE if tied else "sure",
    }


def _judged_items(windows: Sequence[WindowScores], items: Index) -> int:
    judged = [window.outcome.positions[np.isfinite(window.outcome.actual).any(axis=1)] for window in windows]
    return int(np.isin(items, np.concatenate(judged)).sum())


def _lowest(values: Numbers) -> int:
    return int(np.argmin(np.where(np.isfinite(values), values, np.inf)))


def _first(draws: Numbers) -> Numbers:
    """[M] share of the draws in which each model has the lowest error; models that share it share the draw."""
    known = np.where(np.isfinite(draws), draws, np.inf)
    first = (known == known.min(axis=1, keepdims=True)) & np.isfinite(draws)
    count = first.sum(axis=1, keepdims=True)
    told = count[:, 0] > 0
    shares = first[told] / count[told]
    return np.asarray(shares.mean(axis=0) if told.any() else np.full(draws.shape[1], np.nan), np.float64)
