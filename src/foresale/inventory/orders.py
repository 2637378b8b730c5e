"""From a level to an order that a supplier takes: what is missing, in whole packs, at least the minimum."""

import numpy as np
import numpy.typing as npt

from foresale.inventory.numeric import Numbers, not_negative, numbers, positive, together

_ROUNDING = 1e-4
"""Units, and shares of a pack, that are none: stock is followed in single precision."""


def order_up_to(level: npt.ArrayLike, position: npt.ArrayLike, *, pack: npt.ArrayLike = 1.0,
                minimum: npt.ArrayLike = 0.0, when: npt.ArrayLike | None = None) -> Numbers:  # fmt: skip
    """Units to order so that the inventory position reaches a level; zero where it does already.

    Args:
        level: units to reach.
        position: units on hand and on order, less those owed.
        pack: units per pack; an order is rounded up to whole packs.
        minimum: least units of an order; it is raised to whole packs.
        when: position at or below which is ordered, as s of (s, S) and r of (r, Q); by default below the level.

    Raises:
        ConfigError: a pack that is not above zero, a negative minimum, or shapes that do not go together.

    >>> order_up_to([50, 50, 50], [20, 50, 46], pack=[12, 12, 6], minimum=[0, 0, 20]).tolist()
    [36.0, 0.0, 24.0]
    >>> order_up_to(50, [20, 30], when=25).tolist()
    [30.0, 0.0]
    """
    level, position = together(level=level, position=position)
    missing = level - position
    if when is not None:
        missing = np.where(position <= numbers(when), missing, 0.0)
    return in_whole_packs(missing, pack=pack, minimum=minimum)


def in_whole_packs(units: npt.ArrayLike, *, pack: npt.ArrayLike, minimum: npt.ArrayLike = 0.0) -> Numbers:
    """Units rounded up to whole packs and at least the minimum; what is not above zero is not ordered.

    >>> in_whole_packs([0, 1, 13, -4], pack=12).tolist()
    [0.0, 12.0, 24.0, 0.0]
    """
    (pack,), (minimum,), (units,) = positive(pack=pack), not_negative(minimum=minimum), together(units=units)
    return whole_packs(units, pack=pack, minimum=minimum)


def whole_packs(units: Numbers, *, pack: Numbers, minimum: Numbers) -> Numbers:
    """The same of arrays that were checked before."""
    packs = np.ceil(np.maximum(units, minimum) / pack - _ROUNDING)
    return np.where(units > _ROUNDING, np.maximum(packs, 1) * pack, 0.0)
