"""A synthetic control: what others, weighted, sold as the treated one did, and so would have sold without a campaign.

Weights are those of Abadie, Diamond and Hainmueller (2010), not negative and with sum one, of courses without their
levels (Doudchenko and Imbens 2016); what they leave is explained by a ridge regression (Ben-Michael, Feller and
Rothstein 2021). Chances are those of Chernozhukov, Wüthrich and Zhu (2021): once the effect is taken out, surprises in
the campaign are like those at other times.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from scipy.optimize import nnls

from foresale.core.arrays import Flags, Numbers
from foresale.core.regression import solved
from foresale.pricing.effects.bisection import last_within

_SUM: Final = 1e3
"""Weight of the equation that says that weights sum to one, in standard deviations of what is explained."""
_FOLDS: Final = 5
_RIDGES: Final = (float("inf"), 30.0, 10.0, 3.0, 1.0, 0.3)
"""Ridges that are tried, as shares of the donors' mean square; the first one is none at all."""
_CLOSE: Final = 0.02
"""Share of a standard error to which an end of an interval is found."""


def donor_weights(treated: Numbers, donors: Numbers, *, ridge: float = float("inf")) -> Numbers:
    """[J] weights of donors [J, T] whose sum goes as the treated one [T] does.

    Args:
        treated: its course, mean taken out.
        donors: theirs.
        ridge: how far weights are held from leaving the simplex; infinite keeps them in it.

    >>> draw = np.random.default_rng(0)
    >>> donors = draw.normal(size=(3, 60))
    >>> donor_weights(0.7 * donors[0] + 0.3 * donors[2], donors).round(2).tolist()
    [0.7, 0.0, 0.3]
    """
    scale = max(float(np.sqrt((treated**2).mean())), 1e-12)
    rows = np.concatenate([donors.T / scale, np.full((1, len(donors)), _SUM)])
    weights = nnls(rows, np.append(treated / scale, _SUM), maxiter=50 * len(donors))[0]
    weights = weights / max(weights.sum(), 1e-12)
    if not np.isfinite(ridge):
        return np.asarray(weights)
    centred = donors - donors.mean(axis=0)
    left = treated - weights @ donors
    gram = centred @ centred.T
    held = ridge * np.trace(gram) / len(donors) * np.eye(len(donors)) + 1e-12 * np.eye(len(donors))
    return np.asarray(weights + solved(gram + held, centred @ left))


@dataclass(frozen=True)
class Study:
    """One treated course beside its donors.

    Attributes:
        treated: [T] log sales.
        donors: [J, T] those of donors.
        during: [T] the periods whose effect is asked for; at least one.
        ridge: as in `donor_weights`.
    """

    treated: Numbers = field(repr=False)
    donors: Numbers = field(repr=False)
    during: Flags = field(repr=False)
    ridge: float = float("inf")

    @cached_property
    def weights(self) -> Numbers:
        """[J] of the donors, from the other periods."""
        own, others = self._courses(~self.during)
        return donor_weights(own, others, ridge=self.ridge)

    @cached_property
    def expected(self) -> Numbers:
        """[T] log sales without the campaign."""
        others = self.weights @ self.donors
        return np.asarray(others + (self.treated - others)[~self.during].mean())

    @cached_property
    def gap(self) -> Numbers:
        """[T] log sales beyond what was expected."""
        return self.treated - self.expected

    @property
    def effect(self) -> float:
        """Mean gap during the campaign, as a logarithm."""
        return float(self.gap[self.during].mean())

    @property
    def spread(self) -> float:
        """Standard deviation of the gap at other times."""
        return float(self.gap[~self.during].std())

    @property
    def fit(self) -> float:
        """Share of the treated course, at other times, that the donors tell; below 0 where they tell nothing."""
        own = self.treated[~self.during]
        return 1 - self.spread**2 / max(float(own.var()), 1e-12)

    def residuals(self, effect: float) -> Numbers:
        """[T] what is left of the treated course where an effect is taken out and all periods are learnt from."""
        freed = self.treated - effect * self.during
        centred = self.donors - self.donors.mean(axis=1, keepdims=True)
        own = freed - freed.mean()
        return np.asarray(own - donor_weights(own, centred, ridge=self.ridge) @ centred)

    def chance(self, effect: float = 0.0) -> float:
        """How often surprises as large come in as long a stretch at other times, if that were the effect.

        Surprises are shifted in a circle, which keeps how they hang together.
        """
        left = self.residuals(effect)
        length = int(self.during.sum())
        said = abs(left[self.during].mean())
        around = np.cumsum(np.concatenate([[0.0], left, left[: length - 1]]))
        others = np.abs(around[length:] - around[:-length]) / length
        return float((others >= said * (1 - 1e-9)).mean())

    def interval(self, level: float) -> tuple[float, float]:
        """All effects that surprises do not speak against, as logarithms."""
        step = self.spread / np.sqrt(self.during.sum()) + 1e-6
        return self._end(-step, level), self._end(step, level)

    def _end(self, step: float, level: float) -> float:
        def allowed(far: float) -> bool:
            return self.chance(self.effect + far * step) > 1 - level

        return self.effect + last_within(allowed, start=2.0, close=_CLOSE, relative=True) * step

    def _courses(self, keep: Flags) -> tuple[Numbers, Numbers]:
        own, others = self.treated[keep], self.donors[:, keep]
        return own - own.mean(), others - others.mean(axis=1, keepdims=True)


def chosen_ridge(treated: Numbers, donors: Numbers) -> float:
    """The ridge that foresees stretches of time best that it was not learnt from; without one where that is no worse.

    >>> draw = np.random.default_rng(0)
    >>> donors = draw.normal(size=(4, 100))
    >>> bool(np.isfinite(chosen_ridge(1.5 * donors[0] - 0.5 * donors[1], donors)))
    True
    """
    fold = np.arange(treated.size) * _FOLDS // treated.size
    errors = np.zeros((len(_RIDGES), _FOLDS))
    for number in range(_FOLDS):
        told = fold == number
        study = [Study(treated, donors, told, ridge) for ridge in _RIDGES]
        errors[:, number] = [(own.gap[told] ** 2).mean() for own in study]
    mean = errors.mean(axis=1)
    better = (errors - errors[0]).mean(axis=1) + (errors - errors[0]).std(axis=1, ddof=1) / np.sqrt(_FOLDS) < 0
    better[0] = True
    return _RIDGES[int(np.argmin(np.where(better, mean, np.inf)))]
