"""Work in threads of our own, with the library of linear algebra kept to one in each of them."""

import ctypes
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from foresale.core.cores import in_threads, jobs_of
from foresale.core.errors import ConfigError

Part = TypeVar("Part")
Result = TypeVar("Result")
_PLACES: Final = ("../numpy.libs", ".dylibs")
"""Where the wheels of NumPy keep OpenBLAS, beside the package: Linux and Windows; macOS."""
_NAMES: Final = (
    "scipy_openblas_{}_num_threads64_",
    "scipy_openblas_{}_num_threads",
    "openblas_{}_num_threads64_",
    "openblas_{}_num_threads",
)
"""Of its functions, by the build."""


@contextmanager
def threads(jobs: int | None) -> Iterator[None]:
    """Within it work is shared by `jobs` threads; with None by as many as there are idle cores.

    Raises:
        ConfigError: fewer than one.

    >>> from foresale.core.cores import workers
    >>> with threads(2):
    ...     workers()
    2
    """
    if jobs is not None and jobs < 1:
        raise ConfigError(f"at least 1 thread is needed, not {jobs}")
    with jobs_of(jobs):
        yield


def each(function: Callable[[Part], None], parts: Iterable[Part]) -> None:
    """Do something with each part, in as many threads as may work, where linear algebra starts none of its own.

    How many there are does not show in what is done.
    """
    for _ in results(function, parts):
        pass


def results(function: Callable[[Part], Result], parts: Iterable[Part]) -> Iterator[Result]:
    """What comes of each part, in their order, worked out in as many threads as may work, each by itself as in `each`.

    >>> list(results(lambda part: part * 2, range(3)))
    [0, 2, 4]
    """
    with _ALONE:
        yield from in_threads(function, parts)


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

    def __exit__(self, *error: object) -> None:
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
