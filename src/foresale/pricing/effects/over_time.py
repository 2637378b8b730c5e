"""Prices that move in the course of time only: double machine learning, with what is seen of the season taken out.

Assumption: everything that moved prices and demand together is among what was seen: the time of the year, the trend,
demand before, the demand of other products, flags. Where a shop promotes because it sees demand rise, it is not.
"""

from dataclasses import replace
from typing import Any, Final

import numpy as np

from foresale.core.arrays import Index, Numbers
from foresale.core.regression import solved
from foresale.pricing.effects.between_places import counts, slopes_of
from foresale.pricing.effects.columns import LAGS, Columns, columns_of, filled, peers_of, seasons, shifted, together
from foresale.pricing.effects.cube import PriceCube, known_mean
from foresale.pricing.effects.pooling import Estimates, pooled
from foresale.pricing.effects.serial import BLUR, serial_slopes
from foresale.pricing.effects.within_products import Slopes, demeaned

ASSUMPTION: Final = (
    "all that moved prices and demand together was seen: trend, time of the year, demand before, "
    "demand of the category, flags"
)
FOLDS: Final = 5
_PAST: Final = (1, 2, 4)
_TREES: Final[dict[str, Any]] = {
    "objective": "regression",
    "learning_rate": 0.05,
    "num_leaves": 8,
    "min_data_in_leaf": 20,
    "verbosity": -1,
    "feature_fraction": 0.8,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
}
_ROUNDS: Final = 150
_RIDGE: Final = 1e-2


def over_time(cube: PriceCube, *, trees: bool, seed: int = 0, lags: tuple[int, ...] = LAGS) -> Estimates:
    """Effects of prices by their course in time, places added up.

    First by regression with seasons; then, with what that leaves of the demand of the rest of the category as one more
    thing that was seen, by cross-fitted double machine learning (Chernozhukov et al. 2018).

    Args:
        cube: sales and prices.
        trees: whether boosted trees take out what was seen (they need lightgbm), else a ridge regression.
        seed: of the trees.
        lags: periods after a price in which it may still be felt.
    """
    cube = cube.in_one_place
    whole, peers = filled(cube.log_price), peers_of(cube)
    split = [together(own) for own in peers]
    log_sales = cube.log_sales
    season = seasons(cube)
    first = [
        _plain(cube, product, columns_of(cube, product, own, whole=whole, lags=lags, controls=season))
        for product, own in enumerate(split)
    ]
    shared = shared_demand(pooled(cube, first, log_sales).base[:, 0], peers)
    found = []
    for product, own in enumerate(split):
        controls = np.concatenate([season, shared[product][None]])
        columns = columns_of(cube, product, own, whole=whole, lags=lags, controls=controls)
        found.append(_plain(cube, product, columns))
    if trees:
        left = _left_over(cube, log_sales[:, 0], whole[:, 0], shared, season, seed=seed)
        found = [
            _doubled(columns, slopes, product, left, peers[product]) if not counts(cube, product) else (columns, slopes)
            for product, (columns, slopes) in enumerate(found)
        ]
    return pooled(cube, found, log_sales)


def _plain(cube: PriceCube, product: int, columns: Columns) -> tuple[Columns, Slopes]:
    slopes = slopes_of(cube, product, columns, periods=False)
    if counts(cube, product):
        return columns, slopes
    y = cube.log_sales[product]
    weights = np.isfinite(y).astype(float)
    x = demeaned(columns.values, weights, periods=False)[:, 0]
    target = demeaned(np.nan_to_num(y)[None], weights, periods=False)[0, 0]
    return columns, serial(slopes, *serial_slopes(x, target, x, weights[0] > 0))


def serial(slopes: Slopes, values: Numbers, covariance: Numbers) -> Slopes:
    """The same with slopes and errors that know of the periods' order; silent columns stay silent.

    Few stretches of time are independent of each other, however many periods there are.
    """
    silent = ~np.isfinite(slopes.errors[: len(values)])
    told, errors = slopes.values.copy(), slopes.covariance.copy()
    count = len(values)
    told[:count], errors[:count, :count] = np.where(silent, 0.0, values), covariance
    errors[range(count), range(count)] = np.where(silent, np.inf, np.diag(covariance))
    return Slopes(told, errors, slopes.spread, slopes.rows, max(slopes.rows // (2 * BLUR + 1), 2), slopes.fitted)


def shared_demand(base: Numbers, peers: tuple[Index, ...]) -> Numbers:
    """[P, T] of each product, the demand of the others of its category, prices taken out: what moved them all."""
    centred = base - known_mean(base, keepdims=True)
    return np.stack(
        [
            np.nan_to_num(known_mean(centred[own], axis=0)) if own.size >= 2 else np.zeros(base.shape[-1])
            for own in peers
        ]
    )


def _left_over(
    cube: PriceCube, y: Numbers, price: Numbers, shared: Numbers, season: Numbers, *, seed: int
) -> tuple[Numbers, Numbers]:
    """[P, T] log sales and log prices without what was foreseen of them, by folds of time that were not learnt from."""
    known = np.isfinite(y)
    target = np.where(known, y - known_mean(y, keepdims=True), 0.0)
    cost = price - price.mean(axis=1, keepdims=True)
    features = [np.broadcast_to(wave, target.shape) for wave in season] + [shared, shifted(shared, 1)]
    features += [shifted(target, lag) for lag in _PAST] + [shifted(cost, lag) for lag in LAGS]
    features += [np.nan_to_num(flag[:, 0]) for flag in cube.flags.values()]
    table = np.stack(features, axis=-1)
    fold = np.broadcast_to(np.arange(target.shape[1]) * FOLDS // target.shape[1], target.shape)
    left = []
    for what in (target, cost):
        foreseen = np.zeros_like(what)
        for number in range(FOLDS):
            learnt, told = (fold != number) & known, fold == number
            foreseen[told] = _foreseen(table[learnt], what[learnt], table[told], seed=seed)
        left.append(np.where(known, what - foreseen, 0.0))
    return left[0], left[1]


def _foreseen(features: Numbers, target: Numbers, asked: Numbers, *, seed: int) -> Numbers:
    """What a ridge regression foresees and, of what it leaves, boosted trees."""
    import lightgbm

    middle, scale = features.mean(axis=0), features.std(axis=0) + 1e-9
    x, z = (features - middle) / scale, (asked - middle) / scale
    gram = x.T @ x + _RIDGE * len(x) * np.eye(x.shape[1])
    slopes = solved(gram, x.T @ (target - target.mean()))
    left = target - target.mean() - x @ slopes
    model = lightgbm.train(
        {**_TREES, "seed": seed}, lightgbm.Dataset(features, left, free_raw_data=False), num_boost_round=_ROUNDS
    )
    return np.asarray(target.mean() + z @ slopes + np.asarray(model.predict(asked)))


def _doubled(
    columns: Columns, slopes: Slopes, product: int, left: tuple[Numbers, Numbers], peers: Index
) -> tuple[Columns, Slopes]:
    """The slopes of a product with those of its own and its category's price by what was left over."""
    y, price = left[0][product], left[1]
    x = price[product][None] if not peers.size else np.stack([price[product], price[peers].mean(axis=0)])
    x = x - x.mean(axis=1, keepdims=True)
    found = serial(slopes, *serial_slopes(x, y, x, np.ones(y.size, bool)))
    spread = slopes.spread.copy()
    spread[0] = x[0].std()
    return columns, replace(found, spread=spread)
