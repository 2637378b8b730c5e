"""Prices that moved because a cost moved: two-stage least squares.

Assumption: the instrument moves demand through prices alone.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from foresale.core.arrays import Numbers
from foresale.pricing.effects.between_places import LEAST_SPREAD
from foresale.pricing.effects.columns import Columns, columns_of, filled, peers_of, seasons, together
from foresale.pricing.effects.cube import PriceCube
from foresale.pricing.effects.over_time import serial
from foresale.pricing.effects.pooling import Estimates, pooled
from foresale.pricing.effects.serial import serial_slopes
from foresale.pricing.effects.within_products import Slopes, clustered, demeaned

ASSUMPTION: Final = "the instrument moves demand through the price alone"
STRONG: Final = 10.0
"""F of the first stage from which on an instrument is not weak (Staiger and Stock 1997)."""


def instrument(cube: PriceCube) -> tuple[Estimates, float]:
    """Effects of prices by what a cost moved them, and the F of the first stage (of the typical product).

    Where costs differ between places, places are compared within periods, else periods with each other, places added
    up; then trend and season are told beside them. Prices of the own product and of its category are told by their own
    cost and that of the category. Costs stay where they went, and prices with them: what was bought ahead of a rise, or
    after a fall, is part of this effect.
    """
    assert cube.cost is not None
    cost = _told(cube.cost)
    local = len(cube.place_names) > 1 and float((cost - cost.mean(axis=1, keepdims=True)).std()) > LEAST_SPREAD
    if not local:
        cube = cube.in_one_place
        assert cube.cost is not None
        cost = _told(cube.cost)
    whole, peers = filled(cube.log_price), peers_of(cube)
    log_sales = cube.log_sales
    found, strengths = [], []
    controls = None if local else seasons(cube)
    for product in range(cube.products.height):
        columns, told = (
            columns_of(cube, product, together(peers[product]), whole=own, lags=(), controls=controls)
            for own in (whole, cost)
        )
        slopes, strength = _two_stages(log_sales[product], columns, told, periods=local)
        found.append((columns, slopes))
        strengths.append(strength)
    return pooled(cube, found, log_sales), float(np.median(strengths))


def _told(cost: Numbers) -> Numbers:
    """Costs without holes, as logarithms where they can be."""
    return filled(np.log(cost) if float(np.nanmin(cost)) > 0 else cost)


def _two_stages(log_sales: Numbers, columns: Columns, told: Columns, *, periods: bool) -> tuple[Slopes, float]:
    """As many instruments as columns: the estimate solves Z'(y - Xb) = 0."""
    weights = np.isfinite(log_sales).astype(float)
    x, z = (demeaned(part.values, weights, periods=periods) for part in (columns, told))
    y = demeaned(np.nan_to_num(log_sales)[None], weights, periods=periods)[0]
    flat_x, flat_z = x.reshape(len(x), -1), z.reshape(len(z), -1)
    live = (flat_x.std(axis=1) > 1e-6) & (flat_z.std(axis=1) > 1e-6)
    rows = int(weights.sum())
    silent = np.diag(np.where(live, 1.0, np.inf))
    values, errors = np.zeros(len(x)), np.zeros_like(silent)
    if live.any() and periods:
        bread = np.linalg.pinv(flat_z[live] @ flat_x[live].T, rcond=1e-10)
        values[live] = bread @ (flat_z[live] @ y.ravel())
        left = y - np.tensordot(values, x, axes=1)
        errors[np.ix_(live, live)] = bread @ clustered(z[live] * left, weights) @ bread.T
    elif live.any():
        values[live], errors[np.ix_(live, live)] = serial_slopes(x[live, 0], y[0], z[live, 0], weights[0] > 0)
    spread = x.std(axis=(1, 2))
    slopes = Slopes(values, silent, spread, rows, min(log_sales.shape), np.full(log_sales.shape, np.nan))
    timed = serial(slopes, values, errors)
    slopes = replace(timed, clusters=slopes.clusters) if periods else timed
    return slopes, _first_stage(flat_x[0], flat_z, rows)


def _first_stage(price: Numbers, z: Numbers, rows: int) -> float:
    """F of the own cost in the regression of the own price on all instruments."""
    rest = z[1:]
    keep = rest.std(axis=1) > 1e-6
    rest = rest[keep]

    def without(values: Numbers) -> Numbers:
        return values - np.linalg.pinv(rest @ rest.T, rcond=1e-10) @ (rest @ values) @ rest if rest.size else values

    own, cost = without(price), without(z[0])
    if (cost @ cost) < 1e-9 or (own @ own) < 1e-9:
        return 0.0
    r2 = min(float((own @ cost) ** 2 / (own @ own) / (cost @ cost)), 1 - 1e-12)
    return r2 / (1 - r2) * max(rows - len(rest) - 2, 1)
