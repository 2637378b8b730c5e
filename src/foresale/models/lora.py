"""A change of the weights of a network as it is learnt: see `networks.tuning`, which is the same without a gradient.

Of a low-rank change U V, U is zero at first; so is a dense one, so that drawing it to zero draws the weights to where
they started.
"""

import copy
from typing import Final

import torch
from torch import Tensor, nn

from foresale.core.errors import ModelError
from foresale.models.network import NetworkModule
from foresale.models.tensors import arrays_of
from foresale.networks.tuning import Method, WeightChange, check_change

_LEAST_SIDE: Final = 8
"""Matrices with a side shorter than this have next to no rank to spare: they are left as they are."""


class WeightChangeModule(nn.Module):
    """A change of the weights of one network: all of them, those of the head, or low ranks of all matrices.

    Attributes:
        method: which weights.
        rank: rank of the low-rank changes.

    Raises:
        ConfigError: an unknown method or a rank below 1.
    """

    def __init__(self, network: NetworkModule, method: Method, *, rank: int = 8) -> None:
        super().__init__()
        check_change(method, rank)
        self.method: Method = method
        self.rank = rank
        self.dense = nn.ParameterDict()
        self.ups = nn.ParameterDict()
        self.downs = nn.ParameterDict()
        for name, weight in network.named_parameters():
            if method == "lora" and weight.ndim == 2 and min(weight.shape) >= _LEAST_SIDE:
                self.ups[_key(name)] = nn.Parameter(torch.zeros(weight.shape[0], rank))
                self.downs[_key(name)] = nn.Parameter(torch.randn(rank, weight.shape[1]) / weight.shape[1] ** 0.5)
            elif method == "full" or (method == "head" and name.startswith("head.")):
                self.dense[_key(name)] = nn.Parameter(torch.zeros_like(weight))

    @classmethod
    def of(cls, change: WeightChange, network: NetworkModule) -> "WeightChangeModule":
        """The change of a network in tensors, with weights of its own."""
        with torch.random.fork_rng(devices=[]):
            module = cls(network, change.method, rank=change.rank)
        module.load_state_dict({name: torch.tensor(part) for name, part in change.parts.items()})
        return module

    def learnt(self) -> WeightChange:
        """What it is now, without a gradient."""
        return WeightChange(self.method, self.rank, arrays_of(self))

    def weights(self, network: NetworkModule, *, share: float = 1.0) -> dict[str, Tensor]:
        """The changed weights by name; with a `share` below 1, so far on the way from the network to them.

        Raises:
            ModelError: the change is one of another network.
        """
        before = dict(network.named_parameters())
        changed = {}
        for key in (*self.dense, *self.ups):
            weight, change = before.get(_name(key)), self._change(key)
            if weight is None or weight.shape != change.shape:
                raise ModelError(f"the change is one of another network: {_name(key)} does not fit.")
            changed[_name(key)] = weight.detach() + share * change
        return changed

    def merged(self, network: NetworkModule, *, share: float = 1.0) -> NetworkModule:
        """A copy of the network with the change in its weights; the network stays as it is."""
        copied = copy.deepcopy(network)
        weights = dict(copied.named_parameters())
        with torch.no_grad():
            for name, changed in self.weights(network, share=share).items():
                weights[name].copy_(changed)
        return copied.eval()

    def scaled(self, share: float) -> None:
        """Shorten the change in place to a share of itself."""
        with torch.no_grad():
            for part in (*self.dense.values(), *self.ups.values()):
                part.mul_(share)

    def _change(self, key: str) -> Tensor:
        if key in self.dense:
            dense: Tensor = self.dense[key]
            return dense
        low_rank: Tensor = self.ups[key] @ self.downs[key] / self.rank**0.5
        return low_rank


def _key(name: str) -> str:
    return name.replace(".", "/")


def _name(key: str) -> str:
    return key.replace("/", ".")
