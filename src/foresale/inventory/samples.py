"""Sums of sample paths over stretches of steps: demand over a lead time, a review, a protection interval."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError
from foresale.inventory.numeric import Counts, Numbers, refuse

_EDGE = 1e-9
"""Of the unit interval, so that normal scores are finite."""
Paths = npt.NDArray[np.floating]
"""[S, N, H] demand of S sample paths of N items over H steps, in units per step."""


def sums_until(demand: Paths, stops: Sequence[npt.ArrayLike], *, reach: npt.ArrayLike | None = None) -> list[Numbers]:
    """[S, N] units of every path before each of the `stops`, in float64.

    A stop behind the reach is reached at the path's own mean demand per step: rather ask the forecast for more steps.

    Args:
        demand: [S, N, H] units.
        stops: each one number of steps, [N] by item or [S, N] by path and item.
        reach: [N] steps of the paths that are looked at; all H by default.

    Raises:
        ConfigError: paths of another shape, or a negative stop.

    >>> paths = np.array([[[1.0, 2.0, 3.0]], [[4.0, 0.0, 2.0]]])
    >>> [sums.ravel().tolist() for sums in sums_until(paths, [0, 2, [[1], [6]]])]
    [[0.0, 0.0], [3.0, 4.0], [1.0, 12.0]]
    """
    if demand.ndim != 3 or not demand.shape[2]:
        raise ConfigError(f"demand is paths by items by steps, at least one step, not of shape {demand.shape}")
    count, items, horizon = demand.shape
    steps = [_steps(stop, count, items) for stop in stops]
    far = np.broadcast_to(horizon if reach is None else np.asarray(reach, np.int64), (items,))
    most = min(max(int(far.max(initial=0)), 1), horizon)
    until = np.zeros((most + 1, items, count), demand.dtype)
    np.cumsum(demand.transpose(2, 1, 0)[:most], axis=0, out=until[1:])
    item, path = np.arange(items)[:, None], np.arange(count)
    total = until[far, np.arange(items)].astype(np.float64)
    sums = []
    for own in steps:
        inside = until[np.minimum(own.T, far[:, None]), item, path]
        beyond = np.maximum(own.T - far[:, None], 0)
        sums.append((inside + total * (beyond / far[:, None]) if beyond.any() else inside.astype(np.float64)).T)
    return sums


def _steps(stop: npt.ArrayLike, count: int, items: int) -> Counts:
    steps = np.asarray(stop)
    if not np.issubdtype(steps.dtype, np.integer):
        raise ConfigError(f"steps are whole numbers, not {steps.dtype}")
    refuse("steps", steps, steps < 0, "must not be negative")
    try:
        return np.broadcast_to(steps.astype(np.int64), (count, items))
    except ValueError as error:
        raise ConfigError(f"steps of shape {steps.shape} do not fit {count} paths of {items} items") from error


def even_points(count: int, dimensions: int, *, seed: int | tuple[int, ...] = 0) -> Numbers:
    """[S, D] points in the unit cube that fill it as evenly as so few can: a scrambled Sobol sequence (Owen 1998).

    >>> points = even_points(256, 3)
    >>> points.shape, bool(((points > 0) & (points < 1)).all()), (points < 0.25).mean(axis=0).tolist()
    ((256, 3), True, [0.25, 0.25, 0.25])
    """
    from scipy.stats import qmc

    drawn = qmc.Sobol(dimensions, seed=np.random.default_rng(seed))
    points = drawn.random_base2(max(int(count - 1).bit_length(), 1))[:count]
    return np.asarray(np.clip(points, _EDGE, 1 - _EDGE), np.float64)


def covering_order_statistic(samples: Numbers, level: Numbers) -> Numbers:
    """[N] the quantile of samples [S, N] that one more sample exceeds with probability 1 - `level`.

    Of S samples, the k-th least is not exceeded by another with probability k / (S + 1) whatever the distribution
    (Wilks 1941), so between order statistics it is interpolated at level × (S + 1); beyond the last it is the largest.

    >>> covering_order_statistic(np.array([[1.0], [2.0], [3.0]]), np.array([0.625])).tolist()
    [2.5]
    """
    ordered = np.sort(samples, axis=0)
    place = np.clip(level * (len(samples) + 1) - 1, 0, len(samples) - 1)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, len(samples) - 1)
    low, high = (np.take_along_axis(ordered, rank[None], axis=0)[0] for rank in (below, above))
    return np.asarray(low + (high - low) * (place - below), np.float64)
