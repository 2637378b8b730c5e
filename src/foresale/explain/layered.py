"""What events add by the layer of effects inside a forecaster, which knows it and need not be asked again.

The effects on an item are told as a whole. They are split over festivals, dates and covariates by what is believed of
each for all items; what the item differs from that is shared among them by their size. So the parts sum to the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from foresale.core.frequency import Index
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.explain.groups import Group
from foresale.explain.shapley import Flags, Numbers
from foresale.forecasting.completed import CompletedForecaster
from foresale.forecasting.effects.clocks import Clock
from foresale.forecasting.effects.covariates import KindSpec, SlopeSpec
from foresale.forecasting.effects.fitting import Source, Term
from foresale.forecasting.effects.forecaster import EffectsForecaster
from foresale.forecasting.effects.grid import Grid
from foresale.forecasting.effects.layer import Effects
from foresale.forecasting.effects.shares import Shares
from foresale.forecasting.effects.slopes import SlopeEffects
from foresale.forecasting.opening import open_only

MONTH: Final = "days of the month"
DOUBLE: Final = "double day"
OWN: Final = "dates of its own"
_TINY: Final = 1e-12


def layer_of(forecaster: Forecaster, panel: Panel, *, horizon: int) -> Effects | None:
    """The effects that a forecaster puts back to its forecast of a panel; None where no layer is in it.

    Raises:
        ConfigError: an unknown country.
    """
    inside: Forecaster | None = forecaster
    while inside is not None:
        if isinstance(inside, CompletedForecaster):
            panel = open_only(panel, inside.opening(panel, horizon=horizon))
        if isinstance(inside, EffectsForecaster):
            return inside.effects(panel, horizon=horizon)
        inside = getattr(inside, "forecaster", None)
    return None


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
        rows, inside = self._newest(items, steps)
        whole = np.where(inside, self.effects.past[rows], 0.0).astype(np.float64)
        return self._split(items, self.grid.of_row[rows], whole)

    def sales(self, items: Index, steps: int) -> Numbers:
        """[n, S] what was sold then, NaN where unknown."""
        rows, inside = self._newest(items, steps)
        return np.where(inside, self.panel.sales[rows], np.nan).astype(np.float64)

    def _newest(self, items: Index, steps: int) -> tuple[Index, Flags]:
        """[n, S] rows of the newest periods, and whether they lie within the history."""
        places = self.panel.history[items][:, None] - steps + np.arange(steps)
        return np.maximum(places, 0) + self.panel.offsets[items][:, None], places >= 0

    def ahead(self, items: Index) -> Numbers:
        """[n, H, K] logarithms of what festivals and dates add over the horizon of items [n]."""
        whole = self.effects.ahead[items].astype(np.float64)
        return self._split(items, self.grid.ahead[items], whole)[..., : len(self.events)]

    def _split(self, items: Index, columns: Index, whole: Numbers) -> Numbers:
        """[n, T, K + G] parts of effects [n, T] at columns [n, T] of the grid."""
        parts = np.zeros((*whole.shape, len(self.events) + len(self.groups)))
        there = np.zeros(parts.shape, bool)
        for term in self.effects.terms:
            common, felt = _common(term, self.grid, items, columns)
            parts[..., self._place(term.source)] += common
            there[..., self._place(term.source)] |= felt
        size = np.abs(parts)
        size = np.where(size.sum(axis=2, keepdims=True) > _TINY, size, there)
        share = size / np.maximum(size.sum(axis=2, keepdims=True), _TINY)
        parts += share * (whole - parts.sum(axis=2))[..., None]
        return np.where((whole != 0)[..., None], parts, 0.0)

    def _place(self, source: Source) -> int:
        event = event_of(source)
        if event is not None:
            return self.events.index(event)
        owner = next(place for place, group in enumerate(self.groups) if source.name in group.covariates)
        return len(self.events) + owner


def event_of(source: Source) -> str | None:
    """The component that a source belongs to; None for a covariate.

    >>> month = Shares("month", "month", np.zeros((0, 0)), ())
    >>> event_of(month), event_of(KindSpec("promotion", (1.0,), ("promotion",), True, 7))
    ('days of the month', None)
    """
    if isinstance(source, KindSpec | SlopeSpec):
        return None
    if source.kind == "month":
        return MONTH
    return OWN if source.kind == "date" and source.name != DOUBLE else source.name


def _common(term: Term, grid: Grid, items: Index, columns: Index) -> tuple[Numbers, Flags]:
    """[n, T] what is believed of a term for all items, and where it is felt at all."""
    source, believed = term.source, term.believed
    assert believed is not None
    mean = believed.common.mean
    if isinstance(source, SlopeSpec):
        assert isinstance(believed, SlopeEffects)
        values = np.take_along_axis(source.values(grid, items)[0], columns, axis=1)
        return values * mean, values != 0
    if isinstance(source, Shares):
        share = source.values[columns]
        return np.asarray(share @ mean), np.asarray(share.any(axis=2))
    clock: Clock = source if isinstance(source, Clock) else source.clock(grid, items)
    slots = clock.slots[columns] if clock.slots.ndim == 1 else np.take_along_axis(clock.slots, columns, axis=1)
    return np.where(slots >= 0, mean[np.maximum(slots, 0)], 0.0), slots >= 0
