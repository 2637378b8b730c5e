"""Windows to learn from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import torch
from torch import Tensor

from foresale.core.frequency import Index
from foresale.models.adapters import Beside, Shown
from foresale.models.batch import Batch


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

    @classmethod
    def joined(cls, parts: "Sequence[Example]") -> "Example":
        """The windows of all parts, in order."""
        shown = [part.shown for part in parts]
        batches = [[getattr(one, name) for one in shown] for name in ("batch", "turned", "beside")]
        known = [
            torch.cat([getattr(part, name) for part in parts]) for name in ("actual", "known", "censored", "weight")
        ]
        return cls(Shown(*(_joined(batch) for batch in batches)), *known)

    def of_horizon(self) -> "Example":
        """The same without what is known beside the sales of the past, which only tokens read."""
        horizon, beside = self.actual.shape[1], self.shown.beside
        shorter = Beside(beside.known[:, -horizon:], beside.codes, beside.numbers)
        return replace(self, shown=replace(self.shown, beside=shorter))


_Part = TypeVar("_Part", Batch, Beside)


def _joined(parts: Sequence[_Part]) -> _Part:
    names = [field.name for field in fields(parts[0])]
    return type(parts[0])(**{name: torch.cat([getattr(part, name) for part in parts]) for name in names})


Examples = Callable[[Index, Index], Example]
"""The windows of items [B] at positions [B]."""
