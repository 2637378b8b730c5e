"""Smoothing of roots, many ways at once, with the season and without, averaged by merit: ets, theta and mstl."""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from foresale.core.arrays import Values
from foresale.core.forecast import LEVELS
from foresale.core.frequency import Index
from foresale.core.panel import Panel
from foresale.forecasting.statistical import seasons, spread
from foresale.forecasting.statistical.smoothing import Parameters, States, smooth, weighed

_BLOCK: Final = 256  # items at a time, for memory
_SHARPNESS: Final = 6.0  # power of the losses that weigh settings: the best counts most, equals count alike
_ALPHAS: Final = (0.02, 0.05, 0.1, 0.2, 0.4, 0.7)
_GAMMAS: Final = (0.0, 0.1, 0.3)
_OWN: Final = 10
"""Errors of its own that weigh as much as the spread that is expected of any item."""
_COUNTS: Final = 0.25
"""Variance of the roots of counts (Bartlett 1936)."""
_USUAL_VARIATION: Final = 0.3  # of sales around a forecast, as a share of it, before errors are seen
_NORMAL: Final = np.array([0.1257, 0.2533, 0.3853, 0.5244, 0.6745, 0.8416, 1.0364, 1.2816, 1.6449, 2.3263], np.float32)
_BOTH_SIDES: Final = np.concatenate([-_NORMAL[::-1], np.zeros(1, np.float32), _NORMAL])


class Smoother(Protocol):
    """A way to follow series [T, n] that begin with a season [m, n] ([1, n] zeros: none)."""

    def __call__(self, values: Values, season: Values) -> States:
        """The states of all its sets of parameters after every period."""
        ...


@dataclass(frozen=True)
class Trended:
    """Exponential smoothing over a grid of levels, trends and seasons.

    Attributes:
        trends: (beta, phi) pairs; (0, 0) is none.
        gammas: how much of an error goes into the season.
    """

    trends: tuple[tuple[float, float], ...] = ((0.0, 0.0), (0.1, 0.9))
    gammas: tuple[float, ...] = _GAMMAS

    def __call__(self, values: Values, season: Values) -> States:
        """The states of every combination."""
        gammas = self.gammas if len(season) > 1 else (0.0,)
        grid = Parameters.grid(trends=self.trends, alphas=_ALPHAS, gammas=gammas)
        return smooth(values, grid, level=_first_level(values, season), season=season)


@dataclass(frozen=True)
class Drifting:
    """The Theta method: simple exponential smoothing with half the slope of the line through the history as drift.

    ŷ[t + h] = l[t] + b[t] / 2 · (h − 1 + (1 − (1 − α)^t) / α), with b[t] the least-squares slope of the first t values
    (Assimakopoulos and Nikolopoulos 2000; Hyndman and Billah 2003). The season is taken out before and put back.
    """

    def __call__(self, values: Values, season: Values) -> States:
        """The states for every level of smoothing."""
        grid = Parameters.grid(trends=((0.0, 0.0),), alphas=_ALPHAS, gammas=(0.0,))
        states = smooth(values, grid, level=_first_level(values, season), season=season)
        drift = _slopes(values - np.resize(season, values.shape))[:, None] / np.float32(2)
        alpha = grid.alpha[:, None]
        seen = np.cumsum(np.isfinite(values), axis=0)[:, None]
        level = np.asarray(states.level + drift * ((1 - (1 - alpha) ** seen) / alpha - 1), np.float32)
        slope = np.broadcast_to(drift.astype(np.float32), level.shape)
        return States(values, level, slope, states.season, np.ones_like(states.phi), states.length)


