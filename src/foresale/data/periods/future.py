"""The future file: which rows of it continue which item, and which item-dates it lacks."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.columns import ITEM, SALES, TIMESTAMP
from foresale.core.errors import DataError, Fault
from foresale.core.frequency import Frequency, Index
from foresale.core.text import counted
from foresale.data.item_keys import Codes, as_text, find
from foresale.data.options import ReadOptions
from foresale.data.periods.grid import off_grid
from foresale.data.periods.layout import Layout, agreed
from foresale.io.schema.times import OFFSET
from foresale.io.table import ROW, Table

_CODE, _INDEX = "__code", "__index"
_LOOK = 1_000  # rows that tell whether the items of a file are ours, before all are matched
_SPANS_SHOWN = 10  # runs that a sentence has room for


@dataclass(frozen=True)
class Ahead:
    """Known covariates after the items' cutoffs.

    Attributes:
        steps: periods after every item's cutoff.
        codes: [m] item of each row.
        index: [m] grid position of each row, within the steps after the item's cutoff; each pair once.
        columns: by name, [m] values.
        before: the rows of the future file within the items' histories.
        notes: what was left aside.
    """

    steps: int
    codes: Codes
    index: Index
    columns: dict[str, pl.Series]
    before: "Before"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Before:
    """Rows within the items' histories, as a calendar of promotions has them: [m] item, grid position and values."""

    codes: Codes
    index: Index
    columns: dict[str, pl.Series]


@dataclass(frozen=True)
class History:
    """What the future continues.

    Attributes:
        items: one row per item.
        layout: where their histories lie.
        frequency: the grid.
        columns: names of the columns beside the sales.
        added_up: whether rows were added up to periods, so that those of the future may be finer than the grid too.
    """

    items: pl.DataFrame
    layout: Layout
    frequency: Frequency
    columns: Collection[str]
    added_up: bool


def look_ahead(table: Table, history: History, *, options: ReadOptions) -> Ahead:
    """The rows of a future table that follow the cutoffs of the items.

    Raises:
        DataError: faulty rows, stamps off the grid, rows that contradict each other, no row after any cutoff, or
            item-dates that are lacking within the horizon (unless they are to be carried).
    """
    items, layout = history.items, history.layout
    frame, faults = _on_grid(table, history)
    needed = _needed(frame, table, history)
    matched = _match(table, needed, items)
    if frame.height and not matched.height and _match(table, frame.head(_LOOK), items).is_empty():
        raise DataError([*faults, _strangers(table, frame, items)], source="future file")
    notes = _unseen(table, frame, items)
    faults += _contradictions(table, matched)
    if faults and options.bad_rows == "error":
        raise DataError(faults, source="future file")
    notes += [str(fault) for fault in faults]
    names = [name for name in frame.columns if name not in {_INDEX, ROW, TIMESTAMP, *table.keys}]
    matched = _once(matched, names)
    begins, ends = (bound[matched[_CODE].to_numpy()] for bound in (layout.starts, layout.cutoffs))
    index = matched[_INDEX].to_numpy()
    before, matched = matched.filter((index >= begins) & (index <= ends)), matched.filter(index > ends)
    if not matched.height:
        last = np.datetime_as_string(history.frequency.timestamps(layout.cutoffs).max(), "D")
        fault = Fault(
            "no row follows the history", 1, f"{last}, its last period", "Give rows for the periods after it."
        )
        raise DataError([fault], source="future file")
    unused = frame.height - needed.height + before[ROW].n_unique()
    if unused and set(names) <= set(history.columns):
        notes.append(f"{counted(unused, 'row')} of the future file in the history: not used.")
    steps = _steps(matched, layout, options)
    ahead = matched[_INDEX].to_numpy() - layout.cutoffs[matched[_CODE].to_numpy()]
    matched = matched.filter(ahead <= steps)
    notes += _lacking(matched, items, layout, steps, frequency=history.frequency, options=options)
    columns = {name: matched[name] for name in names}
    empty = [f"{column.null_count():,} in '{name}'" for name, column in columns.items() if column.null_count()]
    notes += [f"Empty cells of the future, taken as unknown: {', '.join(empty)}."] if empty else []
    codes, index = matched[_CODE].to_numpy(), matched[_INDEX].to_numpy()
    earlier = Before(before[_CODE].to_numpy(), before[_INDEX].to_numpy(), {name: before[name] for name in names})
    return Ahead(steps, codes, index, columns, earlier, tuple(notes))


