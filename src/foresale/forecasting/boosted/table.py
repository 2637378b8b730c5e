"""A panel as a table to learn from: one row per item, cutoff and step, the same way in learning and in forecasting."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from foresale.core.arrays import Numbers
from foresale.core.frequency import Frequency, Index
from foresale.core.panel import Panel, Values
from foresale.forecasting.boosted.exogenous import Exogenous, calendar_table
from foresale.forecasting.boosted.forecast_origins import Places
from foresale.forecasting.boosted.rolling_sums import Past
from foresale.forecasting.boosted.sales import sales_features

_ROWS_AT_ONCE: Final = 100_000
"""Rows whose features are made at a time, to bound memory."""


@dataclass(frozen=True)
class Table:
    """Rows to learn from or to forecast.

    Attributes:
        names: the F features.
        values: [n, F] float32, NaN where unknown.
        bases: by name, [n] levels of the item at the cutoff, in units; NaN where it has none.
    """

    names: tuple[str, ...]
    values: Values
    bases: dict[str, Numbers]

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.values)


@dataclass(frozen=True)
class FeatureSpec:
    """How a panel becomes a table.

    Attributes:
        frequency: the grid learnt on.
        countries: whose holidays the calendar holds.
        exogenous: covariates and statics.
        calendar: whether the calendar is read.
    """

    frequency: Frequency
    countries: tuple[str, ...]
    exogenous: Exogenous
    calendar: bool

    @classmethod
    def fit(cls, panel: Panel, *, countries: tuple[str, ...], covariates: bool, calendar: bool) -> "FeatureSpec":
        """The recipe that suits the history of a panel."""
        exogenous = Exogenous.fit(panel) if covariates else Exogenous()
        return cls(panel.frequency, countries, exogenous, calendar)

    def table(self, panel: Panel, items: Index, seen: Index, steps: Index) -> Table:
        """The table of a panel's items [n] at cutoffs [n] and steps [n]; items must rise.

        Raises:
            DataError: the panel lacks a covariate that was learnt from.
        """
        parts = [self._part(panel, items[rows], seen[rows], steps[rows]) for rows in _parts(items)]
        names = parts[0].names
        bases = {name: np.concatenate([part.bases[name] for part in parts]) for name in parts[0].bases}
        return Table(names, np.concatenate([part.values for part in parts]), bases)

    def _part(self, panel: Panel, items: Index, seen: Index, steps: Index) -> Table:
        chosen, own = np.unique(items, return_inverse=True)
        some = panel if chosen.size == len(panel) else panel.select(chosen)
        places = Places.of(some, own, seen, steps)
        found = sales_features(Past(_evened(some), some.owners), places, self.frequency)
        size = _sizes(some)[own]
        bases = {name: values * size for name, values in found.bases.items()}
        features = found.features | {"log_level": found.features["log_level"] + np.log(size)}
        features |= self.exogenous.features(some, places)
        if self.calendar:
            index = some.starts[own] + seen - 1 + steps
            features |= calendar_table(self.frequency, index, countries=self.countries)
        values = np.stack([column.astype(np.float32) for column in features.values()], axis=1)
        return Table(tuple(features), values, bases)


def _sizes(panel: Panel) -> Numbers:
    """[N] mean absolute sales of each item, 1 where there are none: only to keep sums of squares exact."""
    mean = panel.item_means(np.abs(panel.sales))
    return np.where(mean > 0, mean, 1.0)


def _evened(panel: Panel) -> Values:
    """[R] sales by the size of their item."""
    return np.asarray(panel.sales / np.repeat(_sizes(panel), panel.lengths), np.float32)


def _parts(items: Index) -> Iterator[slice]:
    """Runs of rows that hold whole items, about so many rows each."""
    edges = [0]
    while edges[-1] < items.size:
        end = min(edges[-1] + _ROWS_AT_ONCE, items.size)
        edges.append(int(np.searchsorted(items, items[end - 1], side="right")))
    return (slice(first, end) for first, end in pairwise(edges))
