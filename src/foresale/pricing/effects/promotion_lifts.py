"""What promotions sold beyond the usual, by kind and depth, of all products together."""

from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl
from scipy import stats

from foresale.core.arrays import Numbers
from foresale.pricing.effects.columns import filled, peers_of, seasons, shifted
from foresale.pricing.effects.cube import PROMOTED, PriceCube, regular_price
from foresale.pricing.effects.within_products import demeaned

_BINS: Final = (PROMOTED, 0.15, 0.25, 0.35, 1.01)
"""Depths of price cuts that are told apart."""
_MONTH: Final = 4
"""Neighbouring periods of which demand hangs together: a month of weeks."""
PRICE_CUT: Final = "price cut"


def promotion_lifts(cube: PriceCube, *, between: bool, level: float) -> pl.DataFrame:
    """The factor of demand by kind and depth of a promotion: one row each: kind, depth, lift, low, high, times.

    Depths are told apart by steps rather than by an elasticity, so that a curve that bends shows. The regular price,
    the price of the category and the periods after a promotion are held.

    Args:
        cube: the sales and prices.
        between: whether places are compared within periods, or periods with each other.
        level: how often intervals hold the truth.
    """
    cube = cube if between else cube.in_one_place
    names = [(PRICE_CUT, f"{100 * low:.0f}–{100 * min(high, 1):.0f} %") for low, high in pairwise(_BINS)]
    names += [(name, "") for name in cube.flags]
    parts, times = _normal_equations(cube, between=between, named=len(names))
    gram, target = np.sum([inner for _, inner in parts], axis=0), np.sum([cross for cross, _ in parts], axis=0)
    live = np.diag(gram) > 1e-6 * max(float(np.diag(gram).max()), 1e-12)
    bread = np.zeros_like(gram)
    bread[np.ix_(live, live)] = np.linalg.pinv(gram[np.ix_(live, live)], hermitian=True)
    values = bread @ target
    scores = np.stack([cross - inner @ values for cross, inner in parts])
    meat = scores.T @ scores * len(scores) / max(len(scores) - 1, 1)
    errors = np.sqrt(np.maximum(np.diag(bread @ meat @ bread), 0))
    wide = float(stats.t.ppf(0.5 + level / 2, max(len(scores) - 1, 1)))
    ends = np.exp(np.stack([values, values - wide * errors, values + wide * errors]))
    rows = [
        (kind, depth, *ends[:, at].tolist(), times[at])
        for at, (kind, depth) in enumerate(names)
        if live[at] and times[at]
    ]
    numbers = dict.fromkeys(("lift", "low", "high"), pl.Float64)
    return pl.DataFrame(
        rows, schema={"kind": pl.String, "depth": pl.String, **numbers, "times": pl.Int64}, orient="row"
    )


def _normal_equations(cube: PriceCube, *, between: bool, named: int) -> tuple[list[tuple[Numbers, Numbers]], list[int]]:
    """Of all products together, and how many periods had each of the named columns.

    By cluster (a place, or a month of all places): sums of products with the target, and with each other.
    """
    whole, peers, depth = filled(cube.log_price), peers_of(cube), np.nan_to_num(cube.depth)
    regular = np.log(np.maximum(regular_price(np.exp(whole)), 1e-12))
    flags = [np.nan_to_num(flag) for flag in cube.flags.values()]
    bins = [((depth >= low) & (depth < high)).astype(float) for low, high in pairwise(_BINS)]
    season = [] if between else list(seasons(cube))
    seen = np.isfinite(cube.log_sales)
    y = np.nan_to_num(cube.log_sales)
    sums: list[tuple[Numbers, Numbers]] = []
    for product in range(cube.products.height):
        others = whole[peers[product]].mean(axis=0) if peers[product].size else np.zeros_like(whole[product])
        columns = [own[product] for own in (*bins, *flags, regular, shifted(depth, 1), shifted(depth, 2))]
        columns += [others, *(np.broadcast_to(wave, others.shape) for wave in season)]
        moved = demeaned(np.stack([*columns, y[product]]), seen[product].astype(float), periods=between)
        part = [_products(own) for own in _clusters(moved, between=between)]
        sums = [(a + c, b + d) for (a, b), (c, d) in zip(sums, part, strict=True)] if sums else part
    return sums, [int((own * seen).sum()) for own in (*bins, *flags)][:named]


def _clusters(moved: Numbers, *, between: bool) -> list[Numbers]:
    """[K, ...] parts that hang together: a place over all periods, or neighbouring periods."""
    if between:
        return [moved[:, place] for place in range(moved.shape[1])]
    return [moved[:, :, first : first + _MONTH] for first in range(0, moved.shape[2], _MONTH)]


def _products(moved: Numbers) -> tuple[Numbers, Numbers]:
    """Sums of products of the columns with the last one, and with each other."""
    own = moved.reshape(len(moved), -1)
    return own[:-1] @ own[-1], own[:-1] @ own[:-1].T
