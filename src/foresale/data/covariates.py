"""Further columns become covariates, known ahead or past only, or static columns of the items."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.columns import PRICE
from foresale.core.frequency import Index
from foresale.core.panel import Covariate, Values
from foresale.data.future import Ahead, present_rows
from foresale.data.keys import Codes
from foresale.data.periods import Layout, Periods, carry_forward, scatter
from foresale.data.words import quoted

_MOST_CATEGORIES: Final = 1_000


@dataclass(frozen=True)
class Columns:
    """What the further columns became.

    Attributes:
        covariates: by name, over all rows of the panel.
        statics: by name, [N] columns of items.
        notes: what was left out, and why.
    """

    covariates: dict[str, Covariate] = field(default_factory=dict)
    statics: dict[str, pl.Series] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def build(
    periods: Periods, layout: Layout, flat: Index, *, ahead: Ahead | None, known: Collection[str], carry: bool
) -> Columns:
    """A covariate for every extra column, except for those that never change within an item: they are static.

    A price is always a covariate. A column is known ahead when the future has it or it is in `known`; those are
    covariates even if they are constant. `layout` has the rows of the future, and `flat` [n] is the row of each of the
    periods in it. With `carry`, item-dates that the future lacks keep the last value.
    """
    covariates: dict[str, Covariate] = {}
    statics = dict(periods.statics)
    crowded: list[str] = []
    empty: list[str] = []
    for name, column in periods.extras.items():
        coming = ahead.columns.get(name) if ahead else None
        if coming is None and column.null_count() == len(column):
            empty.append(name)
            continue
        if coming is None and name not in known and name != PRICE:
            constant = constant_by_item(column, periods.codes, layout.starts.size)
            if constant is not None:
                statics[name] = constant
                continue
        numbers, following, categories = _numbers(column, coming)
        if len(categories) > _MOST_CATEGORIES:
            crowded.append(name)
            continue
        values = scatter(layout, flat, numbers)
        if name in periods.carried:
            values = in_history(layout, carry_forward(layout, values))
        if ahead and (coming is not None or name in known):
            values = _continued(layout, values, ahead, following, carry=carry)
        covariates[name] = Covariate(
            name, "known" if coming is not None or name in known else "past", values, categories
        )
    return Columns(covariates, statics, tuple(_notes(crowded, empty)))


def constant_by_item(column: pl.Series, codes: Codes, count: int) -> pl.Series | None:
    """[N] the one value of each item (null where it has none), or None when some item has several."""
    numbers, _, labels = _numbers(column, None)
    given = ~np.isnan(numbers)
    each = np.full(count, np.nan)
    if given.all():
        each[codes] = numbers
        same = bool((each[codes] == numbers).all())
    else:
        each[codes[given]] = numbers[given]
        same = bool((each[codes[given]] == numbers[given]).all())
    if not same:
        return None
    values = pl.Series(column.name, each).fill_nan(None)
    if labels:
        return pl.Series(column.name, labels)[values.cast(pl.UInt32)]
    if column.dtype == pl.Boolean:
        return values.cast(pl.Boolean)
    return whole(values)


def whole(values: pl.Series) -> pl.Series:
    """Numbers as integers where all of them are whole.

    >>> whole(pl.Series([3.0, None])).dtype, whole(pl.Series([3.5])).dtype
    (Int64, Float64)
    """
    if values.dtype.is_float() and bool((values.drop_nulls() % 1 == 0).all()):
        return values.cast(pl.Int64)
    return values


def _numbers(
    column: pl.Series, coming: pl.Series | None
) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.floating] | None, tuple[str, ...]]:
    """A column as floats, NaN where unknown: itself, or positions in the sorted categories of it and its future."""
    parts = [column] if coming is None else [column, coming]
    if not any(part.dtype == pl.String for part in parts):
        floats = [part.cast(pl.Float64).to_numpy() for part in parts]
        return floats[0], floats[1] if coming is not None else None, ()
    texts = [part.cast(pl.String) for part in parts]
    labels = pl.concat([text.unique() for text in texts]).drop_nulls().unique().sort()
    coded = [text.cast(pl.Enum(labels)).to_physical().cast(pl.Float64).to_numpy() for text in texts]
    return coded[0], coded[1] if coming is not None else None, tuple(labels.to_list())


def _is_future(layout: Layout) -> npt.NDArray[np.bool_]:
    lengths = np.diff(layout.offsets)
    positions = np.arange(layout.rows) - np.repeat(layout.offsets[:-1], lengths)
    return np.asarray(positions >= np.repeat(layout.history, lengths))


def in_history(layout: Layout, values: Values) -> Values:
    """[R] the values, unknown in the future. Changes `values`, which the caller has just made."""
    values[_is_future(layout)] = np.nan
    return values


def _continued(
    layout: Layout, values: Values, ahead: Ahead, following: npt.NDArray[np.floating] | None, *, carry: bool
) -> Values:
    """The values with those of the future file after them; item-dates without a row carried, if so wished."""
    if following is not None:
        values[layout.flat(ahead.codes, ahead.index)] = following
    if carry:
        lacking = _is_future(layout)
        if following is not None:
            lacking &= ~present_rows(ahead, layout)
        values[lacking] = carry_forward(layout, values)[lacking]
    return values


def _notes(crowded: list[str], empty: list[str]) -> list[str]:
    notes = []
    if crowded:
        notes.append(f"Left out, with more than {_MOST_CATEGORIES:,} different texts: {quoted(crowded)}.")
    if empty:
        notes.append(f"Left out, without any value: {quoted(empty)}.")
    return notes
