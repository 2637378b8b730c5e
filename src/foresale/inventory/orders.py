"""From a level to an order that a supplier takes: what is missing, in whole packs, at least the minimum."""

import numpy as np
import numpy.typing as npt

from foresale.inventory.numeric import Numbers, not_negative, positive, together

_ROUNDING = 1e-4
"""Units, and shares of a pack, that are none: stock is followed in single precision."""


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
