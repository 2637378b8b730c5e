"""Arrays become tensors, and back."""

from typing import Any

import torch
from torch import Tensor, nn

from foresale.core.arrays import Values
from foresale.networks.batch import Batch


def tensors_of(batch: Batch[Any]) -> Batch[Tensor]:
    """A batch of arrays in tensors, which share their memory."""
    return batch.mapped(tensor)


def tensor(array: Any) -> Tensor:
    """An array as a tensor, which shares its memory where that can be written."""
    return torch.from_numpy(array if array.flags.writeable else array.copy())


def arrays_of(module: nn.Module) -> dict[str, Values]:
    """The weights of a module by name, as they are now, in single precision."""
    return {name: weight.detach().float().cpu().numpy().copy() for name, weight in module.state_dict().items()}
