"""How the surprises of a forecast hang together, learnt from windows that have passed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from statistics import NormalDist
from typing import Final

import numpy as np

from foresale.core.arrays import Numbers
from foresale.core.classes import whole_units
from foresale.core.columns import ITEM
from foresale.core.forecast import Forecast
from foresale.core.panel import Values
from foresale.core.paths import Copula, Draw, TemporalCorrelation, draw_paths
from foresale.core.quantiles import quantiles_of, shares_below
from foresale.core.regression import least_squares

Past = Sequence[tuple[Forecast, Values]]
"""Forecasts of windows that have passed, oldest first, and what was sold then [N, H], NaN where unknown."""

_DECAYS: Final = (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
_SERIES_OF_BELIEF: Final = 30
"""Series (an item in a window) that the usual link is worth against those of all items."""
_SERIES_OF_ALL: Final = 200
"""Series that the link of all items is worth against those of a group."""
_STEPS_OF_BELIEF: Final = 20
"""Steps that the usual common share is worth."""
_WINDOWS_OF_BELIEF: Final = 0.5
"""Windows that what is usual is worth, however many items they hold: what surprised one surprised others then."""
_MOST_SERIES: Final = 20_000  # of past windows that the copula is learnt from
_USUAL_FREEDOM: Final = 8.0
"""Of the copula, before any window was seen; on retail tasks it was from 1 to infinite."""
_MOST_SUMS: Final = 600
"""Sums of past windows that strengths are tried on, at most: coverage of one window's items errs together anyway."""
_PATHS: Final = 300
"""For each sum; the ends of intervals that few paths tell are uncertain, and cover too little for it."""
_SHARES: Final = np.array([0.5, 0.8, 0.9, 0.98])
_FACTORS: Final = (0.0, 0.5, 1.0, 1.4)
_FINER: Final = np.linspace(0, _FACTORS[-1], 57)
_FREEDOMS: Final = (np.inf, 8.0, 4.0, 2.0, 1.0)


