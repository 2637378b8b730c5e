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
from scipy.special import gammaincinv, ndtri

from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.frequency import Index
from foresale.core.paths import Copula, TemporalCorrelation
from foresale.core.quantiles import even_levels
from foresale.inventory.numeric import Numbers, numbers
from foresale.inventory.policies.tails import Tails
from foresale.inventory.samples import Paths, even_points

_NEXT: Final = 8
"""Steps whose quantiles are taken to sales together."""
_BLOCK: Final = 64
"""Steps whose sums are spread evenly together."""
_PARTS: Final = 32
"""Levels within the share of a path, over which a quantile is averaged."""
_SINGULAR: Final = 1e-6
"""Added to the variance of each step, since a correlation may be singular."""
_WIDE: Final = 4
"""Paths per step from which on correlations that come by chance can be taken out."""

PATHS: Final = 4_096
"""Sample paths of the demand that an order is taken from, unless told otherwise."""


@dataclass(frozen=True)
class PathDraw:
    """The order in which every item takes its quantiles, on S paths over H steps.

    Attributes:
        ranks: by link of the copula, [H, S] the rank of each path at each step.
        spread: [Q, S] weights that take the quantiles of a step to its sales, in rising order.
        copula: whose links they are.
    """

    ranks: tuple[npt.NDArray[np.int64], ...] = field(repr=False)
    spread: npt.NDArray[np.float64] = field(repr=False)
    copula: Copula

    @classmethod
    def of(cls, forecast: Forecast, *, steps: int, count: int, seed: int) -> "PathDraw":
        """The draw for forecasts of the same levels and copula.

        Args:
            forecast: whose levels and copula.
            steps: H.
            count: paths S.
            seed: the same seed gives the same draw, and its first steps whatever H.

        Raises:
            ConfigError: fewer than two paths.
        """
        if count < 2:
            raise ConfigError(f"orders are taken from two paths or more, not {count}")
        drawn = _Drawn.of(steps, count, seed)
        scale = drawn.scale(forecast.copula.freedom)
        ranks = []
        for link in forecast.copula.links:
            order = np.argsort(drawn.scores(link) * scale, axis=1, kind="stable")
            rank = np.empty_like(order)
            np.put_along_axis(rank, order, np.broadcast_to(np.arange(count), order.shape), axis=1)
            ranks.append(rank)
        fine = even_levels(forecast.levels, count * _PARTS).astype(np.float64)
        spread = fine.reshape(len(fine), count, _PARTS).mean(axis=2)
        return cls(tuple(ranks), spread / spread.sum(axis=0), forecast.copula)

    def paths(self, forecast: Forecast, items: Index, *, tails: Tails | None = None) -> Paths:
        """[S, n, H] sales of some items over the steps of their forecast, as far as they were drawn.

        They are laid out step by step in memory, since they are followed step by step.

        >>> from foresale.forecasting.naive import SeasonalNaive
        >>> from foresale.data.synthetic import shop
        >>> garden = SeasonalNaive().forecast(shop(items=3, periods=120), horizon=14)
        >>> draw = PathDraw.of(garden, steps=14, count=100, seed=0)
        >>> draw.paths(garden, np.array([0, 2])).shape
        (100, 2, 14)
        """
        ids = forecast.items[ITEM][items.tolist()]
        links = forecast.copula.links_of(map(str, ids))
        used, count, steps = np.unique(links), self.ranks[0].shape[1], min(len(self.ranks[0]), forecast.horizon)
        most = np.full((items.size, steps), np.inf) if tails is None else tails.most(forecast, items)
        laid = np.empty((steps, items.size, count), np.float32)
        for first in range(0, steps, _NEXT):
            values = forecast.quantiles[items, first : min(first + _NEXT, steps)].swapaxes(0, 1).astype(np.float64)
            ordered = (values.reshape(-1, len(self.spread)) @ self.spread).astype(np.float32)
            for step, rising in enumerate(ordered.reshape(*values.shape[:2], count), start=first):
                beyond = np.flatnonzero((rising[:, 0] < 0) | (rising[:, -1] > most[:, step]))
                rising[beyond] = np.clip(rising[beyond], 0, most[beyond, step, None])
                for link in used:
                    if len(used) == 1:
                        np.take(rising, self.ranks[link][step], axis=1, out=laid[step], mode="clip")
                    else:
                        laid[step, links == link] = rising[links == link][:, self.ranks[link][step]]
        return np.moveaxis(laid, 2, 0).swapaxes(1, 2)


