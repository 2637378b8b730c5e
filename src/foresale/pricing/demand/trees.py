"""Demand under prices by boosted trees over all products and places: curves that bend, prices that matter together."""

from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from foresale.core.arrays import Index, Numbers
from foresale.pricing.changes import Course
from foresale.pricing.demand.log_linear import newest_mean
from foresale.pricing.effects.columns import RIVALS, filled
from foresale.pricing.effects.cube import PriceCube
from foresale.pricing.effects.pooling import group_codes

_TREES: Final = {
    "objective": "regression_l1",  # of logarithms: medians, which are those of units too
    "learning_rate": 0.05,
    "num_leaves": 31,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "verbose": -1,
    "deterministic": True,
    "force_row_wise": True,
}
_ROUNDS: Final = 300
_LEAF: Final = 50
_SHARE: Final = 0.02
"""Sales in a leaf at least: fifty, or of few sales a fiftieth of them, so that flags of few periods have leaves."""


@dataclass(frozen=True)
class BoostedDemand:
    """Trees, and what their columns are reckoned against.

    Attributes:
        model: the trees.
        level: [P, S] mean log units.
        baseline: [P, S] median log price.
        last: [P, S] newest log price.
        groups: [P] number of the category.
        members: for each category, its products that sell most.
        half: what was added to counts before logarithms.
    """

    model: Any = field(repr=False)
    level: Numbers = field(repr=False)
    baseline: Numbers = field(repr=False)
    last: Numbers = field(repr=False)
    groups: Index = field(repr=False)
    members: tuple[Index, ...] = field(repr=False)
    half: float

    def predict(self, course: Course) -> Numbers:
        """[P, S, T] units under prices and flags [P, S, T]."""
        price = np.log(course.price)
        before = np.concatenate([self.last[..., None], price[..., :-1]], axis=-1)
        rows = self.columns(price, before, course)
        told = np.asarray(self.model.predict(rows.reshape(-1, rows.shape[-1]))).reshape(price.shape)
        return np.asarray(np.maximum(np.exp(self.level[..., None] + told) - self.half, 0.0))

    def columns(self, price: Numbers, before: Numbers, course: Course) -> Numbers:
        """[P, S, T, K] what the trees read of every product, place and period."""
        off = price - self.baseline[..., None]
        mean_off, mean = (
            np.stack([values[self.members[g]].mean(axis=0) for g in self.groups]) for values in (off, price)
        )
        shape = price.shape
        found = [off, off - mean_off, price, price - mean, before - self.baseline[..., None]]
        for slot in range(max(own.size for own in self.members)):
            at = np.array([own[slot] if slot < own.size else -1 for own in self.members])[self.groups]
            found.append(np.where((at >= 0)[:, None, None], price[at], np.nan))
        found += [course.flags[name] for name in sorted(course.flags)]
        found += [np.broadcast_to(self.level[..., None], shape), np.broadcast_to(self.groups[:, None, None], shape)]
        found += [np.broadcast_to(np.arange(shape[0])[:, None, None], shape)]
        found += [np.broadcast_to(np.arange(shape[1])[None, :, None], shape)]
        return np.stack(found, axis=-1)


def fit_trees(cube: PriceCube, *, seed: int = 0) -> BoostedDemand:
    """Boosted trees of log sales beside the level of each product and place, on its price, its rivals' and its flags.

    Raises:
        ImportError: lightgbm is not installed.
    """
    import lightgbm

    price = filled(cube.log_price)
    groups = group_codes(cube)[0] if cube.groups else np.zeros(cube.products.height, np.int64)
    units = np.nansum(cube.sales, axis=(1, 2))
    members = tuple(
        np.sort(own[np.argsort(-units[own], kind="stable")][: RIVALS + 1])
        for own in (np.flatnonzero(groups == g) for g in range(groups.max() + 1))
    )
    log_sales, seen = cube.log_sales, np.isfinite(cube.log_sales)
    level = newest_mean(log_sales, np.inf)
    made = BoostedDemand(None, level, np.median(price, axis=-1), price[..., -1], groups, members, cube.half)
    flags = {name: np.nan_to_num(values) for name, values in cube.flags.items()}
    before = np.concatenate([price[..., :1], price[..., :-1]], axis=-1)
    rows = made.columns(price, before, Course(np.exp(price), flags))[seen]
    target = (log_sales - level[..., None])[seen]
    data = lightgbm.Dataset(rows, target, free_raw_data=False)
    leaf = {"min_data_in_leaf": int(np.clip(_SHARE * target.size, 2, _LEAF)), "seed": seed, "num_threads": 1}
    model = lightgbm.train({**_TREES, **leaf}, data, num_boost_round=_ROUNDS)
    return replace(made, model=model)
