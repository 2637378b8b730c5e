"""What stands on the shelf: stock that keeps, and stock that spoils, unit by unit of the same last day."""

from typing import Protocol

import numpy as np

from foresale.core.arrays import Values
from foresale.inventory.numeric import Counts

Units = Values


class Shelf(Protocol):
    """Stock of n items on S paths."""

    on_hand: Units
    """[n, S] units."""

    def receive(self, units: Units, step: int) -> None:
        """Units [n, S] arrive."""

    def sell(self, demand: Units, step: int) -> Units:
        """[n, S] units of the demand that are there."""
        ...

    def spoil(self, step: int) -> Units | None:
        """[n, S] units whose last day this was; None where nothing spoils."""
        ...

    def ages(self, step: int) -> Units | None:
        """[A, n, S] units by the days that they still have: those of the first row spoil now. None where all keeps."""
        ...


class Keeping:
    """Stock that keeps.

    >>> shelf = Keeping(np.array([[5.0]], np.float32))
    >>> shelf.sell(np.array([[7.0]], np.float32), 0).item(), shelf.on_hand.item()
    (5.0, 0.0)
    """

    def __init__(self, start: Units) -> None:
        self.on_hand = start.copy()

    def receive(self, units: Units, step: int) -> None:  # noqa: ARG002 - it is all the same when
        """Units arrive."""
        self.on_hand += units

    def sell(self, demand: Units, step: int) -> Units:  # noqa: ARG002
        """Units of the demand that are there."""
        sold = np.minimum(demand, self.on_hand)
        self.on_hand -= sold
        return sold

    def spoil(self, step: int) -> None:  # noqa: ARG002
        """Nothing does."""
        return

    def ages(self, step: int) -> None:  # noqa: ARG002
        """It has none."""
        return


class Spoiling:
    """Stock in a ring of last days: the slot of a step holds the units that can be sold until then.

    >>> shelf = Spoiling(np.array([[5.0]], np.float32), np.array([2]), oldest_first=True)
    >>> shelf.sell(np.array([[1.0]], np.float32), 0).item(), shelf.spoil(0).item(), shelf.spoil(1).item()
    (1.0, 0.0, 4.0)
    """

    def __init__(self, start: Units, life: Counts, *, oldest_first: bool, ages: Units | None = None) -> None:
        self.on_hand = start.copy()
        self._life = life
        self._oldest_first = oldest_first
        self._size = int(life.max())
        self._until = np.zeros((self._size, *start.shape), np.float32)
        self._rows = np.arange(len(life))
        if ages is None:
            self._until[(life - 1) % self._size, self._rows] = start
        else:
            near = min(len(ages), self._size)
            self._until[:near] = ages[:near]
            self._until[-1] += ages[near:].sum(axis=0)

    def receive(self, units: Units, step: int) -> None:
        """Units arrive, with their whole life before them."""
        self._until[(step + self._life - 1) % self._size, self._rows] += units
        self.on_hand += units

    def sell(self, demand: Units, step: int) -> Units:
        """Units of the demand that are there, taken from the oldest or the newest on."""
        lacking = demand.copy()
        order = range(self._size) if self._oldest_first else reversed(range(self._size))
        for age in order:
            slot = self._until[(step + age) % self._size]
            taken = np.minimum(lacking, slot)
            slot -= taken
            lacking -= taken
        sold = demand - lacking
        self.on_hand -= sold
        np.maximum(self.on_hand, 0, out=self.on_hand)
        return sold

    def spoil(self, step: int) -> Units:
        """Units whose last day this was, thrown away."""
        slot: Units = self._until[step % self._size]
        spoiled = slot.copy()
        slot[:] = 0
        self.on_hand -= spoiled
        np.maximum(self.on_hand, 0, out=self.on_hand)
        return spoiled

    def ages(self, step: int) -> Units:
        """Units by the days that they still have, the oldest first."""
        return np.asarray(np.roll(self._until, -(step % self._size), axis=0), np.float32)
