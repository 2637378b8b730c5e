"""What a fine-tuning changed in the weights of a network, kept apart from them.

The network itself is never changed: a change makes a copy of it that has learnt (`merged`), and taking the change away
is to use the network again. A low-rank change of a matrix W [o, i] is W + U V / r^½ with U [o, r] and V [r, i] (Hu et
al. 2022, LoRA; the divisor after Kalajdzievski 2023); a dense one is W + D.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from foresale.core.arrays import Values
from foresale.core.errors import ConfigError, ModelError
from foresale.networks.adapters import Adapted, InputAdapter
from foresale.networks.network import Network

Method = Literal["full", "head", "lora"]
METHODS: Final[tuple[Method, ...]] = ("full", "head", "lora")
_DENSE, _UPS, _DOWNS = "dense.", "ups.", "downs."


def check_change(method: str, rank: int) -> None:
    """Raises a ConfigError where a method is unknown or a rank below 1."""
    if method not in METHODS:
        raise ConfigError(f"unknown method {method!r}. Use one of {', '.join(METHODS)}.")
    if rank < 1:
        raise ConfigError(f"a rank is at least 1, not {rank}")


@dataclass(frozen=True, eq=False)
class WeightChange:
    """A change of the weights of one network: all of them, those of the head, or low ranks of all matrices.

    Attributes:
        method: which weights.
        rank: rank of the low-rank changes.
        parts: "dense.NAME" of what is added to a weight, or "ups.NAME" and "downs.NAME" of its low ranks, where NAME is
            that of the weight with "/" for ".".

    Raises:
        ConfigError: an unknown method or a rank below 1.
    """

    method: Method
    rank: int
    parts: Mapping[str, Values] = field(repr=False)

    def __post_init__(self) -> None:
        check_change(self.method, self.rank)

    def merged(self, network: Network) -> Network:
        """A copy of the network with the change in its weights; the network stays as it is.

        Raises:
            ModelError: the change is one of another network.
        """
        weights = dict(network.weights)
        for key in self.parts:
            kind, _, name = key.partition(".")
            if f"{kind}." == _DOWNS:
                continue
            change, called = self._change(kind, name), name.replace("/", ".")
            if called not in weights or weights[called].shape != change.shape:
                raise ModelError(f"the change is one of another network: {called} does not fit.")
            weights[called] = weights[called] + change
        return Network(network.config, weights)

    def _change(self, kind: str, name: str) -> Values:
        if f"{kind}." == _DENSE:
            return self.parts[_DENSE + name]
        low_rank: Values = self.parts[_UPS + name] @ self.parts[_DOWNS + name] / np.float32(self.rank**0.5)
        return low_rank


@dataclass(frozen=True, eq=False)
class Tuning:
    """A change of the weights of a network, and an adapter of what enters beside the sales.

    Attributes:
        change: what is added to the weights of the network.
        inputs: the adapter, or None where there is nothing to read.
    """

    change: WeightChange
    inputs: InputAdapter | None

    def adapted(self, network: Network) -> Adapted:
        """The network with all that was learnt, standing alone.

        Raises:
            ModelError: it was learnt from another network.
        """
        return Adapted(self.change.merged(network), self.inputs)

    @property
    def weights(self) -> dict[str, Values]:
        """All that was learnt by name: "change.…" of the weights, "inputs.…" of the adapter."""
        beside = {} if self.inputs is None else self.inputs.weights
        return {**_under("change.", self.change.parts), **_under("inputs.", beside)}


@dataclass(frozen=True)
class Tuned:
    """What a fine-tuning leaves.

    Attributes:
        tuning: what was learnt.
        share: how much of it is kept, 0 where the network was better as it was.
        before: validation loss of the network as it was.
        after: validation loss of what is kept.
        losses: (step, training loss, validation loss) at every validation, the first before any step.
    """

    tuning: Tuning
    share: float
    before: float
    after: float
    losses: tuple[tuple[int, float, float], ...]


def _under(prefix: str, weights: Mapping[str, Values]) -> dict[str, Values]:
    return {prefix + name: weight for name, weight in weights.items()}
