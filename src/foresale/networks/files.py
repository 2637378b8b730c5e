"""Weights as one safetensors file, which is there whole or not at all."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save

from foresale.core.files import whole_file


def write_arrays(
    arrays: Mapping[str, npt.NDArray[Any]], path: Path, *, header: Mapping[str, str] | None = None
) -> None:
    """Write arrays, and what the header says of them; the folder is made.

    `safetensors.numpy.save_file` would make a file that only its owner may read, whatever the umask, and raise an error
    of its own when the disk is full.

    Raises:
        OSError: the disk is full, or the place cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    data = bytes_of(arrays, header=header)
    with whole_file(path) as part:
        part.write_bytes(data)


def bytes_of(arrays: Mapping[str, npt.NDArray[Any]], *, header: Mapping[str, str] | None = None) -> bytes:
    """The bytes of such a file."""
    whole = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    data: bytes = save(whole, metadata=None if header is None else dict(header))
    return data
