"""Sample paths for orders: the same draws for all items, so that an order depends on its own forecast alone.

What an item orders must not depend on which other items are planned with it, on how far ahead a forecast reaches, or on
the luck of the draw. So every item takes its quantiles in the order of the same normal scores. These have exactly the
correlations that they should (Iman and Conover 1982 take out by a triangular matrix those that come by chance), the
scores of the first steps are the same however many follow, and each path stands for the mean of its share of a
distribution, tails included, so that more of them refine the picture and do not move it.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.frequency import Index
from foresale.core.paths import Dependence
from foresale.core.quantiles import even_levels
from foresale.inventory.samples import Paths

_PARTS: Final = 32
"""Levels within the share of a path, over which a quantile is averaged."""
_SINGULAR: Final = 1e-6
"""Added to the variance of each step, since a correlation may be singular."""
_WIDE: Final = 4
"""Paths per step from which on correlations that come by chance can be taken out."""

PATHS: Final = 1_000
"""Sample paths of the demand that an order is taken from, unless told otherwise."""


@dataclass(frozen=True)
class PathDraw:
    """The order in which every item takes its quantiles, on S paths over H steps.

    Attributes:
        ranks: by link of the dependence, [H, S] the rank of each path at each step.
        spread: [Q, S] weights that take the quantiles of a step to its sales, in rising order.
        dependence: whose links they are.
    """

    ranks: tuple[npt.NDArray[np.int64], ...] = field(repr=False)
    spread: npt.NDArray[np.float64] = field(repr=False)
    dependence: Dependence

    @classmethod
    def of(cls, forecast: Forecast, *, steps: int, count: int, seed: int) -> "PathDraw":
        """The draw for forecasts of the same levels and dependence.

        Args:
            forecast: whose levels and dependence.
            steps: H.
            count: paths S.
            seed: the same seed gives the same draw, and its first steps whatever H.

        Raises:
            ConfigError: fewer than two paths.
        """
        if count < 2:
            raise ConfigError(f"orders are taken from two paths or more, not {count}")
        scores = _scores(steps, count, seed)
        scale = _scale(forecast.dependence.freedom, count, seed)
        ranks = []
        for link in forecast.dependence.links:
            root = np.linalg.cholesky(link.correlation(steps) + _SINGULAR * np.eye(steps))
            order = np.argsort((root @ scores) * scale, axis=1, kind="stable")
            rank = np.empty_like(order)
            np.put_along_axis(rank, order, np.broadcast_to(np.arange(count), order.shape), axis=1)
            ranks.append(rank)
        fine = even_levels(forecast.levels, count * _PARTS).astype(np.float64)
        spread = fine.reshape(len(fine), count, _PARTS).mean(axis=2)
        return cls(tuple(ranks), spread / spread.sum(axis=0), forecast.dependence)

    def paths(self, forecast: Forecast, items: Index) -> Paths:
        """[S, n, H] sales of some items, laid out step by step in memory, since they are followed step by step.

        >>> from foresale.forecasting.naive import SeasonalNaive
        >>> from foresale.data.synthetic import shop
        >>> garden = SeasonalNaive().forecast(shop(items=3, periods=120), horizon=14)
        >>> draw = PathDraw.of(garden, steps=14, count=100, seed=0)
        >>> draw.paths(garden, np.array([0, 2])).shape
        (100, 2, 14)
        """
        ids = forecast.items[ITEM][items.tolist()]
        links = forecast.dependence.links_of(map(str, ids))
        count, steps = self.ranks[0].shape[1], self.ranks[0].shape[0]
        laid = np.empty((steps, items.size, count), np.float32)
        for step in range(steps):
            margins = np.maximum(forecast.quantiles[items, step] @ self.spread, 0)
            for link in np.unique(links):
                own = links == link
                laid[step, own] = margins[own][:, self.ranks[link][step]]
        return np.moveaxis(laid, 2, 0).swapaxes(1, 2)


def _scores(steps: int, count: int, seed: int) -> npt.NDArray[np.float64]:
    """[H, S] normal scores of mean 0, deviation 1 and, as far as there are paths enough, no correlation at all."""
    scores = np.random.default_rng((seed, 0)).standard_normal((steps, count))
    scores -= scores.mean(axis=1, keepdims=True)
    near = scores[: count // _WIDE]
    root = np.linalg.cholesky(near @ near.T / count)
    scores[: len(near)] = np.linalg.solve(root, near)
    return scores


def _scale(freedom: float, count: int, seed: int) -> npt.NDArray[np.float64]:
    """[S] by how much all steps of a path stray farther than usual (a t copula); evenly drawn."""
    if not np.isfinite(freedom):
        return np.ones(count)
    from scipy.special import gammaincinv

    levels = np.random.default_rng((seed, 1)).permutation((np.arange(count) + 0.5) / count)
    return np.asarray(1 / np.sqrt(2 * gammaincinv(freedom / 2, levels) / freedom), np.float64)
