"""How a feast is felt on the days around it: one rise before it and one fall after it, for all who ask."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.calendar.occurrences import Occurrence
from foresale.core.arrays import Numbers

_EVE: Final = 0.7
"""How strong the last day of a run-up is beside the day itself."""
_AFTERMATH: Final = 0.5
"""How far below the usual the day after a feast is, beside how far above it the day itself is."""


@dataclass(frozen=True)
class Traces:
    """What some consecutive days have of a feast, over all its years.

    Attributes:
        feast: its key.
        name: as it is called.
        on: [D] 1 on the main days.
        opening: [D] 1 on the first of several main days.
        before: [D] rising to 1 on the eve.
        after: [D] falling from 1 after the main days.
    """

    feast: str
    name: str
    on: Numbers = field(repr=False)
    opening: Numbers = field(repr=False)
    before: Numbers = field(repr=False)
    after: Numbers = field(repr=False)

    @property
    def around(self) -> Numbers:
        """[D] how near the feast is outside of its main days: up to 0.7 before, down to -0.5 after."""
        return np.asarray(_stronger(_EVE * self.before, -_AFTERMATH * self.after))

    @property
    def signed(self) -> Numbers:
        """[D] all in one: 1 on the main days, and `around` on the others."""
        return np.where(self.on > 0, self.on, self.around)


def rise(own: Occurrence) -> Numbers:
    """The days of the run-up: the square of the days gone, as buyers come the more the nearer it is; 1 on the day.

    >>> rise(Occurrence("double_11", "Double 11", 20_038, 20_038, 20_036, 20_039, "sale", False)).round(2).tolist()
    [0.11, 0.44]
    """
    days = own.first - own.begins
    return np.asarray((np.arange(1, days + 1) / (days + 1)) ** 2)


def fall(own: Occurrence) -> Numbers:
    """The days after: falling evenly to 0.

    >>> fall(Occurrence("double_11", "Double 11", 20_038, 20_038, 20_036, 20_039, "sale", False)).tolist()
    [0.5]
    """
    days = own.ends - own.last
    return np.asarray(1 - np.arange(1, days + 1) / (days + 1))


def share_of(own: Occurrence) -> Numbers:
    """How a feast is spread over its run-up and main days, from the first of them on: summing to 1."""
    shape = np.concatenate([_EVE * rise(own), np.ones(own.last - own.first + 1)])
    return np.asarray(shape / shape.sum())


def traces(first: int, last: int, found: Iterable[Occurrence]) -> dict[str, Traces]:
    """By feast, what the days first to last (after 1970-01-01) have of some occurrences.

    >>> from foresale.calendar.occurrences import occurrences
    >>> found = traces(20_037, 20_041, occurrences(20_037, 20_041))["double_11"]
    >>> found.name, found.on.tolist(), found.signed.round(2).tolist()
    ('Double 11', [0.0, 1.0, 0.0, 0.0, 0.0], [0.64, 1.0, -0.44, -0.38, -0.31])
    """
    parts: dict[str, Numbers] = {}
    names: dict[str, str] = {}
    for own in found:
        names.setdefault(own.feast, own.name)
        table = parts.setdefault(own.feast, np.zeros((4, last - first + 1)))
        several = own.last > own.first
        for row, start, values in (
            (0, own.first, np.ones(own.last - own.first + 1)),
            (1, own.first, np.ones(int(several))),
            (2, own.begins, rise(own)),
            (3, own.last + 1, fall(own)),
        ):
            lay(table[row], start - first, values)
    return {feast: Traces(feast, names[feast], *table) for feast, table in parts.items()}


def lay(target: npt.NDArray[np.floating], at: int, values: npt.NDArray[np.floating]) -> None:
    """Write values into a row from a place on, as far as they lie within it; of two the stronger stays."""
    begin, end = max(at, 0), min(at + values.size, target.size)
    if begin < end:
        target[begin:end] = _stronger(values[begin - at : end - at], target[begin:end])


def _stronger(values: npt.NDArray[np.floating], others: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    return np.where(np.abs(values) > np.abs(others), values, others)