def match_columns(table: Table, items: pl.DataFrame) -> list[str]:
    """The columns of `items` that the table's key columns stand for, in their order.

    Raises:
        DataError: the table's key columns are none of the items'.
    """
    if all(key in items.columns for key in table.keys):
        return list(table.keys)
    if len(table.keys) == 1:
        return [ITEM]
    place = f"{', '.join(table.keys)}; items have {', '.join(items.columns)}"
    raise DataError([Fault("key columns that the items lack", len(table.keys), place, "Use the names of the history.")])


def _on_grid(table: Table, history: History) -> tuple[pl.DataFrame, list[Fault]]:
    """The columns of the table with the grid position of each row; rows off the grid left out."""
    skipped = {
        table.names[role] for role in ("order", "customer", "status", "available", "stockout") if role in table.names
    }
    frame = table.frame.select(name for name in table.frame.columns if name not in {SALES, *skipped})
    stamps = frame[TIMESTAMP].to_numpy()
    frame = frame.with_columns(pl.Series(_INDEX, history.frequency.index(stamps)))
    off = off_grid(history.frequency, stamps)
    if history.added_up or not off.any():
        return frame, list(table.faults)
    row = int(np.argmax(off))
    count = int(off.sum())
    what = f"stamps off the {history.frequency.name} grid of the history"
    place = f"{table.place(frame[ROW][row])}: {frame[TIMESTAMP][row]}"
    return frame.filter(~off), [*table.faults, Fault(what, count, place, "Correct them.", rows=count)]


def _needed(frame: pl.DataFrame, table: Table, history: History) -> pl.DataFrame:
    """Rows that may be of use: those within the history are where they have a column that the history lacks."""
    strange = set(frame.columns) - {_INDEX, ROW, TIMESTAMP, *table.keys, *history.columns}
    first = history.layout.starts.min() if strange else history.layout.cutoffs.min() + 1
    return frame.filter(pl.col(_INDEX) >= first)


