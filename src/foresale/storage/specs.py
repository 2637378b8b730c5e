"""What a card tells of networks, read without belief in what a stranger wrote."""

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Values
from foresale.networks.config import NetworkConfig
from foresale.networks.network import Network

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


def network_of(config: Mapping[str, Any], weights: Mapping[str, npt.NDArray[Any]]) -> Network:
    """The network of a shape with its weights; nothing is made before the weights are of that shape.

    Raises:
        TypeError, ValueError: a shape that is none, or another one than that of the weights.
    """
    tuples = {name: tuple(config[name]) for name in ("levels", "categories")}
    shape = NetworkConfig(**{**config, **tuples})
    for field in fields(shape):
        value = getattr(shape, field.name)
        if isinstance(value, int) and value:
            sized(value, name=field.name)
    if shape.layers > _MOST_LAYERS:
        raise ValueError(f"{shape.layers} layers, beyond {_MOST_LAYERS}")
    return Network(shape, fitting(weights, shape.shapes()))


def fitting(weights: Mapping[str, npt.NDArray[Any]], shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Values]:
    """Weights in single precision, where they have the shapes that they should have.

    Raises:
        ValueError: others.
    """
    if dict(shapes) != {name: weight.shape for name, weight in weights.items()}:
        raise ValueError("its weights have another shape than it says")
    return {name: np.asarray(weight, np.float32) for name, weight in weights.items()}


def fingerprint(network: Network) -> str:
    """A short name of the weights of a network: the same weights, the same name."""
    digest = hashlib.sha256()
    for name, weight in sorted(network.weights.items()):
        digest.update(name.encode())
        digest.update(weight.tobytes())
    return digest.hexdigest()[:16]
