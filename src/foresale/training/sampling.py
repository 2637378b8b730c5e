"""Which windows are learnt from, and which are kept to validate on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foresale.core.errors import Fault, TooShortError
from foresale.core.frequency import Index
from foresale.core.panel import Panel

_MOST_VALIDATED = 2000
"""Windows to validate on, at most, so that a validation takes little beside the steps."""


@dataclass(frozen=True)
class Sampling:
    """Where windows may lie.

    Attributes:
        items: [M] items long enough to learn from.
        low: [M] first position of a window.
        high: [M] last position of a window.
        held: [V] items kept for validation on their last horizon; never learnt from there.
        held_positions: [V] the position of that last horizon.
    """

    items: Index
    low: Index
    high: Index
    held: Index
    held_positions: Index

    @classmethod
    def plan(cls, panel: Panel, *, context: int, horizon: int, holdout: float, seed: int) -> "Sampling":
        """Windows whose horizon lies in the history, at least in part; those of held-out items end a horizon earlier.

        Raises:
            TooShortError: no item is long enough for a single window with its whole horizon.
        """
        history = panel.history
        shortest = min(max(horizon // 2, 2), context)
        able = np.flatnonzero(history >= shortest + max(horizon // 2, 1) + horizon)
        generator = np.random.default_rng([seed, 17])
        count = min(max(round(holdout * able.size), 1), _MOST_VALIDATED) if able.size > 1 and holdout > 0 else 0
        held = np.sort(generator.choice(able, count, replace=False))
        limit = history.copy()
        limit[held] -= horizon
        high = limit - max(horizon // 4, 1)
        low = np.minimum(np.maximum(shortest, np.minimum(context, limit - 3 * horizon)), high)
        items = np.flatnonzero((low >= 1) & (high >= low))
        if not items.size or int(history.max()) < shortest + horizon:
            cure = f"Ask for a shorter horizon than {horizon}, give more history, or use the model seasonal-naive."
            fault = Fault("items too short to learn from", len(panel), f"{int(history.max())} periods at most", cure)
            raise TooShortError([fault])
        return cls(items, low[items], high[items], held, history[held] - horizon)

    def draw(self, count: int, generator: np.random.Generator) -> tuple[Index, npt.NDArray[np.int64]]:
        """`count` windows (items, positions): any item, any position it allows."""
        chosen = generator.integers(self.items.size, size=count)
        low, high = self.low[chosen], self.high[chosen]
        return self.items[chosen], low + (generator.random(count) * (high - low + 1)).astype(np.int64)
