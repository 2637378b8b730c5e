"""Which number format a backbone can learn in: not every processor has every layer in half precision."""

import logging
from functools import cache
from typing import Final

import torch

from foresale.models.backbones import LSTM, Transformer
from foresale.networks.config import BackboneName, Precision

logger = logging.getLogger(__name__)

_WIDTH: Final = 16
_TOKENS: Final = 4


def learning(precision: Precision, backbone: BackboneName, *, device: str = "cpu") -> torch.autocast:
    """The context in which a backbone learns: `precision` where the device can compute in it, float32 elsewhere.

    A bfloat16 LSTM needs AVX-512 on a processor (oneDNN 3 has no other). Names of processors tell too little of what a
    build can do on them, so it is tried once for each kind of backbone.

    >>> with learning("float32", "lstm"):
    ...     torch.is_autocast_enabled("cpu")
    False
    """
    kind = device.split(":", maxsplit=1)[0]
    half = precision == "bfloat16" and learns_in_half(backbone, kind)
    return torch.autocast(kind, dtype=torch.bfloat16, enabled=half)


@cache
def learns_in_half(backbone: BackboneName, kind: str) -> bool:
    """Whether a small backbone ran forward and backward in bfloat16 on devices of a kind ("cpu", "cuda")."""
    try:
        _try(backbone, kind)
    except RuntimeError as error:
        logger.info("a %s cannot learn in bfloat16 here (%s); it learns in float32", backbone, error)
        return False
    return True


def _try(backbone: BackboneName, kind: str) -> None:
    with torch.inference_mode(mode=False), torch.enable_grad(), torch.random.fork_rng(devices=[]):
        layers = (
            LSTM(_WIDTH, layers=1, dropout=0.0)
            if backbone == "lstm"
            else Transformer(_WIDTH, layers=1, heads=2, dropout=0.0)
        ).to(kind)
        tokens = torch.ones(2, _TOKENS, _WIDTH, device=kind)
        with torch.autocast(kind, dtype=torch.bfloat16):
            states = layers(tokens, torch.ones(2, _TOKENS, dtype=torch.bool, device=kind))
        states.float().sum().backward()
