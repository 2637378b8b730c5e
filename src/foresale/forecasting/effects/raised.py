"""On which days ahead an event raises the demand of an item, by name: what an order may say that it is for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.frequency import Index
from foresale.core.panel import Panel
from foresale.forecasting.effects.clocks import DOUBLE_DAY
from foresale.forecasting.effects.covariates import KindSpec, SlopeSpec
from foresale.forecasting.effects.grid import Grid
from foresale.forecasting.effects.layer import Effects
from foresale.forecasting.effects.steps import Source

_WORTH: Final = 0.1
"""Logarithm of an effect from which on it is named: a tenth more than else."""
_ITEMS: Final = 4096  # at a time, for memory
MONTH: Final = "days of the month"
OWN: Final = "dates of its own"


@dataclass(frozen=True)
class RaisedDays:
    """Events of items that raise their demand over a horizon of H periods.

    Attributes:
        item: position of the item.
        event: the name of the event: a festival, a covariate, or a date of the items' own.
        factor: [H] by how much it multiplies what would be sold without it; 1 where it does not raise it.
        first: grid position of the first of these periods.
    """

    item: int
    event: str
    factor: npt.NDArray[np.float64]
    first: int


def raised_days(panel: Panel, effects: Effects, items: Index, *, horizon: int) -> Iterator[RaisedDays]:
    """What raises the demand of some items, event by event; nothing where the layer of effects tells nothing.

    Days of the month are no events: they raise some demand in every month.

    Args:
        panel: that the effects were learnt on.
        effects: the layer.
        items: [n] positions of the items.
        horizon: periods after each item's cutoff.
    """
    if effects.own is None:
        return
    items = items[(effects.ahead[items] >= _WORTH).any(axis=1)]
    if not items.size:
        return
    grid = Grid.of(panel, horizon=horizon)
    for begin in range(0, items.size, _ITEMS):
        some = items[begin : begin + _ITEMS]
        lifted = effects.ahead[some] >= _WORTH
        for term, own in zip(effects.terms, effects.own.parts(grid, effects.terms, some), strict=True):
            name = event_of(term.source) or term.name
            if name == MONTH:
                continue
            ahead = np.take_along_axis(own, grid.ahead[some], axis=1)
            felt = lifted & (ahead >= _WORTH)
            for place in np.flatnonzero(felt.any(axis=1)):
                item = int(some[place])
                factor = np.where(felt[place], np.exp(ahead[place]), 1.0)
                yield RaisedDays(item, name, factor, int(panel.cutoffs[item]) + 1)


def event_of(source: Source) -> str | None:
    """The event that a source belongs to; None for a covariate.

    >>> from foresale.forecasting.effects.shares import Shares
    >>> month = Shares("month", "month", np.zeros((0, 0)), ())
    >>> event_of(month), event_of(KindSpec("promotion", (1.0,), ("promotion",), True, 7))
    ('days of the month', None)
    """
    if isinstance(source, KindSpec | SlopeSpec):
        return None
    if source.kind == "month":
        return MONTH
    return OWN if source.kind == "date" and source.name != DOUBLE_DAY else source.name
