"""Changes of prices and promotions, as they are written or stand in a file, laid on the periods to come."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl

from foresale.core.arrays import Flags, Index, Numbers, Stamps
from foresale.core.columns import PRICE
from foresale.core.errors import ConfigError, DataError, Fault
from foresale.core.frequency import Frequency
from foresale.core.text import counted, quoted
from foresale.io.schema.cells import parse_ids
from foresale.io.schema.numbers import parse_numbers
from foresale.io.schema.recognise import recognise
from foresale.io.schema.times import parse_times
from foresale.io.sources import fetch
from foresale.pricing.effects.cube import PRODUCT, PriceCube, row_of

_WHEN: Final = re.compile(r"@(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?$")
_FORMS: Final = (
    "a change is PRODUCT=PRICE, PRODUCT=-10%, price=-10% or FLAG=1 for all, PRODUCT:FLAG=1, each with @DAY or @DAY..DAY"
)


@dataclass(frozen=True)
class Course:
    """Prices and promotion flags of P products over T periods to come.

    Attributes:
        price: [P, T].
        flags: by name, [P, T] 0 or 1.
    """

    price: Numbers
    flags: Mapping[str, Numbers] = field(default_factory=dict)

    @classmethod
    def regular(cls, cube: PriceCube, price: Numbers, *, horizon: int) -> "Course":
        """Prices [P] that stay, and no promotion."""
        wide = np.repeat(price[:, None], horizon, axis=1)
        return cls(wide, {name: np.zeros_like(wide) for name in cube.flags})

    def changed(self, other: "Course") -> Flags:
        """[P, T] where another one differs."""
        moved = self.price != other.price
        for name, values in self.flags.items():
            moved = moved | (values != other.flags[name])
        return np.asarray(moved)


@dataclass(frozen=True)
class Change:
    """A price or a flag that is changed.

    Attributes:
        name: a product, a flag, "price", or PRODUCT:FLAG.
        value: what it becomes, or the factor of the price.
        relative: whether it is a factor.
        first: the first day on which it holds; None for all periods.
        last: the last day; None for the period of the first alone.

    Raises:
        ConfigError: a value that cannot be.
    """

    name: str
    value: float
    relative: bool = False
    first: str | None = None
    last: str | None = None

    def __post_init__(self) -> None:
        if not self.name or not self.value >= 0 or (self.relative and not self.value > 0):
            raise ConfigError(_FORMS + f", above zero, not {self.name}={self.value}")

    @classmethod
    def parse(cls, text: str) -> "Change":
        """A change as it is written: tea=9.99, tea=-10%, price=+5% for all, display=1, tea:display=1@2024-01-08.

        Raises:
            ConfigError: it cannot be read.

        >>> Change.parse("tea=-10%")
        Change(name='tea', value=0.9, relative=True, first=None, last=None)
        >>> Change.parse("tea:display=1@2024-01-08..2024-01-21").last
        '2024-01-21'
        """
        found = _WHEN.search(text)
        first, last = found.groups() if found else (None, None)
        name, sign, value = (text[: found.start()] if found else text).rpartition("=")
        try:
            number = float(value.removesuffix("%"))
            days = [np.datetime64(day) for day in (first, last) if day is not None]
        except ValueError:
            number, days = float("nan"), []
        if not sign or not name or not np.isfinite(number) or days != sorted(days):
            raise ConfigError(f"{_FORMS}, not {text!r}")
        if value.endswith("%"):
            return cls(name, round(1 + number / 100, 9), relative=True, first=first, last=last)
        return cls(name, number, first=first, last=last)


@dataclass(frozen=True)
class Grid:
    """What changes are laid on: the products, and the periods to come.

    Attributes:
        names: [P] of the products.
        frequency: of the periods.
        stamps: [T] of the periods.
    """

    names: pl.Series
    frequency: Frequency
    stamps: Stamps = field(repr=False)

    def periods(self, first: str | None, last: str | None) -> Flags:
        """[T] the periods from the one of a first day to that of a last.

        Raises:
            ConfigError: none of the periods to come.
        """
        own = self.frequency.index(self.stamps)
        if first is None:
            return np.ones(own.size, bool)
        begin, end = self.frequency.index(np.array([first, last or first], "datetime64[D]"))
        held = (own >= begin) & (own <= end)
        if not held.any():
            raise ConfigError(
                f"{first} lies outside of the periods to come, {str(self.stamps[0])[:10]} to "
                f"{str(self.stamps[-1])[:10]}"
            )
        return np.asarray(held)


def changed_course(course: Course, changes: Sequence[Change], grid: Grid) -> Course:
    """A course after changes, in their order.

    Raises:
        ConfigError: what is neither a product nor a flag, or lies outside of the periods.
    """
    price, flags = course.price.copy(), {name: values.copy() for name, values in course.flags.items()}
    for change in changes:
        rows, flag = _meant(change.name, grid.names, flags)
        cells = np.ix_(rows, np.flatnonzero(grid.periods(change.first, change.last)))
        if flag is not None:
            _check_flag(change.name, change.value, relative=change.relative)
            flags[flag][cells] = change.value
        elif not change.value > 0:
            raise ConfigError(f"{change.name}={change.value:g}: a price is above zero")
        else:
            price[cells] = price[cells] * change.value if change.relative else change.value
    return Course(price, flags)


def _meant(name: str, names: pl.Series, flags: Mapping[str, Numbers]) -> tuple[Index, str | None]:
    """The rows of the products that a name stands for, and the flag; None for the price."""
    everyone = np.arange(len(names))
    if name == PRICE:
        return everyone, None
    if name in flags and name not in names:
        return everyone, name
    product, sign, flag = name.rpartition(":")
    if sign and name not in names and (flag in flags or flag == PRICE):
        return np.array([row_of(names, product)]), None if flag == PRICE else flag
    if name not in names and flags:
        raise ConfigError(
            f"there is no product or flag {name!r}; flags are {quoted(flags)}, the first products "
            f"{names.head(5).to_list()}"
        )
    return np.array([row_of(names, name)]), None


def _check_flag(name: str, value: float, *, relative: bool) -> None:
    if relative or value not in (0, 1):
        raise ConfigError(f"{name} is a flag, 0 or 1")


def read_changes(source: Any, course: Course, grid: Grid) -> tuple[Course, tuple[str, ...]]:
    """A course after the changes of a file or a frame, and what was understood.

    One row per product and period: a column of products, one of days where it is not for all periods, and prices or
    flags under their names; an empty cell changes nothing. A plan of promotions is such a file.

    Raises:
        DataError: no such columns, or cells that cannot be read.
        ConfigError: no such product.
    """
    raw = fetch(source)
    frame = raw.frame
    item = PRODUCT if PRODUCT in frame.columns else recognise(frame.columns, needs="items").item[0]
    ids, _ = parse_ids(frame[item], from_text=raw.from_text)
    rows = np.array([row_of(grid.names, name) for name in ids], np.int64)
    when = _days(frame, grid)
    known = [name for name in (PRICE, *course.flags) if name in frame.columns]
    if not known:
        cure = f"Call it {PRICE}" + (f", or one of {quoted(course.flags)}." if course.flags else ".")
        raise DataError(
            [Fault("changes: no column of prices or flags", 1, f"columns {', '.join(frame.columns)}", cure)]
        )
    price, flags = course.price.copy(), {name: values.copy() for name, values in course.flags.items()}
    for name in known:
        values = _cells(name, frame[name])
        target = flags.get(name, price)
        for row, periods, value in zip(rows, when, values, strict=True):
            if np.isfinite(value):
                target[row, periods] = value
    outside = int((~when.any(axis=1)).sum())
    notes = [f"Changed as told: {', '.join(known)} in {counted(rows.size - outside, 'row')}."]
    if outside:
        notes.append(f"{counted(outside, 'row')} of changes lie outside of the periods to come and are left aside.")
    return Course(price, flags), tuple(notes)


def _days(frame: pl.DataFrame, grid: Grid) -> Flags:
    """[R, T] the periods of each row: that of its day, or all where the file has no days."""
    named = [name for name in frame.columns if name.lower() in {"timestamp", "date", "day", "week", "period", "month"}]
    if not named:
        return np.ones((frame.height, grid.stamps.size), bool)
    column = frame[named[0]]
    stamps = column if column.dtype.is_temporal() else parse_times(column.cast(pl.String)).values
    days = stamps.cast(pl.Datetime("us")).to_numpy().astype("datetime64[D]")
    return np.asarray(grid.frequency.index(days)[:, None] == grid.frequency.index(grid.stamps)[None])


def _cells(name: str, told: pl.Series) -> Numbers:
    """[R] prices or flags, NaN where nothing is told."""
    column = told.cast(pl.Int8) if told.dtype == pl.Boolean else told
    parsed = parse_numbers(column)
    values = parsed.values.fill_null(np.nan).to_numpy()
    known = np.isfinite(values)
    wrong = parsed.wrong.to_numpy() | (known & (~(values > 0) if name == PRICE else ~np.isin(values, (0, 1))))
    if wrong.any():
        first = int(np.argmax(wrong))
        must = "no price above zero" if name == PRICE else "neither 0 nor 1"
        raise DataError(
            [
                Fault(
                    f"changes: {name} is {must}",
                    int(wrong.sum()),
                    f"row {first + 1}: {told[first]!r}",
                    "Mend the cells, or leave them empty.",
                )
            ]
        )
    return values
