"""Boosted trees become a forecaster."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from foresale.core.errors import ConfigError, ModelError
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.frequency import Index
from foresale.core.panel import Panel, Values
from foresale.forecasting import naive
from foresale.forecasting.boosted.table import FeatureSpec
from foresale.forecasting.boosted.trees import Trees
from foresale.forecasting.neural import check_future

_ROWS_AT_ONCE: Final = 200_000
"""Rows that are forecast at a time, to bound memory."""


@dataclass(frozen=True)
class BoostedForecaster:
    """Trees that were learnt from one kind of panel.

    Attributes:
        name: how tables and pictures call it.
        recipe: how a panel becomes the rows they read.
        trees: the trees.
        base: the level that sales are told by.
        horizon: the horizon they were learnt for.
    """

    name: str
    recipe: FeatureSpec
    trees: Trees = field(repr=False)
    base: str
    horizon: int

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        """Quantiles of the `horizon` periods after each item's cutoff.

        An item that sold nothing yet, or of which nothing is known, is forecast by seasonal naive.

        Raises:
            ConfigError: a horizon shorter than one period.
            ModelError: the panel has another frequency than the one learnt on.
            DataError: a covariate is lacking, or a known one has no values over the horizon.
        """
        self._check(panel, horizon)
        panel = panel.back(0)
        size = max(_ROWS_AT_ONCE // horizon, 1)
        parts = [np.arange(first, min(first + size, len(panel))) for first in range(0, len(panel), size)]
        told = [self._told(panel, items, horizon=horizon) for items in parts]
        quantiles, mean = (np.concatenate(pieces) for pieces in zip(*told, strict=True))
        reasons = {int(item): "no sales to go by" for item in np.flatnonzero(~np.isfinite(quantiles).all(axis=(1, 2)))}
        instead, fallbacks = naive.fall_back(panel, reasons, horizon=horizon)
        quantiles[list(reasons)], mean[list(reasons)] = instead, np.nan
        forecast = Forecast.of(panel, quantiles, model=self.name, fallbacks=fallbacks)
        mean = np.where(np.isnan(mean), forecast.mean, mean)
        return replace(forecast, mean=mean, notes=(*forecast.notes, *self._notes(panel, horizon)))

    def _check(self, panel: Panel, horizon: int) -> None:
        if horizon < 1:
            raise ConfigError(f"a forecast has at least one step, not {horizon}")
        if panel.frequency != self.recipe.frequency:
            learnt, given = self.recipe.frequency.name, panel.frequency.name
            raise ModelError(f"the model was learnt on {learnt} sales, these are {given}. Learn one on them.")
        if self.recipe.exogenous.known:
            check_future(panel, self.recipe.exogenous.known, horizon=horizon)

    def _told(self, panel: Panel, items: Index, *, horizon: int) -> tuple[Values, Values]:
        """Quantiles [n, H, 21] and mean [n, H] in units; NaN of items without a level, and of a mean not told."""
        steps = np.tile(np.arange(1, horizon + 1), items.size)
        seen = np.repeat(panel.history[items], horizon)
        table = self.recipe.table(panel, np.repeat(items, horizon), seen, steps)
        level = table.bases[self.base].astype(np.float32)
        quantiles = self.trees.quantiles(table.values) * level[:, None]
        told = self.trees.means(table.values)
        mean = np.full(level.shape, np.nan, np.float32) if told is None else (told * level).astype(np.float32)
        return quantiles.reshape(items.size, horizon, len(LEVELS)), mean.reshape(items.size, horizon)

    def _notes(self, panel: Panel, horizon: int) -> Iterator[str]:
        unread = self.recipe.exogenous.unread(panel)
        if unread:
            yield f"Not read by {self.name}, since hardly known when it learnt, or left out: {', '.join(unread)}."
        if horizon > self.horizon:
            yield f"{self.name} learnt for {self.horizon} periods ahead; the later ones of {horizon} are less sure."
