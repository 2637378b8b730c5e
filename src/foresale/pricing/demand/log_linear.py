"""Demand under prices by a regression of logarithms: levels of products in places, slopes told of each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from foresale.core.arrays import Index, Numbers
from foresale.pricing.changes import Course
from foresale.pricing.effects.columns import RIVALS, columns_of, filled, peers_of, together
from foresale.pricing.effects.cube import PriceCube
from foresale.pricing.effects.pooling import Estimates, pooled
from foresale.pricing.effects.within_products import Slopes, regress

_ROWS: Final = 30
"""Observations for each rival from which on each has a slope of its own: below, slopes of many follow the noise."""
_LEAST_FREEDOM: Final = 8
"""Observations beyond the columns and levels below which a product says nothing by itself."""


@dataclass(frozen=True)
class LogLinear:
    """Slopes of own and rivals' prices and of flags, and levels.

    Attributes:
        slopes: of each product, told of the others.
        level: [P, S] log units at price 1 without flags, the newest half year counting most.
        half: what was added to counts before logarithms.
    """

    slopes: Estimates
    level: Numbers = field(repr=False)
    half: float

    def predict(self, course: Course) -> Numbers:
        """[P, S, T] units under prices and flags [P, S, T]."""
        told = np.exp(self.level[..., None] + _effects(self.slopes, np.log(course.price), course.flags))
        return np.asarray(np.maximum(told - self.half, 0.0))


def _effects(slopes: Estimates, price: Numbers, flags: Mapping[str, Numbers]) -> Numbers:
    """[P, S, T] what log prices and flags do to log units."""
    effect = slopes.own.values[:, None, None] * price + np.tensordot(slopes.cross, price, axes=1)
    for name, (values, _) in slopes.flags.items():
        effect = effect + values[:, None, None] * flags[name]
    return np.asarray(effect)


def fit_log_linear(cube: PriceCube) -> LogLinear:
    """Least squares of log sales on prices and flags with a level of each place, shrunk as elasticities are.

    No period has a level of its own: what all places share is what a forecast is about. So these slopes foretell what
    goes with a price, and are no effects of it.

    >>> from foresale.data.synthetic import shop
    >>> from foresale.pricing.effects.cube import price_cube
    >>> cube = price_cube(shop(items=3, periods=140))
    >>> fit_log_linear(cube).predict(Course(cube.price, cube.flags)).shape
    (3, 1, 19)
    """
    whole, peers, log_sales = filled(cube.log_price), peers_of(cube), cube.log_sales
    found = []
    for product in range(cube.products.height):
        seen = np.isfinite(log_sales[product]).astype(float)
        split = _told_apart(peers[product], int(seen.sum()))
        columns = columns_of(cube, product, split, whole=whole, lags=())
        found.append(
            (columns, _doubted(regress(log_sales[product], columns.values, seen, periods=False), log_sales[product]))
        )
    slopes = pooled(cube, found, log_sales)
    flags = {name: np.nan_to_num(values) for name, values in cube.flags.items()}
    base = log_sales - _effects(slopes, whole, flags)
    return LogLinear(slopes, newest_mean(base, cube.frequency.per_year / 2), cube.half)


def _doubted(slopes: Slopes, log_sales: Numbers) -> Slopes:
    """Slopes whose errors are at least those of independent sales: robust ones of few sales are often too small."""
    left = log_sales - slopes.fitted
    freedom = slopes.rows - slopes.values.size - log_sales.shape[0]
    if freedom < _LEAST_FREEDOM:
        return replace(slopes, covariance=np.full_like(slopes.covariance, np.inf))
    usual = np.sqrt(float(np.nansum(left**2)) / freedom / slopes.rows) / np.maximum(slopes.spread, 1e-9)
    scale = np.maximum(usual / np.maximum(slopes.errors, 1e-9), 1.0)
    return replace(slopes, covariance=slopes.covariance * np.outer(scale, scale))


def _told_apart(peers: Index, rows: int) -> tuple[Index, Index]:
    """Rivals of which each has a slope, where there are sales enough, and those whose mean price counts."""
    count = min(RIVALS, peers.size)
    return (peers[:count], peers[count:]) if rows >= _ROWS * count else together(peers)


def newest_mean(values: Numbers, half_life: float) -> Numbers:
    """[...] means of what is known [..., T], of which so many periods ago count half; of no values that of all.

    >>> newest_mean(np.array([[1.0, 4.0], [np.nan, 2.0]]), 1.0).tolist()
    [3.0, 2.0]
    """
    known = np.isfinite(values)
    weight = known * 0.5 ** (np.arange(values.shape[-1])[::-1] / half_life)
    total = weight.sum(axis=-1)
    sums = (np.where(known, values, 0.0) * weight).sum(axis=-1)
    usual = float(sums.sum() / max(total.sum(), 1e-300))
    return np.asarray(np.where(total > 0, sums / np.maximum(total, 1e-300), usual))
