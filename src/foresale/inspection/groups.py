"""What groups of items will sell together: quantiles of sums over items, out of joint sample paths."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.arrays import Numbers
from foresale.core.columns import ITEM
from foresale.core.forecast import Forecast
from foresale.core.hierarchy import AND, TOTAL, Hierarchy
from foresale.core.quantiles import quantile_at, quantiles_of

PATHS: Final = 200  # drawn for a group


@dataclass(frozen=True)
class GroupForecast:
    """The forecast of M groups over the same steps, and over all of them together.

    Attributes:
        steps: a forecast whose items are the groups: total, category=tea and so on.
        sums: [M, Q] quantiles of the units over the whole horizon.
        means: [M] expected units over the whole horizon.
    """

    steps: Forecast
    sums: npt.NDArray[np.float32] = field(repr=False)
    means: Numbers = field(repr=False)

    def sum_of(self, group: int, level: float) -> float:
        """Units over the whole horizon at one of the levels of the forecast, interpolated."""
        return float(quantile_at(self.sums[group], self.steps.levels, level))


def label(name: str) -> str:
    """How a group of a hierarchy is called where people read it.

    >>> label("total"), label("category=tea"), label("category=tea/region=north")
    ('All items', 'tea', 'tea, north')
    """
    if name == TOTAL:
        return "All items"
    return ", ".join(part.partition("=")[2] or part for part in name.split(AND))


def labels(names: Sequence[str]) -> dict[str, str]:
    """How groups are called, each as it is where two would be called alike.

    >>> labels(["total", "category=tea", "shelf=tea", "shelf=cups"])
    {'total': 'All items', 'category=tea': 'category=tea', 'shelf=tea': 'shelf=tea', 'shelf=cups': 'cups'}
    """
    short = [label(name) for name in names]
    return {name: own if short.count(own) == 1 else name for name, own in zip(names, short, strict=True)}


def group_forecast(forecast: Forecast, hierarchy: Hierarchy, *, paths: int = PATHS, seed: int = 0) -> GroupForecast:
    """The forecast of all groups of a hierarchy over the items of a forecast.

    The steps are those after the latest cutoff. An item whose history ends earlier counts with those of its steps that
    lie among them.

    Args:
        forecast: of N items.
        hierarchy: over them, in the same order.
        paths: how many joint sample paths are drawn.
        seed: the same seed gives the same quantiles.

    >>> from foresale.data.synthetic import shop
    >>> from foresale.forecasting.naive import SeasonalNaive
    >>> garden = shop(items=4, periods=60)
    >>> found = group_forecast(SeasonalNaive().forecast(garden, horizon=7), Hierarchy.of(garden, []))
    >>> found.steps.mean.shape, bool(found.sum_of(0, 0.9) > found.means[0])
    ((1, 7), True)
    """
    start = int(forecast.starts.max())
    horizon, count = forecast.horizon, hierarchy.size
    drawn = np.zeros((paths, count, horizon), np.float32)
    late = np.minimum(start - forecast.starts, horizon)
    for part, each in forecast.iterate_paths(paths, seed=seed, joint_items=True):
        places = np.arange(forecast.items.height)[part]
        moved = _moved(each, late[places])
        for level, groups in zip(hierarchy.levels, hierarchy.slices(), strict=True):
            codes = level.codes[places]
            order = np.argsort(codes, kind="stable")
            seen, first = np.unique(codes[order], return_index=True)
            drawn[:, groups.start + seen] += np.add.reduceat(moved[:, order], first, axis=1)
    mean = hierarchy.sums(_moved(forecast.mean[None], late)[0].astype(np.float64))
    flat = drawn.transpose(1, 2, 0).reshape(count * horizon, paths)
    quantiles = quantiles_of(flat, forecast.levels).reshape(count, horizon, -1)
    sums = quantiles_of(drawn.sum(axis=2).T, forecast.levels)
    steps = Forecast(
        items=pl.DataFrame({ITEM: hierarchy.ids}),
        frequency=forecast.frequency,
        starts=np.full(count, start),
        quantiles=np.maximum(quantiles, 0),
        mean=np.maximum(mean, 0).astype(np.float32),
        levels=forecast.levels,
        model=forecast.model,
        time_type=forecast.time_type,
    )
    return GroupForecast(steps, sums, mean.sum(axis=1))


def _moved(values: npt.NDArray[np.float32], late: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    """[S, n, H] each item's steps moved ahead by so many; 0 beyond its last."""
    if not late.any():
        return values
    horizon = values.shape[2]
    at = np.arange(horizon) + late[:, None]
    moved = np.take_along_axis(values, np.minimum(at, horizon - 1)[None], axis=2)
    return np.where(at < horizon, moved, np.float32(0))
