"""The demand model that is asked for units under prices: the regression and the trees, together."""

import importlib.util
from dataclasses import dataclass

import numpy as np

from foresale.core.arrays import Numbers
from foresale.pricing.changes import Course
from foresale.pricing.demand.log_linear import LogLinear, fit_log_linear
from foresale.pricing.demand.trees import BoostedDemand, fit_trees
from foresale.pricing.effects.cube import PriceCube


@dataclass(frozen=True)
class DemandModel:
    """Units under prices and flags.

    Attributes:
        regression: of logarithms, which goes on beyond the prices that were seen.
        trees: which bend where the sales do; None where lightgbm is not installed.
    """

    regression: LogLinear
    trees: BoostedDemand | None

    def predict(self, course: Course) -> Numbers:
        """[P, S, T] units under prices and flags [P, S, T]: the geometric mean of both words."""
        told = self.regression.predict(course)
        if self.trees is None:
            return told
        return np.asarray(np.sqrt(told * self.trees.predict(course)))

    def factor(self, now: Course, then: Course) -> Numbers:
        """[P, T] demand under one course of all places [P, T] over that under another."""
        places = (1, self.regression.level.shape[1], 1)

        def everywhere(course: Course) -> Course:
            flags = {name: np.tile(values[:, None], places) for name, values in course.flags.items()}
            return Course(np.tile(course.price[:, None], places), flags)

        before, after = (self.predict(everywhere(course)).sum(axis=1) for course in (now, then))
        return np.asarray((after + 1e-9) / (before + 1e-9))


def fit_demand(cube: PriceCube, *, seed: int = 0) -> DemandModel:
    """A demand model of the sales and prices of a cube.

    >>> from foresale.data.synthetic import shop
    >>> from foresale.pricing.effects.cube import price_cube
    >>> cube = price_cube(shop(items=3, periods=280))
    >>> now = Course(np.full((3, 2), 9.0), {name: np.zeros((3, 2)) for name in cube.flags})
    >>> fit_demand(cube).factor(now, now).tolist()
    [[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]]
    """
    trees = fit_trees(cube, seed=seed) if importlib.util.find_spec("lightgbm") is not None else None
    return DemandModel(fit_log_linear(cube), trees)
