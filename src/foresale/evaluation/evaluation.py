"""The result of a backtest, and the tables that come out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Numbers
from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency, Index
from foresale.core.text import counted
from foresale.evaluation.leaderboard import confidence, leaderboard, ranking_metric, ten_columns, winners
from foresale.evaluation.scores import Totals, WindowScores, interval_shares, metrics_of

_MEGABYTE: Final = 1e6  # bytes


@dataclass(frozen=True)
class Evaluation:
    """Errors of several models over the same items, steps and windows.

    Attributes:
        items: one row per item of the panel, with its static columns.
        segments: [N] the groups that each item belongs to, one column per kind of group.
        frequency: the grid.
        horizon: steps H of every forecast.
        windows: what is kept of each window, oldest first.
        baseline: the model that the others are compared with.
        notes: what was left out or replaced, in sentences for a person.
        failed: by name, why a model was left out.
    """

    items: pl.DataFrame = field(repr=False)
    segments: pl.DataFrame = field(repr=False)
    frequency: Frequency
    horizon: int
    windows: tuple[WindowScores, ...] = field(repr=False)
    baseline: str
    notes: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        windows = f"{counted(len(self.windows), 'window')} of {counted(self.horizon, 'period')}"
        return (
            f"<Evaluation of {counted(len(self.models), 'model')} on {counted(self.items.height, 'item')}, {windows}>"
        )

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models, in the order they were given."""
        return tuple(self.windows[0].models)

    def fallbacks(self, model: str) -> dict[str, str]:
        """By item id, why a simpler model stood in for a model in some window."""
        return {item: why for window in self.windows for item, why in window.models[model].fallbacks.items()}

    def skill(self, model: str, *, metric: str = "sql") -> float:
        """Share of the baseline's error that a model does away with: 1 is perfect, 0 no better, below 0 worse.

        NaN where the baseline has no error, or none is known.

        Raises:
            ConfigError: an unknown model.
        """
        if model not in self.models:
            raise ConfigError(f"no model {model!r} in this evaluation; it has {', '.join(self.models)}")
        errors = dict(self._by_model.select("model", metric).iter_rows())
        own, base = errors[model], errors[self.baseline]
        return 1 - own / base if own is not None and base else float("nan")

    @cached_property
    def confidence(self) -> pl.DataFrame:
        """Every metric of every model with its 95 % interval, and whether its difference to others may be chance.

        See `foresale.evaluation.leaderboard.confidence`.
        """
        return confidence(self.windows, items=self.items.height, baseline=self.baseline)

    def ranked_by(self, metric: str | None = None) -> str:
        """The error to rank by: the one asked for, or the first of "sql", "wql", "mase", … known for every model.

        Raises:
            ConfigError: no error of that name.
        """
        return ranking_metric(self._by_model, metric)

    def leaderboard(self, metric: str | None = None, *, whole: bool = False) -> pl.DataFrame:
        """A row per model, the best first, in ten columns: see `foresale.evaluation.leaderboard`.

        Args:
            metric: the error to rank by; by default the first one that is known.
            whole: whether every metric is told with its interval, and all costs.

        Raises:
            ConfigError: no error of that name.
        """
        chosen = self.ranked_by(metric)
        board = leaderboard(self.confidence, self._by_model, metric=chosen)
        return board if whole else ten_columns(board, metric=chosen)

    def winners(self, metric: str | None = None) -> pl.DataFrame:
        """Who is best in each segment, and how sure that is: see `foresale.evaluation.leaderboard.winners`.

        Raises:
            ConfigError: no error of that name.
        """
        chosen = self.ranked_by(metric)
        if chosen not in self._winners:
            self._winners[chosen] = winners(self.windows, self.segments, baseline=self.baseline, metric=chosen)
        return self._winners[chosen]

    @cached_property
    def _winners(self) -> dict[str, pl.DataFrame]:
        """By the error that they are ranked by, the winners asked for so far."""
        return {}

    def calibration(self) -> pl.DataFrame:
        """Per model and central interval: its nominal coverage and the share of sales that lay within it."""
        rows = []
        for model in self.models:
            rows += [(model, nominal, real) for nominal, real in interval_shares(self._by_window(model))]
        return pl.DataFrame(rows, schema=["model", "nominal", "real"], orient="row")

    def to_frame(self, by: str = "model") -> pl.DataFrame:
        """A row per model and group.

        Args:
            by: "model" (all in one), "window", "item", "step", "segment" (every kind of group of items), or one kind:
                "pattern", "abc", "history" or the name of a static column. Groups stand in `segment` and `group`.

        Returns:
            The group; `items` and `points` judged and the `volume` sold in them; mase, wape, rmsse, smape, bias, sql,
            wql, width_80, coverage_50 … coverage_98; `fva`, the forecast value added, in points of WAPE below the
            baseline's (Gilliland 2010); `skill`, the share of the baseline's SQL done away with; and by model or
            window, `fallbacks`, `seconds`, `peak_mb` and `added_mb` of memory (10⁶ bytes; by model, those of the window
            that took most; see `foresale.evaluation.cost`).

        Raises:
            ConfigError: no such grouping.
        """
        if by == "segment":
            return pl.concat([self._kind(name) for name in self.segments.columns])
        if by == "model":
            return self._by_model
        if by == "window":
            return self._of_windows()
        if by == "step":
            return self._of_steps()
        if by == "item":
            return self._of_items(self.items.select(ITEM), np.arange(self.items.height))
        if by in self.segments.columns:
            return self._kind(by)
        if by in self.items.columns:
            labels, codes = _coded(self.items[by])
            return self._of_items(pl.DataFrame({"segment": [by] * len(labels), "group": labels}), codes)
        choices = ["model", "window", "item", "segment", "step", *self.segments.columns, *self.items.columns]
        raise ConfigError(f"cannot group by {by!r}; choose one of {', '.join(dict.fromkeys(choices))}")

    @cached_property
    def _by_model(self) -> pl.DataFrame:
        everything = np.zeros(self.items.height, np.int64)
        return self._of_items(pl.DataFrame({"all": [True]}), everything).drop("all")

    def _kind(self, name: str) -> pl.DataFrame:
        labels, codes = _coded(self.segments[name])
        return self._of_items(pl.DataFrame({"segment": [name] * len(labels), "group": labels}), codes)

    def _of_items(self, groups: pl.DataFrame, codes: Index) -> pl.DataFrame:
        """The table of groups of items; `codes` [N] says to which each item of the panel belongs."""
        seen = np.zeros(self.items.height, bool)
        for window in self.windows:
            seen[window.outcome.positions] |= np.isfinite(window.outcome.actual).any(axis=1)
        items = np.bincount(codes[seen], minlength=groups.height)
        sums = {model: self._grouped(model, codes, size=groups.height) for model in self.models}
        table = _table(groups, sums, items=items, baseline=self.baseline)
        if groups.columns != ["all"]:
            return table
        costs = [[window.models[model].cost for window in self.windows] for model in self.models]
        return table.join(
            pl.DataFrame(
                {
                    "model": self.models,
                    "fallbacks": [len(self.fallbacks(model)) for model in self.models],
                    "seconds": [sum(cost.seconds for cost in each) for each in costs],
                    "peak_mb": [max(cost.peak for cost in each) / _MEGABYTE for each in costs],
                    "added_mb": [max(cost.added for cost in each) / _MEGABYTE for each in costs],
                }
            ).fill_nan(None),
            on="model",
            how="left",
            maintain_order="left",
        )

    def _grouped(self, model: str, codes: Index, *, size: int) -> Totals:
        added: Totals = {}
        for window in self.windows:
            own = codes[window.outcome.positions]
            for name, values in window.models[model].by_item.items():
                added[name] = added.get(name, np.zeros(size)) + np.bincount(own, weights=values, minlength=size)
        return added

    def _of_steps(self) -> pl.DataFrame:
        seen = np.zeros((self.items.height, self.horizon), bool)
        for window in self.windows:
            seen[window.outcome.positions] |= np.isfinite(window.outcome.actual)
        sums: dict[str, Totals] = {}
        for model in self.models:
            parts = [window.models[model].by_step for window in self.windows]
            sums[model] = {name: np.sum([part[name] for part in parts], axis=0) for name in parts[0]}
        steps = pl.DataFrame({"step": np.arange(1, self.horizon + 1)})
        return _table(steps, sums, items=seen.sum(axis=0), baseline=self.baseline)

    def _of_windows(self) -> pl.DataFrame:
        cutoffs = pl.DataFrame({"cutoff": np.array([window.outcome.cutoff for window in self.windows])})
        items = np.array([int(np.isfinite(w.outcome.actual).any(axis=1).sum()) for w in self.windows])
        sums = {model: self._by_window(model) for model in self.models}
        costs = pl.concat(
            cutoffs.with_columns(
                pl.lit(model).alias("model"),
                pl.Series("fallbacks", [len(window.models[model].fallbacks) for window in self.windows]),
                pl.Series("seconds", [window.models[model].cost.seconds for window in self.windows]),
                pl.Series("peak_mb", [window.models[model].cost.peak / _MEGABYTE for window in self.windows]),
                pl.Series("added_mb", [window.models[model].cost.added / _MEGABYTE for window in self.windows]),
            )
            for model in self.models
        ).fill_nan(None)
        table = _table(cutoffs, sums, items=items, baseline=self.baseline)
        return table.join(costs, on=["model", "cutoff"], how="left", maintain_order="left")

    def _by_window(self, model: str) -> Totals:
        parts = [window.models[model].by_step for window in self.windows]
        return {name: np.array([part[name].sum() for part in parts]) for name in parts[0]}


