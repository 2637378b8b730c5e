"""What several periods come to together: the quantiles of a sum."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.caller_time import caller_time
from foresale.core.columns import MEAN, TIMESTAMP
from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency, Index
from foresale.core.labels import own_columns
from foresale.core.panel import Values
from foresale.core.quantiles import quantile_at, shares_below
from foresale.core.text import counted

FROM: Final = "from"
TO: Final = "to"


@dataclass(frozen=True)
class Total:
    """Quantiles of the sales of N items over several periods together, made by `Forecast.sum`.

    Attributes:
        items: one row per item: `item_id` and the caller's key columns.
        frequency: the grid of the periods.
        first: [N] grid position of the first period of each item.
        last: [N] grid position of the last.
        quantiles: [N, Q] float32, in units over all the periods.
        mean: [N] float32, the expected sales.
        levels: the Q quantile levels, rising.
        time_type: the caller's type of timestamps.
    """

    items: pl.DataFrame
    frequency: Frequency
    first: Index
    last: Index
    quantiles: Values = field(repr=False)
    mean: Values = field(repr=False)
    levels: tuple[float, ...]
    time_type: pl.DataType = field(default_factory=lambda: pl.Datetime("us"))

    def __repr__(self) -> str:
        span = self.frequency.span(int(self.first.min()), int(self.last.max()))
        return f"<Total of {counted(self.items.height, 'item')}, {span}>"

    @property
    def median(self) -> Values:
        """[N] as likely too high as too low."""
        return self.quantile(0.5)

    def quantile(self, level: float) -> Values:
        """[N] the quantile of a level, interpolated between its neighbours.

        Raises:
            ConfigError: the level lies outside of the levels of the forecast.
        """
        if not self.levels[0] <= level <= self.levels[-1]:
            raise ConfigError(f"quantile level {level} is outside of {self.levels[0]} to {self.levels[-1]}")
        return quantile_at(self.quantiles, self.levels, level)

    def exceeds(self, stock: npt.ArrayLike) -> Values:
        """[N] how likely more than the stock is sold: the risk that it does not last.

        Args:
            stock: units on hand, one number or [N].
        """
        units = np.broadcast_to(np.asarray(stock, np.float64), (len(self.quantiles),))
        return np.asarray(1 - shares_below(units, self.quantiles, self.levels)[1], np.float32)

    def to_frame(self) -> pl.DataFrame:
        """One row per item: the caller's key columns, item_name, from, to, mean, 0.01 … 0.99."""
        columns = self.items.select(own_columns(self.items)).get_columns()
        for name, positions in ((FROM, self.first), (TO, self.last)):
            stamps = caller_time(self.frequency.timestamps(positions), self.time_type)
            assert stamps.name == TIMESTAMP
            columns.append(stamps.alias(name))
        columns.append(pl.Series(MEAN, self.mean))
        columns += [pl.Series(str(level), self.quantiles[:, q]) for q, level in enumerate(self.levels)]
        return pl.DataFrame(columns)
