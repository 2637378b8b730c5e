"""A forecast of items, groups and the total that adds up, in its means and in every path it draws."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Numbers
from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError, DataError, Fault
from foresale.core.forecast import Forecast
from foresale.core.hierarchy import Hierarchy, Level
from foresale.core.panel import Values
from foresale.core.text import counted
from foresale.forecasting.reconcile.paths import HierarchicalPaths, coherent_paths, sum_quantiles

LEVEL: Final = "level"
ITEMS: Final = "items"
"""The level of the items themselves in tables."""
_ALIKE: Final = 1e-6  # relative: the error of sums of 32 bits
_MOST: Final = 2.0
"""How much a distribution is stretched at most; beyond that it is moved."""


@dataclass(frozen=True)
class HierarchicalForecast:
    """Forecasts of N items and M groups over the same H steps, whose means add up.

    Attributes:
        items: of the items; what a caller who wants no groups takes.
        groups: by the name of their level (total, category, category/region), in the order of the hierarchy.
        hierarchy: which item belongs to which group.
        method: how they were reconciled.

    Raises:
        DataError: forecasts that do not fit the hierarchy, or whose means do not add up to one millionth.
    """

    items: Forecast
    groups: Mapping[str, Forecast]
    hierarchy: Hierarchy
    method: str

    def __repr__(self) -> str:
        levels = ", ".join(self.groups)
        return f"<HierarchicalForecast of {counted(self.items.items.height, 'item')} and {levels}, by {self.method}>"

    def __post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise DataError(faults, source="hierarchical forecast")

    def _faults(self) -> Iterator[Fault]:
        names = tuple(level.name for level in self.hierarchy.levels)
        if tuple(self.groups) != names or self.items.items.height != self.hierarchy.items:
            place = f"{self.items.items.height} items, levels {', '.join(self.groups)}"
            yield Fault(
                "levels that do not fit", 1, place, f"Give {self.hierarchy.items} items and {', '.join(names)}."
            )
            return
        for level in self.hierarchy.levels:
            forecast, expected = self.groups[level.name], level.sums(self.items.mean)
            if forecast.mean.shape != expected.shape:
                place = f"{level.name}: {forecast.mean.shape}, not {expected.shape}"
                yield Fault("forecasts of the wrong shape", 1, place, "Forecast every group over the same steps.")
                continue
            apart = np.abs(forecast.mean - expected) > _ALIKE * np.maximum(np.abs(expected), 1e-3)
            if apart.any():
                place = level.ids[int(np.argmax(apart.any(axis=1)))]
                yield Fault(
                    "groups that differ from the sum of their items",
                    int(apart.any(axis=1).sum()),
                    place,
                    "Reconcile them first.",
                )

    @classmethod
    def of(
        cls, items: Forecast, groups: Forecast, means: Numbers, *, hierarchy: Hierarchy, method: str
    ) -> "HierarchicalForecast":
        """Base forecasts of the items and of all groups, moved to the reconciled means [N, H] and their sums.

        The groups' quantiles are those of sums of items that are as sharp as the groups' own forecasts.
        """
        own = moved(items, means)
        sums = hierarchy.sums(own.mean)
        quantiles = sum_quantiles(own, moved(groups, sums), hierarchy=hierarchy)
        whole = replace(groups, quantiles=quantiles, mean=sums.astype(np.float32))
        levels = {
            level.name: _part(whole, level, part)
            for level, part in zip(hierarchy.levels, hierarchy.slices(), strict=True)
        }
        return cls(own, levels, hierarchy, method)

    def level(self, name: str) -> Forecast:
        """The forecast of one level: "items", "total", or a name of the hierarchy.

        Raises:
            ConfigError: no such level.
        """
        if name == ITEMS:
            return self.items
        if name not in self.groups:
            raise ConfigError(f"no level {name!r}; there are: {ITEMS}, {', '.join(self.groups)}")
        return self.groups[name]

    def to_frame(self) -> pl.DataFrame:
        """Long form of all levels, the total first: level, the columns of `Forecast.to_frame`, null where none."""
        frames = []
        for name, forecast in self.groups.items():
            frame = _as_text(forecast.long_form(forecast.items.columns), self.items)
            frames.append(frame.insert_column(0, pl.Series(LEVEL, [name] * frame.height)))
        frames.append(self._item_frame())
        whole = pl.concat(frames, how="diagonal")
        groups = [name for level in self.hierarchy.levels for name in level.columns]
        first = dict.fromkeys((LEVEL, ITEM, *self.items.items.columns, *groups))
        return whole.select(*first, pl.exclude(*first))

    def _item_frame(self) -> pl.DataFrame:
        """The items in long form, with the groups they belong to beside them."""
        frame = _as_text(self.items.long_form(self.items.items.columns), self.items)
        owner = np.repeat(np.arange(self.hierarchy.items), self.items.horizon)
        groups = {
            name: level.groups[name].gather(level.codes[owner])
            for level in self.hierarchy.levels
            for name in level.columns
        }
        return frame.with_columns(**groups).insert_column(0, pl.Series(LEVEL, [ITEMS] * frame.height))

    def paths(self, count: int, *, seed: int = 0) -> HierarchicalPaths:
        """Possible futures of items and groups, in each of which every group is the sum of its items, exactly.

        Every item's paths have the quantiles of its forecast, and hang together over the steps as it says; their ranks
        are ordered so that the sums come as near as they can to the quantiles of the groups' own forecasts.

        Args:
            count: paths S; S N H numbers of four bytes are kept.
            seed: the same seed gives the same paths.

        Raises:
            ConfigError: fewer than one path.
        """
        return coherent_paths(self.items, self.groups, hierarchy=self.hierarchy, count=count, seed=seed)


def moved(forecast: Forecast, means: Numbers) -> Forecast:
    """A forecast with other means: its distributions are stretched so that nothing becomes negative.

    Zeros stay zeros. A mean that grows to more than twice is reached by doubling, and by adding the rest.

    Args:
        forecast: as it was.
        means: [N, H] not negative.
    """
    old = forecast.mean.astype(np.float64)
    same = means == old
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(same, 1.0, np.minimum(np.where(old > 0, means / old, 1.0), _MOST))
    more = np.where(same, 0.0, np.maximum(means - old * factor, 0))
    quantiles = (forecast.quantiles * factor[:, :, None] + more[:, :, None]).astype(np.float32)
    return replace(forecast, quantiles=quantiles, mean=means.astype(np.float32))


def _part(forecast: Forecast, level: Level, part: slice) -> Forecast:
    """The groups of one level out of all, with the columns that make them."""
    items = pl.concat([forecast.items[part].select(ITEM), level.groups.select(level.columns)], how="horizontal")
    ids = set(items[ITEM])
    values: dict[str, Values] = {"quantiles": forecast.quantiles[part], "mean": forecast.mean[part]}
    fallbacks = {name: reason for name, reason in forecast.fallbacks.items() if name in ids}
    return replace(forecast, items=items, starts=forecast.starts[part], fallbacks=fallbacks, **values)  # type: ignore[arg-type]


def _as_text(frame: pl.DataFrame, items: Forecast) -> pl.DataFrame:
    """Ids and keys as text, since groups have names where items may have numbers."""
    names = [name for name in frame.columns if name in items.items.columns]
    return frame.with_columns(pl.col(name).cast(pl.String) for name in names)
