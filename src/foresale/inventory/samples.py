"""Sums of sample paths over stretches of steps: demand over a lead time, a review, a protection interval."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Floating
from foresale.core.errors import ConfigError
from foresale.inventory.numeric import Counts, Numbers, numbers, refuse

_EDGE = 1e-9
"""Of the unit interval, so that normal scores are finite."""
Paths = Floating
"""[S, N, H] demand of S sample paths of N items over H steps, in units per step."""


@dataclass(frozen=True)
class PathSums:
    """Units of every path before each step, added up once and looked up as often as asked.

    Attributes:
        until: [F + 1, N, S] units before each step, up to the farthest that is looked at.
        reach: [N] steps of the paths that are looked at.

    >>> sums = PathSums.of(np.array([[[1.0, 2.0, 3.0]], [[4.0, 0.0, 2.0]]]))
    >>> [sums.before(stop).ravel().tolist() for stop in (0, 2, [[1], [6]])]
    [[0.0, 0.0], [3.0, 4.0], [1.0, 12.0]]
    """

    until: npt.NDArray[np.floating] = field(repr=False)
    reach: Counts

    @classmethod
    def of(cls, demand: Paths, *, reach: npt.ArrayLike | None = None) -> "PathSums":
        """Those of paths [S, N, H], of all their steps or the first `reach` [N].

        Raises:
            ConfigError: paths of another shape.
        """
        if demand.ndim != 3 or not demand.shape[2]:
            raise ConfigError(f"demand is paths by items by steps, at least one step, not of shape {demand.shape}")
        count, items, horizon = demand.shape
        far = np.broadcast_to(horizon if reach is None else np.asarray(reach, np.int64), (items,))
        most = min(max(int(far.max(initial=0)), 1), horizon)
        until = np.empty((most + 1, items, count), demand.dtype)
        until[0] = 0
        for step, units in enumerate(demand.transpose(2, 1, 0)[:most]):
            np.add(until[step], units, out=until[step + 1])
        return cls(until, far)

    def before(self, stop: npt.ArrayLike) -> Numbers:
        """[S, N] units of every path before a stop, in float64; [R · S, N], each path R times, where R stops are told.

        A stop behind the reach is reached at the path's own mean demand per step: rather ask the forecast for more
        steps.

        Args:
            stop: one number of steps, [N] or [1, N] by item, or [R · S, N] by path and item.

        Raises:
            ConfigError: a shape that does not fit, or a negative stop.
        """
        _, items, count = self.until.shape
        steps = _steps(stop, count, items)
        far = (steps.max(axis=0) > self.reach).any()
        inside = numbers(along_paths(self.until, np.minimum(steps, self.reach) if far else steps))
        if not far:
            return inside
        beyond = np.maximum(steps - self.reach, 0)
        whole = self.until[self.reach, np.arange(items)].astype(np.float64)
        return np.asarray(inside + np.tile(whole, (1, len(steps) // count or 1)).T * (beyond / self.reach))


def along_paths(values: npt.NDArray[np.floating], steps: Counts) -> npt.NDArray[np.floating]:
    """[S, N] what stands at a step among values [F, N, S] of every path; [R · S, N], each path R times.

    Args:
        values: of each step, item and path.
        steps: [1, N] by item, or [R · S, N] by path and item.
    """
    _, items, count = values.shape
    if len(steps) == 1:
        return np.asarray(values[steps[0], np.arange(items)].T)
    place = np.multiply(steps.T, items * count)
    place += np.arange(items)[:, None] * count
    place += np.arange(len(steps)) % count
    return np.asarray(np.take(values.reshape(-1), place, mode="clip").T)


def _steps(stop: npt.ArrayLike, count: int, items: int) -> Counts:
    """[1, N] or [R · S, N] steps."""
    steps = np.atleast_2d(np.asarray(stop))
    if not np.issubdtype(steps.dtype, np.integer):
        raise ConfigError(f"steps are whole numbers, not {steps.dtype}")
    if steps.min(initial=0) < 0:
        refuse("steps", steps, steps < 0, "must not be negative")
    if steps.shape[-1] not in {1, items} or (len(steps) > 1 and len(steps) % count):
        raise ConfigError(f"steps of shape {steps.shape} do not fit {count} paths of {items} items")
    return np.broadcast_to(steps.astype(np.int64, copy=False), (len(steps), items))


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
