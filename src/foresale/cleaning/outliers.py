"""Outliers: sales far from what an item sells at that time, by a measure that outliers themselves do not move."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from foresale.core.arrays import Flags, Values
from foresale.core.columns import PRICE
from foresale.core.covariate_names import names_promotion
from foresale.core.histories import Chunk, Rhythm, folded, lower_median
from foresale.core.panel import Covariate, Panel

_NORMAL: Final = np.float32(1.4826)
"""Standard deviation over the median absolute deviation, of a normal distribution."""
_CYCLES: Final = 4
"""Seasons of history that tell an item's season, at least."""
_FEW: Final = 4
"""Known values that a block needs for a median of its own."""
_ORDERS: Final = np.float32(0.4)
"""Least spread, on the log scale, of items that often sell nothing: orders come in packs, whose MAD is often 0."""
_PRICE_CUT: Final = 0.97
"""Share of the usual price below which a price is cut."""


@dataclass(frozen=True)
class Bounds:
    """What an item may well have sold in each period.

    Attributes:
        low: [n, T] units; less is far from usual. 0 for items that often sell nothing.
        high: [n, T] units; more is far from usual.
    """

    low: Values
    high: Values


def bounds(sales: Values, *, rhythm: Rhythm, rare: Flags, threshold: float) -> Bounds:
    """The bounds of plausible sales, from robust seasonal residuals on the log scale.

    With y = log(1 + sales), the level is the median of y over blocks of periods, drawn through their middles; the
    season is the median of y − level at each position of the season (where there are four seasons); the spread of the
    rest is 1.4826 · MAD (Hampel 1974), and at least that of Poisson counts, 1 / √(1 + expected). Since counts are skew
    on the log scale, too little must also be so on the scale 2·√sales, where a Poisson count has the spread 1
    (Anscombe 1948). Of items that often sell nothing only the periods with a sale count, and only too much is judged;
    their spread is at least 0.4, since orders come in packs, whose MAD is often 0.

    Args:
        sales: [n, T] units, NaN where unknown.
        rhythm: lengths of season and block.
        rare: [n] whether an item often sells nothing.
        threshold: how many times the spread sales may lie off.

    >>> week = np.tile(np.array([10, 12, 9, 11, 20, 30, 13], np.float32), (1, 8))
    >>> normal = bounds(week, rhythm=Rhythm(7, 56, 28, 61), rare=np.array([False]), threshold=5)
    >>> bool(((normal.low < week) & (week < normal.high)).all()), bool(normal.high.max() < 140)
    (True, True)
    """
    # Below zero (more returns than sales, kept on request) the logarithm has nothing to say: taken as no sale.
    scaled = np.log1p(np.maximum(sales, 0))
    if rare.any():
        scaled[(sales <= 0) & rare[:, None]] = np.nan
    medians = _medians(scaled, rhythm.block)
    level = _drawn(medians, rhythm.block, scaled.shape[1])
    expected = level + _season(scaled - level, rhythm.season, rare)
    residual = scaled - expected
    spread = _NORMAL * lower_median(np.abs(residual))[:, None]
    spread = np.maximum(spread, 1 / np.sqrt(np.exp(np.maximum(expected, 0))))
    spread = np.where(rare[:, None], np.maximum(spread, _ORDERS), spread)
    far = np.float32(threshold) * spread
    # Clipping moves no value across the median of its block, so that clipping twice changes nothing more.
    median = np.repeat(medians, rhythm.block, axis=1)[:, : scaled.shape[1]]
    low = np.expm1(np.clip(expected - far, 0, median))
    low = np.minimum(low, np.maximum(np.sqrt(np.expm1(np.maximum(expected, 0))) - np.float32(threshold / 2), 0) ** 2)
    high = np.expm1(np.maximum(expected + far, median))
    return Bounds(np.where(rare[:, None], np.float32(0), low), high)


def _medians(values: Values, block: int) -> Values:
    """[n, B] median of each block of periods; that of the whole history where a block has hardly a value."""
    pieces = folded(values, block)
    few = (~np.isnan(pieces)).sum(axis=2) < _FEW
    return np.where(few, lower_median(values)[:, None], lower_median(pieces))


def _drawn(medians: Values, block: int, periods: int) -> Values:
    """[n, T] the line through the medians [n, B] at their blocks' middles."""
    place = np.clip((np.arange(periods) - (block - 1) / 2) / block, 0, medians.shape[1] - 1)
    left = np.floor(place).astype(int)
    right = np.minimum(left + 1, medians.shape[1] - 1)
    share = (place - left).astype(np.float32)
    drawn: Values = medians[:, left] * (1 - share) + medians[:, right] * share
    return drawn


def _season(residual: Values, season: int, rare: Flags) -> Values:
    """[n, T] median of the residuals at each position of the season; 0 where there are fewer than four seasons."""
    if season == 1 or residual.shape[1] < _CYCLES * season:
        return np.zeros_like(residual)
    pieces = folded(residual, season)
    profile = lower_median(pieces, axis=1)
    known = (~np.isnan(pieces)).sum(axis=1) >= _CYCLES
    profile = np.where(known & ~rare[:, None], profile, 0)
    tiled: Values = np.tile(profile, (1, pieces.shape[1]))[:, : residual.shape[1]]
    return tiled


def promotion_covariates(panel: Panel) -> tuple[Covariate, ...]:
    """The numeric covariates whose name speaks of a promotion."""
    return tuple(c for c in panel.covariates.values() if not c.categories and names_promotion(c.name))


def promoted(panel: Panel, chunk: Chunk, *, names: tuple[str, ...] | None, block: int) -> Flags:
    """[n, T] whether a promotion is on: a promotion covariate off its usual value, or a price cut.

    A promotion covariate is usual at its median over the panel, give or take a twentieth of its range, so that 0 or 1
    and a discount factor about 1 are both understood. A price is cut below 97 % of its median nearby.

    Args:
        panel: where the covariates are.
        chunk: the cells in question.
        names: the promotion covariates, or None to go by their names.
        block: how many periods count as nearby.
    """
    on = np.zeros(chunk.valid.shape, bool)
    covariates = promotion_covariates(panel) if names is None else tuple(panel.covariates[name] for name in names)
    for covariate in covariates:
        usual, tolerance = _usual(covariate)
        on |= np.abs(chunk.matrix(covariate.values) - usual) > tolerance
    price = panel.covariates.get(PRICE)
    if price is not None and not price.categories:
        paid = chunk.matrix(price.values)
        on |= paid < _PRICE_CUT * np.repeat(_medians(paid, block), block, axis=1)[:, : paid.shape[1]]
    return on


def _usual(covariate: Covariate) -> tuple[np.float32, np.float32]:
    sample = covariate.values[:: max(len(covariate.values) // 1_000_000, 1)]
    sample = sample[np.isfinite(sample)]
    if not sample.size:
        return np.float32(0), np.float32(0)
    return np.float32(np.median(sample)), np.float32(0.05 * (sample.max() - sample.min()))
