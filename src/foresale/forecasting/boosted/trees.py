"""Gradient-boosted trees of a few quantile levels, and the distribution between and beyond them."""

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Final

import numpy as np

from foresale.core.errors import MissingExtraError
from foresale.core.forecast import LEVELS
from foresale.core.panel import Values
from foresale.forecasting.boosted.options import BoostedOptions
from foresale.forecasting.boosted.past import Numbers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from lightgbm import Booster

_NORMAL: Final = (0.0, 0.12566, 0.25335, 0.38532, 0.52440, 0.67449, 0.84162, 1.03643, 1.28155, 1.64485, 2.32635)
_DEVIATES: Final = np.array([*(-deviate for deviate in _NORMAL[:0:-1]), *_NORMAL])


@dataclass(frozen=True)
class Trees:
    """One ensemble of trees per level.

    Attributes:
        levels: the quantile levels that have trees.
        boosters: their trees.
        threads: cores used for asking them.
    """

    levels: tuple[float, ...]
    boosters: "tuple[Booster, ...]" = field(repr=False)
    threads: int

    @classmethod
    def fit(cls, values: Values, target: Numbers, weight: Numbers, *, names: "Sequence[str]",
            categories: "Sequence[str]", options: BoostedOptions) -> "Trees":  # fmt: skip
        """Trees that learn the quantiles of a target [n] from features [n, F].

        Raises:
            MissingExtraError: lightgbm is not installed.
        """
        engine = load()
        shared = _parameters(options)
        safe = [f"f{number}" for number in range(len(names))]
        codes = [safe[names.index(name)] for name in categories]
        data = engine.Dataset(values, target, weight=weight, feature_name=safe, categorical_feature=codes,
                              params=shared, free_raw_data=False)  # fmt: skip
        boosters = [engine.train(shared | {"objective": "quantile", "alpha": level}, data, options.rounds)
                    for level in options.levels]  # fmt: skip
        return cls(options.levels, tuple(boosters), options.threads)

    def quantiles(self, values: Values) -> Values:
        """[n, 21] the quantiles of the target at features [n, F], rising with the level."""
        found = [np.asarray(booster.predict(values, num_threads=self.threads)) for booster in self.boosters]
        return between(np.sort(np.stack(found, axis=1), axis=1), self.levels)


def between(quantiles: Numbers, levels: tuple[float, ...]) -> Values:
    """[n, 21] all levels from quantiles [n, K] at some: straight lines over normal deviates, the outer ones drawn on.

    >>> wide = between(np.array([[-1.28155, 0.0, 1.28155]]), (0.1, 0.5, 0.9))
    >>> wide[0, [0, 10, 20]].astype(float).round(3).tolist()
    [-2.326, 0.0, 2.326]
    """
    known = np.interp(levels, LEVELS, _DEVIATES)
    at = np.clip(np.searchsorted(known, _DEVIATES, side="right") - 1, 0, len(levels) - 2)
    share = ((_DEVIATES - known[at]) / (known[at + 1] - known[at])).astype(np.float32)
    low, high = quantiles[:, at], quantiles[:, at + 1]
    return np.asarray(low + (high - low) * share, np.float32)


def load() -> "ModuleType":
    """The lightgbm package.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        return import_module("lightgbm")
    except ImportError as error:
        raise MissingExtraError(purpose="a model of boosted trees", extra="baselines") from error


def _parameters(options: BoostedOptions) -> dict[str, object]:
    return {
        "num_leaves": options.leaves,
        "learning_rate": options.learning_rate,
        "min_data_in_leaf": options.least_in_leaf,
        "feature_fraction": options.columns,
        "bagging_fraction": 0.7,
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
