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
from foresale.core.text import quoted
from foresale.data.item_keys import Codes, are_whole
from foresale.data.periods.future import Ahead, present_rows
from foresale.data.periods.layout import Layout, Periods, carry_forward, scatter

_MOST_CATEGORIES: Final = 1_000  # labels of a column above which it names things and is none


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

    A price is always a covariate, and so is what is in `known` even if it is constant. A column is known ahead when the
    future has it too. `layout` has the rows of the future, and `flat` [n] is the row of each of the periods in it. With
    `carry`, item-dates that the future lacks keep the last value.
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
        coded = _coded(column, coming)
        if name not in known and name != PRICE:
            constant = _constant_by_item(coded, periods.codes, ahead, layout.starts.size)
            if constant is not None:
                statics[name] = constant
                continue
        if len(coded.categories) > _MOST_CATEGORIES:
            crowded.append(name)
            continue
        values = scatter(layout, flat, coded.values)
        if name in periods.carried:
            values = in_history(layout, carry_forward(layout, values))
        is_known = coming is not None or name in known
        if ahead and is_known:
            values = _continued(layout, values, ahead, coded.coming, carry=carry)
        covariates[name] = Covariate(name, "known" if is_known else "past", values, coded.categories)
    if ahead:
        covariates |= _of_future_alone(ahead, layout, [*covariates, *statics, *crowded], carry=carry)
    return Columns(covariates, statics, tuple(_notes(crowded, empty)))


def _of_future_alone(ahead: Ahead, layout: Layout, taken: Collection[str], *, carry: bool) -> dict[str, Covariate]:
    """Covariates that the future file alone has, where it reaches back into the history."""
    found: dict[str, Covariate] = {}
    for name, earlier in ahead.before.columns.items():
        if name in taken or earlier.null_count() == len(earlier):
            continue
        coded = _coded(earlier, ahead.columns[name])
        if len(coded.categories) <= _MOST_CATEGORIES:
            values = scatter(layout, layout.flat(ahead.before.codes, ahead.before.index), coded.values)
            values = _continued(layout, values, ahead, coded.coming, carry=carry)
            found[name] = Covariate(name, "known", values, coded.categories)
    return found


@dataclass(frozen=True)
class _Coded:
    """A column and its future as floats, NaN where unknown: numbers, or positions in the sorted categories of both."""

    name: str
    dtype: pl.DataType
    values: npt.NDArray[np.floating]
    coming: npt.NDArray[np.floating] | None
    categories: tuple[str, ...]


def _coded(column: pl.Series, coming: pl.Series | None) -> _Coded:
    parts = [column] if coming is None else [column, coming]
    if not any(part.dtype == pl.String for part in parts):
        floats = [part.cast(pl.Float64).to_numpy() for part in parts]
        return _Coded(column.name, column.dtype, floats[0], floats[1] if len(floats) > 1 else None, ())
    texts = [part.cast(pl.String) for part in parts]
    labels = pl.concat([text.unique() for text in texts]).drop_nulls().unique().sort()
    codes = [text.cast(pl.Enum(labels)).to_physical().cast(pl.Float64).to_numpy() for text in texts]
    return _Coded(column.name, pl.String(), codes[0], codes[1] if len(codes) > 1 else None, tuple(labels.to_list()))


def _constant_by_item(coded: _Coded, codes: Codes, ahead: Ahead | None, count: int) -> pl.Series | None:
    """[N] the one value of each item (null where it has none), or None when some item has several."""
    parts = [(coded.values, codes)]
    if ahead and coded.coming is not None:
        parts.append((coded.coming, ahead.codes))
    parts = [
        (values, owners) if (known := ~np.isnan(values)).all() else (values[known], owners[known])
        for values, owners in parts
    ]
    each = np.full(count, np.nan)
    for values, owners in parts:
        each[owners] = values
    if not all((each[owners] == values).all() for values, owners in parts):
        return None
    series = pl.Series(coded.name, each).fill_nan(None)
    if coded.categories:
        return pl.Series(coded.name, coded.categories)[series.cast(pl.UInt32)]
    return series.cast(pl.Boolean) if coded.dtype == pl.Boolean else whole(series)


def whole(values: pl.Series) -> pl.Series:
    """Numbers as integers where all of them are whole.

    >>> whole(pl.Series([3.0, None])).dtype, whole(pl.Series([3.5])).dtype
    (Int64, Float64)
    """
    if values.dtype.is_float() and are_whole(values):
        return values.cast(pl.Int64)
    return values


def is_future(layout: Layout) -> npt.NDArray[np.bool_]:
    """[R] whether a row comes after its item's history."""
    lengths = np.diff(layout.offsets)
    positions = np.arange(layout.rows) - np.repeat(layout.offsets[:-1], lengths)
    return np.asarray(positions >= np.repeat(layout.history, lengths))


def in_history(layout: Layout, values: Values) -> Values:
    """[R] the values, unknown in the future. Changes `values`, which the caller has just made."""
    values[is_future(layout)] = np.nan
    return values


def _continued(
    layout: Layout, values: Values, ahead: Ahead, following: npt.NDArray[np.floating] | None, *, carry: bool
) -> Values:
    """The values with those of the future file after them; item-dates without a row carried, if so wished."""
    if following is not None:
        values[layout.flat(ahead.codes, ahead.index)] = following
    if carry:
        lacking = is_future(layout)
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
