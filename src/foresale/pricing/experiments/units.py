"""What was sold in cells: a product in a place over some neighbouring periods."""

from dataclasses import dataclass, field

import numpy as np

from foresale.core.arrays import Index, Numbers
from foresale.pricing.effects.columns import filled, seasons
from foresale.pricing.effects.cube import PriceCube
from foresale.pricing.effects.within_products import regress

_STEEPEST = -6.0
"""Elasticities below it are what a regression reads of few prices that moved."""


@dataclass(frozen=True)
class Sums:
    """Running sums of values [P, S, T] along time, so that the mean of any stretch is two look-ups.

    Attributes:
        total: [P, S, T + 1] of the known values.
        count: [P, S, T + 1] how many are known.
    """

    total: Numbers = field(repr=False)
    count: Numbers = field(repr=False)

    @classmethod
    def of(cls, values: Numbers) -> "Sums":
        """Those of values, NaN where unknown."""
        known = np.isfinite(values)
        start = np.zeros((*values.shape[:-1], 1))
        return cls(
            np.concatenate([start, np.cumsum(np.where(known, values, 0.0), axis=-1)], axis=-1),
            np.concatenate([start, np.cumsum(known, axis=-1)], axis=-1),
        )

    def between(self, product: Index, place: Index, begin: Index, end: Index) -> tuple[Numbers, Numbers]:
        """Sum of the known values of each cell, and how many they are; what lies outside of time is not known.

        >>> sums = Sums.of(np.array([[[1.0, np.nan, 3.0]]]))
        >>> at = np.array([0])
        >>> [part.tolist() for part in sums.between(at, at, at, at + 9)]
        [[4.0], [2.0]]
        """
        last = self.total.shape[-1] - 1
        begin, end = np.clip(begin, 0, last), np.clip(end, 0, last)
        total, count = (own[product, place, end] - own[product, place, begin] for own in (self.total, self.count))
        return total, count


def log_mean(total: Numbers, count: Numbers) -> Numbers:
    """Logarithm of the mean of counts, NaN where none is known; half a unit is added as in `PriceCube.log_sales`."""
    return np.log(np.where(count > 0, (total + 0.5) / np.maximum(count, 1), np.nan))


def at_one_price(cube: PriceCube) -> Numbers:
    """[P, S, T] units as if no price had moved, so that past periods tell how much sales vary by themselves.

    Each product's own prices are taken out by a regression within places and periods (in one place, with seasons).
    """
    whole = filled(cube.log_price)
    several = len(cube.place_names) > 1
    controls = [] if several else [np.broadcast_to(wave, whole[0].shape) for wave in seasons(cube)]
    seen = np.isfinite(cube.log_sales).astype(float)
    result = cube.sales.copy()
    for product, own in enumerate(whole):
        if seen[product].sum() < 8 + len(controls):
            continue
        columns = np.stack([own, *controls])
        slope = regress(cube.log_sales[product], columns, seen[product], periods=several).values[0]
        result[product] = cube.sales[product] * np.exp(-np.clip(slope, _STEEPEST, 0.0) * (own - np.median(own)))
    return result
