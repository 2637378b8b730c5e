"""How far beyond all that an item ever sold a period may go: what is learnt of it from the items of its class.

A model that saw a few jumps may draw a tail to many times what was ever sold, and the last percent of a distribution
then decides an order. How far records are passed can be learnt: of every item and every stretch of its past, the
largest period over the largest before it. Pooled over the items of a demand class, the 0.99 quantile of that ratio is
what a stretch to come passes once in a hundred times; more is not believed.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from foresale.core.columns import ITEM
from foresale.core.forecast import Forecast
from foresale.core.frequency import Index
from foresale.core.panel import Panel
from foresale.forecasting.segments import kinds
from foresale.inventory.numeric import Counts, Numbers

_LEVEL: Final = 0.99
"""Quantile of the ratios of records: the outermost level of a forecast."""
_STRETCHES: Final = 8
"""Stretches of an item's past that are looked at, the newest ones."""
_BEFORE: Final = 3
"""Stretches before another from which on there is a record worth the name: a launch passes every day before it."""
_FEWEST: Final = 100
"""Ratios from which on a class speaks for itself, so that its 0.99 quantile is not its largest; else all together."""
_UNTOLD: Final = 3.0
"""The ratio where there are too few of them: in Online Retail II it is 3.3 to 3.9 by class, in M5 1 to 2."""


@dataclass(frozen=True)
class Tails:
    """What N items of a history have sold at most, and how far that may be passed.

    Attributes:
        ids: [N] their ids, as text.
        record: [N] the most units of a period; 0 where nothing was sold.
        growth: [N] how many times that a period to come may bring.
    """

    ids: pl.Series = field(repr=False)
    record: Numbers = field(repr=False)
    growth: Numbers = field(repr=False)

    @classmethod
    def of(cls, history: Panel, *, horizon: int) -> "Tails":
        """The records of a history, and how they were passed in stretches as long as a horizon.

        >>> from foresale.data.synthetic import shop
        >>> tails = Tails.of(shop(items=30, periods=300), horizon=28)
        >>> bool((tails.growth >= 1).all()), bool(tails.growth.max() < 5)
        (True, True)
        """
        record, ratios, owner = np.zeros(len(history)), list[float](), list[int]()
        for item in range(len(history)):
            begin = int(history.offsets[item])
            sales = np.nan_to_num(history.sales[begin : begin + int(history.history[item])])
            most = np.maximum.accumulate(sales) if sales.size else np.zeros(1)
            record[item] = most[-1]
            ends = sales.size - horizon * np.arange(_STRETCHES)
            for end in ends[ends > (_BEFORE + 1) * horizon]:
                before = most[end - horizon - 1]
                if before > 0:
                    ratios.append(float(sales[end - horizon : end].max() / before))
                    owner.append(item)
        pattern = kinds(history)["pattern"]
        growth = _growth(np.array(ratios), pattern[np.array(owner, np.int64)], pattern)
        return cls(history.items[ITEM].cast(pl.String), record, growth)

    def most(self, forecast: Forecast, items: Index) -> Numbers:
        """[n, H] the most units of each step that are believed; infinite for items without a record.

        Where more than the record is as likely as not, as in a promotion larger than any before, as many times that.
        """
        places = self._places(forecast.items[ITEM].cast(pl.String)[items.tolist()])
        record = np.where(places >= 0, self.record[places], 0.0)[:, None]
        growth = np.where(places >= 0, self.growth[places], _UNTOLD)[:, None]
        middle = forecast.quantile(0.5)[items]
        return np.where(record > 0, growth * np.maximum(record, middle), np.inf)

    def _places(self, ids: pl.Series) -> Counts:
        known = pl.DataFrame({ITEM: self.ids, "place": np.arange(len(self.ids))}).unique(ITEM, keep="first")
        found = pl.DataFrame({ITEM: ids}).join(known, on=ITEM, how="left", maintain_order="left")["place"]
        return np.asarray(found.fill_null(-1).to_numpy(), np.int64)


def _growth(ratios: Numbers, of_ratio: Counts, of_item: Counts) -> Numbers:
    """[N] by class of an item, the ratio that one stretch in a hundred passes."""
    whole = max(float(np.quantile(ratios, _LEVEL)), 1.0) if ratios.size >= _FEWEST else _UNTOLD
    growth = np.full(of_item.shape, whole)
    for kind in np.unique(of_item):
        own = ratios[of_ratio == kind]
        if own.size >= _FEWEST:
            growth[of_item == kind] = max(float(np.quantile(own, _LEVEL)), 1.0)
    return growth
