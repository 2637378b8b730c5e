"""Policies that look at the inventory position only: levels that are fixed, or that change with time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foresale.inventory.numeric import Counts
from foresale.inventory.simulation.engine import Policy, View
from foresale.inventory.simulation.system import System, Units

Levels = npt.NDArray[np.floating]
"""[N] units for all time, or [T, N] by period."""


@dataclass(frozen=True)
class UpTo:
    """Base stock (R, S): order what lacks to a level, at every review.

    Attributes:
        level: the levels S.
        system: whose stock that spoils before an order arrives does not count; by default all counts.
    """

    level: Levels
    system: System | None = None

    def wanted(self, view: View) -> Units:
        """What lacks."""
        if self.system is None:
            return _now(self.level, view.step) - view.position
        return _now(self.level, view.step) - view.lasting(self.system.passing, self.system.shelf)

    def select(self, items: Counts) -> "UpTo":
        """The levels of some of the items."""
        return UpTo(self.level[..., items], None if self.system is None else self.system.select(items))


@dataclass(frozen=True)
class MinMax:
    """(s, S): when the position is at `least` or below, order up to `most`.

    Attributes:
        least: the levels s.
        most: the levels S.
    """

    least: Levels
    most: Levels

    def wanted(self, view: View) -> Units:
        """What lacks to the upper level, where the lower one is reached."""
        position = view.position
        return (_now(self.most, view.step) - position) * (position <= _now(self.least, view.step))

    def select(self, items: Counts) -> "MinMax":
        """The levels of some of the items."""
        return MinMax(self.least[..., items], self.most[..., items])


@dataclass(frozen=True)
class Reorder:
    """(R, r, nQ): when the position is at `point` or below, order as many Q as bring it above.

    Attributes:
        point: the levels r.
        quantity: the quantities Q, above zero.
    """

    point: Levels
    quantity: Levels

    def wanted(self, view: View) -> Units:
        """Whole quantities, as few as needed."""
        quantity = _now(self.quantity, view.step)
        times = np.floor((_now(self.point, view.step) - view.position) / quantity) + 1
        return np.asarray(np.maximum(times, 0) * quantity, np.float32)

    def select(self, items: Counts) -> "Reorder":
        """The levels of some of the items."""
        return Reorder(self.point[..., items], self.quantity[..., items])


@dataclass(frozen=True)
class SideBySide:
    """Contenders that meet the same demand, each with its own column of stock in place of a path.

    Attributes:
        contenders: one policy per column.
    """

    contenders: Sequence[Policy]

    def wanted(self, view: View) -> Units:
        """What each wants for its own column."""
        return np.concatenate([one.wanted(view.column(place)) for place, one in enumerate(self.contenders)], axis=1)

    def select(self, items: Counts) -> "SideBySide":
        """The same for some of the items."""
        return SideBySide([one.select(items) for one in self.contenders])


def _now(levels: Levels, step: int) -> Units:
    """[n, 1] the levels of a period."""
    now = levels if levels.ndim == 1 else levels[min(step, len(levels) - 1)]
    return np.asarray(now[:, None], np.float32)
