"""Arrays of numbers as policies take them: checked, of one shape, and roots found for all items at once."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
_HALVINGS = 52
FEWER_HALVINGS = 40
"""Of a range of units, enough for a part in a trillion of it: orders are whole units, or packs."""


def together(**named: npt.ArrayLike) -> tuple[Numbers, ...]:
    """The arguments as float64 arrays of one shape.

    Raises:
        ConfigError: values that are no finite numbers, or shapes that do not go together.

    >>> together(mean=[1, 2], sd=3)
    (array([1., 2.]), array([3., 3.]))
    """
    try:
        arrays = np.broadcast_arrays(*(np.asarray(values, np.float64) for values in named.values()))
    except ValueError as error:
        raise ConfigError(f"{', '.join(named)} do not go together: {error}") from error
    for name, values in zip(named, arrays, strict=True):
        refuse(name, values, ~np.isfinite(values), "must be a finite number")
    return tuple(arrays)


def numbers(values: npt.ArrayLike) -> Numbers:
    """Anything like an array as float64."""
    return np.asarray(values, np.float64)


def positive(**named: npt.ArrayLike) -> tuple[Numbers, ...]:
    """As `together`, for what must be above zero.

    >>> positive(holding=0)
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: holding must be above zero: 0.0
    """
    arrays = together(**named)
    for name, values in zip(named, arrays, strict=True):
        refuse(name, values, values <= 0, "must be above zero")
    return arrays


def not_negative(**named: npt.ArrayLike) -> tuple[Numbers, ...]:
    """As `together`, for what must be zero or more.

    >>> not_negative(sd=[1, -1])
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: sd must not be negative: -1.0 (item 1)
    """
    arrays = together(**named)
    for name, values in zip(named, arrays, strict=True):
        refuse(name, values, values < 0, "must not be negative")
    return arrays


def share(**named: npt.ArrayLike) -> tuple[Numbers, ...]:
    """As `together`, for what must lie between zero and one, both left out.

    >>> share(target=98)
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: target must lie between 0 and 1: 98.0
    """
    arrays = together(**named)
    for name, values in zip(named, arrays, strict=True):
        refuse(name, values, (values <= 0) | (values >= 1), "must lie between 0 and 1")
    return arrays


def refuse(name: str, values: npt.NDArray[np.generic], wrong: npt.NDArray[np.bool_], must: str) -> None:
    """Raises a ConfigError that shows the first wrong value, where there is one."""
    if wrong.any():
        first = int(np.argmax(wrong))
        place = f" (item {first})" if wrong.size > 1 else ""
        raise ConfigError(f"{name} {must}: {values.ravel()[first]}{place}")


def falling_root(function: Callable[[Numbers], Numbers], *, low: npt.ArrayLike, high: npt.ArrayLike,
                 halvings: int = _HALVINGS) -> Numbers:  # fmt: skip
    """Where a function of an array, falling in each of its elements, crosses zero; by bisection, for all at once.

    `low` must lie before the root of each element and `high` behind it, else the nearer of the two is the answer; 52
    halvings leave 2e-16 of the way between them.

    >>> falling_root(lambda x: 2 - x**2, low=[0.0], high=[2.0]).round(9).tolist()
    [1.414213562]
    """
    below, above = (np.array(bound, np.float64) for bound in np.broadcast_arrays(low, high))
    for _ in range(halvings):
        middle = (below + above) / 2
        before = function(middle) > 0
        below, above = np.where(before, middle, below), np.where(before, above, middle)
    return (below + above) / 2
