"""Windows to learn from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic

from foresale.core.frequency import Index
from foresale.networks.adapters import AdapterInput
from foresale.networks.arrays import AnyArray, Arrays, joined, mapped


@dataclass(frozen=True)
class Example(Generic[AnyArray]):
    """Windows, what followed, and how it counts.

    Attributes:
        adapter_input: what is known at their positions.
        actual: [B, H] what was sold then, in units.
        known: [B, H] bool, where that is known.
        censored: [B, H] bool, where that is only the least that would have been sold with stock on hand.
        weight: [B] how much each window counts.
    """

    adapter_input: AdapterInput[AnyArray]
    actual: AnyArray
    known: AnyArray
    censored: AnyArray
    weight: AnyArray

    def mapped(self, function: Callable[[AnyArray], Any]) -> "Example[Any]":
        """The same with a function of each of its arrays in their place."""
        example: Example[Any] = mapped(self, function)
        return example

    def of(self, chosen: Any) -> "Example[AnyArray]":
        """Some of the windows, by a slice or by their positions."""
        return self.mapped(lambda part: part[chosen])

    @classmethod
    def joined(cls, parts: "Sequence[Example[AnyArray]]") -> "Example[AnyArray]":
        """The windows of all parts, in order."""
        example: Example[AnyArray] = joined(parts)
        return example

    def of_horizon(self) -> "Example[AnyArray]":
        """The same without what is known beside the sales of the past, which only tokens read."""
        horizon, beside = self.actual.shape[1], self.adapter_input.beside
        shorter = replace(beside, known=beside.known[:, -horizon:])
        return replace(self, adapter_input=replace(self.adapter_input, beside=shorter))


Examples = Callable[[Index, Index], Example[Arrays]]
"""The windows of items [B] at positions [B]."""
