"""Prices that differ between places in the same period: what all places share, the season and the fashion, falls out.

Assumption: what made the price of a product in one place differ from its price in the other places of that period is
not what made its demand there differ.
"""

from typing import Final

import numpy as np

from foresale.pricing.effects.columns import LAGS, RIVALS, Columns, columns_of, filled, peers_of
from foresale.pricing.effects.cube import PriceCube
from foresale.pricing.effects.pooling import Estimates, pooled
from foresale.pricing.effects.within_products import ZEROS, Slopes, regress, regress_counts

ASSUMPTION: Final = (
    "what made a price differ between places in the same period is not what made demand there differ; "
    "what all places share, seen or unseen, may move both"
)
LEAST_SPREAD: Final = 0.01
"""Standard deviation of log prices between places, within periods, below which they do not differ: 1 %."""


def between_places(cube: PriceCube, *, lags: tuple[int, ...] = LAGS) -> Estimates:
    """Effects of prices by differences between places within periods.

    >>> from foresale.data.synthetic import shop
    >>> from foresale.pricing.effects.cube import price_cube
    >>> between_places(price_cube(shop(items=3, periods=140))).own.values.shape
    (3,)
    """
    whole, peers = filled(cube.log_price), peers_of(cube)
    found = []
    for product in range(cube.products.height):
        split = peers[product][:RIVALS], peers[product][RIVALS:]
        columns = columns_of(cube, product, split, whole=whole, lags=lags)
        found.append((columns, slopes_of(cube, product, columns)))
    return pooled(cube, found, cube.log_sales)


def slopes_of(cube: PriceCube, product: int, columns: Columns, *, periods: bool = True) -> Slopes:
    """The slopes of a product's columns: of logarithms, or of counts where it sells nothing too often for them."""
    if counts(cube, product):
        seen = cube.known[product]
        units = np.where(seen, np.maximum(cube.sales[product], 0), 0)
        return regress_counts(units, columns.values, seen.astype(float), periods=periods)
    log_sales = cube.log_sales[product]
    return regress(log_sales, columns.values, np.isfinite(log_sales).astype(float), periods=periods)


def counts(cube: PriceCube, product: int) -> bool:
    """Whether a product sells nothing too often for logarithms."""
    sales = cube.sales[product][cube.known[product]]
    return bool(sales.size) and float((sales <= 0).mean()) > ZEROS
