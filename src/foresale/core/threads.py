"""Work in threads of our own, with the library of linear algebra kept to one in each of them."""

import ctypes
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from foresale.core.cores import jobs_of, workers
from foresale.core.errors import ConfigError

Piece = TypeVar("Piece")
_PLACES: Final = ("../numpy.libs", ".dylibs")
"""Where the wheels of NumPy keep OpenBLAS, beside the package: Linux and Windows; macOS."""
_NAMES: Final = ("scipy_openblas_{}_num_threads64_", "scipy_openblas_{}_num_threads", "openblas_{}_num_threads64_",
                 "openblas_{}_num_threads")  # fmt: skip
"""Of its functions, by the build."""


@contextmanager
def threads(jobs: int | None) -> Iterator[None]:
    """Within it work is shared by `jobs` threads; with None by as many as there are idle cores.

    Raises:
        ConfigError: fewer than one.

    >>> with threads(2):
    ...     workers()
    2
    """
    if jobs is not None and jobs < 1:
        raise ConfigError(f"at least 1 thread is needed, not {jobs}")
    with jobs_of(jobs):
        yield


def in_threads(function: Callable[[Piece], None], pieces: Sequence[Piece]) -> None:
    """Do something with each piece, in as many threads as may work; which they are does not show in what is done."""
    count = min(workers(), len(pieces)) if len(pieces) > 1 else 1
    with _ALONE:
        if count == 1:
            for piece in pieces:
                function(piece)
            return
        with ThreadPoolExecutor(count) as pool:
            list(pool.map(function, pieces))


class _Alone:
    """While anybody is in it, a multiplication of matrices takes the thread that it is called from and no other.

    OpenBLAS would start threads of its own in each of ours. Another library, or one that stands elsewhere, goes by the
    variables of the environment alone (`cores.share_cores`).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._before = 0

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1 and (blas := _openblas()):
                self._before = blas[0]()
                blas[1](1)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and (blas := _openblas()):
                blas[1](self._before)


_ALONE: Final = _Alone()


@cache
def _openblas() -> tuple[Callable[[], int], Callable[[int], None]] | None:
    """What tells and sets the threads of the OpenBLAS that came with NumPy, where it did."""
    home = Path(np.__file__).parent
    for path in sorted(path for place in _PLACES for path in (home / place).glob("*openblas*")):
        library = ctypes.CDLL(str(path.resolve()))
        for name in _NAMES:
            if hasattr(library, name.format("set")):
                return getattr(library, name.format("get")), getattr(library, name.format("set"))
    return None
