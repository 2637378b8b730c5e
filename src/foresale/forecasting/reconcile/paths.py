"""Paths of items whose sums have the spread that the groups' own forecasts have, by the order of their ranks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.hierarchy import Hierarchy, Sums
from foresale.core.panel import Values

_ROUNDS: Final = 6
"""How often the ranks are ordered anew; after that the spread of the sums changes by less than chance."""
_RIDGE: Final = 1e-6


@dataclass(frozen=True)
class HierarchicalPaths:
    """S possible futures of N items and their groups over H steps.

    Attributes:
        items: [S, N, H] units per period.
        groups: by level, [S, G, H]: in every path the sums of the items.
    """

    items: Values = field(repr=False)
    groups: Mapping[str, Sums] = field(repr=False)


def draw_paths(items: Forecast, groups: Mapping[str, Forecast], *, hierarchy: Hierarchy, persistence: float, count: int,
               seed: int) -> HierarchicalPaths:  # fmt: skip
    """Paths of the items, and their sums.

    At every step each item has the same S values, the quantiles of its forecast at S even levels; what is drawn is in
    which path which of them stands. Ranks that make the sums of items have the quantiles of the groups' forecasts are
    the way of Ben Taieb, Taylor and Hyndman (2017) to coherent distributions; they took the ranks of past errors, which
    must have been seen for every item. Here ranks begin as independent of one another, each item's with a correlation
    of `persistence` from step to step, and are then moved by what the sums lack of the groups' values of the same rank,
    shared out over the items by their variance: D A' (A D A')⁻¹ d, some times over.

    Raises:
        ConfigError: fewer than two paths.
    """
    if count < 2:
        raise ConfigError(f"at least two paths are needed to say anything of a spread, not {count}")
    generator = np.random.default_rng(seed)
    latent = generator.standard_normal((hierarchy.items, count), np.float32)
    found = np.empty((count, hierarchy.items, items.horizon), np.float32)
    fresh = np.float32(np.sqrt(1 - persistence**2))
    for step in range(items.horizon):
        values = _values(items, step, count)
        targets = np.concatenate([_values(groups[level.name], step, count) for level in hierarchy.levels])
        found[:, :, step] = _ordered(latent, values, targets, hierarchy).T
        latent *= np.float32(persistence)
        latent += fresh * generator.standard_normal(latent.shape, np.float32)
    return HierarchicalPaths(found, {level.name: level.sums(found, axis=1) for level in hierarchy.levels})


def _values(forecast: Forecast, step: int, count: int) -> Values:
    """[n, S] the rising quantiles of a step at S even levels; flat beyond the outermost levels."""
    at = (np.arange(count) + 0.5) / count
    unit = np.eye(len(forecast.levels))
    weights = np.stack([np.interp(at, forecast.levels, row) for row in unit]).astype(np.float32)
    return np.asarray(forecast.quantiles[:, step] @ weights, np.float32)


def _ordered(latent: Values, values: Values, targets: Values, hierarchy: Hierarchy) -> Values:
    """[N, S] the values of each item in an order in which the sums over groups are spread like their targets."""
    variance = values.var(axis=1, dtype=np.float64)
    system = hierarchy.gram(variance)
    floor = max(float(np.diagonal(system).mean()) * _RIDGE, float(np.finfo(np.float32).tiny))
    system[np.diag_indices_from(system)] += floor
    drawn = _by_rank(latent, values)
    score = drawn + _TIE * latent * np.sqrt(variance)[:, None].astype(np.float32)
    for _ in range(_ROUNDS):
        sums = hierarchy.sums(drawn)
        lacking = _by_rank(sums, targets) - sums
        lacking -= lacking.mean(axis=1, keepdims=True)
        pushed = hierarchy.back(np.linalg.solve(system, lacking))
        score += (variance[:, None] * pushed).astype(np.float32)
        drawn = _by_rank(score, values)
    return drawn


_TIE: Final = np.float32(1e-3)
"""Of an item's spread, to keep values that are equal (zeros, above all) in the order they were drawn in."""


def _by_rank(order: npt.NDArray[np.floating], values: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """[n, S] rising values put where the numbers of the same rank stand."""
    placed = np.empty(values.shape, np.float32)
    np.put_along_axis(placed, np.argsort(order, axis=1), values, axis=1)
    return placed
