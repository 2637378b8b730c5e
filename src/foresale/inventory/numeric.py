"""Arrays of numbers as policies take them: checked, of one shape, and roots found for all items at once."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Index, Numbers as Numbers
from foresale.core.errors import ConfigError

Counts = Index
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


def falling_root(
    function: Callable[[Numbers], Numbers], *, low: npt.ArrayLike, high: npt.ArrayLike, halvings: int = _HALVINGS
) -> Numbers:
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


def continuous_root(function: Callable[[Numbers], Numbers], *, low: Numbers, high: Numbers) -> Numbers:
    """The same of a function without jumps, to a part in a trillion of the way, after a third of the calls.

    The next guess is where the parabola through the last three crosses zero, where these lie so that it can be trusted;
    else the middle (Chandrupatla, Advances in Engineering Software 28, 1997).

    >>> continuous_root(lambda x: 2 - x**2, low=np.zeros(1), high=np.full(1, 2.0)).round(9).tolist()
    [1.414213562]
    """
    at_low, at_high, enough = function(low), function(high), (high - low) / 2**FEWER_HALVINGS
    near, at_near = np.where(at_high > 0, high, low), at_low
    far, at_far, share = np.where(at_low > 0, high, low), at_high, np.full(low.shape, 0.5)
    for _ in range(2 * FEWER_HALVINGS):
        guess = near + share * (far - near)
        value = function(guess)
        same = (value > 0) == (at_near > 0)
        last, at_last = np.where(same, near, far), np.where(same, at_near, at_far)
        far, at_far = np.where(same, far, near), np.where(same, at_far, at_near)
        near, at_near, width = guess, value, np.abs(far - guess)
        found = (width <= enough) | (value == 0)
        if found.all():
            break
        share = _next_guess((near, far, last), (at_near, at_far, at_last))
        least = enough / (2 * np.where(width > 0, width, 1.0))
        share = np.where(found, 0.0, np.clip(share, np.minimum(least, 0.5), 1 - np.minimum(least, 0.5)))
    return np.where(np.abs(at_near) < np.abs(at_far), near, far)


def _next_guess(places: tuple[Numbers, Numbers, Numbers], values: tuple[Numbers, Numbers, Numbers]) -> Numbers:
    """[N] how far to go from the newest place to the one on the other side of the root, as a share of the way."""
    (near, far, last), (at_near, at_far, at_last) = places, values
    with np.errstate(divide="ignore", invalid="ignore"):
        way, rise = (near - far) / (last - far), (at_near - at_far) / (at_last - at_far)
        trusted = (rise**2 < way) & ((1 - rise) ** 2 < 1 - way)
        across = at_near / (at_far - at_near) * at_last / (at_far - at_last)
        bend = (last - near) / (far - near) * at_near / (at_last - at_near) * at_far / (at_last - at_far)
    return np.where(trusted, across + bend, 0.5)