def _once(matched: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """One row per item and period: where there are several, what they agree on, so that their order says nothing."""
    matched = matched.unique([_CODE, TIMESTAMP, *names], keep="first", maintain_order=True)
    pairs = [_CODE, _INDEX]
    if not matched.select(pl.struct(pairs).is_duplicated().any()).item():
        return matched
    return matched.group_by(pairs, maintain_order=True).agg(
        pl.col(ROW).min(), *(agreed(name, matched.schema[name]) for name in names)
    )


def _match(table: Table, frame: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Rows of the future with the code of every item they are for: all items where the table has no keys."""
    codes = pl.Series(_CODE, np.arange(items.height, dtype=np.int64))
    if not table.keys:
        return pl.DataFrame([codes]).join(frame, how="cross")
    left = [f"__key{at}" for at in range(len(table.keys))]
    own = items.select(
        as_text(items[name]).alias(key) for name, key in zip(match_columns(table, items), left, strict=True)
    )
    there = frame.with_columns(as_text(frame[name]).alias(key) for name, key in zip(table.keys, left, strict=True))
    return own.with_columns(codes).join(there, on=left, how="inner").sort(ROW, _CODE).drop(left)


def _strangers(table: Table, frame: pl.DataFrame, items: pl.DataFrame) -> Fault:
    known = f"The history has {items[ITEM][0]}, …: use its ids, or leave the item column out if rows are for all items."
    first = "|".join(str(part) for part in frame.select(table.keys).row(0))
    return Fault(
        "no item of the future file has a history", frame.height, f"{table.place(frame[ROW][0])}: {first}", known
    )


def _unseen(table: Table, frame: pl.DataFrame, items: pl.DataFrame) -> list[str]:
    """Which items of the future have no history."""
    if not table.keys:
        return []
    keys = frame.select(table.keys).unique(maintain_order=True)
    columns = match_columns(table, items)
    others = keys.filter(find(items, keys.rename(dict(zip(table.keys, columns, strict=True))), columns) < 0)
    if not others.height:
        return []
    first = ", ".join("|".join(str(part) for part in key) for key in others.head(3).iter_rows())
    return [f"{counted(others.height, 'item')} of the future file without a history (first: {first}): not used."]


def _contradictions(table: Table, matched: pl.DataFrame) -> list[Fault]:
    pairs = [_CODE, TIMESTAMP]
    if not matched.select(pl.struct(pairs).is_duplicated().any()).item():
        return []
    if table.offsets is not None:  # the hour that comes twice when clocks go back
        matched = matched.join(table.offsets, on=ROW, how="left", maintain_order="left")
        pairs.append(OFFSET)
    values = [name for name in matched.columns if name != ROW]
    once = matched.unique(values, keep="first", maintain_order=True)
    differing = once.filter(once.select(pairs).is_duplicated())
    if not differing.height:
        return []
    rows = differing[ROW].n_unique()
    place = f"{table.place(differing[ROW][0])}: {differing[TIMESTAMP][0]}"
    cure = "Keep one row per item and period."
    return [Fault("rows that repeat an item and period with other values", rows, place, cure)]


def _steps(matched: pl.DataFrame, layout: Layout, options: ReadOptions) -> int:
    """The horizon asked for; else the longest that all items have or, where the rest is carried, up to the last row."""
    if options.horizon is not None:
        return options.horizon
    ahead = matched[_INDEX].to_numpy() - layout.cutoffs[matched[_CODE].to_numpy()]
    if options.missing_future == "carry":
        beyond = int(matched[_INDEX].max()) - int(layout.cutoffs.max())  # type: ignore[arg-type]
        return beyond if beyond > 0 else int(ahead.max())
    furthest = np.zeros(layout.starts.size, np.int64)
    np.maximum.at(furthest, matched[_CODE].to_numpy(), ahead)
    return int(furthest[furthest > 0].min())


def _lacking(
    matched: pl.DataFrame,
    items: pl.DataFrame,
    layout: Layout,
    steps: int,
    *,
    frequency: Frequency,
    options: ReadOptions,
) -> list[str]:
    present = np.zeros((items.height, steps), np.bool_)
    codes = matched[_CODE].to_numpy()
    present[codes, matched[_INDEX].to_numpy() - layout.cutoffs[codes] - 1] = True
    lacking = int((~present).sum())
    if not lacking:
        return []
    spans = _spans(present)
    shown = spans[:_SPANS_SHOWN]
    after = layout.cutoffs[shown[:, 0]] + 1
    first, last = (np.datetime_as_string(frequency.timestamps(after + shown[:, at]), "m") for at in (1, 2))
    named = [_span(items[ITEM][int(code)], *bounds) for code, *bounds in zip(shown[:, 0], first, last, strict=True)]
    more = f"; and {counted(len(spans) - len(shown), 'more run')}" if len(spans) > len(shown) else ""
    listed = "; ".join(named) + more
    if options.missing_future == "carry":
        return [f"The future file lacks {lacking:,} item-dates ({listed}): the last known values are carried."]
    cure = f"Add them, or pass missing_future='carry' to carry the last value; a horizon of {steps} was expected."
    what = "item-dates that the future file lacks"
    raise DataError([Fault(what, lacking, listed, cure)], source="future file")


def _spans(present: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """[n, 3] item, first and last step of every run of steps that an item lacks."""
    codes, steps = np.nonzero(np.diff((~present).astype(np.int8), axis=1, prepend=0, append=0))
    return np.column_stack([codes[::2], steps[::2], steps[1::2] - 1])


def _span(item: object, first: str, last: str) -> str:
    first, last = first.removesuffix("T00:00"), last.removesuffix("T00:00")
    return f"{item} at {first}" if first == last else f"{item} from {first} to {last}"


def present_rows(ahead: Ahead, layout: Layout) -> npt.NDArray[np.bool_]:
    """[R] whether a row of the future stands in the future file."""
    present = np.zeros(layout.rows, np.bool_)
    present[layout.flat(ahead.codes, ahead.index)] = True
    return present
