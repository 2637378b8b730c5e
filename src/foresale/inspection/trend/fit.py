"""A series taken apart: level × weekday × time of the year × festivals, each with how sure it is.

Sales y of period t are fitted by a penalised quasi-Poisson regression,

    log E y(t) = a + b t + Σ_k c_k (t − knot_k)₊ + Σ_p e_p x_p(t),    Var y(t) = φ E y(t),

by iteratively reweighted least squares (Wood 2017, Generalized Additive Models, chapter 3): a trend of straight pieces
that bend a little at knots a quarter of a year apart, and an effect for every column of the calendar. Normal priors
keep the bends and effects small where the sales say little of them. Residuals beyond four deviations count less
(Huber 1964). The covariance is the posterior one, raised by the autocorrelation of the residuals.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from foresale.core.arrays import Numbers
from foresale.core.regression import no_longer_than, solved
from foresale.inspection.trend.calendar import Terms

_ROUNDS: Final = 12  # of the reweighting
_PLAIN_ROUNDS: Final = 4  # before far-out periods are drawn in
_FAR: Final = 4.0  # standard deviations from which on a period is drawn in
_BEND: Final = 0.6
"""How much the yearly slope of the logarithm may change at a knot: one standard deviation."""
_LOOSE: Final = 10.0  # spread of the prior of a slope: none to speak of
_RIDGE: Final = 1e-9  # so that the system can be solved


@dataclass(frozen=True)
class Fit:
    """A series as a level and factors.

    Attributes:
        terms: the columns of the calendar, over the history.
        coefficients: [P] logarithmic effects of the columns.
        covariance: [P, P] of them.
        level: [T] sales of a usual period at that time.
        level_error: [T] standard error of the logarithm of the level.
        expected: [T] what the model would expect.
        scale: what a mean period is worth: the level is that of a mean period, not of one without effects.
        dispersion: variance ÷ mean of the sales about what is expected.
    """

    terms: Terms
    coefficients: Numbers = field(repr=False)
    covariance: Numbers = field(repr=False)
    level: Numbers = field(repr=False)
    level_error: Numbers = field(repr=False)
    expected: Numbers = field(repr=False)
    scale: float
    dispersion: float

    @property
    def factor(self) -> Numbers:
        """[T] the calendar's factor of each period; 1 is a mean one."""
        return self.factor_of(self.terms)

    def factor_of(self, terms: Terms) -> Numbers:
        """[T'] the factor over other periods, by the same columns; columns that were not fitted do nothing."""
        return np.asarray(np.exp(terms.values @ self.matched(terms)) / self.scale)

    def matched(self, terms: Terms) -> Numbers:
        """[P'] coefficients of the columns of other periods."""
        own = dict(zip(self.terms.names, self.coefficients.tolist(), strict=True))
        return np.array([own.get(name, 0.0) for name in terms.names])

    def error_of(self, columns: Numbers) -> Numbers:
        """[n] standard errors of sums of coefficients [n, P]."""
        variance = np.einsum("np,pq,nq->n", columns, self.covariance, columns)
        return np.asarray(np.sqrt(np.maximum(variance, 0)), np.float64)


