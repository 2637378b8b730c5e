"""Windows to learn from."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from torch import Tensor

from foresale.core.frequency import Index
from foresale.models.adapters import Beside, Shown


@dataclass(frozen=True)
class Example:
    """Windows, what followed, and how it counts.

    Attributes:
        shown: what is known at their positions.
        actual: [B, H] what was sold then, in units.
        known: [B, H] bool, where that is known.
        censored: [B, H] bool, where that is only the least that would have been sold with stock on hand.
        weight: [B] how much each window counts.
    """

    shown: Shown
    actual: Tensor
    known: Tensor
    censored: Tensor
    weight: Tensor

    def of(self, chosen: slice | Tensor) -> "Example":
        """Some of the windows."""
        rest = (part[chosen] for part in (self.actual, self.known, self.censored, self.weight))
        return Example(self.shown.of(chosen), *rest)

    def of_horizon(self) -> "Example":
        """The same without what is known beside the sales of the past, which only tokens read."""
        horizon, beside = self.actual.shape[1], self.shown.beside
        shorter = Beside(beside.known[:, -horizon:], beside.codes, beside.numbers)
        return replace(self, shown=replace(self.shown, beside=shorter))


Examples = Callable[[Index, Index], Example]
"""The windows of items [B] at positions [B]."""
