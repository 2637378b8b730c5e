"""Sums of sample paths over stretches of steps: demand over a lead time, a review, a protection interval."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError
from foresale.inventory.numeric import Counts, Numbers, refuse

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
    until = np.zeros((count, items, horizon + 1), demand.dtype)
    np.cumsum(demand, axis=2, out=until[:, :, 1:])
    far = np.broadcast_to(horizon if reach is None else np.asarray(reach, np.int64), (items,))
    total = until[:, np.arange(items), far].astype(np.float64)
    sums = []
    for stop in stops:
        steps = _steps(stop, count, items)
        inside = np.take_along_axis(until, np.minimum(steps, far)[:, :, None], axis=2)[:, :, 0]
        sums.append(inside + total * (np.maximum(steps - far, 0) / far))
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
