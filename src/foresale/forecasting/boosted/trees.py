"""Gradient-boosted trees of a middle and of what lies around it, and the distribution between and beyond them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from foresale.core.arrays import Numbers
from foresale.core.extras import optional_module
from foresale.core.frequency import Index
from foresale.core.panel import Values
from foresale.core.quantiles import between
from foresale.forecasting.boosted.growth import Growth
from foresale.forecasting.boosted.options import BoostedOptions
from foresale.training.progress import Watcher

if TYPE_CHECKING:
    from types import ModuleType

    from lightgbm import Booster, Dataset

Part = np.ndarray[tuple[int], np.dtype[np.bool_]]
"""[n] which rows belong to it."""
_OFTEN: Final = 0.3
"""Share of zeros from which on the mean gets trees of its own."""
_TWEEDIE: Final = 1.3  # power of the variance: between counts (1) and gamma (2), nearer to counts
_DRAWN: Final = 0.45
"""Share of the rows that each tree sees: up to a half of them lightgbm copies, so that a tree reads no others."""


@dataclass(frozen=True)
class Rows:
    """What trees learn from.

    Attributes:
        names: the F features.
        categories: those of them that are codes.
        values: [n, F] features, NaN where unknown.
        target: [n] what is to be told.
        weight: [n] how much each row counts.
        when: [n] grid position of the target, by which rows are held out.
    """

    names: tuple[str, ...]
    categories: frozenset[str]
    values: Values
    target: Numbers
    weight: Numbers
    when: Index


@dataclass(frozen=True)
class Trees:
    """Trees of the median, for each further level trees of the difference from it, and trees of the mean where asked.

    Attributes:
        median: trees of the median.
        levels: the quantile levels around it, rising.
        around: their trees.
        mean: trees of the mean, for targets that are often 0, whose mean lies far from their median.
        threads: cores used for asking them.
    """

    median: "Booster" = field(repr=False)
    levels: tuple[float, ...]
    around: "tuple[Booster, ...]" = field(repr=False)
    mean: "Booster | None" = field(repr=False)
    threads: int

    @classmethod
    def fit(cls, rows: Rows, options: BoostedOptions, watch: Watcher | None = None) -> "Trees":
        """Trees that learn the quantiles of a target.

        What lies around the median is learnt from errors made honestly: of the times of the targets, as many parts as
        there are folds are held out in turn, and their median is told by trees of the others. Trees asked about rows
        they have learnt by heart would seem too sure, above all where all items were surprised on the same days.

        Raises:
            MissingExtraError: lightgbm is not installed.
        """
        often_zero = bool((rows.target == 0).mean() >= _OFTEN)
        options, held = options.sized(len(rows.target)), _parts(rows.when, options.folds)
        growth = Growth(watch, planned=options.trees(len(held), with_mean=often_zero))
        data = dataset(rows, rows.target, options)
        median = grown(data, 0.5, options, growth)
        told = _honest(rows, data, held, options, growth) if held else _asked(median, rows.values, options.threads)
        errors = rows.target - told
        around = dataset(rows, errors, options, like=data)
        boosters = tuple(grown(around, level, options.around, growth) for level in options.levels)
        mean = _mean(data, rows, options, growth) if often_zero else None
        return cls(median, options.levels, boosters, mean, options.threads)

    def renewed(self, rows: Rows, options: BoostedOptions, watch: Watcher | None = None) -> "Trees":
        """The same with a middle that learnt from other rows of the same features; what lies around it stays."""
        options = options.sized(len(rows.target))
        growth = Growth(watch, planned=options.rounds + (0 if self.mean is None else options.rounds_around))
        data = dataset(rows, rows.target, options)
        median = grown(data, 0.5, options, growth)
        return replace(self, median=median, mean=None if self.mean is None else _mean(data, rows, options, growth))

    def quantiles(self, values: Values) -> Values:
        """[n, 21] the quantiles of the target at features [n, F], rising with the level."""
        median, *around = (_asked(booster, values, self.threads) for booster in (self.median, *self.around))
        known = {0.5: median} | {level: median + x for level, x in zip(self.levels, around, strict=True)}
        return between(known)

    def means(self, values: Values) -> Numbers | None:
        """[n] the mean of the target at features [n, F]; None where no trees of their own tell it."""
        return None if self.mean is None else _asked(self.mean, values, self.threads)


def _asked(booster: "Booster", values: Values, threads: int) -> Numbers:
    """[n] what trees say at features [n, F]."""
    return np.asarray(booster.predict(values, num_threads=threads))


def load() -> "ModuleType":
    """The lightgbm package.

    Raises:
        MissingExtraError: it is not installed.
    """
    return optional_module("lightgbm", purpose="a model of boosted trees", extra="trees")


def _honest(rows: Rows, data: "Dataset", held: Sequence[Part], options: BoostedOptions, growth: Growth) -> Numbers:
    """[n] the median of each row by trees that have not seen its time."""
    rate = min(options.learning_rate * max(options.rounds / options.rounds_held, 1.0), 1.0)
    further = replace(options, learning_rate=rate, rounds=min(options.rounds, options.rounds_held))
    told = np.empty(len(rows.target))
    for part in held:
        others = grown(data.subset(np.flatnonzero(~part)), 0.5, further, growth)
        told[part] = _asked(others, rows.values[part], options.threads)
    return told


def _parts(when: Index, folds: int) -> list[Part]:
    """Whether each row is of a part of the time, part by part, about equally many each; none where all are of one."""
    edges = np.quantile(when, np.arange(1, folds) / folds)
    part = np.searchsorted(edges, when, side="right")
    parts = [part == number for number in np.unique(part)]
    return parts if len(parts) > 1 else []


def dataset(rows: Rows, target: Numbers, options: BoostedOptions, *, like: "Dataset | None" = None) -> "Dataset":
    """A target [n] beside the features, in the form that trees are grown on."""
    names = [f"f{number}" for number in range(len(rows.names))]
    codes = [name for name, called in zip(names, rows.names, strict=True) if called in rows.categories]
    data = load().Dataset(
        rows.values,
        target,
        weight=rows.weight,
        feature_name=names,
        categorical_feature=codes,
        reference=like,
        params=_parameters(options),
        free_raw_data=False,
    )
    return data.construct()


def grown(data: "Dataset", level: float, options: BoostedOptions, growth: Growth | None = None) -> "Booster":
    """Trees of one quantile level of a dataset's target, as many as there are rounds."""
    return _train(data, {"objective": "quantile", "alpha": level}, options, growth)


def _mean(data: "Dataset", rows: Rows, options: BoostedOptions, growth: Growth) -> "Booster":
    """Trees of the mean by the deviance of Tweedie's distribution, which has zeros and a long tail."""
    data.set_label(np.maximum(rows.target, 0))
    return _train(data, {"objective": "tweedie", "tweedie_variance_power": _TWEEDIE}, options.around, growth)


def _train(data: "Dataset", objective: dict[str, object], options: BoostedOptions, growth: Growth | None) -> "Booster":
    callbacks = None if growth is None else [growth]
    return load().train(_parameters(options) | objective, data, options.rounds, callbacks=callbacks)


def _parameters(options: BoostedOptions) -> dict[str, object]:
    return {
        "num_leaves": options.leaves,
        "learning_rate": options.learning_rate,
        "min_data_in_leaf": options.least_in_leaf,
        "feature_fraction": options.columns,
        "bagging_fraction": _DRAWN,
        "bagging_freq": 1,
        "max_bin": 127,
        "cat_smooth": 20,
        "seed": options.seed,
        "num_threads": options.threads,
        "deterministic": True,
        "force_row_wise": True,
        "feature_pre_filter": False,
        "verbosity": -1,
    }