@dataclass(frozen=True)
class _Drawn:
    """Normal draws [., S], each set of which fills its space evenly, and what they are to be put together to.

    Attributes:
        level: [S] what stays the same over all steps.
        waves: [H, S] what wears off, step after step.
        noise: [H, S] what is of a step alone.
        stray: [S] uniform: how far all steps of a path stray.
    """

    level: Numbers
    waves: Numbers
    noise: Numbers
    stray: Numbers

    @classmethod
    def of(cls, steps: int, count: int, seed: int) -> "_Drawn":
        parts = [_block(count, seed, number) for number in range(-(-steps // _BLOCK))]
        waves, noise = (np.concatenate([part[place] for part in parts])[:steps] for place in (1, 2))
        first = parts[0][0]
        return cls(ndtri(first[:, 0]), waves, noise, first[:, 1])

    def scores(self, link: TemporalCorrelation) -> Numbers:
        """[H, S] normal scores with the correlations of a link.

        Those that come by chance are taken out, as far as there are paths enough, by triangular matrices, so that the
        scores of the first steps are the same however many follow.
        """
        steps = len(self.noise)
        lasting = np.empty_like(self.waves)
        for step in range(steps):
            before = lasting[step - 1] if step else None
            lasting[step] = (
                self.waves[step]
                if before is None
                else (link.decay * before + np.sqrt(1 - link.decay**2) * self.waves[step])
            )
        own = max(1 - link.persistent - link.lasting, 0.0)
        found = np.sqrt(link.persistent) * self.level + np.sqrt(link.lasting) * lasting + np.sqrt(own) * self.noise
        found -= found.mean(axis=1, keepdims=True)
        near = min(steps, self.level.size // _WIDE)
        chance = found[:near] @ found[:near].T / self.level.size
        wanted, seen = (
            np.linalg.cholesky(part + _SINGULAR * np.eye(near)) for part in (link.correlation(near), chance)
        )
        found[:near] = wanted @ np.linalg.solve(seen, found[:near])
        return np.asarray(found)

    def scale(self, freedom: float) -> Numbers:
        """[S] by how much all steps of a path stray farther than usual (a t copula)."""
        if not np.isfinite(freedom):
            return np.ones(self.stray.size)
        return numbers(1 / np.sqrt(2 * gammaincinv(freedom / 2, self.stray) / freedom))


def _block(count: int, seed: int, number: int) -> tuple[Numbers, Numbers, Numbers]:
    """[S, 2] uniform draws for all steps, and [B, S] normal ones of consecutive steps, twice.

    The sum over all of them, over their first half, over its half, … are the first dimensions of a Sobol sequence,
    which it fills best (a Haar basis): the demand of a lead time or a review is hardly a matter of luck then.
    """
    points = even_points(count, 4 + 2 * _BLOCK, seed=(seed, number))[:, 2:]
    if number:
        points = np.random.default_rng((seed, number)).permutation(points, axis=0)
    basis, normal = _haar(_BLOCK), ndtri(points[:, 2:]).T
    return points[:, :2], basis.T @ normal[0::2], basis.T @ normal[1::2]


def _haar(size: int) -> Numbers:
    """[B, B] orthonormal rows: the sum, then the differences of halves, of quarters, and so on.

    >>> _haar(2).round(2).tolist()
    [[0.71, 0.71], [0.71, -0.71]]
    """
    rows = [np.ones(size)]
    width = size
    while width > 1:
        half = width // 2
        for begin in range(0, size, width):
            row = np.zeros(size)
            row[begin : begin + half], row[begin + half : begin + width] = 1.0, -1.0
            rows.append(row)
        width = half
    return numbers([row / np.linalg.norm(row) for row in rows])
