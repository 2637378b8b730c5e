"""Seasonal exponential smoothing with the season or without, its parameters weighed for each item."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from foresale.core.forecast import LEVELS
from foresale.core.panel import Panel
from foresale.forecasting.statistical import seasons, spread
from foresale.forecasting.statistical.smoothing import Matrix, Parameters, States, smooth, weighed

_BLOCK: Final = 256
_SHARPNESS: Final = 6.0
_ALPHAS: Final = (0.02, 0.05, 0.1, 0.2, 0.4, 0.7)
_GAMMAS: Final = (0.0, 0.1, 0.3)
_OWN: Final = 10
"""Errors of its own that weigh as much as the spread that is expected of any item."""
_COUNTS: Final = 0.25
"""Variance of the roots of counts (Bartlett 1936)."""
_USUAL_VARIATION: Final = 0.3
_NORMAL: Final = np.array([0.1257, 0.2533, 0.3853, 0.5244, 0.6745, 0.8416, 1.0364, 1.2816, 1.6449, 2.3263], np.float32)
_BOTH_SIDES: Final = np.concatenate([-_NORMAL[::-1], [np.float32(0)], _NORMAL])


@dataclass(frozen=True)
class ExponentialSmoothing:
    """All combinations of some levels, trends and seasons are run over all items at once, and averaged by merit.

    Everything happens on square roots. Weights come from the absolute errors of what was forecast from earlier
    periods, several steps ahead; the quantiles from the same errors, at each step for itself.

    Attributes:
        trends: (beta, phi) pairs; (0, 0) is none.
    """

    trends: tuple[tuple[float, float], ...] = ((0.0, 0.0), (0.1, 0.9))

    def quantiles(self, panel: Panel, *, horizon: int) -> Matrix:
        """[N, H, Q] in units per period, NaN for items without known sales."""
        season = panel.frequency.season
        shared = seasons.shared_profile(panel, season)
        found = np.empty((len(panel), horizon, len(LEVELS)), np.float32)
        for items in seasons.blocks(panel, most=_BLOCK):
            values = seasons.roots(panel, items, season=season)
            flat = self._of(values, np.zeros((1, items.size), np.float32), horizon=horizon)
            if season > 1 and len(values) > season + 1:
                begin = seasons.beginning(values, shared, panel, items)
                roots = _mixed([flat, self._of(values, begin, horizon=horizon)])
            else:
                roots = flat[0]
            roots[:, :, ~np.isfinite(values).any(axis=0)] = np.nan
            found[items] = np.square(np.maximum(roots, 0)).transpose(2, 0, 1)
        return found

    def _of(self, values: Matrix, season: Matrix, *, horizon: int) -> tuple[Matrix, Matrix]:
        """[H, Q, n] quantiles of the roots, and [n] the mean absolute error in units."""
        length = len(season)
        grid = Parameters.grid(trends=self.trends, alphas=_ALPHAS, gammas=_GAMMAS if length > 1 else (0.0,))
        level = _first_level(values - np.resize(season, values.shape), length)
        states = smooth(values, grid, level=level, season=season)
        steps = spread.chosen_steps(horizon, len(values) // 2)
        weights = weighed(states, steps=steps, burn=min(2 * length, len(values) // 3))
        ahead = range(1, horizon + 1)
        point = np.stack([_after(states, weights, step) for step in ahead])
        away, loss = _errors(states, weights, steps, expected=point[0])
        return point[:, None] + spread.between_steps(away, steps, horizon=horizon), loss


def _after(states: States, weights: Matrix, step: int) -> Matrix:
    """[n] what is forecast so many steps after the newest period."""
    return np.asarray((states.ahead(step, first=states.now, last=states.now + 1)[0] * weights).sum(axis=0))


def _errors(states: States, weights: Matrix, steps: tuple[int, ...], *, expected: Matrix) -> tuple[Matrix, Matrix]:
    """[S, Q, n] how far the quantiles lie from the point at some steps, and [n] the mean absolute error in units."""
    away, loss = [], np.zeros(weights.shape[1], np.float32)
    usual = _COUNTS + np.square(_USUAL_VARIATION * expected / 2)
    for step in steps:
        errors = (states.errors(step)[0] * weights).sum(axis=1)
        errors[: min(states.length, len(errors) // 3)] = np.nan
        own, count = spread.quantiles_of(errors)
        total = np.where(np.isfinite(errors), np.square(errors), 0).sum(axis=0)
        deviation = np.sqrt((total + _OWN * usual) / (count + _OWN))
        share = count / (count + _OWN)
        centred = np.where(count > 0, own - own[len(LEVELS) // 2], 0)
        away.append(share * centred + (1 - share) * deviation * _BOTH_SIDES[:, None])
        actual = states.values[step:]
        missed = np.abs(np.square(actual) - np.square(np.maximum(actual - errors, 0)))
        loss += np.where(np.isfinite(missed), missed, 0).sum(axis=0) / np.maximum(count, 1)
    return np.asarray(np.stack(away), np.float32), loss


def _mixed(found: list[tuple[Matrix, Matrix]]) -> Matrix:
    """[H, Q, n] the quantiles of several, each weighed by its error for each item."""
    losses = np.maximum(np.stack([loss for _, loss in found]), np.float32(1e-9))
    weights = (losses / losses.min(axis=0)) ** np.float32(-_SHARPNESS)
    weights /= weights.sum(axis=0)
    return np.asarray(sum(w * roots for w, (roots, _) in zip(weights, found, strict=True)), np.float32)


def _first_level(values: Matrix, length: int) -> Matrix:
    """[n] mean of the first known values: of a season, at least four."""
    known = np.isfinite(values)
    early = known & (np.cumsum(known, axis=0) <= max(length, 4))
    return seasons.mean_known(np.where(early, values, np.float32(np.nan)))
