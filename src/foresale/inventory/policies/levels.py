"""Policies that look at the inventory position only: levels that are fixed, or that change with time."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from foresale.inventory.numeric import Numbers
from foresale.inventory.policies.shelf import Units
from foresale.inventory.policies.situation import Situation

Levels = npt.NDArray[np.floating]
"""[N] units for all time, or [T, N] by period."""


@dataclass(frozen=True)
class UpTo:
    """Base stock (R, S): order what lacks to a level, at every review.

    Attributes:
        level: the levels S.
        lasting: whether stock counts that will have spoiled when an order arrives.
    """

    level: Levels
    lasting: bool = False

    def scaled(self, factor: float) -> "UpTo":
        """The same with other levels."""
        return replace(self, level=self.level * factor)

    def wanted(self, now: Situation) -> Numbers:
        """What lacks."""
        return np.asarray(_now(self.level, now) - (now.lasting() if self.lasting else now.position))


@dataclass(frozen=True)
class MinMax:
    """(s, S): when the position is at `least` or below, order up to `most`.

    Attributes:
        least: the levels s.
        most: the levels S.
    """

    least: Levels
    most: Levels

    def scaled(self, factor: float) -> "MinMax":
        """The same with other levels."""
        return MinMax(self.least * factor, self.most * factor)

    def wanted(self, now: Situation) -> Numbers:
        """What lacks to the upper level, where the lower one is reached."""
        position = now.position
        return np.asarray((_now(self.most, now) - position) * (position <= _now(self.least, now)))


@dataclass(frozen=True)
class Reorder:
    """(R, r, nQ): when the position is at `point` or below, order as many Q as bring it above.

    Attributes:
        point: the levels r.
        quantity: the quantities Q, above zero.
    """

    point: Levels
    quantity: Levels

    def wanted(self, now: Situation) -> Numbers:
        """Whole quantities, as few as needed."""
        quantity = _now(self.quantity, now)
        times = np.floor((_now(self.point, now) - now.position) / quantity) + 1
        return np.asarray(np.maximum(times, 0) * quantity)


def _now(levels: Levels, now: Situation) -> Units:
    """[n, 1] the levels of a period."""
    whole = levels if levels.ndim == 1 else levels[min(now.step, len(levels) - 1)]
    return np.asarray(whole[now.items, None], np.float32)
