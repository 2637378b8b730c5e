"""What a frozen backbone makes of many windows, computed once: heads learn from it in no time."""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from foresale.models.adapters import AdaptedModule, States
from foresale.models.network import NetworkModule
from foresale.networks.adapters import AdapterInput
from foresale.networks.scaling import InstanceScale
from foresale.training.finetune.example import Example

AT_ONCE: Final = 200
"""Windows at a time, so that what a backbone makes of them stays in the cache of a processor."""


@dataclass(frozen=True)
class FeatureCache:
    """Windows with the states of the backbone, as they are and with their sign turned.

    Attributes:
        example: the windows; of what is known beside them, the horizon only.
        straight: the states of their horizons.
        turned: the same of the sales with their sign turned.
    """

    example: Example[Tensor]
    straight: States
    turned: States

    def __len__(self) -> int:
        return len(self.example.actual)

    @classmethod
    @torch.no_grad()
    def of(cls, network: NetworkModule, example: Example[Tensor]) -> "FeatureCache":
        """The states of a network for all windows of an example."""
        adapted = AdaptedModule(network, None).eval()
        both: list[tuple[States, States]] = []
        for first in range(0, len(example.actual), AT_ONCE):
            shown = example.of(slice(first, first + AT_ONCE)).adapter_input
            both.append((adapted.states(shown), adapted.states(shown, turned=True)))
        straight, turned = (_joined([pair[side] for pair in both]) for side in (0, 1))
        return cls(example.of_horizon(), straight, turned)

    def take(self, chosen: Tensor) -> "FeatureCache":
        """Some of the windows, by position."""
        return FeatureCache(self.example.of(chosen), *(_some(side, chosen) for side in (self.straight, self.turned)))

    @property
    def adapter_input(self) -> AdapterInput[Tensor]:
        """What is known of the windows."""
        return self.example.adapter_input


def _joined(parts: list[States]) -> States:
    states = torch.cat([part[0] for part in parts])
    location, scale = (torch.cat([getattr(part[1], name) for part in parts]) for name in ("location", "scale"))
    return states, InstanceScale(location, scale)


def _some(side: States, chosen: Tensor) -> States:
    states, scale = side
    return states[chosen], InstanceScale(scale.location[chosen], scale.scale[chosen])
