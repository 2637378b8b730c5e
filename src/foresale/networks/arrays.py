"""Arrays of two libraries under one name: what networks are fed is laid out once, for NumPy and for tensors."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt


class Array(Protocol):
    """An array of NumPy or a tensor: what both can do under the same names."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its sizes."""
        ...

    def __getitem__(self, key: Any) -> Any: ...

    def __mul__(self, other: Any, /) -> Any: ...

    def __neg__(self) -> Any: ...


AnyArray = TypeVar("AnyArray", bound=Array)
"""The kind of array that a batch holds: NumPy's where networks forecast, tensors where they learn."""
Arrays = npt.NDArray[Any]
"""NumPy's, of any type: values, masks and codes."""


def namespace(array: Array) -> Any:
    """The library of an array, whose functions have the names and arguments of NumPy's.

    >>> namespace(np.zeros(3)) is np
    True
    """
    if isinstance(array, np.ndarray):
        return np
    return sys.modules[type(array).__module__.partition(".")[0]]


def zeros(shape: Sequence[int], *, like: Array) -> Any:
    """Zeros of the type, and at the place, of another array."""
    if isinstance(like, np.ndarray):
        return np.zeros(shape, like.dtype)
    return like.new_zeros(shape)  # type: ignore[attr-defined]


def mapped(parts: Any, function: Callable[[Any], Any]) -> Any:
    """Dataclasses of arrays, or of such dataclasses, with a function of each array in its place."""
    if not is_dataclass(parts):
        return function(parts)
    kind: Any = type(parts)
    return kind(**{part.name: mapped(getattr(parts, part.name), function) for part in fields(parts)})


def joined(parts: Sequence[Any]) -> Any:
    """The windows of several such dataclasses of one kind, or of several arrays, one after the other."""
    first = parts[0]
    if not is_dataclass(first):
        return namespace(first).concatenate(list(parts))
    kind: Any = type(first)
    return kind(**{part.name: joined([getattr(one, part.name) for one in parts]) for part in fields(first)})