def fit(sales: Numbers, terms: Terms, *, per_year: float) -> Fit:
    """The fit of one series [T]; NaN is left out. A series that is all zero has a level of zero.

    >>> from foresale.core.frequency import Frequency
    >>> from foresale.inspection.trend.calendar import terms
    >>> days = np.arange(800)
    >>> calm = terms(Frequency("day"), 19_000, 19_799, years=2.2)
    >>> found = fit(100 * np.exp(0.2 * days / 365), calm, per_year=365.25)
    >>> round(float(np.log(found.level[700] / found.level[335])), 2)
    0.2
    """
    known = np.isfinite(sales)
    known[: int(np.argmax(np.nan_to_num(sales) > 0))] = False
    trend, spread = _trend(sales.size, per_year)
    design = np.concatenate([trend, terms.values], axis=1)
    prior = np.diag(1 / np.concatenate([spread, terms.spread]) ** 2)
    y, x = np.maximum(sales[known], 0), design[known]
    if not y.size or y.sum() <= 0:
        none = np.zeros(sales.size)
        size = len(terms.names)
        return Fit(terms, np.zeros(size), np.diag(terms.spread**2), none, none, none, 1.0, 1.0)
    beta, covariance, dispersion = _solve(y, x, prior)
    count = trend.shape[1]
    seasonal = terms.values @ beta[count:]
    year = slice(-max(round(min(per_year, sales.size)), 1), None)
    scale = float(np.exp(seasonal[year]).mean())
    mean = np.broadcast_to(terms.values[year].mean(axis=0), terms.values.shape)
    usual = np.concatenate([trend, mean], axis=1)
    error = np.sqrt(np.maximum(np.einsum("tp,pq,tq->t", usual, covariance, usual), 0))
    level = np.exp(trend @ beta[:count]) * scale
    return Fit(
        terms,
        beta[count:],
        covariance[count:, count:],
        level,
        error,
        level / scale * np.exp(seasonal),
        scale,
        dispersion,
    )


def _trend(periods: int, per_year: float) -> tuple[Numbers, Numbers]:
    """[T, 2 + K] a constant, a line and a bend at each knot, in years; and the spread of their priors."""
    time = np.arange(periods) / per_year
    count = max(round(time[-1] / 0.25) - 1, 0) if periods > 1 else 0
    knots = np.linspace(0, time[-1], count + 2)[1:-1]
    bends = np.maximum(time[:, None] - knots, 0)
    columns = np.concatenate([np.ones((periods, 1)), time[:, None], bends], axis=1)
    return columns, np.concatenate([[1e3, _LOOSE], np.full(count, _BEND)])


def _solve(y: Numbers, x: Numbers, prior: Numbers) -> tuple[Numbers, Numbers, float]:
    """Coefficients, their covariance and the dispersion, the constant set free of its prior by a start at the mean."""
    beta = np.zeros(x.shape[1])
    centre = np.zeros(x.shape[1])
    beta[0] = centre[0] = np.log(y.mean())
    dispersion, weight = max(float(y.var() / y.mean()), 1e-6), np.ones(y.size)
    information = prior
    for turn in range(_ROUNDS):
        eta = np.clip(x @ beta, -30, 30)
        mu = np.maximum(np.exp(eta), 1e-9)
        residual = (y - mu) / np.sqrt(mu)
        if turn:
            freedom = max(y.size - float(np.trace(solved(information, information - prior))), 1.0)
            dispersion = max(float((weight * residual**2).sum() / freedom), 1e-6)
        weight = np.ones(y.size)
        if turn >= _PLAIN_ROUNDS:
            size = np.abs(residual) / np.sqrt(dispersion)
            weight = _FAR / np.maximum(size, _FAR)
        strength = weight * mu / dispersion
        information = (x * strength[:, None]).T @ x + prior + _RIDGE * np.eye(x.shape[1])
        step = solved(information, x.T @ (strength * (y - mu) / mu) - prior @ (beta - centre))
        beta = beta + no_longer_than(step, np.abs(x @ step).max(), 3.0)
    covariance = np.asarray(np.linalg.inv(information) * inflation(residual), np.float64)
    return beta, covariance, dispersion


def inflation(residuals: Numbers, *, lags: int = 14) -> float:
    """How much wider the error of a mean is since neighbours are alike: 1 + 2 Σ (1 − k / (K + 1)) ρ_k, at least 1.

    >>> inflation(np.array([1.0, -1.0] * 20))
    1.0
    """
    centred = residuals - residuals.mean()
    variance = float(centred @ centred)
    most = min(lags, residuals.size // 4)
    if variance <= 0 or most < 1:
        return 1.0
    weights = [(1 - lag / (most + 1)) * float(centred[lag:] @ centred[:-lag]) / variance for lag in range(1, most + 1)]
    return max(1.0, 1.0 + 2.0 * sum(weights))
