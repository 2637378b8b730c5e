"""What events add by the layer of effects inside a forecaster, which knows it and need not be asked again.

Each festival, date and covariate adds what the layer believes of it for the item itself. What is too much in all, or
too little to matter, is cut by the layer from their sum, and here from each by its size. So the parts sum to the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np

from foresale.core.arrays import TINY, Numbers
from foresale.core.frequency import Index
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.explanations.groups import Group
from foresale.forecasting.effects.forecaster import EffectsForecaster
from foresale.forecasting.effects.grid import Grid
from foresale.forecasting.effects.layer import Effects
from foresale.forecasting.effects.raised import event_of
from foresale.forecasting.effects.steps import Source
from foresale.forecasting.opening import open_only
from foresale.forecasting.postprocessing import PostprocessedForecaster


def layer_of(forecaster: Forecaster, panel: Panel, *, horizon: int) -> Effects | None:
    """The effects that a forecaster puts back to its forecast of a panel; None where no layer is in it.

    Raises:
        ConfigError: an unknown country.
    """
    inside: Forecaster | None = forecaster
    while inside is not None:
        if isinstance(inside, PostprocessedForecaster):
            panel = open_only(panel, inside.opening(panel, horizon=horizon))
        if isinstance(inside, EffectsForecaster):
            return inside.effects(panel, horizon=horizon)
        inside = getattr(inside, "forecaster", None)
    return None


def remembering(forecaster: Forecaster, panel: Panel, *, horizon: int) -> Forecaster:
    """The same forecaster, whose layer of effects, if it has one, is learnt once for a panel and all its futures.

    A forecaster is asked for many futures of the same past. What events did is told by that past alone.

    Raises:
        ConfigError: an unknown country.
    """
    if isinstance(forecaster, EffectsForecaster):
        return forecaster.remembering(panel, horizon=horizon)
    if isinstance(forecaster, PostprocessedForecaster):
        panel = open_only(panel, forecaster.opening(panel, horizon=horizon))
    inside: Forecaster | None = getattr(forecaster, "forecaster", None)
    if inside is None or not hasattr(forecaster, "__dataclass_fields__"):
        return forecaster
    known = remembering(inside, panel, horizon=horizon)
    return forecaster if known is inside else cast("Forecaster", replace(cast("Any", forecaster), forecaster=known))


@dataclass(frozen=True)
class Layered:
    """The effects on a panel by component.

    Attributes:
        panel: with its sales as they are.
        effects: on it.
        groups: the G groups of covariates.
        events: the names of the K components of festivals and dates.
        grid: on which effects are estimated.
    """

    panel: Panel = field(repr=False)
    effects: Effects = field(repr=False)
    groups: tuple[Group, ...]
    events: tuple[str, ...]
    grid: Grid = field(repr=False)

    @classmethod
    def of(cls, panel: Panel, effects: Effects, *, groups: Sequence[Group], horizon: int) -> "Layered":
        """The components of the effects on a panel."""
        events = dict.fromkeys(name for name in (event_of(term.source) for term in effects.terms) if name is not None)
        return cls(panel, effects, tuple(groups), tuple(events), Grid.of(panel, horizon=horizon))

    def past(self, items: Index, steps: int) -> Numbers:
        """[n, S, K + G] logarithms of what each adds in the newest periods of items [n]."""
        rows, inside = self.panel.newest_rows(items, width=steps)
        whole = np.where(inside, self.effects.past[rows], 0.0).astype(np.float64)
        positions = rows + (self.panel.starts - self.panel.offsets[:-1])[items][:, None]
        return self._split(items, self.grid.columns_at(positions), whole)

    def sales(self, items: Index, steps: int) -> Numbers:
        """[n, S] what was sold then, NaN where unknown."""
        return self.panel.newest(items, width=steps).astype(np.float64)

    def ahead(self, items: Index) -> Numbers:
        """[n, H, K] logarithms of what festivals and dates add over the horizon of items [n]."""
        whole = self.effects.ahead[items].astype(np.float64)
        return self._split(items, self.grid.ahead[items], whole)[..., : len(self.events)]

    def _split(self, items: Index, columns: Index, whole: Numbers) -> Numbers:
        """[n, T, K + G] parts of effects [n, T] at columns [n, T] of the grid."""
        parts = np.zeros((*whole.shape, len(self.events) + len(self.groups)))
        if self.effects.own is None:
            return parts
        terms = self.effects.terms
        for term, own in zip(terms, self.effects.own.parts(self.grid, terms, items), strict=True):
            parts[..., self._place(term.source)] += np.take_along_axis(own, columns, axis=1)
        size = np.abs(parts)
        share = size / np.maximum(size.sum(axis=2, keepdims=True), TINY)
        parts += share * (whole - parts.sum(axis=2))[..., None]
        return np.where((whole != 0)[..., None], parts, 0.0)

    def _place(self, source: Source) -> int:
        event = event_of(source)
        if event is not None:
            return self.events.index(event)
        owner = next(place for place, group in enumerate(self.groups) if source.name in group.covariates)
        return len(self.events) + owner
