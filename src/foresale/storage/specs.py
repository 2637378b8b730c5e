"""What a card tells of networks, read without belief in what a stranger wrote."""

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

import torch
from torch import Tensor

from foresale.models.network import Network, NetworkConfig

_LARGEST: Final = 50_000
"""Of periods or channels that a model folder may name: five years of hours, or more than a hundred of days."""
_MOST_LAYERS: Final = 100  # so that a stranger's card cannot ask for all memory


def sized(value: Any, *, name: str) -> int:
    """A size that a card names, where it is one that Foresale may have written.

    Raises:
        ValueError: no whole number, less than one, or more than any model has: memory would be asked for it.

    >>> sized(10**12, name="context")
    Traceback (most recent call last):
    ValueError: context is 1000000000000, beyond 50,000
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name} is {value!r}, no whole number above zero")
    if value > _LARGEST:
        raise ValueError(f"{name} is {value}, beyond {_LARGEST:,}")
    return value


def network_of(config: Mapping[str, Any], weights: Mapping[str, Tensor]) -> Network:
    """The network of a shape with its weights, ready to forecast; nothing is made before the weights are of that shape.

    Raises:
        TypeError, ValueError, RuntimeError: a shape that is none, or another one than that of the weights.
    """
    tuples = {name: tuple(config[name]) for name in ("levels", "categories")}
    shape = NetworkConfig(**{**config, **tuples})
    for field in fields(shape):
        value = getattr(shape, field.name)
        if isinstance(value, int) and value:
            sized(value, name=field.name)
    if shape.layers > _MOST_LAYERS:
        raise ValueError(f"{shape.layers} layers, beyond {_MOST_LAYERS}")
    with torch.device("meta"):
        wanted = {name: tensor.shape for name, tensor in Network(shape).state_dict().items()}
    if wanted != {name: tensor.shape for name, tensor in weights.items()}:
        raise ValueError("its weights have another shape than it says")
    network = Network(shape)
    network.load_state_dict(weights)
    return network.eval()


def fingerprint(network: Network) -> str:
    """A short name of the weights of a network: the same weights, the same name."""
    digest = hashlib.sha256()
    for name, weight in sorted(network.state_dict().items()):
        digest.update(name.encode())
        digest.update(weight.detach().float().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
