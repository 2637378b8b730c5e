"""What is thought of the demand to come, period after period: rolling forecasts, or the truth."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np

from foresale.core.forecast import Forecast
from foresale.core.panel import Panel, Values
from foresale.inventory.numeric import Counts
from foresale.inventory.samples import Paths
from foresale.inventory.simulation.history import History

_KEPT: Final = 50_000_000
"""Numbers of sample paths that are kept from one order to the next; more are drawn again."""


class Outlook(Protocol):
    """What is thought of the demand to come."""

    def parts(self, step: int) -> Iterator[tuple[Counts, Paths]]:
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

    def parts(self, step: int) -> Iterator[tuple[Counts, Paths]]:
        """All items, on the one path that comes true."""
        paths = np.zeros((1, len(self.demand), self.ahead), np.float32)
        seen = self.demand[:, step : step + self.ahead]
        paths[0, :, : seen.shape[1]] = seen
        yield np.arange(len(self.demand)), paths


class Rolling:
    """Forecasts made again every few periods of a replay, from what was known when they were made.

    Args:
        history: the replay.
        forecast: what forecasts a panel.
        every: periods from one forecast to the next.
        paths: sample paths of each.
        seed: of the sample paths.
    """

    def __init__(self, history: History, forecast: Callable[[Panel], Forecast], *, every: int, paths: int,
                 seed: int = 0) -> None:  # fmt: skip
        self._history, self._forecast, self._every = history, forecast, every
        self._paths, self._seed = paths, seed
        self._made = -1
        self._now: tuple[Forecast, Counts] | None = None
        self._kept: list[tuple[Counts, Paths]] | None = None

    def latest(self, step: int) -> tuple[Forecast, Counts, int] | None:
        """The newest forecast at a period, the items [n] of the replay that it is of, and how old it is.

        An item that has come to its end, or not begun, is left out; None where all are.
        """
        made = step - step % self._every
        if made != self._made:
            self._made, self._now, self._kept = made, self._fresh(made), None
        return None if self._now is None else (*self._now, step - made)

    def _fresh(self, step: int) -> tuple[Forecast, Counts] | None:
        panel, items = self._history.before(step)
        current = np.flatnonzero(panel.cutoffs == self._history.first + step - 1)
        if not current.size:
            return None
        return self._forecast(panel.select(current) if current.size < len(panel) else panel), items[current]

    def parts(self, step: int) -> Iterator[tuple[Counts, Paths]]:
        """Sample paths of the newest forecast."""
        latest = self.latest(step)
        if latest is None:
            return
        forecast, items, age = latest
        small = items.size * forecast.horizon * self._paths <= _KEPT
        if small and self._kept is None:
            self._kept = list(self._drawn(forecast, items))
        age = min(age, forecast.horizon - 1)
        for own, paths in self._kept if self._kept is not None else self._drawn(forecast, items):
            yield own, paths[:, :, age:]

    def _drawn(self, forecast: Forecast, items: Counts) -> Iterator[tuple[Counts, Paths]]:
        for part, paths in forecast.iterate_paths(self._paths, seed=self._seed + self._made):
            yield items[part], paths
