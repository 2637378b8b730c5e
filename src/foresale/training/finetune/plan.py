"""Which windows are learnt from, and which are kept: the newest horizons before the cutoff."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from foresale.core.errors import Fault, TooShortError
from foresale.core.frequency import Index
from foresale.networks.arrays import Arrays
from foresale.training.finetune.example import Example

_ANYWHERE = 0.5
"""Share of the windows that may lie anywhere: those of full contexts alone share too few days."""


@dataclass(frozen=True)
class Plan:
    """Where windows lie.

    Attributes:
        horizon: periods ahead.
        items: [M] items long enough to learn from.
        low: [M] first position of a window.
        full: [M] first position of a window whose context is full, or nearly so.
        high: [M] last position of a window.
        limit: [N] of every item, the first period that is not learnt from.
        held: [V] items of the windows kept for validation.
        held_positions: [V] their positions.
    """

    horizon: int
    items: Index
    low: Index
    full: Index
    high: Index
    limit: Index
    held: Index
    held_positions: Index

    @classmethod
    def of(cls, history: Index, *, context: int, horizon: int, windows: int, most: int, seed: int) -> "Plan":
        """The newest `windows` horizons kept back, fewer where the history is short, and all before them to learn from.

        Args:
            history: [N] periods of history of every item.
            context: periods that a window sees where the history is long.
            horizon: periods ahead.
            windows: horizons kept back.
            most: windows to validate on at most.
            seed: which of them are taken.

        Raises:
            TooShortError: no item has two horizons, and a period before them.
        """
        kept = int(np.clip(np.median(history) // (2 * horizon) - 1, 1, windows))
        limit = history - kept * horizon
        high = limit - max(horizon // 2, 1)
        low = np.minimum(max(horizon // 2, 1), high)
        full = np.minimum(np.maximum(low, np.minimum(context, limit - 3 * horizon)), high)
        items = np.flatnonzero(high >= 1)
        able = np.flatnonzero(history > horizon)
        if not items.size:
            cure = f"Ask for a shorter horizon than {horizon}, give more history, or use the model pretrained."
            fault = Fault("items too short to learn from", history.size, f"{int(history.max())} periods at most", cure)
            raise TooShortError([fault])
        generator = np.random.default_rng([seed, 23])
        ages = np.arange(1, kept + 1)
        pairs = np.stack(np.meshgrid(able, ages, indexing="ij"), axis=-1).reshape(-1, 2)
        pairs = pairs[history[pairs[:, 0]] > pairs[:, 1] * horizon]
        if len(pairs) > most:
            pairs = pairs[np.sort(generator.choice(len(pairs), most, replace=False))]
        positions = history[pairs[:, 0]] - pairs[:, 1] * horizon
        return cls(horizon, items, low[items], full[items], high[items], limit, pairs[:, 0], positions)

    @property
    def apart(self) -> int:
        """How many horizons of windows can be learnt from that do not overlap."""
        return int((self.high - self.low + 1).sum()) // self.horizon + 1

    def draw(self, count: int, generator: np.random.Generator) -> tuple[Index, Index]:
        """`count` windows (items, positions): any item; half of them any position, half those of a full context."""
        chosen = generator.integers(self.items.size, size=count)
        low = np.where(generator.random(count) < _ANYWHERE, self.low[chosen], self.full[chosen])
        return self.items[chosen], low + (generator.random(count) * (self.high[chosen] - low + 1)).astype(np.int64)

    def learnable(self, items: Index, positions: Index) -> npt.NDArray[np.bool_]:
        """[B, H] which periods of the horizons of windows lie before what is kept back."""
        before: npt.NDArray[np.bool_] = np.arange(self.horizon) < (self.limit[items] - positions)[:, None]
        return before

    def learnt(self, example: Example[Arrays], items: Index, positions: Index) -> Example[Arrays]:
        """Windows without the periods that are kept back."""
        return replace(example, known=example.known & self.learnable(items, positions))
