"""Exponential smoothing of many series at once: a loop over time, and all items and all parameters side by side.

Series are [T, n], time first, so that a step reads neighbouring memory; NaN is unknown and leaves the states as they
are.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from foresale.core.arrays import Values

_SHARPNESS: Final = 12.0
"""How strongly parameters with smaller errors are preferred: weights are error^-12."""


@dataclass(frozen=True)
class Parameters:
    """G sets of parameters of damped exponential smoothing, each array [G].

    Attributes:
        alpha: how much of an error goes into the level.
        beta: how much of that goes into the slope.
        phi: what remains of the slope after a period; 0 is no trend.
        gamma: how much of an error goes into the season.
    """

    alpha: Values
    beta: Values
    phi: Values
    gamma: Values

    @classmethod
    def grid(
        cls, *, trends: tuple[tuple[float, float], ...], alphas: tuple[float, ...], gammas: tuple[float, ...]
    ) -> "Parameters":
        """All combinations of levels, (beta, phi) and seasons.

        >>> Parameters.grid(trends=((0, 0), (0.1, 0.9)), alphas=(0.1, 0.5), gammas=(0.1,)).alpha.tolist()
        [0.10000000149011612, 0.5, 0.10000000149011612, 0.5]
        """
        rows = [(a, b, phi, g) for b, phi in trends for g in gammas for a in alphas]
        return cls(*np.array(rows, np.float32).T)


@dataclass(frozen=True)
class States:
    """What the smoothing knew after every period.

    Attributes:
        values: [T, n] the series.
        level: [T, G, n].
        slope: [T, G, n].
        season: [m + T, G, n]; row m + t is the season's value that period t left behind, the first m are the start.
        phi: [G, 1] what remains of the slope after a period.
        length: m, periods in a season.
    """

    values: Values
    level: Values
    slope: Values
    season: Values
    phi: Values
    length: int

    def ahead(self, step: int, *, first: int, last: int) -> Values:
        """[last - first, G, n] what was forecast `step` periods ahead after each of the periods first to last."""
        damp = np.cumsum(self.phi.astype(np.float64) ** np.arange(1, step + 1), axis=1)[:, -1:].astype(np.float32)
        place = step + self.length - ((step - 1) // self.length + 1) * self.length
        ahead = self.slope[first:last] * damp
        ahead += self.level[first:last]
        ahead += self.season[first + place : last + place]
        return ahead

    def errors(self, step: int) -> tuple[Values, Values]:
        """[T - step, G, n] actual less forecast, and [T - step, n] where the actual is known."""
        count = len(self.values)
        actual = self.values[step:]
        errors = actual[:, None] - self.ahead(step, first=0, last=count - step)
        return errors, np.isfinite(actual)

    @cached_property
    def newest(self) -> int:
        """The newest period."""
        return len(self.values) - 1


def smooth(values: Values, parameters: Parameters, *, level: Values, season: Values) -> States:
    """Damped-trend exponential smoothing with an additive season, in its error-correction form.

    e = y − (l + φ b + s),  l' = l + φ b + α e,  b' = φ b + α β e,  s' = s + γ e
    (Hyndman, Koehler, Ord and Snyder 2008, Forecasting with Exponential Smoothing, model A,Ad,A).

    Args:
        values: [T, n] sales, NaN where unknown.
        parameters: G of them.
        level: [n] to begin with.
        season: [m, n] to begin with, the first row for the first period; [1, n] zeros where there is none.

    >>> constant = smooth(np.full((9, 1), 4, np.float32), Parameters.grid(trends=((0, 0),), alphas=(0.5,), gammas=(0,)),
    ...                   level=np.array([0], np.float32), season=np.zeros((1, 1), np.float32))
    >>> constant.level[:3, 0, 0].tolist()
    [2.0, 3.0, 3.5]
    """
    count, width = values.shape
    length, sets = len(season), len(parameters.alpha)
    alpha, phi, gamma = parameters.alpha[:, None], parameters.phi[:, None], parameters.gamma[:, None]
    follow = alpha * parameters.beta[:, None]
    levels = np.empty((count, sets, width), np.float32)
    slopes = np.empty_like(levels)
    seasons = np.empty((length + count, sets, width), np.float32)
    seasons[:length] = season[:, None]
    newest, slope = np.broadcast_to(level, (sets, width)), np.zeros((sets, width), np.float32)
    known = np.isfinite(values)
    filled = np.where(known, values, 0)
    for period in range(count):
        slope = np.multiply(slope, phi, out=slopes[period])
        expected = np.add(newest, slope, out=levels[period])
        error = filled[period] - expected
        error -= seasons[period]
        error *= known[period]
        expected += alpha * error
        slope += follow * error
        np.multiply(gamma, error, out=seasons[length + period])
        seasons[length + period] += seasons[period]
        newest = expected
    return States(values, levels, slopes, seasons, phi, length)


def weighed(states: States, *, steps: tuple[int, ...], burn: int) -> Values:
    """[G, n] weights of the parameters for each series, by their absolute errors some steps ahead.

    A mean over good parameters forecasts better than the best of them, which is seldom the best in the next season.

    Args:
        states: from `smooth`.
        steps: how far ahead errors are measured.
        burn: periods at the beginning that count for nothing.
    """
    total = np.zeros(states.level.shape[1:], np.float32)
    for step in steps:
        errors, known = states.errors(step)
        begin = min(burn, max(len(errors) // 2, 0))
        errors, known = errors[begin:], known[begin:]
        count = np.maximum(known.sum(axis=0), 1)
        np.abs(errors, out=errors)
        total += np.where(known[:, None], errors, 0).sum(axis=0) / count
    best = np.maximum(total.min(axis=0), np.float32(1e-12))
    weights = (np.maximum(total, best) / best) ** np.float32(-_SHARPNESS)
    return np.asarray(weights / weights.sum(axis=0), np.float32)
