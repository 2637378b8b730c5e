"""Which regular grid the timestamps of a table lie on."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.frequency import DAY, MONTH_END, Frequency, Index, Stamps, Unit
from foresale.data.item_keys import Codes

_MINUTE: Final = 60_000_000  # microseconds
_UNITS: Final[tuple[tuple[Unit, int], ...]] = (
    ("week", 604_800_000_000),
    ("day", DAY),
    ("hour", 3_600_000_000),
    ("minute", _MINUTE),
)
_SHORTEST_MONTH: Final = 28 * DAY
_LONGEST_MONTH: Final = 36 * DAY
_LAST_DAYS: Final = 5
"""Days from which on a month has no day of business left, Easter at its end and all."""
_MOST: Final = 0.9
"""Share of the steps that a grid must explain for the other stamps to be called irregular."""
_EVIDENCE: Final = 5
"""Steps from which on an unusual period, such as three days, is believed."""
_SAMPLE: Final = 2_000_000  # stamps that tell a grid; of more, as many spread evenly


@dataclass(frozen=True)
class Grid:
    """The grid that stamps lie on.

    Attributes:
        frequency: the grid that all stamps, or nearly all, lie on.
        off: [n] the stamps that lie off it, or None when all lie on it.
        regular: whether any grid explains the stamps; else `frequency` is daily for want of a better one.
        guessed: whether there was no step to learn from: no item has two stamps.
        months: whether stamps stand for months that are none of the calendar, such as those of 4, 5 and 4 weeks.
        moved: whether stamps stand for months on other days than those of the grid.
    """

    frequency: Frequency
    off: npt.NDArray[np.bool_] | None = None
    regular: bool = True
    guessed: bool = False
    months: bool = False
    moved: bool = False


def infer(codes: Codes, stamps: Stamps) -> Grid:
    """The grid of `stamps` (datetime64[us]) of items `codes`, from the steps within items.

    Gaps are steps of several periods, so that the grid is the greatest common divisor of all steps; where that
    explains little, the most frequent step is tried, and the few stamps off its grid are pointed out.

    >>> fridays = np.array(["2024-01-05", "2024-01-12", "2024-02-02"], "datetime64[us]")
    >>> infer(np.zeros(3, int), fridays).frequency.name
    'weekly (Fridays)'
    """
    moments = stamps.astype("datetime64[us]", copy=False).view(np.int64)
    steps, counts = np.unique(_steps(codes, moments), return_counts=True)
    if not steps.size:
        return Grid(Frequency("day"), guessed=True) if not (moments % DAY).any() else _hours(moments)
    monthly = _months(stamps, steps, counts) or _other_months(codes, stamps, steps, counts)
    if monthly:
        return monthly
    for step in _candidates(steps, counts):
        grid = _fixed(moments, step if counts.sum() >= _EVIDENCE else _usual(step))
        if grid:
            return grid
    return Grid(Frequency("day"), regular=False)


def off_grid(frequency: Frequency, stamps: Stamps) -> npt.NDArray[np.bool_]:
    """[n] whether a stamp is another than the one of its period.

    >>> off_grid(Frequency("day"), np.array(["2024-01-05", "2024-01-05T06"], "datetime64[us]")).tolist()
    [False, True]
    """
    return np.asarray(frequency.timestamps(frequency.index(stamps)) != stamps)


def _steps(codes: Codes, moments: Index) -> Index:
    """Lengths of time between neighbouring stamps of an item, over a sample of the items where there are many rows."""
    if codes.size > _SAMPLE:
        every = int(np.ceil(codes.size / _SAMPLE))
        taken = np.flatnonzero(codes % every == 0)
        sample = _neighbours(codes[taken], moments[taken])
        if sample.size:
            return sample
    return _neighbours(codes, moments)


def _neighbours(codes: Codes, moments: Index) -> Index:
    if not _sorted(codes, moments):
        order = np.lexsort((moments, codes))
        codes, moments = codes[order], moments[order]
    steps = np.diff(moments)[np.diff(codes) == 0]
    return np.asarray(steps[steps > 0])


def _sorted(codes: Codes, moments: Index) -> bool:
    turn = np.diff(codes)
    return bool(((turn > 0) | ((turn == 0) & (np.diff(moments) >= 0))).all())


def _hours(moments: Index) -> Grid:
    """The grid of one-row items that carry a time of the day."""
    whole = not (moments % _UNITS[2][1]).any()
    return Grid(Frequency("hour"), guessed=True) if whole else Grid(Frequency("day"), regular=False, guessed=True)


def _months(stamps: Stamps, steps: Index, counts: Index) -> Grid | None:
    if counts[steps >= _SHORTEST_MONTH].sum() < _MOST * counts.sum():
        return None
    days = stamps.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    number = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    last = ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64)
    common = int(np.bincount(number).argmax())
    timed = stamps != days
    for day in sorted({common, int(number.max()), MONTH_END}):
        fits = (number == np.minimum(day, last)) & ~timed
        if fits.mean() >= _MOST:
            whole = MONTH_END if (number[fits] == last[fits]).all() else day
            positions = months.astype(np.int64)[fits]
            count = int(np.gcd.reduce(positions - positions[0])) or 1
            return Grid(Frequency("month", count, anchor=int(positions[0] % count), day=whole), _some(~fits))
    return None


def _other_months(codes: Codes, stamps: Stamps, steps: Index, counts: Index) -> Grid | None:
    """Months stamped by a day that moves, such as the last of business or the first Monday; one stamp in each."""
    about = counts[(steps >= _SHORTEST_MONTH - 3 * DAY) & (steps <= _LONGEST_MONTH)].sum()
    if about < max(_MOST * counts.sum(), _EVIDENCE) or counts.max() >= _MOST * counts.sum():
        return None
    days = stamps.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    pairs = np.unique(np.stack([codes.astype(np.int64), months.astype(np.int64)]), axis=1)
    if pairs.shape[1] < np.unique(np.stack([codes.astype(np.int64), days.astype(np.int64)]), axis=1).shape[1]:
        return Grid(Frequency("day"), regular=False, months=True)
    left = (months + 1).astype("datetime64[D]") - days
    return Grid(Frequency("month", day=MONTH_END if left.astype(np.int64).max() <= _LAST_DAYS else 1), moved=True)


def _candidates(steps: Index, counts: Index) -> Iterator[int]:
    """Steps to try: the common divisor of all, if it is a plain one; the most frequent step; one day."""
    divisor = int(np.gcd.reduce(steps))
    modal = int(steps[counts.argmax()])
    explained = counts[steps % modal == 0].sum() / counts.sum()
    if divisor < modal and explained >= _MOST:
        yield modal
    if divisor % _MINUTE == 0:
        yield divisor


def _fixed(moments: Index, step: int) -> Grid | None:
    phases = moments % step
    phase = int(phases[0])
    if (phases != phase).any():
        values, counts = np.unique(phases, return_counts=True)
        phase = int(values[counts.argmax()])
        if counts.max() < _MOST * moments.size:
            finer = gcd(step, int(np.gcd.reduce(values - values[0])))
            return _fixed(moments, finer) if finer < step and _plain(finer) else None
    frequency = _frequency(step, phase)
    return Grid(frequency, _some(phases != phase)) if frequency else None


def _usual(step: int) -> int:
    """The week, day or hour that a step is several of; minutes stay."""
    return next((length for _, length in _UNITS[:3] if step % length == 0), step)


def _plain(step: int) -> bool:
    """Whether people count in such a step: days, or a part of a day that fits into it."""
    return step % DAY == 0 or (step % _MINUTE == 0 and DAY % step == 0)


def _frequency(step: int, phase: int) -> Frequency | None:
    if not _plain(step):
        return None
    unit, length = next((unit, length) for unit, length in _UNITS if step % length == 0)
    return Frequency(unit, step // length, anchor=phase)


def _some(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_] | None:
    return mask if mask.any() else None
