"""Orders as textbooks place them: the last season once more, and a safety stock as if its errors were normal."""

import numpy as np

from foresale.core.frequency import Index
from foresale.core.panel import Values
from foresale.inventory.numeric import Numbers, numbers
from foresale.inventory.policies.situation import Situation
from foresale.inventory.policies.terms import ReplenishmentTerms
from foresale.inventory.review import NormalDemand, base_stock_cycle, base_stock_fill
from foresale.inventory.simulation.history import History
from foresale.inventory.simulation.outlook import Rolling
from foresale.inventory.simulation.rules import average_before


class NormalSafety:
    """Order up to the forecast of lead time and review, and z σ √(R + L) more.

    σ is the root mean square of the differences from one season to the next over the year before, which are the errors
    of a forecast that repeats the season; of the differences from one period to the next where no season is over. What
    spoils before the next order comes is ordered for the time from its arrival on, and old stock does not count.

    Args:
        forecasts: whose means are the expected demand.
        history: the sales.
        terms: how stock moves, and the service.
    """

    def __init__(self, forecasts: Rolling, history: History, terms: ReplenishmentTerms) -> None:
        self._forecasts, self._history, self._terms = forecasts, history, terms
        self._deviation = deviation_before(history)

    def turned(self, by: float) -> "NormalSafety":
        """The same with the odds of its service multiplied by e to a power."""
        return NormalSafety(self._forecasts, self._history, self._terms.turned(by))

    def wanted(self, now: Situation) -> Numbers:
        """What lacks to the level."""
        wanted = np.zeros(now.on_hand.shape)
        latest = self._forecasts.latest(now.step)
        if latest is None:
            return wanted
        forecast, rows, age = latest
        terms = self._terms.select(rows)
        lead = numbers(terms.lead)
        begin = np.minimum(age + terms.passing, forecast.horizon - 1)
        review = np.minimum(terms.review, terms.shelf)
        wait = np.where(terms.passing > 0, 0.0, lead.mean(axis=0))
        stop = np.minimum(begin + np.rint(wait).astype(np.int64) + review, forecast.horizon)
        until = np.concatenate([np.zeros((len(rows), 1)), np.cumsum(forecast.mean, axis=1)], axis=1)
        item = np.arange(len(rows))
        rate = (until[item, stop] - until[item, begin]) / np.maximum(stop - begin, 1)
        spread = np.where(terms.passing > 0, 0.0, lead.std(axis=0))
        demand = NormalDemand(rate, numbers(self._deviation[rows, now.step]), numbers(review), wait, spread)
        wanted[rows] = self._level(rows, demand, rate)[:, None] - now.lasting()[rows]
        return wanted

    def _level(self, rows: Index, demand: NormalDemand, rate: Numbers) -> Numbers:
        target, fill = self._terms.target[rows], self._terms.fill[rows]
        filled, kept = (base_stock_fill(demand, target=target).level, base_stock_cycle(demand, target=target).level)
        return np.where(rate > 0, np.where(fill, filled, kept), 0.0)


def deviation_before(history: History) -> Values:
    """[N, T] root mean square of the seasonal differences of the year before each period; 0 where nothing is known."""
    season, year = history.panel.frequency.season, max(round(history.panel.frequency.per_year), 2)
    seasonal, plain = (_deviation(history, lag, year) for lag in (season, 1))
    return np.where(np.isnan(seasonal), np.nan_to_num(plain), seasonal)


def _deviation(history: History, lag: int, window: int) -> Values:
    sales = history.sold_before(window + lag)
    squares = (sales[:, lag:] - sales[:, :-lag]) ** 2
    seen = average_before(np.where(np.isnan(squares), np.nan, 1.0).astype(np.float32), window)
    return np.where(seen > 0, np.sqrt(average_before(squares, window)), np.float32(np.nan))
