"""Slopes of all products, side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from foresale.core.arrays import Index, Numbers
from foresale.pricing.effects.columns import Columns
from foresale.pricing.effects.cube import PriceCube
from foresale.pricing.effects.shrinkage import Shrunk, shrink
from foresale.pricing.effects.within_products import Slopes

_CROSS_WIDTH: Final = 0.5
_OTHER_WIDTH: Final = 1.0
"""Before anything was seen, a cross elasticity lies around 0 ± 0.5, and the effect of a flag or an earlier price (as
logarithms) around 0 ± 1: wide against what is found in shops, so that only a product without data is held by it."""


@dataclass(frozen=True)
class Estimates:
    """What one design found, before and after products were told of each other.

    Attributes:
        unpooled: [P] own elasticities, each product by itself; NaN where it says nothing.
        raw_errors: [P] their standard errors.
        own: the same after shrinkage.
        cross: [P, P] effect of the price of the column's product on the row's; 0 on the diagonal. Products that are
            not told apart share the effect of their mean price evenly.
        cross_errors: [P, P] their standard errors, NaN where a product is not told apart.
        lags: by periods after (negative: before), the shop's mean effect of the own price, and its standard error.
        flags: by name, [P] effects of flags after shrinkage, and [P] their standard errors.
        base: [P, S, T] log sales without what prices and flags did, NaN where not observed.
        spread: [P] standard deviation of the own log price that the design compares.
        clusters: the least number of places or periods that compare.
    """

    unpooled: Numbers = field(repr=False)
    raw_errors: Numbers = field(repr=False)
    own: Shrunk = field(repr=False)
    cross: Numbers = field(repr=False)
    cross_errors: Numbers = field(repr=False)
    lags: Mapping[int, tuple[float, float]]
    flags: Mapping[str, tuple[Numbers, Numbers]] = field(repr=False)
    base: Numbers = field(repr=False)
    spread: Numbers = field(repr=False)
    clusters: int


def group_codes(cube: PriceCube) -> list[Index]:
    """For each level of groups, [P] the number of the group of each product."""
    return [np.unique(cube.products[name].to_numpy(), return_inverse=True)[1].astype(np.int64) for name in cube.groups]


def pooled(cube: PriceCube, found: Sequence[tuple[Columns, Slopes]], log_sales: Numbers) -> Estimates:
    """The slopes of all products, each told what the others say.

    Args:
        cube: the sales and prices.
        found: for each product, its columns and their slopes.
        log_sales: [P, S, T] what was explained, NaN where not observed.
    """
    groups = group_codes(cube)
    raw, raw_errors = _gathered(found, "own")
    cross, cross_errors = _cross(found, len(found))
    lags = {}
    for lag in sorted({name for columns, _ in found for name in columns.names if name.startswith("lag:")}):
        shrunk = shrink(*_gathered(found, lag), groups, middle=0.0, width=_OTHER_WIDTH)
        lags[int(lag[4:])] = shrunk.middle, shrunk.middle_error
    flags = {}
    for name in cube.flags:
        shrunk = shrink(*_gathered(found, name), groups, middle=0.0, width=_OTHER_WIDTH)
        flags[name] = shrunk.values, shrunk.errors
    own = shrink(raw, raw_errors, groups)
    base = log_sales - np.stack(
        [_said(columns, slopes, own.values[i], cross[i]) for i, (columns, slopes) in enumerate(found)]
    )
    spread = np.array([slopes.spread[0] for _, slopes in found])
    return Estimates(
        raw,
        raw_errors,
        own,
        cross + _shared(found),
        cross_errors,
        lags,
        flags,
        base,
        spread,
        min(slopes.clusters for _, slopes in found),
    )


def _gathered(found: Sequence[tuple[Columns, Slopes]], name: str) -> tuple[Numbers, Numbers]:
    """[P] the slopes of a column and their errors; NaN and infinite where a product has none."""
    values, errors = np.full(len(found), np.nan), np.full(len(found), np.inf)
    for i, (columns, slopes) in enumerate(found):
        at = columns.index(name)
        if at is not None and np.isfinite(slopes.errors[at]) and slopes.errors[at] > 0:
            values[i], errors[i] = slopes.values[at], slopes.errors[at]
    return values, errors


def _cross(found: Sequence[tuple[Columns, Slopes]], count: int) -> tuple[Numbers, Numbers]:
    rows, columns_, values, errors = [], [], [], []
    for i, (columns, slopes) in enumerate(found):
        for at, name in enumerate(columns.names):
            if name.startswith("rival:") and np.isfinite(slopes.errors[at]) and slopes.errors[at] > 0:
                rows.append(i)
                columns_.append(int(name[6:]))
                values.append(slopes.values[at])
                errors.append(slopes.errors[at])
    cross, cross_errors = np.zeros((count, count)), np.full((count, count), np.nan)
    if rows:
        shrunk = shrink(np.array(values), np.array(errors), [np.array(rows)], middle=0.0, width=_CROSS_WIDTH)
        cross[rows, columns_], cross_errors[rows, columns_] = shrunk.values, shrunk.errors
    return cross, cross_errors


def _shared(found: Sequence[tuple[Columns, Slopes]]) -> Numbers:
    """[P, P] the effect of the mean price of those who are not told apart, in equal shares of them."""
    values, errors = _gathered(found, "others")
    shares = np.zeros((len(found), len(found)))
    if not np.isfinite(errors).any():
        return shares
    effects = shrink(values, errors, middle=0.0, width=_CROSS_WIDTH).values
    for i, (columns, _) in enumerate(found):
        if np.isfinite(errors[i]):
            shares[i, columns.rest] = effects[i] / columns.rest.size
    return shares


def _said(columns: Columns, slopes: Slopes, own: float, cross: Numbers) -> Numbers:
    """[S, T] what prices and flags did to log sales: with the shrunk effects where there are some."""
    values = slopes.values.copy()
    for at, name in enumerate(columns.names):
        if name == "own":
            values[at] = own
        elif name.startswith("rival:"):
            values[at] = cross[int(name[6:])]
        elif name == "control":
            values[at] = 0.0
    return np.asarray(np.tensordot(values, columns.values, axes=1))
