"""An explanation: components, in units of sales, that add up to the forecast."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.arrays import Numbers
from foresale.core.caller_time import caller_time
from foresale.core.columns import ITEM, TIMESTAMP
from foresale.core.errors import ConfigError, DataError, Fault
from foresale.core.forecast import Forecast
from foresale.core.labels import own_columns
from foresale.core.text import counted
from foresale.explanations.options import Target

Kind = Literal["level", "trend", "season", "event", "covariate", "remainder"]
Period = Literal["week", "month", "horizon"]

COMPONENT: Final = "component"
KIND: Final = "kind"
VALUE: Final = "value"
FROM: Final = "from"
LEVEL: Final = "level"
REMAINDER: Final = "remainder"
PERIODS: Final[tuple[Period, ...]] = ("week", "month", "horizon")
EXACT: Final = 1e-6
"""How far a sum may be off, as a share of the forecast."""


@dataclass(frozen=True)
class Component:
    """One reason for sales: what it is called, and what kind it is."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Explanation:
    """Why N items are forecast as they are over H steps, and what their last S periods were made of.

    Attributes:
        forecast: of these items.
        components: the C components; level first, remainder last.
        ahead: [N, H, C] float64, units per period; over the components they sum to the target of the forecast.
        past: [N, S, C] float64, the same for the periods up to the cutoff; they sum to the sales where those are known.
        sales: [N, S] units per period, NaN where unknown.
        baseline: [N, C] units that festivals and holidays would add over the horizon, were they as before; 0 of others.
        target: what is explained: the mean of the forecast, or its median.
        read: by name of a covariate group, whether it moved any forecast; those that were as usual are not there.
        notes: what was assumed, in sentences for a person.

    Raises:
        DataError: shapes that do not fit, or components that do not add up.
    """

    forecast: Forecast
    components: tuple[Component, ...]
    ahead: Numbers = field(repr=False)
    past: Numbers = field(repr=False)
    sales: Numbers = field(repr=False)
    baseline: Numbers = field(repr=False)
    target: Target = "mean"
    read: Mapping[str, bool] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise DataError(faults, source="explanation")

    def __repr__(self) -> str:
        what = f"{counted(self.forecast.items.height, 'item')} over {counted(self.forecast.horizon, 'period')}"
        return f"<Explanation of {what} by {self.forecast.model}, {counted(len(self.components), 'component')}>"

    def _faults(self) -> Iterator[Fault]:
        count, horizon = self.forecast.mean.shape
        fits = self.ahead.shape == (count, horizon, len(self.components))
        fits = fits and self.baseline.shape == (count, len(self.components))
        if not fits or self.past.shape != (*self.sales.shape, len(self.components)):
            place = f"ahead {self.ahead.shape}, past {self.past.shape}"
            yield Fault("shapes that do not fit", 1, place, f"Expected {count} items and {horizon} steps.")
            return
        off = np.abs(self.ahead.sum(axis=2) - self.values).max(axis=1) > EXACT * np.maximum(self.values.max(axis=1), 1)
        if off.any():
            place = f"item {self.forecast.items[ITEM][int(np.argmax(off))]}"
            yield Fault("items whose components do not add up", int(off.sum()), place, "This is a fault of ours.")

    @property
    def values(self) -> Numbers:
        """[N, H] what is explained, in units per period."""
        chosen = self.forecast.mean if self.target == "mean" else self.forecast.median
        return np.asarray(chosen, np.float64)

    @cached_property
    def past_timestamps(self) -> npt.NDArray[np.datetime64]:
        """[N, S] the stamps of the past periods."""
        steps = np.arange(-self.sales.shape[1], 0)
        return self.forecast.frequency.timestamps(self.forecast.starts[:, None] + steps)

    def to_frame(self, *, history: bool = False) -> pl.DataFrame:
        """Long form: the caller's key and time columns, component, kind, value, for every step.

        With `history`, the periods before the cutoff whose sales are known come first.
        """
        frame = self._long(self.forecast.timestamps, self.ahead)
        if history and self.sales.shape[1]:
            before = self._long(self.past_timestamps, self.past).drop_nulls(VALUE)
            frame = pl.concat([before, frame]).sort(ITEM, TIMESTAMP, maintain_order=True)
        own = own_columns(self.forecast.items)
        return frame.select(*own, pl.col(TIMESTAMP).alias(self.forecast.time_name), COMPONENT, KIND, VALUE)

    def _long(self, stamps: npt.NDArray[np.datetime64], values: Numbers) -> pl.DataFrame:
        count, steps, width = values.shape
        owner = np.repeat(np.arange(count), steps * width)
        items = self.forecast.items
        columns = [items[name].gather(owner) for name in items.columns]
        columns.append(caller_time(np.repeat(stamps.ravel(), width), self.forecast.time_type))
        names, kinds = ([getattr(part, key) for part in self.components] for key in ("name", "kind"))
        place = np.tile(np.arange(width), count * steps)
        columns += [pl.Series(COMPONENT, names).gather(place), pl.Series(KIND, kinds).gather(place)]
        columns.append(pl.Series(VALUE, values.ravel()).fill_nan(None))
        return pl.DataFrame(columns)

    def totals(self, by: Period = "horizon") -> pl.DataFrame:
        """What each component comes to by week (from Monday), month or over the whole horizon.

        Columns: the caller's key columns, from (the first stamp), periods, component, kind, value in units.

        Raises:
            ConfigError: an unknown period.
        """
        if by not in PERIODS:
            raise ConfigError(f"totals are by {', '.join(PERIODS)}, not {by!r}")
        stamps = pl.Series(TIMESTAMP, self.forecast.timestamps.ravel())
        periods = {"week": stamps.dt.truncate("1w"), "month": stamps.dt.truncate("1mo")}
        width = len(self.components)
        frame = self._long(self.forecast.timestamps, self.ahead)
        marks = periods[by].gather(np.repeat(np.arange(stamps.len()), width)) if by in periods else pl.lit(0)
        keys = [*self.forecast.items.columns, "_period", COMPONENT, KIND]
        summed = (
            frame.with_columns(marks.alias("_period"))
            .group_by(keys, maintain_order=True)
            .agg(pl.col(TIMESTAMP).first().alias(FROM), pl.len().cast(pl.Int64).alias("periods"), pl.col(VALUE).sum())
        )
        return summed.select(*own_columns(self.forecast.items), FROM, "periods", COMPONENT, KIND, VALUE)
