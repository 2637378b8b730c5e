"""What any period of intermittent demand may bring: nothing, or one of the sizes that were sold before."""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from foresale.core.arrays import Values
from foresale.core.forecast import LEVELS
from foresale.core.frequency import Index
from foresale.core.panel import Panel
from foresale.core.quantiles import at_ranks
from foresale.forecasting.naive import recent_sales
from foresale.forecasting.statistical import seasons

_BLOCK: Final = 2_048  # items at a time, for memory
_CONTEXT: Final = 400  # newest periods
_SAMPLE: Final = 2_000  # items that tell what all have in common
_SALES_PER_PLACE: Final = 20
"""Sales of its own at each place in the season from which an item's own season is taken as it is."""
_STEPS: Final = np.float32(0.05)
"""In which the season of all items is told, so that no single item moves the others."""
_LEVELS: Final = np.array(LEVELS, np.float32)
_TINY: Final = np.float32(1e-6)


class Rate(Protocol):
    """How demand comes."""

    def __call__(self, sales: Values) -> tuple[Values, Values]:
        """[n] how probable a sale is in a period, and [n] how large it is, from [T, n] sales with NaN for unknown."""
        ...


@dataclass(frozen=True)
class Hurdle:
    """A period sells nothing, or one of the sizes that were sold before, brought to the size expected now.

    The quantile of level p is 0 up to the probability of no sale, then that of the sizes at the level that is left. A
    place in the season where r times as much is sold as on average has the probability 1 − (1 − p)^r of a sale, and
    what is left of r makes its sizes larger: rare sales come more often there, daily ones are larger.

    Attributes:
        rate: how probable and how large a sale is.
    """

    rate: Rate

    def quantiles(self, panel: Panel, *, horizon: int) -> Values:
        """[N, H, Q] in units per period; NaN for items without known sales."""
        season = panel.frequency.season
        shared = _shared(panel, season)
        found = np.empty((len(panel), horizon, len(LEVELS)), np.float32)
        for items in seasons.blocks(panel, most=_BLOCK):
            sales = _sales(panel, items)
            places = (panel.cutoffs[items] - len(sales) + 1 + np.arange(len(sales) + horizon)[:, None]) % season
            found[items] = self._of(sales, places, shared, horizon=horizon).transpose(2, 0, 1)
        return found

    def _of(self, sales: Values, places: Index, shared: Values, *, horizon: int) -> Values:
        """[H, Q, n] of items whose periods, past and ahead [T + H, n], have these places in the season."""
        before, ahead = places[: len(sales)], places[len(sales) :]
        probability = np.clip(self.rate(sales)[0], _TINY, 1 - _TINY)
        factors = _factors(sales, before, shared)
        often = 1 - (1 - probability) ** factors
        larger = np.clip(probability * factors / np.maximum(often, _TINY), 0.05, 20).astype(np.float32)
        alike = sales / np.take_along_axis(larger, before, axis=0)
        sizes = _Sizes.of(alike, self.rate(alike)[1])
        steps = min(horizon, len(shared))
        often, larger = (np.take_along_axis(each, ahead[:steps], axis=0) for each in (often, larger))
        found = np.stack([sizes.quantiles(one) * more for one, more in zip(often, larger, strict=True)])
        found[:, :, ~np.isfinite(sales).any(axis=0)] = np.nan
        return found[np.arange(horizon) % steps]


def _sales(panel: Panel, items: Index) -> Values:
    """[T, n] newest sales, NaN where unknown and before the first sale."""
    sales = np.maximum(recent_sales(panel, items, most=_CONTEXT).T, 0)
    launched = np.maximum.accumulate(sales > 0, axis=0)
    return np.where(launched | ~launched[-1], sales, np.float32(np.nan))


def _shared(panel: Panel, season: int) -> Values:
    """[m] mean sales at each place in the season by those of all, in the mean of items; 1 on average."""
    if season == 1:
        return np.ones(1, np.float32)
    total, count = np.zeros(season), np.zeros(season)
    sample = np.arange(len(panel))[:: -(-len(panel) // _SAMPLE)]
    for items in np.array_split(sample, -(-sample.size // 256)):
        sales = _sales(panel, items)
        level = seasons.mean_known(sales)
        places = (panel.cutoffs[items] - len(sales) + 1 + np.arange(len(sales))[:, None]) % season
        usable = np.isfinite(sales) & (level > 0)
        relative = sales / np.maximum(level, _TINY)
        total += np.bincount(places[usable], relative[usable], season)
        count += np.bincount(places[usable], minlength=season)
    shared = np.where(count > 0, total / np.maximum(count, 1), 1)
    return np.asarray(np.maximum(np.round(shared / _STEPS), 1) * _STEPS, np.float32)


def _factors(sales: Values, places: Index, shared: Values) -> Values:
    """[m, n] how many times the average is sold at each place: of the item, drawn to all items where sales are few."""
    season, width = len(shared), sales.shape[1]
    known = np.isfinite(sales)
    cells = places * width + np.arange(width)
    total, count = (
        np.bincount(cells[known], weights, season * width).reshape(season, width)
        for weights in (sales[known].astype(np.float64), None)
    )
    own = total / np.maximum(count, 1) / np.maximum(seasons.mean_known(sales), _TINY)
    sold = (sales > 0).sum(axis=0)
    share = np.minimum(sold / (_SALES_PER_PLACE * season), 1)
    factors = share * own + (1 - share) * shared[:, None]
    factors /= np.maximum(factors.mean(axis=0), _TINY)
    return np.asarray(np.clip(factors, 0.02, 50), np.float32)


@dataclass(frozen=True)
class _Sizes:
    """What sales were like: [T, n] in order, unknown last, brought to the size expected now; and [n] how many."""

    ordered: Values
    count: Index

    @classmethod
    def of(cls, sales: Values, expected: Values) -> "_Sizes":
        sold = np.where(sales > 0, sales, np.float32(np.nan))
        ratio = expected / np.maximum(seasons.mean_known(sold), np.float32(1e-9))
        return cls(np.sort(sold, axis=0) * ratio.astype(np.float32), np.isfinite(sold).sum(axis=0))

    def quantiles(self, probability: Values) -> Values:
        """[Q, n] quantiles of what a period brings in which a sale has this probability [n]."""
        level = 1 - (1 - _LEVELS[:, None]) / np.maximum(probability, _TINY)
        sizes = at_ranks(self.ordered, level * (self.count + 1) - 1, self.count)
        return np.asarray(np.where((level > 0) & (self.count > 0), sizes, 0), np.float32)
