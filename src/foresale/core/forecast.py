"""A forecast: quantiles of sales for every item and every step of a horizon."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.caller_time import caller_time
from foresale.core.columns import ITEM, MEAN, TIMESTAMP
from foresale.core.errors import ConfigError, DataError, Fault, check_number
from foresale.core.frequency import Frequency, Index
from foresale.core.labels import own_columns
from foresale.core.panel import Panel, Values
from foresale.core.paths import Copula, Draw, draw_paths
from foresale.core.quantiles import LEVELS as LEVELS, mean_of, quantile_at, quantiles_of
from foresale.core.text import counted, few
from foresale.core.total import Total


@dataclass(frozen=True)
class Forecast:
    """Quantiles of sales for N items over H steps after each item's cutoff.

    Attributes:
        items: one row per item: `item_id`, the caller's key columns and, where there are names, `item_name`.
        frequency: the grid of the steps.
        starts: [N] grid position of each item's first step.
        quantiles: [N, H, Q] float32, in units per period; they rise with the level and are never negative.
        mean: [N, H] float32, the expected sales.
        levels: the Q quantile levels, rising.
        model: the name of the forecaster.
        time_type: the caller's type of timestamps.
        time_name: what the caller calls the column of timestamps.
        fallbacks: by item id, why an item was forecast by a simpler model, and by which.
        notes: what was assumed, in sentences for a person.
        copula: how sales above or below the forecast hang together over steps and items, for `paths` and `sum`.

    Raises:
        DataError: shapes that do not fit, values that are not finite, negative values, quantiles that cross.
    """

    items: pl.DataFrame
    frequency: Frequency
    starts: Index
    quantiles: Values = field(repr=False)
    mean: Values = field(repr=False)
    levels: tuple[float, ...] = LEVELS
    model: str = ""
    time_type: pl.DataType = field(default_factory=lambda: pl.Datetime("us"))
    time_name: str = TIMESTAMP
    fallbacks: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    copula: Copula = field(default_factory=Copula, repr=False)

    def __post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise DataError(faults, source="forecast")

    def _faults(self) -> Iterator[Fault]:
        count = self.items.height
        shape = (count, self.horizon, len(self.levels))
        if self.quantiles.shape != shape or self.mean.shape != shape[:2] or self.starts.shape != (count,):
            place = f"quantiles {self.quantiles.shape}, mean {self.mean.shape}, starts {self.starts.shape}"
            yield Fault("shapes that do not fit", 1, place, f"Expected quantiles of shape {shape}.")
            return
        if list(self.levels) != sorted(set(self.levels)) or not 0 < self.levels[0] <= self.levels[-1] < 1:
            yield Fault("quantile levels out of order", 1, str(self.levels), "Give rising levels between 0 and 1.")
        wrong = {
            "values that are not finite": ~np.isfinite(self.quantiles).all(axis=(1, 2))
            | ~np.isfinite(self.mean).all(axis=1),
            "negative values": (self.quantiles < 0).any(axis=(1, 2)) | (self.mean < 0).any(axis=1),
            "quantiles that cross": (np.diff(self.quantiles, axis=2) < 0).any(axis=(1, 2)),
        }
        for what, items in wrong.items():
            if items.any():
                place = f"item {self.items[ITEM][int(np.argmax(items))]}"
                yield Fault(f"items with {what}", int(items.sum()), place, "This is a fault of the forecaster.")

    def __repr__(self) -> str:
        by = f" by {self.model}" if self.model else ""
        what = f"{counted(self.items.height, 'item')}{by}, {self.frequency.name}, {counted(self.horizon, 'period')}"
        if not self.items.height or not self.horizon:
            return f"<Forecast of {what}>"
        span = self.frequency.span(int(self.starts.min()), int(self.starts.max()) + self.horizon - 1)
        return f"<Forecast of {what} from {span}>"

    @classmethod
    def of(
        cls,
        panel: Panel,
        quantiles: npt.NDArray[np.floating],
        *,
        model: str,
        fallbacks: Mapping[str, str] | None = None,
    ) -> "Forecast":
        """The forecast that follows a panel: quantiles [N, H, 21] are put in order and cut off at zero.

        The mean is that of the distribution the quantiles describe, by the trapezoid rule over the levels.
        """
        ordered = np.sort(np.maximum(quantiles, 0), axis=2).astype(np.float32)
        return cls(
            items=panel.named_items,
            frequency=panel.frequency,
            starts=panel.cutoffs + 1,
            quantiles=ordered,
            mean=mean_of(ordered),
            model=model,
            time_type=panel.time_type,
            time_name=panel.time_name,
            fallbacks=dict(fallbacks or {}),
            notes=panel.notes,
        )

    @property
    def horizon(self) -> int:
        """Number of steps H."""
        return int(self.quantiles.shape[1])

    @property
    def lasting(self) -> str:
        """How long the horizon lasts, for a person: "28 days"."""
        return self.frequency.lasting(self.horizon)

    @property
    def median(self) -> Values:
        """[N, H] the point forecast."""
        return self.quantile(0.5)

    @cached_property
    def timestamps(self) -> npt.NDArray[np.datetime64]:
        """[N, H] the stamp of every step."""
        return self.frequency.timestamps(self.starts[:, None] + np.arange(self.horizon))

    def quantile(self, level: float) -> Values:
        """[N, H] the quantile of a level, interpolated between its neighbours.

        Raises:
            ConfigError: the level lies outside of the levels of the forecast.
        """
        check_number(level, "a quantile level")
        if not self.levels[0] <= level <= self.levels[-1]:
            raise ConfigError(f"quantile level {level} is outside of {self.levels[0]} to {self.levels[-1]}")
        return quantile_at(self.quantiles, self.levels, level)

    def paths(self, count: int, *, seed: int = 0, joint_items: bool = False) -> Values:
        """[S, N, H] sales drawn jointly over the steps of each item, in units per period.

        Each step has the quantiles of the forecast; what goes above or below it together is told by `copula`. Of
        very many items, take `iterate_paths`.

        Args:
            count: paths S; from 64 on they fill the quantiles evenly.
            seed: the same seed gives the same paths.
            joint_items: whether items surprise together too, for sums over items.

        Raises:
            ConfigError: fewer than one path.

        >>> from foresale.forecasting.naive import SeasonalNaive
        >>> from foresale.data.synthetic import shop
        >>> forecast = SeasonalNaive().forecast(shop(items=3, periods=120), horizon=14)
        >>> forecast.paths(100).shape
        (100, 3, 14)
        """
        draw = Draw(count, seed, joint_items)
        drawn = np.empty((draw.count, self.items.height, self.horizon), np.float32)
        for part, paths in self.iterate_paths(count, seed=seed, joint_items=joint_items):
            drawn[:, part] = paths
        return drawn

    def iterate_paths(self, count: int, *, seed: int = 0, joint_items: bool = False) -> Iterator[tuple[slice, Values]]:
        """The places of some items and their paths [S, n, H], until all have come: the same as `paths`, in less memory.

        Raises:
            ConfigError: fewer than one path.
        """
        draw = Draw(count, seed, joint_items)
        for part, paths in draw_paths(self.quantiles, self.levels, links=self._links, copula=self.copula, draw=draw):
            yield part, np.moveaxis(paths, 2, 0)

    def sum(self, steps: int | slice | None = None, *, count: int = 400, seed: int = 0) -> Total:
        """What all the steps, the first so many, or a slice of them come to: its quantiles, by sample paths.

        The quantiles of a sum are not the sums of quantiles: highs and lows of single days cancel out in part.

        Args:
            steps: the first so many periods, a slice of the horizon, or all.
            count: paths that are drawn.
            seed: the same seed gives the same quantiles.

        Raises:
            ConfigError: no step of the horizon is meant, or more than it has.

        >>> from foresale.forecasting.naive import SeasonalNaive
        >>> from foresale.data.synthetic import shop
        >>> forecast = SeasonalNaive().forecast(shop(items=3, periods=120), horizon=14)
        >>> forecast.sum(10).to_frame().columns[:5]
        ['item_id', 'from', 'to', 'mean', '0.01']
        """
        chosen = self._steps(steps)
        quantiles = np.empty((self.items.height, len(self.levels)), np.float32)
        draw = Draw(count, seed)
        for part, paths in draw_paths(
            self.quantiles[:, chosen], self.levels, links=self._links, copula=self.copula, draw=draw
        ):
            quantiles[part] = quantiles_of(paths.sum(axis=1), self.levels)
        return Total(
            items=self.items,
            frequency=self.frequency,
            first=self.starts + chosen.start,
            last=self.starts + chosen.stop - 1,
            quantiles=quantiles,
            mean=self.mean[:, chosen].sum(axis=1),
            levels=self.levels,
            time_type=self.time_type,
        )

    @property
    def _links(self) -> Index:
        """[N] which link of the dependence is that of each item."""
        return self.copula.links_of(map(str, self.items[ITEM]))

    def _steps(self, steps: int | slice | None) -> slice:
        if not isinstance(steps, slice | None):
            check_number(steps, "a count of periods", whole=True)
        wanted = steps if isinstance(steps, slice) else slice(0, self.horizon if steps is None else steps)
        first, last = wanted.start or 0, self.horizon if wanted.stop is None else wanted.stop
        if wanted.step not in {None, 1} or not 0 <= first < last <= self.horizon:
            raise ConfigError(f"a sum is over 1 to {self.horizon} steps of the forecast that follow another: {steps!r}")
        return slice(first, last)

    def to_frame(self) -> pl.DataFrame:
        """Long form, one row per item and step: the caller's key and time columns, item_name, mean, 0.01 … 0.99."""
        return self.long_form(own_columns(self.items))

    def long_form(self, named: Sequence[str]) -> pl.DataFrame:
        """The same with the columns of `items` that are named."""
        owners = np.repeat(np.arange(self.items.height), self.horizon)
        columns = [self.items[name].gather(owners) for name in named]
        columns.append(caller_time(self.timestamps.ravel(), self.time_type).alias(self.time_name))
        columns.append(pl.Series(MEAN, self.mean.ravel()))
        columns += [pl.Series(str(level), self.quantiles[:, :, q].ravel()) for q, level in enumerate(self.levels)]
        return pl.DataFrame(columns)

    def fallbacks_by_reason(self) -> dict[str, tuple[str, ...]]:
        """By reason, the ids of the items that were forecast by a simpler model: `fallbacks` the other way round."""
        reasons: dict[str, list[str]] = {}
        for item, reason in self.fallbacks.items():
            reasons.setdefault(reason, []).append(item)
        return {reason: tuple(items) for reason, items in reasons.items()}

    def fallback_notes(self, *, shown: int = 5) -> list[str]:
        """The same in sentences, each with the names of its first items."""
        return [
            f"{counted(len(items), 'item')} fell back on a simpler model ({reason}): {few(items, shown=shown)}"
            for reason, items in self.fallbacks_by_reason().items()
        ]
