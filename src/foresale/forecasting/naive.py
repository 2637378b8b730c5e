"""The seasonal naive forecaster: the last season once more. Every other model has to beat it, or fall back on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.chunks import CELLS
from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.frequency import Index
from foresale.core.panel import Panel, Values
from foresale.forecasting.names import SEASONAL_NAIVE

_FEWEST_ERRORS: Final = 10
"""Seasonal differences that an item needs for a spread of its own."""
_MOST_ERRORS: Final = 400
"""The newest seasonal differences that shape the spread: older ones are of another time."""
_TINY: Final = np.float32(1e-9)
_SAMPLE: Final = 2_000
"""Items that tell how the spread of a panel grows: of more, the steps of `_COARSE` would be the same."""
_COARSE: Final = 0.05
"""Steps in which is told what all items share, so that no single one of a thousand moves the others."""
_UPPER: Final = np.array([level for level in LEVELS if level > 0.5])


@dataclass(frozen=True)
class SeasonalNaive:
    """Repeats each item's last season, with the spread of the item's own seasonal differences around it.

    The point forecast of step h is the sale of the same season one season (or more) ago: y[T + h - k s], with
    k = floor((h - 1) / s) + 1 seasons ahead (Hyndman and Athanasopoulos 2021, Forecasting: Principles and Practice,
    section 5.2). An item with less than a full season of history repeats its last value (s = 1). A sale that is unknown
    in the last season is taken from the season before it, and so on; then from the item's last known sale.

    The spread: under no trend, y[t] - y[t - s] is as likely up as down, so the absolute differences give the quantiles
    on both sides, taken at the rank that covers a new difference (Vovk, Gammerman and Shafer 2005). Items with fewer
    than ten differences take those of the whole panel, relative to their mean sales. The spread grows with k as the
    panel's differences over k seasons do, at most by the √k of the source above: sales that wander grow so, sales that
    return to their season hardly grow. The mean is the point forecast itself.

    Attributes:
        season: periods in a season; by default that of the panel's frequency.

    Raises:
        ConfigError: a season shorter than one period.

    >>> import polars as pl
    >>> from foresale.core.frequency import Frequency
    >>> week = np.array([3, 1, 2, 4, 8, 9, 7], np.float32)
    >>> shop = Panel(Frequency("day"), pl.DataFrame({"item_id": ["tea"]}), starts=np.array([0]),
    ...              offsets=np.array([0, 14]), history=np.array([14]), sales=np.tile(week, 2))
    >>> SeasonalNaive().forecast(shop, horizon=9).median[0].tolist()
    [3.0, 1.0, 2.0, 4.0, 8.0, 9.0, 7.0, 3.0, 1.0]
    """

    season: int | None = None

    def __post_init__(self) -> None:
        if self.season is not None and self.season < 1:
            raise ConfigError(f"a season lasts at least one period, not {self.season}")

    @property
    def name(self) -> str:
        """How tables and pictures call it."""
        return SEASONAL_NAIVE

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        """Quantiles of the `horizon` periods after each item's cutoff, in units per period.

        Raises:
            ConfigError: a horizon shorter than one period.
        """
        quantiles, fallbacks = self._quantiles(panel, horizon=horizon)
        forecast = Forecast.of(panel, quantiles, model=self.name, fallbacks=fallbacks)
        return replace(forecast, mean=forecast.median.copy())

    def _quantiles(self, panel: Panel, *, horizon: int) -> tuple[Values, dict[str, str]]:
        if horizon < 1:
            raise ConfigError(f"a forecast has at least one step, not {horizon}")
        season = self.season or panel.frequency.season
        seasons = np.where(panel.history >= season, season, 1)
        steps = np.arange(horizon)
        point = np.empty((len(panel), horizon), np.float32)
        for length in np.unique(seasons):
            items = np.flatnonzero(seasons == length)
            point[items] = _last_season(panel, items, season=int(length))[:, steps % length]
        growth = _growth(panel, seasons, horizon=horizon)
        unknown = np.asarray(np.isnan(point).any(axis=1))
        point[unknown] = 0
        spread = _spread(panel, seasons)
        spread[unknown] = 0
        quantiles = point[:, :, None] + growth[:, :, None] * spread[:, None, :]
        return quantiles, _named(panel, unknown=unknown, short=seasons < season)


def fall_back(panel: Panel, reasons: Mapping[int, str], *, horizon: int) -> tuple[Values, dict[str, str]]:
    """What a forecaster says of the items that it cannot handle itself: their seasonal naive forecast.

    Args:
        panel: the sales.
        reasons: why, by the item's position.
        horizon: periods after each item's cutoff.

    Returns:
        Their quantiles [n, H, Q] in the order of the reasons, and what to put in `Forecast.fallbacks`: by item id, the
        reason and who stepped in.

    >>> import polars as pl
    >>> from foresale.core.frequency import Frequency
    >>> shop = Panel(Frequency("day"), pl.DataFrame({"item_id": ["tea"]}), starts=np.array([0]),
    ...              offsets=np.array([0, 1]), history=np.array([1]), sales=np.array([5], np.float32))
    >>> quantiles, named = fall_back(shop, {0: "1 period of history"}, horizon=3)
    >>> quantiles.shape, named
    ((1, 3, 21), {'tea': '1 period of history; forecast by seasonal-naive'})
    """
    if not reasons:
        return np.empty((0, horizon, len(LEVELS)), np.float32), {}
    chosen = panel.select(list(reasons))
    forecast = SeasonalNaive().forecast(chosen, horizon=horizon)
    named = zip(chosen.items[ITEM], reasons.values(), strict=True)
    return forecast.quantiles, {str(item): f"{reason}; forecast by {SEASONAL_NAIVE}" for item, reason in named}


def _named(panel: Panel, *, unknown: npt.NDArray[np.bool_], short: npt.NDArray[np.bool_]) -> dict[str, str]:
    ids = panel.items[ITEM]
    named = {str(item): "less than a season of history: last value repeated" for item in ids.filter(short)}
    return named | {str(item): "no known sales: zeros" for item in ids.filter(unknown)}


def _last_season(panel: Panel, items: Index, *, season: int) -> Values:
    """[n, season] the newest known sale at each place in the season, then the item's newest at all, else NaN."""
    first = panel.offsets[items]
    rows = (first + panel.history[items] - season)[:, None] + np.arange(season)
    values = panel.sales[rows]
    owner, place = np.nonzero(np.isnan(values))
    back = rows[owner, place] - season
    while owner.size:
        inside = back >= first[owner]
        owner, place, back = owner[inside], place[inside], back[inside]
        found = panel.sales[back]
        values[owner, place] = found
        unknown = np.isnan(found)
        owner, place, back = owner[unknown], place[unknown], back[unknown] - season
    holes = np.isnan(values)
    lacking = np.flatnonzero(holes.any(axis=1))
    last = np.full(items.size, np.nan, np.float32)
    last[lacking] = _last_known(panel, items[lacking])
    return np.where(holes, last[:, None], values)


