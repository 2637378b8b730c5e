"""Tensors as one safetensors file, which is there whole or not at all."""

from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import save
from torch import Tensor

from foresale.core.files import whole_file


def write_tensors(tensors: Mapping[str, Tensor], path: Path, *, header: Mapping[str, str] | None = None) -> None:
    """Write tensors, and what the header says of them; the folder is made.

    `safetensors.torch.save_file` would make a file that only its owner may read, whatever the umask, and raise an error
    of its own when the disk is full.

    Raises:
        OSError: the disk is full, or the place cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    data = save(dict(tensors), metadata=None if header is None else dict(header))
    with whole_file(path) as part:
        part.write_bytes(data)