def _table(groups: pl.DataFrame, sums: Mapping[str, Totals], *, items: Index, baseline: str) -> pl.DataFrame:
    metrics = {model: metrics_of(each) for model, each in sums.items()}
    frames = []
    for model, own in metrics.items():
        points = sums[model]["points"]
        columns = {
            "volume": sums[model]["actual"],
            **own,
            "fva": metrics[baseline]["wape"] - own["wape"],
            "skill": _skill(own, metrics[baseline]),
        }
        counts = pl.DataFrame({"items": items, "points": points.astype(np.int64)})
        parts = [groups.select(pl.lit(model).alias("model"), pl.all()), counts, pl.DataFrame(columns).fill_nan(None)]
        frames.append(pl.concat(parts, how="horizontal").filter(points > 0))
    return pl.concat(frames)


def _skill(own: Totals, baseline: Totals) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 1 - own["sql"] / baseline["sql"]
    return np.asarray(np.where(np.isfinite(share), share, np.nan), np.float64)


def _coded(labels: pl.Series) -> tuple[pl.Series, Index]:
    """The distinct labels in order, and the position of each label among them."""
    distinct = labels.unique().sort()
    places = pl.DataFrame({"label": distinct}).with_row_index("place")
    joined = (
        labels.rename("label").to_frame().join(places, on="label", how="left", nulls_equal=True, maintain_order="left")
    )
    return distinct, joined["place"].cast(pl.Int64).to_numpy()