def _last_known(panel: Panel, items: Index) -> Values:
    """[n] the newest known sale of each item, NaN where there is none."""
    last = np.full(items.size, np.nan, np.float32)
    row, first = panel.offsets[items] + panel.history[items] - 1, panel.offsets[items]
    waiting = np.arange(items.size)
    while waiting.size:
        last[waiting] = panel.sales[row[waiting]]
        row[waiting] -= 1
        waiting = waiting[np.isnan(last[waiting]) & (row[waiting] >= first[waiting])]
    return last


def _spread(panel: Panel, seasons: Index) -> Values:
    """[N, Q] how far each quantile lies from the point forecast one season ahead, in units per period."""
    upper = np.zeros((len(panel), _UPPER.size), np.float32)
    level = np.zeros(len(panel), np.float32)
    own = np.zeros(len(panel), bool)
    relative: list[Values] = []
    for items, differences, recent in _recent_differences(panel, seasons):
        count = np.isfinite(differences).sum(axis=1)
        known = np.isfinite(recent)
        level[items] = np.where(known, recent, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        own[items] = count >= _FEWEST_ERRORS
        upper[items] = _covering_quantiles(differences, count)
        pooled = differences[:, :: max(differences.shape[1] // 50, 1)] / np.maximum(level[items], _TINY)[:, None]
        relative.append(np.asarray(pooled[(level[items] > 0)[:, None] & np.isfinite(pooled)], np.float32))
    upper[~own] = level[~own, None] * _pooled(np.concatenate(relative), level[~own])
    return np.concatenate([-upper[:, ::-1], np.zeros((len(panel), 1), np.float32), upper], axis=1)


def _recent_differences(panel: Panel, seasons: Index) -> Iterator[tuple[Index, Values, Values]]:
    """Chunks of items, their newest absolute seasonal differences [n, M] and newest sales [n, M + s], NaN-padded."""
    for season in np.unique(seasons):
        of_season = np.flatnonzero(seasons == season)
        order = of_season[np.argsort(panel.history[of_season], kind="stable")]
        width = int(min(panel.history[order].max(), _MOST_ERRORS + season))
        for items in np.array_split(order, -(-order.size * width // CELLS)):
            recent = recent_sales(panel, items, most=_MOST_ERRORS + int(season))
            yield items, np.abs(recent[:, season:] - recent[:, :-season]), recent


def recent_sales(panel: Panel, items: Index, *, most: int) -> Values:
    """[n, M] the newest sales of each item, at most so many, NaN before the first."""
    return panel.newest(items, width=int(min(panel.history[items].max(), most)))


def _growth(panel: Panel, seasons: Index, *, horizon: int) -> Values:
    """[N, H] how much wider the spread is at each step than one season ahead."""
    growth = np.ones((len(panel), horizon), np.float32)
    for season in np.unique(seasons):
        items = np.flatnonzero(seasons == season)
        by_season = _measured_growth(panel, items, season=int(season), count=-(-horizon // int(season)))
        growth[items] = np.repeat(by_season, season)[:horizon]
    return growth


def _measured_growth(panel: Panel, items: Index, *, season: int, count: int) -> Values:
    """[K] mean absolute difference over 1 to K seasons by that over one, relative to the mean sales; from 1 to √K.

    Some 2,000 items, evenly spread over the panel, are enough to tell.
    """
    ceiling = np.sqrt(np.arange(1, count + 1))
    sample = items[:: -(-items.size // _SAMPLE)]
    recent = recent_sales(panel, sample, most=_MOST_ERRORS + count * season)
    total = np.nansum(recent, axis=1)
    relative = recent[total > 0] / (total[total > 0] / np.isfinite(recent[total > 0]).sum(axis=1))[:, None]
    sizes = np.full(count, np.nan)
    for ahead in range(1, min(count, (relative.shape[1] - 1) // season) + 1):
        differences = np.abs(relative[:, ahead * season :] - relative[:, : -ahead * season])
        known = np.isfinite(differences)
        if known.sum() >= _FEWEST_ERRORS:
            sizes[ahead - 1] = differences[known].mean()
    ratio = sizes / sizes[0] if sizes[0] > 0 else np.full(count, np.nan)
    told = np.where(np.isnan(ratio), ceiling, np.round(ratio / _COARSE) * _COARSE)
    growth = np.maximum.accumulate(np.clip(told, 1, ceiling))
    return np.asarray(growth, np.float32)


def _covering_quantiles(differences: Values, count: Index) -> Values:
    """[n, U] for each level above one half, the absolute difference that a new one stays below with that certainty.

    Of n exchangeable values, a new one is at most the r-th smallest with probability r / (n + 1); a central interval
    of level 2p - 1 therefore needs r = (2p - 1)(n + 1), interpolated, and at most n.
    """
    if not differences.shape[1]:
        return np.zeros((len(differences), _UPPER.size), np.float32)
    ordered = np.sort(differences, axis=1)
    rank = np.minimum((2 * _UPPER - 1) * (count[:, None] + 1), count[:, None]) - 1
    rank = np.maximum(rank, 0)
    low = np.floor(rank).astype(np.int64)
    high = np.minimum(low + 1, np.maximum(count[:, None] - 1, 0))
    share = (rank - low).astype(np.float32)
    below, above = (np.take_along_axis(ordered, at, axis=1) for at in (low, high))
    return np.asarray(np.nan_to_num(below * (1 - share) + above * share), np.float32)


def _pooled(relative: Values, level: Values) -> Values:
    """[n, U] relative spread for items without enough differences: that of all items, else that of Poisson sales.

    The difference of two Poisson counts of mean m has the deviation √(2 m); its quantiles are taken as normal.
    """
    if relative.size >= _FEWEST_ERRORS:
        quantiles = np.round(np.quantile(relative, 2 * _UPPER - 1) / _COARSE) * _COARSE
        return np.broadcast_to(quantiles.astype(np.float32), (level.size, _UPPER.size))
    return np.asarray(np.sqrt(2 / np.maximum(level, _TINY))[:, None] * _NORMAL, np.float32)


_NORMAL: Final = np.array([0.1257, 0.2533, 0.3853, 0.5244, 0.6745, 0.8416, 1.0364, 1.2816, 1.6449, 2.3263], np.float32)
"""Quantiles of the standard normal at the levels above one half."""
