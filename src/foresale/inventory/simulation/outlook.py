"""What is thought of the demand to come, period after period: rolling forecasts, or the truth."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Protocol

import numpy as np

from foresale.core.chunks import chunks
from foresale.core.forecast import Forecast
from foresale.core.frequency import Index
from foresale.core.panel import Panel, Values
from foresale.inventory.defaults import USUAL_PERIODS
from foresale.inventory.numeric import Counts, Numbers
from foresale.inventory.policies.extend_horizon import stretched
from foresale.inventory.policies.paths import PathDraw
from foresale.inventory.policies.situation import Policy, Situation, until_end
from foresale.inventory.policies.tails import Tails
from foresale.inventory.policies.terms import ReplenishmentTerms
from foresale.inventory.samples import Paths
from foresale.inventory.simulation.history import History

_KEPT: Final = 50_000_000
"""Numbers of sample paths that are kept from one order to the next; more are drawn again."""
_CELLS: Final = 8_000_000
"""Numbers of sample paths that are drawn at once."""


class Outlook(Protocol):
    """What is thought of the demand to come."""

    def parts(self, step: int) -> Iterator[tuple[Index, Paths]]:
        """Some items at a time, and paths [S, n, H] of their demand from a period on; items without are left out."""
        ...


@dataclass(frozen=True)
class Clairvoyant:
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


@dataclass(frozen=True)
class _Made:
    """A forecast of some items of a replay, and how far their sales may go beyond all that was sold by then."""

    forecast: Forecast
    items: Index
    known: Panel = field(repr=False)

    @cached_property
    def tails(self) -> Tails:
        """Learnt where paths are drawn: who goes by means alone does without."""
        return Tails.of(self.known, horizon=USUAL_PERIODS[self.known.frequency.unit])


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
        self._kept: list[tuple[Index, Paths]] | None = None
        self._past: dict[int, _Made | None] = {}

    def latest(self, step: int) -> tuple[Forecast, Index, int] | None:
        """The newest forecast at a period, the items [n] of the replay that it is of, and how old it is.

        An item that has come to its end, or not begun, is left out; None where all are.
        """
        now = self._at(step)
        return None if now is None else (now.forecast, now.items, step % self._options.every)

    def _at(self, step: int) -> _Made | None:
        """The newest forecast: it is made once, however often the days are lived through."""
        made = step - step % self._options.every
        if made not in self._past:
            self._past[made] = self._fresh(made)
        if made != self._made:
            self._made, self._kept = made, None
        return self._past[made]

    def _fresh(self, step: int) -> _Made | None:
        panel, items = self._history.before(step)
        current = np.flatnonzero(panel.cutoffs == self._history.first + step - 1)
        if not current.size:
            return None
        known = panel.select(current) if current.size < len(panel) else panel
        return _Made(self._forecast(known), items[current], known)

    def parts(self, step: int) -> Iterator[tuple[Index, Paths]]:
        """Sample paths of the newest forecast."""
        now = self._at(step)
        if now is None:
            return
        steps = self._options.every - 1 + self._options.ahead
        if now.items.size * steps * self._options.paths <= _KEPT and self._kept is None:
            self._kept = list(self._drawn(now, steps))
        for own, paths in self._kept if self._kept is not None else self._drawn(now, steps):
            yield own, paths[:, :, step % self._options.every :]

    def _drawn(self, now: _Made, steps: int) -> Iterator[tuple[Index, Paths]]:
        options = self._options
        draw = PathDraw.of(now.forecast, steps=steps, count=options.paths, seed=options.seed)
        for few in chunks(now.items.size, width=steps * options.paths, cells=_CELLS):
            some = np.arange(few.start, few.stop)
            own = stretched(now.forecast, some, steps=steps)
            yield now.items[some], draw.paths(own, np.arange(some.size), tails=now.tails)


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