def fit_dependence(past: Past, groups: Mapping[str, int], *, seed: int = 0) -> Copula:
    """Links of the groups of items, and what all items have in common, from the surprises of windows that have passed.

    A surprise is the normal score of the level at which the sale lay in its forecast; where a distribution has a lump,
    such as no sale at all, a level within the lump is drawn. The products of the surprises of an item, by how many
    steps lie between, are fitted by a link. The products of a group are drawn to those of all items, and these to the
    usual link, by how many series there are and how many windows.

    Args:
        past: forecasts and what was sold then [N, H], NaN where unknown; best after calibration.
        groups: by item id, the number of its group.
        seed: of the levels drawn within lumps.
    """
    generator = np.random.default_rng(seed)
    thin = max(sum(len(actual) for _, actual in past) // _MOST_SERIES, 1)
    horizon = max(actual.shape[1] for _, actual in past)
    count = max(groups.values(), default=-1) + 1
    products, pairs, series = np.zeros((count + 1, horizon)), np.zeros((count + 1, horizon)), np.zeros(count + 1)
    common: list[Numbers] = []
    for forecast, actual in past:
        scores = pit_values(forecast.quantiles[::thin], actual[::thin], levels=forecast.levels, generator=generator)
        own = np.array([groups.get(str(item), count) for item in forecast.items[ITEM][::thin]], np.int64)
        common.append(_common(scores))
        product, pair = _products(scores, horizon=horizon)
        np.add.at(products, own, product)
        np.add.at(pairs, own, pair)
        series += np.bincount(own[np.isfinite(scores).any(axis=1)], minlength=count + 1)
    trust = _share(len(past), _WINDOWS_OF_BELIEF)
    variance = products[:, 0].sum() / max(pairs[:, 0].sum(), 1) or 1.0
    usual = TemporalCorrelation().correlation(horizon)[0]
    pooled = _drawn(
        products.sum(axis=0),
        pairs.sum(axis=0),
        variance=variance,
        towards=usual,
        share=trust * _share(series.sum(), _SERIES_OF_BELIEF),
    )
    links = [_link(pooled, horizon)]
    for group in range(count):
        own_share = trust * _share(series[group], _SERIES_OF_ALL)
        drawn = _drawn(products[group], pairs[group], variance=variance, towards=pooled, share=own_share)
        links.append(_link(drawn, horizon))
    together = _in_common(np.concatenate(common) / variance)
    found = Copula(tuple(links), {i: group + 1 for i, group in groups.items()}, together)
    return _held_to_sums(found, past, seed=seed)


def _in_common(products: Numbers) -> float:
    """What all items have in common: the mean product of two items, drawn to what is usual where there are few."""
    usually = Copula().common
    if not products.size:
        return usually
    together = usually + _share(products.size, _STEPS_OF_BELIEF) * (float(products.mean()) - usually)
    return min(max(together, 0.0), 1.0)


def _held_to_sums(copula: Copula, past: Past, *, seed: int) -> Copula:
    """Links made weaker or stronger by one factor, and a freedom, with which intervals of sums cover as they should.

    Taken are those with which the intervals of all shares miss theirs by least, each in units of what chance makes it
    miss; then both are drawn to the usual ones, by windows and series. Sums are what the links are for, and a few items
    whose errors are large say more in products than they do in coverage.
    """
    strengths, faults = [], []
    for freedom in _FREEDOMS:
        misses = np.stack([_missed(_scaled(copula, factor, freedom), past, seed=seed) for factor in _FACTORS])
        if np.isnan(misses).any():
            return copula
        finer = np.stack([np.interp(_FINER, _FACTORS, of_share) for of_share in misses.T], axis=1)
        fault = (finer**2 / (_SHARES * (1 - _SHARES))).sum(axis=1)
        strengths.append(_FINER[np.argmin(fault)])
        faults.append(fault.min())
    series = sum(int(np.isfinite(actual).any(axis=1).sum()) for _, actual in past)
    trust = _share(len(past), _WINDOWS_OF_BELIEF) * _share(series, _SERIES_OF_BELIEF)
    inverse = 1 / np.array(_FREEDOMS)
    heavy = float((1 - trust) / _USUAL_FREEDOM + trust * inverse[np.argmin(faults)])
    factor = 1 + trust * (float(np.interp(heavy, inverse, strengths)) - 1)
    return _scaled(copula, factor, 1 / heavy if heavy else np.inf)


def _scaled(copula: Copula, factor: float, freedom: float) -> Copula:
    links = []
    for link in copula.links:
        persistent, lasting = link.persistent * factor, link.lasting * factor
        total = max(persistent + lasting, 1.0)
        links.append(TemporalCorrelation(persistent / total, lasting / total, link.decay))
    return replace(copula, links=tuple(links), freedom=freedom)


def _missed(copula: Copula, past: Past, *, seed: int) -> Numbers:
    """How much more often the sums of past windows lay in the interval of each share than it says; NaN for no sum."""
    thin = max(sum(len(actual) for _, actual in past) // _MOST_SUMS, 1)
    parts = [part for forecast, actual in past for part in _misses(forecast, actual, copula, thin=thin, seed=seed)]
    every = np.concatenate(parts) if parts else np.empty((0, _SHARES.size))
    return np.asarray(every.mean(axis=0)) if len(every) else np.full(_SHARES.size, np.nan)


def _misses(forecast: Forecast, actual: Values, copula: Copula, *, thin: int, seed: int) -> Iterator[Numbers]:
    """For sums of the first steps and of all of them [·, shares]: in an interval (1) or not (0), less its share."""
    quantiles, sold = forecast.quantiles[::thin], actual[::thin].astype(np.float64)
    links = copula.links_of([str(item) for item in forecast.items[ITEM][::thin]])
    lower, upper = (1 - _SHARES) / 2, (1 + _SHARES) / 2
    for part, paths in draw_paths(quantiles, forecast.levels, links=links, copula=copula, draw=Draw(_PATHS, seed)):
        for steps in sorted({max(sold.shape[1] // 3, 1), sold.shape[1]}):
            known = np.isfinite(sold[part, :steps])
            used = known.sum(axis=1) > steps // 2
            total = np.where(known, sold[part, :steps], 0).sum(axis=1)[used, None]
            ends = quantiles_of((paths[used, :steps] * known[used, :, None]).sum(axis=1), (*lower, *upper))
            inside = (total >= ends[:, : _SHARES.size]) & (total <= ends[:, _SHARES.size :])
            yield inside - _SHARES


def pit_values(
    quantiles: Values, actual: Values, *, levels: tuple[float, ...], generator: np.random.Generator
) -> Values:
    """[N, H] normal scores of the levels at which sales [N, H] lay in quantiles [N, H, Q]; NaN where unknown.

    Items that sold whole units only lie somewhere within half a unit of what was sold (a randomised probability
    integral transform: Czado, Gneiting and Held 2009).

    >>> quantiles = np.array([[[1.0, 2.0, 3.0]]], np.float32)
    >>> generator = np.random.default_rng(0)
    >>> scores = pit_values(quantiles, np.array([[2.5]], np.float32), levels=(0.25, 0.5, 0.75), generator=generator)
    >>> round(float(scores[0, 0]), 2)
    0.32
    """
    known = np.isfinite(actual)
    sold = np.where(known, actual, 0).astype(np.float64)
    half = np.where(whole_units(sold).all(axis=1, keepdims=True), 0.5, 0.0)
    below, upto = shares_below(sold - half, quantiles, levels)[0], shares_below(sold + half, quantiles, levels)[1]
    below[sold == 0] = 0
    level = below + (upto - below) * generator.uniform(size=actual.shape)
    shares, scores = _normal()
    return np.where(known, np.interp(level, shares, scores), np.nan).astype(np.float32)


@cache
def _normal() -> tuple[Numbers, Numbers]:
    shares = (np.arange(4_000) + 0.5) / 4_000
    normal = NormalDist()
    return shares, np.array([normal.inv_cdf(share) for share in shares])


def _products(scores: Values, *, horizon: int) -> tuple[Numbers, Numbers]:
    """[N, H] sums of the products of surprises by the steps between them, and how many there are."""
    known = np.isfinite(scores)
    filled = np.where(known, scores, 0).astype(np.float64)
    products, pairs = np.zeros((len(scores), horizon)), np.zeros((len(scores), horizon))
    for apart in range(scores.shape[1]):
        end = scores.shape[1] - apart
        products[:, apart] = (filled[:, :end] * filled[:, apart:]).sum(axis=1)
        pairs[:, apart] = (known[:, :end] & known[:, apart:]).sum(axis=1)
    return products, pairs


def _common(scores: Values) -> Numbers:
    """The mean product of the surprises of two items, for each step at which two are known."""
    known = np.isfinite(scores)
    filled = np.where(known, scores, 0).astype(np.float64)
    count = known.sum(axis=0)
    product = filled.sum(axis=0) ** 2 - (filled**2).sum(axis=0)
    return np.asarray((product / np.maximum(count * (count - 1), 1))[count > 1])


def _drawn(products: Numbers, pairs: Numbers, *, variance: float, towards: Numbers, share: float) -> Numbers:
    """[H] correlations by the steps between, a share of them their own and the rest those of others."""
    own = np.where(pairs > 0, products / np.maximum(pairs, 1) / variance, towards)
    return np.asarray(share * own + (1 - share) * towards)


def _share(count: float, belief: float) -> float:
    return float(count / (count + belief))


def _link(correlations: Numbers, horizon: int) -> TemporalCorrelation:
    """The link nearest to correlations by the steps between [H], by least squares over all pairs of steps."""
    if horizon == 1:
        return TemporalCorrelation()
    apart = np.arange(1, horizon)
    weights = np.sqrt(horizon - apart)
    wanted = np.clip(correlations[1:], -1, 1) * weights
    best: tuple[float, TemporalCorrelation] | None = None
    for decay in _DECAYS:
        for use in ((True, True), (True, False), (False, True)):
            parts = np.stack([np.ones(horizon - 1) * use[0], decay**apart * use[1]], axis=1) * weights[:, None]
            shares = np.maximum(least_squares(parts, wanted), 0)
            shares /= max(shares.sum(), 1.0)
            error = float(np.square(parts @ shares - wanted).sum())
            if best is None or error < best[0] - 1e-12:
                best = error, TemporalCorrelation(float(shares[0]), float(shares[1]), decay)
    assert best is not None
    return best[1]