@dataclass(frozen=True)
class Smoothing:
    """Everything happens on square roots, over all items at once.

    Weights of parameters come from the absolute errors of what was forecast from earlier periods, several steps ahead;
    the quantiles from the same errors, at each step for itself, and from what is usual where an item has few of them.

    Attributes:
        smoother: how a series is followed.
        years: whether the yearly season of short periods is taken out before, and put back (MSTL: Bandara, Hyndman and
            Bergmeir 2021).
    """

    smoother: Smoother
    years: bool = False

    def quantiles(self, panel: Panel, *, horizon: int) -> Values:
        """[N, H, Q] in units per period, NaN for items without known sales."""
        season = panel.frequency.season
        long = seasons.long_season(panel.frequency) if self.years else 1
        most = max(seasons.context_of(season), seasons.context_of(long) if long > 1 else 0)
        shared = seasons.shared_profile(panel, season, most=most)
        yearly = seasons.shared_profile(panel, long, most=most, without=season)
        found = np.empty((len(panel), horizon, len(LEVELS)), np.float32)
        for items in seasons.blocks(panel, most=_BLOCK * 400 // most):
            roots = seasons.roots(panel, items, most=most)
            ahead = self._of(roots, panel, items, shared=shared, yearly=yearly, horizon=horizon)
            ahead[:, :, ~np.isfinite(roots).any(axis=0)] = np.nan
            found[items] = np.square(np.maximum(ahead, 0)).transpose(2, 0, 1)
        return found

    def _of(self, roots: Values, panel: Panel, items: Index, *, shared: Values, yearly: Values, horizon: int) -> Values:
        """[H, Q, n] quantiles of the roots, the mean of those with the season and without, and with the year."""
        season, width = len(shared), items.size
        none = np.zeros((1, width), np.float32)
        begins = [none]
        if season > 1 and len(roots) > season + 1:
            begins.append(seasons.beginning(roots, shared, panel, items))
        found = [self._one(roots, none, begin, horizon=horizon) for begin in begins]
        if len(yearly) > 1 and len(roots) > len(yearly) + 1:
            year = seasons.beginning(roots, yearly, panel, items, without=season)
            found += [self._one(roots, year, begin, horizon=horizon) for begin in begins[-1:]]
        return _mixed(found)

    def _one(self, roots: Values, year: Values, season: Values, *, horizon: int) -> tuple[Values, Values]:
        """[H, Q, n] quantiles of the roots, and [n] the mean absolute error in units."""
        count = len(roots)
        whole = np.resize(year, (count + horizon, roots.shape[1]))
        values = roots - whole[:count]
        states = self.smoother(values, season)
        steps = spread.chosen_steps(horizon, count // 2)
        weights = weighed(states, steps=steps, burn=min(2 * states.length, count // 3))
        point = np.stack([_after(states, weights, step) for step in range(1, horizon + 1)]) + whole[count:]
        away, loss = _errors(states, weights, steps, roots=roots, expected=point[0])
        return point[:, None] + spread.between_steps(away, steps, horizon=horizon), loss


def _after(states: States, weights: Values, step: int) -> Values:
    """[n] what is forecast so many steps after the newest period."""
    return np.asarray((states.ahead(step, first=states.newest, last=states.newest + 1)[0] * weights).sum(axis=0))


def _errors(
    states: States, weights: Values, steps: tuple[int, ...], *, roots: Values, expected: Values
) -> tuple[Values, Values]:
    """[S, Q, n] how far the quantiles lie from the point at some steps, and [n] the mean absolute error in units."""
    away, loss = [], np.zeros(weights.shape[1], np.float32)
    usual = _COUNTS + np.square(_USUAL_VARIATION * expected / 2)
    for step in steps:
        errors = (states.errors(step)[0] * weights).sum(axis=1)
        errors[: min(states.length, len(errors) // 3)] = np.nan
        own, count = spread.error_quantiles(errors)
        total = np.where(np.isfinite(errors), np.square(errors), 0).sum(axis=0)
        deviation = np.sqrt((total + _OWN * usual) / (count + _OWN))
        share = count / (count + _OWN)
        centred = np.where(count > 0, own - own[len(LEVELS) // 2], 0)
        away.append(share * centred + (1 - share) * deviation * _BOTH_SIDES[:, None])
        actual = roots[step:]
        missed = np.abs(np.square(actual) - np.square(np.maximum(actual - errors, 0)))
        loss += np.where(np.isfinite(missed), missed, 0).sum(axis=0) / np.maximum(count, 1)
    return np.asarray(np.stack(away), np.float32), loss


def _mixed(found: list[tuple[Values, Values]]) -> Values:
    """[H, Q, n] the quantiles of several, each weighed by its error for each item."""
    losses = np.maximum(np.stack([loss for _, loss in found]), np.float32(1e-9))
    weights = (losses / losses.min(axis=0)) ** np.float32(-_SHARPNESS)
    weights /= weights.sum(axis=0)
    return np.asarray(sum(w * roots for w, (roots, _) in zip(weights, found, strict=True)), np.float32)


def _first_level(values: Values, season: Values) -> Values:
    """[n] mean of the first known values without their season: of one season, at least of four periods."""
    known = np.isfinite(values)
    early = known & (np.cumsum(known, axis=0) <= max(len(season), 4))
    return seasons.mean_known(np.where(early, values - np.resize(season, values.shape), np.float32(np.nan)))


def _slopes(values: Values) -> Values:
    """[T, n] least-squares slope of the known values up to each period, 0 before there are three."""
    known = np.isfinite(values)
    time = np.arange(len(values), dtype=np.float64)[:, None]
    filled = np.where(known, values, 0).astype(np.float64)
    count, times, squares = (np.cumsum(known * time**power, axis=0) for power in range(3))
    total, product = np.cumsum(filled, axis=0), np.cumsum(filled * time, axis=0)
    spread_of_times = count * squares - times**2
    slopes = np.zeros_like(total)
    np.divide(count * product - times * total, spread_of_times, out=slopes, where=(count > 2) & (spread_of_times > 0))
    return np.asarray(slopes, np.float32)
