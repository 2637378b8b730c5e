"""A forecast beside what then happened: what it was worth, once its periods have passed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.histories import sales_between
from foresale.core.panel import Panel, Values
from foresale.evaluation.metrics import coverage, wape

_WEEK: Final = 7  # periods on a line


@dataclass(frozen=True)
class Week:
    """Some periods of a forecast that stand on one line: all items together.

    Attributes:
        first: the first of them.
        last: the last.
        expected: units that were forecast.
        sold: units that were sold.
    """

    first: np.datetime64
    last: np.datetime64
    expected: float
    sold: float


@dataclass(frozen=True)
class Hindsight:
    """A forecast of N items and H periods, and what was sold in them.

    Attributes:
        forecast: what was said.
        actual: [N, H] what was sold, NaN where that is unknown.
        baseline: another forecast of the same, to be compared with.

    Raises:
        ConfigError: nothing is known of any of the periods, or the baseline is not of the same items and periods.
    """

    forecast: Forecast
    actual: Values = field(repr=False)
    baseline: Forecast

    def __post_init__(self) -> None:
        if not np.isfinite(self.actual).any():
            raise ConfigError("nothing is known of the periods that were forecast")
        if not self.forecast.items[ITEM].equals(self.baseline.items[ITEM]):
            raise ConfigError("the two forecasts are of other items")

    @classmethod
    def of(cls, forecast: Forecast, happened: Panel, *, baseline: Forecast) -> "Hindsight":
        """A forecast beside the later sales of a panel that knows them."""
        rows = [
            sales_between(happened, item=item, first=int(start), last=int(start) + forecast.horizon - 1)
            for item, start in zip(forecast.items[ITEM], forecast.starts, strict=True)
        ]
        return cls(forecast, np.stack(rows), baseline)

    @property
    def expected(self) -> float:
        """Units that were forecast for all items and periods of which the sales are known."""
        return float(self.forecast.mean[np.isfinite(self.actual)].sum())

    @property
    def sold(self) -> float:
        """Units that were sold in them."""
        return float(np.nansum(self.actual))

    @property
    def change(self) -> float | None:
        """By which share more was forecast than sold; None where nothing was sold."""
        return self.expected / self.sold - 1 if self.sold else None

    @property
    def error(self) -> float:
        """WAPE of the medians, by item and period."""
        return wape(self.actual, self.forecast.median)

    @property
    def baseline_error(self) -> float:
        """The same of the baseline."""
        return wape(self.actual, self.baseline.median)

    @property
    def covered(self) -> float:
        """Share of the sales within the intervals of 80 %."""
        return coverage(self.actual, self.forecast.quantile(0.1), self.forecast.quantile(0.9))

    def weeks(self) -> Iterator[Week]:
        """All items together, seven periods at a time, counted from the first of the first item."""
        stamps = self.forecast.timestamps[0]
        known = np.isfinite(self.actual)
        expected = np.where(known, self.forecast.mean, 0).sum(axis=0)
        sold = np.where(known, self.actual, 0).sum(axis=0)
        for begin in range(0, stamps.size, _WEEK):
            chosen = slice(begin, min(begin + _WEEK, stamps.size))
            yield Week(stamps[chosen][0], stamps[chosen][-1], float(expected[chosen].sum()), float(sold[chosen].sum()))
