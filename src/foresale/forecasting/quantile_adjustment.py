"""What errors have in common, shrunk by how much it is the same from window to window."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import Final

import numpy as np

from foresale.core.arrays import TINY, Numbers
from foresale.core.frequency import Index
from foresale.core.panel import Values
from foresale.core.quantiles import quantiles_of_weighted

_MEMORY: Final = 0.9
"""Weight of a window by that of the one after it."""
_FEWEST: Final = 100
"""Errors that a group needs for a correction of its own."""
_DOUBT: Final = 0.1
"""What a correction, in widths, is taken to differ by from window to window before any was seen, times z²: one standard
deviation out it is a tenth of the width, and more towards the tails. On retail tasks it was .05 z² to .15 z²."""
_BELIEF: Final = 1.0
"""How many windows that belief is worth."""
_SWING: Final = 0.15
"""What the logarithm of the spread of errors is taken to differ by from window to window before any was seen, one
standard deviation. On retail tasks it was .05 to .3, with a median of .13 and a root mean square of .18."""
_WINDOWS_OF_SWING: Final = 2
"""How many windows that is worth."""
_DEVIATIONS_OF_WIDTH: Final = 2 * NormalDist().inv_cdf(0.9)


@dataclass(frozen=True)
class Cells:
    """Errors of every quantile at items and steps whose sales are known.

    Attributes:
        errors: [C, Q] sales less the quantile, in widths.
        windows: [C] number of the window, the oldest is 0.
        groups: by trait, the class of each cell [C]; -1 where it has none.
    """

    errors: Values = field(repr=False)
    windows: Index = field(repr=False)
    groups: Mapping[str, Index] = field(repr=False)


@dataclass(frozen=True)
class QuantileAdjustment:
    """What is added to each quantile [Q], in widths, by the class of one trait [G].

    Attributes:
        table: [G, Q]; zero where evidence lacks.
    """

    table: Values

    def of(self, classes: Index) -> Values:
        """[n, Q] the corrections of n classes; zero for one that was never seen (-1, or past the last)."""
        inside = (classes >= 0) & (classes < len(self.table))
        return np.where(inside[:, None], self.table[np.where(inside, classes, 0)], np.float32(0))

    @classmethod
    def fit_all(cls, cells: Cells, *, levels: tuple[float, ...]) -> dict[str, "QuantileAdjustment"]:
        """By trait, in their order, what its classes differ by from what the traits before them say.

        Each trait sees the errors without the whole correction of those before it, not only with the part of it that
        was kept: what was found to be chance in all of the errors would come back in every class otherwise. The first
        is given what few windows did not show.
        """
        found: dict[str, QuantileAdjustment] = {}
        lacking = small_sample_correction(cells.errors, cells.windows, levels=levels)
        for trait, classes in cells.groups.items():
            whole, found[trait] = cls.fit(cells.errors, cells.windows, classes, levels=levels)
            cells = replace(cells, errors=cells.errors - whole.of(classes))
        first = next(iter(found))
        return found | {first: cls(found[first].table + lacking)}

    @classmethod
    def fit(
        cls, errors: Values, windows: Index, classes: Index, *, levels: tuple[float, ...]
    ) -> "tuple[QuantileAdjustment, QuantileAdjustment]":
        """The corrections of every class, as the errors have them and shrunk, each by its own evidence."""
        whole, kept = np.zeros((2, int(classes.max(initial=0)) + 1, len(levels)), np.float32)
        for number in range(len(whole)):
            own = classes == number
            if own.sum() >= _FEWEST:
                whole[number], kept[number] = correction(errors[own], windows[own], levels=levels)
        return cls(whole), cls(kept)


def small_sample_correction(errors: Values, windows: Index, *, levels: tuple[float, ...]) -> Values:
    """[Q] what quantiles lack, in widths, that were taken of few windows: the next one has a spread of its own too.

    Where the logarithm of the spread has the variance s² from window to window, a normal quantile z of a mixture of all
    windows lies ½ z (z² - 1) s² standard deviations farther out than that of one window (second-order expansion about
    the mean spread). K windows show 1 - 1 / K of it, and a new one, beside the error of their mean, needs 1 + 1 / K:
    2 / K lack. The middle, where |z| < 1, is left as it is.

    >>> two = np.repeat([0, 1], 500)
    >>> errors = np.tile(np.linspace(-1, 1, 500), 2)[:, None] * [1, 1, 1]
    >>> [f"{lacking:.2f}" for lacking in small_sample_correction(errors, two, levels=(0.01, 0.5, 0.99))]
    ['-0.03', '0.00', '0.03']
    """
    numbers = np.unique(windows)
    middle = errors[:, _middle(levels)]
    spreads = [np.subtract(*np.quantile(middle[windows == number], (0.9, 0.1))) for number in numbers]
    logs = np.log(np.maximum(spreads, 1e-6))
    squares = np.square(logs - logs.mean()).sum()
    variance = (_WINDOWS_OF_SWING * _SWING**2 + squares) / (_WINDOWS_OF_SWING + numbers.size - 1)
    normal = np.array([NormalDist().inv_cdf(level) for level in levels])
    deviations = normal * np.maximum(normal**2 - 1, 0) * variance / numbers.size
    return np.asarray(deviations / _DEVIATIONS_OF_WIDTH, np.float32)


def correction(errors: Values, windows: Index, *, levels: tuple[float, ...]) -> tuple[Values, Values]:
    """[Q] the τ-quantiles of the errors [C, Q], and the same drawn to 0 by how little they agree between windows [C].

    The correction of the median is taken off all of them: where the middle lies is for the forecaster to say, since
    its errors swing from window to window together, and what was learnt of them did harm on retail data. What is left,
    d, with the variance v over windows, keeps d² / (d² + v) of itself, in the manner of James and Stein (1961); v comes
    from the spread between windows and a belief worth one window.
    """
    numbers = np.unique(windows)
    weights = _MEMORY ** (numbers[-1] - numbers).astype(np.float64)
    each = np.stack([_quantiles(errors[windows == number], levels) for number in numbers])
    pooled = _weighted_quantiles(errors, weights[np.searchsorted(numbers, windows)], levels)
    middle = _middle(levels)
    doubt = _DOUBT * np.square([NormalDist().inv_cdf(level) for level in levels])
    whole = pooled - pooled[middle]
    kept = _kept(whole, each - each[:, middle : middle + 1], weights / weights.sum(), doubt)
    return np.asarray(whole, np.float32), kept


def _middle(levels: tuple[float, ...]) -> int:
    """The place of the median among the levels."""
    return int(np.argmin(np.abs(np.array(levels) - 0.5)))


def _kept(correction: Numbers, each: Numbers, weights: Numbers, doubt: Numbers) -> Values:
    """[Q] a correction, drawn towards 0 by its variance over windows, [K, Q], whose weights [K] sum to 1."""
    count = 1 / np.square(weights).sum()
    spread = count * (weights[:, None] * np.square(each - weights @ each)).sum(axis=0)
    variance = (_BELIEF * np.square(doubt) + spread) / (_BELIEF + count - 1) / count
    square = np.square(correction)
    return np.asarray(correction * square / np.maximum(square + variance, TINY), np.float32)


def _quantiles(errors: Values, levels: tuple[float, ...]) -> Numbers:
    """[Q] of each column [C], the quantile of its level."""
    return np.array([np.quantile(errors[:, place], level) for place, level in enumerate(levels)], np.float64)


def _weighted_quantiles(errors: Values, weights: Numbers, levels: tuple[float, ...]) -> Numbers:
    """[Q] of each column [C], the quantile of its level under weights [C]."""
    return np.array(
        [quantiles_of_weighted(errors[:, place], weights, (level,))[0] for place, level in enumerate(levels)]
    )
