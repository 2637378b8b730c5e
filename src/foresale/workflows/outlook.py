"""The wish behind recommendations: how many customers will come for each item in the weeks to come."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Index, Numbers
from foresale.core.columns import ITEM
from foresale.core.frequency import DAY, Frequency
from foresale.core.panel import Panel
from foresale.recommending.outlook import WEEKS, Outlook
from foresale.recommending.visits import Visits
from foresale.workflows.forecast import forecast_made
from foresale.workflows.model_config import ModelConfig

_FEWEST: Final = 8
"""Buyers that an item has had at the least to be forecast: of fewer, nothing can be told apart from its mean."""
_MOST: Final = 3_000
"""Items that are forecast, those with the most visits: what is hardly ever bought is seldom recommended either."""
_SHORTEST: Final = 8
"""Weeks of history below which nothing is forecast."""
_WEEK: Final = 7


@dataclass(frozen=True)
class ForecastOutlooks:
    """Outlooks by a model of `foresale.forecast`, on the buyers of each week.

    Buyers are forecast, not units: a reseller who takes a thousand is one customer who may be written to.

    Attributes:
        model: of weekly buyers.
    """

    model: ModelConfig = field(default_factory=lambda: ModelConfig.of("ets"))

    def __call__(self, visits: Visits, day: int, /) -> Outlook:
        """The outlook of a day from the visits before it.

        >>> from foresale.data.interactions import read_interactions
        >>> from foresale.data.synthetic import order_lines, shop
        >>> visits = Visits.of(read_interactions(order_lines(shop(items=5, periods=200))))
        >>> ForecastOutlooks()(visits, int(visits.day[-1]) + 1).buyers.shape
        (5, 4)
        """
        count = visits.shape[1]
        panel, items = weekly_buyers(visits.before(day), day)
        if panel is None or panel.history.max() < _SHORTEST:
            return Outlook.unknown(count)
        forecast = forecast_made(panel, self.model, horizon=WEEKS).forecast
        total = forecast.sum().to_frame()
        return Outlook(
            _spread(forecast.mean.astype(np.float64), items, count),
            _spread(total["0.1"].to_numpy(), items, count),
            _spread(total["0.9"].to_numpy(), items, count),
            forecast.model,
        )


def _spread(values: Numbers, items: Index, count: int) -> Numbers:
    """[count, ...] with values at the places of some items, NaN at all others."""
    found = np.full((count, *values.shape[1:]), np.nan)
    found[items] = values
    return found


def weekly_buyers(visits: Visits, day: int) -> tuple[Panel | None, Index]:
    """Buyers of each item in each of the weeks that end with the day before a day, and which items they are of.

    Args:
        visits: those before the day.
        day: days after 1970-01-01.

    Returns:
        the panel, None where no item was bought often enough, and the [k] positions of its items.
    """
    phase = day % _WEEK
    begin = int(visits.day.min(initial=day))
    visits = visits.take(visits.day >= begin + (phase - begin) % _WEEK)  # the first week is a whole one
    count = np.bincount(visits.item, minlength=visits.shape[1])
    often = np.argsort(-count, kind="stable")[:_MOST]
    items = np.sort(often[count[often] >= _FEWEST])
    if not len(items):
        return None, items
    frequency = Frequency("week", anchor=phase * DAY)
    week = (visits.day - phase) // _WEEK
    place = np.full(visits.shape[1], -1, np.int64)
    place[items] = np.arange(len(items))
    chosen = place[visits.item] >= 0
    row, week = place[visits.item[chosen]], week[chosen]
    first = np.full(len(items), np.iinfo(np.int64).max)
    np.minimum.at(first, row, week)
    history = day // _WEEK - first
    offsets = np.concatenate([[0], np.cumsum(history)])
    sales = np.bincount(offsets[row] + week - first[row], minlength=offsets[-1]).astype(np.float32)
    names = pl.DataFrame({ITEM: [str(item) for item in items]})
    return Panel(frequency, names, first, offsets, history, sales), items
