"""Paths of items whose sums have the spread that the groups' own forecasts have, by the order of their ranks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Numbers
from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.hierarchy import Hierarchy
from foresale.core.panel import Values
from foresale.core.quantiles import even_levels, quantiles_of
from foresale.forecasting.reconcile.errors import spread

_FEWEST: Final = 64
"""Paths that are ordered together; fewer are the first of these."""
_EVEN: Final = 100
"""Values that tell a distribution where no paths are kept."""
_ROUNDS: Final = 4
"""How often the ranks are ordered anew; the spread of the sums is as wanted, in the median, after three."""
_RIDGE: Final = 1e-6  # share of the mean variance, so that the system can be solved
_TIE: Final = np.float32(1e-3)
"""Of an item's spread, by which equal values (zeros, above all) are put in an order by chance."""


@dataclass(frozen=True)
class HierarchicalPaths:
    """S possible futures of N items and their groups over H steps.

    Attributes:
        items: [S, N, H] units per period.
        groups: by level, [S, G, H]: in every path the sums of the items.
    """

    items: Values = field(repr=False)
    groups: Mapping[str, Numbers] = field(repr=False)


def coherent_paths(
    items: Forecast, groups: Mapping[str, Forecast], *, hierarchy: Hierarchy, count: int, seed: int = 0
) -> HierarchicalPaths:
    """Paths of the items with the quantiles of their forecasts, and the sums of these paths.

    At every step each item has the values of its own paths, in another order: one in which the sums of the items have
    the quantiles of the groups' forecasts, as nearly as they can. Ben Taieb, Taylor and Hyndman (2017) order them by
    the ranks of past errors, which must have been seen together for all items; here they begin in the order of
    `Forecast.paths` and are moved by what each sum lacks of the group's value of the same rank, shared out over the
    items by their variance, D A' (A D A')⁻¹ d, some times over.

    Raises:
        ConfigError: fewer than one path.
    """
    if count < 1:
        raise ConfigError(f"at least one path is drawn, not {count}")
    together = max(count, _FEWEST)
    found = items.paths(together, seed=seed, joint_items=True)
    even = even_levels(items.levels, together)
    order = _Order.of(items, hierarchy, np.random.default_rng((seed, 2)))
    for step in range(items.horizon):
        targets = np.concatenate([groups[level.name].quantiles[:, step] for level in hierarchy.levels])
        found[:, :, step] = order.ordered(found[:, :, step].T, targets @ even).T
    kept = found[:count]
    return HierarchicalPaths(kept, {level.name: level.sums(kept, axis=1) for level in hierarchy.levels})


def sum_quantiles(
    items: Forecast, groups: Forecast, *, hierarchy: Hierarchy, count: int = _EVEN, seed: int = 0
) -> Values:
    """[M, H, Q] quantiles of the sums of items, ordered step by step as in `coherent_paths`, without keeping paths.

    They are as sharp as the groups' own forecasts where the items allow it: a group of one item has its quantiles.

    Args:
        items: of N items.
        groups: of all M groups, whose quantiles the sums are to have.
        hierarchy: which item belongs to which group.
        count: values that each distribution is told by.
        seed: the same seed gives the same quantiles.
    """
    generator = np.random.default_rng((seed, 3))
    order = _Order.of(items, hierarchy, generator)
    even = even_levels(items.levels, count)
    found = np.empty((hierarchy.size, items.horizon, len(items.levels)), np.float32)
    shared = np.float32(items.copula.common)
    for step in range(items.horizon):
        scores = generator.standard_normal((hierarchy.items, count), np.float32) * np.sqrt(1 - shared)
        scores += np.sqrt(shared) * generator.standard_normal(count, np.float32)
        drawn = _by_rank(scores, np.maximum(items.quantiles[:, step] @ even, 0))
        drawn = order.ordered(drawn, groups.quantiles[:, step] @ even)
        found[:, step] = quantiles_of(hierarchy.sums(drawn), items.levels)
    return found


@dataclass(frozen=True)
class _Order:
    """Orders the values of items so that their sums are spread as wanted.

    Attributes:
        hierarchy: which item belongs to which group.
        variance: [N] D of the items, over all steps.
        inverse: [M, M] of A D A'.
        generator: of what chance decides.
    """

    hierarchy: Hierarchy
    variance: Numbers
    inverse: Numbers
    generator: np.random.Generator

    @classmethod
    def of(cls, items: Forecast, hierarchy: Hierarchy, generator: np.random.Generator) -> "_Order":
        """For the items of a forecast."""
        variance = np.square(spread(items)).mean(axis=1)
        system = hierarchy.gram(variance)
        floor = max(float(np.diagonal(system).mean()) * _RIDGE, float(np.finfo(np.float32).tiny))
        system[np.diag_indices_from(system)] += floor
        return cls(hierarchy, variance, np.asarray(np.linalg.inv(system), np.float64), generator)

    def ordered(self, drawn: Values, targets: Values) -> Values:
        """[N, S] the values of each item in an order in which their sums are spread like the rising targets [M, S]."""
        values = np.sort(drawn, axis=1)
        noise = self.generator.standard_normal(drawn.shape, np.float32)
        score = drawn + noise * (_TIE * np.sqrt(self.variance)).astype(np.float32)[:, None]
        for _ in range(_ROUNDS):
            sums = self.hierarchy.sums(drawn)
            lacking = _by_rank(sums, targets) - sums
            lacking -= lacking.mean(axis=1, keepdims=True)
            pushed = self.hierarchy.back(self.inverse @ lacking)
            score += (self.variance[:, None] * pushed).astype(np.float32)
            drawn = _by_rank(score, values)
        return drawn


def _by_rank(order: npt.NDArray[np.floating], values: Values) -> Values:
    """[n, S] rising values put where the numbers of the same rank stand."""
    placed = np.empty(values.shape, np.float32)
    np.put_along_axis(placed, np.argsort(order, axis=1), values, axis=1)
    return placed
