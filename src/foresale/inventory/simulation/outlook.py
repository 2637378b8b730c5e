"""What is thought of the demand to come, period after period: rolling forecasts, or the truth."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

import numpy as np

from foresale.core.forecast import Forecast
from foresale.core.frequency import Index
from foresale.core.panel import Panel, Values
from foresale.inventory.numeric import Counts, Numbers
from foresale.inventory.policies.paths import PathDraw
from foresale.inventory.policies.situation import Policy, Situation, until_end
from foresale.inventory.policies.stretch import stretched
from foresale.inventory.policies.terms import ReplenishmentTerms
from foresale.inventory.samples import Paths
from foresale.inventory.simulation.history import History

_KEPT: Final = 50_000_000
"""Numbers of sample paths that are kept from one order to the next; more are drawn again."""
_CELLS: Final = 4_000_000
"""Numbers of sample paths that are drawn at once."""


class Outlook(Protocol):
    """What is thought of the demand to come."""

    def parts(self, step: int) -> Iterator[tuple[Index, Paths]]:
        """Some items at a time, and paths [S, n, H] of their demand from a period on; items without are left out."""
        ...


@dataclass(frozen=True)
class Foresight:
    """The demand that will come, and none after its end: nobody can do better than with this.

    Attributes:
        demand: [N, T] units.
        ahead: periods to look ahead.
    """

    demand: Values = field(repr=False)
    ahead: int

    def parts(self, step: int) -> Iterator[tuple[Index, Paths]]:
        """All items, on the one path that comes true."""
        paths = np.zeros((1, len(self.demand), self.ahead), np.float32)
        seen = self.demand[:, step : step + self.ahead]
        paths[0, :, : seen.shape[1]] = seen
        yield np.arange(len(self.demand)), paths


@dataclass(frozen=True)
class RollingOptions:
    """How forecasts are made again and again.

    Attributes:
        every: periods from one forecast to the next.
        ahead: periods that orders look ahead.
        paths: sample paths of each forecast.
        seed: of the sample paths.
    """

    every: int
    ahead: int
    paths: int
    seed: int = 0


class Rolling:
    """Forecasts made again every few periods of a replay, from what was known when they were made.

    Args:
        history: the replay.
        forecast: what forecasts a panel.
        options: how often, how far, and how many paths.
    """

    def __init__(self, history: History, forecast: Callable[[Panel], Forecast], options: RollingOptions) -> None:
        self._history, self._forecast, self._options = history, forecast, options
        self._made = -1
        self._now: tuple[Forecast, Index] | None = None
        self._kept: list[tuple[Index, Paths]] | None = None
        self._past: dict[int, tuple[Forecast, Index] | None] = {}

    def latest(self, step: int) -> tuple[Forecast, Index, int] | None:
        """The newest forecast at a period, the items [n] of the replay that it is of, and how old it is.

        An item that has come to its end, or not begun, is left out; None where all are.
        """
        made = step - step % self._options.every
        if made != self._made:
            self._made, self._now, self._kept = made, self._at(made), None
        return None if self._now is None else (*self._now, step - made)

    def _at(self, step: int) -> tuple[Forecast, Index] | None:
        """The forecast of a period: it is made once, however often the days are lived through."""
        if step not in self._past:
            self._past[step] = self._fresh(step)
        return self._past[step]

    def _fresh(self, step: int) -> tuple[Forecast, Index] | None:
        panel, items = self._history.before(step)
        current = np.flatnonzero(panel.cutoffs == self._history.first + step - 1)
        if not current.size:
            return None
        return self._forecast(panel.select(current) if current.size < len(panel) else panel), items[current]

    def parts(self, step: int) -> Iterator[tuple[Index, Paths]]:
        """Sample paths of the newest forecast."""
        latest = self.latest(step)
        if latest is None:
            return
        forecast, items, age = latest
        steps = self._options.every - 1 + self._options.ahead
        if items.size * steps * self._options.paths <= _KEPT and self._kept is None:
            self._kept = list(self._drawn(forecast, items, steps))
        for own, paths in self._kept if self._kept is not None else self._drawn(forecast, items, steps):
            yield own, paths[:, :, age:]

    def _drawn(self, forecast: Forecast, items: Index, steps: int) -> Iterator[tuple[Index, Paths]]:
        options = self._options
        draw = PathDraw.of(forecast, steps=steps, count=options.paths, seed=options.seed)
        size = max(_CELLS // (steps * options.paths), 1)
        for first in range(0, items.size, size):
            some = np.arange(first, min(first + size, items.size))
            own = stretched(forecast, some, steps=steps)
            yield items[some], draw.paths(own, np.arange(some.size))


@dataclass(frozen=True)
class WithOutlook:
    """A policy that is shown what is thought of the demand to come.

    Attributes:
        policy: what orders.
        outlook: the demand to come.
        terms: on which it orders: those of the replay, or with a service of its own.
        known: [T] the rows of `terms.lead` that will come true for the orders of each period, for who knows them.
    """

    policy: Policy
    outlook: Outlook
    terms: ReplenishmentTerms
    known: Counts | None = field(default=None, repr=False)

    def wanted(self, now: Situation) -> Numbers:
        """What the policy wants of the items that are looked at now; nothing where nobody knows of demand."""
        wanted = np.zeros(now.on_hand.shape)
        due = now.step % self.terms.review == 0
        for items, demand in self.outlook.parts(now.step):
            chosen = np.flatnonzero(due[items])
            if not chosen.size:
                continue
            rows = items[chosen]
            terms = self.terms.select(rows)
            paths = until_end(demand[:, chosen], terms.end, step=now.step)
            wanted[rows] = self.policy.wanted(now.of(rows, terms=terms, demand=paths, known=self.known))
        return wanted

    def turned(self, by: float) -> "WithOutlook":
        """The same with the odds of its service, and what a lost sale costs, multiplied by e to a power."""
        return replace(self, terms=self.terms.turned(by))
