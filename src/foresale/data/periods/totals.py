"""Totals, a row for each item and period: put on their grid, with repeated rows and irregular stamps found."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.columns import PRICE, SALES, TIMESTAMP
from foresale.core.errors import Fault
from foresale.core.frequency import Frequency, Index, Stamps
from foresale.data.item_keys import Codes, ItemCodes
from foresale.data.options import ReadOptions
from foresale.data.periods.grid import Grid
from foresale.data.periods.layout import Periods, agreed, layout_of
from foresale.data.periods.unfinished import Ending, ending
from foresale.io.schema.times import OFFSET
from foresale.io.table import ROW, Table

_CODE, _INDEX, _COUNT = "__code", "__index", "__count"
_FEW = 0.02  # share of the rows that stand twice with other values, up to which a source overlaps with itself
_SKIPPED = ("order", "customer", "status", "name")


@dataclass(frozen=True)
class Placed:
    """Rows on the grid that was inferred for them.

    Attributes:
        grid: the grid.
        index: [n] grid position of each row.
        repeated: [n] whether the item and position of a row stands in other rows too; None where all stand once.
    """

    grid: Grid
    index: Index
    repeated: npt.NDArray[np.bool_] | None


def place(coded: ItemCodes, grid: Grid, stamps: Stamps) -> Placed:
    """The rows on their grid; on no regular one, none is said to be repeated."""
    index = grid.frequency.index(stamps)
    return Placed(grid, index, repeated_rows(coded.items.height, coded.codes, index) if grid.regular else None)


def on_grid(table: Table, coded: ItemCodes, placed: Placed, options: ReadOptions) -> Periods:
    """The rows of totals on their grid, each item and period once.

    Of rows that are alike one is kept; rows of one item and stamp that differ are a fault, of which the last is kept.
    Where `options.frequency` is coarser than the rows, they are added up.
    """
    grid = placed.grid
    frequency = total_frequency(grid, options)
    frame, codes = table.frame, coded.codes
    faults: list[Fault] = []
    if options.frequency is None and grid.off is not None:
        faults.append(_irregular(table, grid))
        frame, codes = frame.filter(~grid.off), codes[~grid.off]
    index, repeated = placed.index, placed.repeated
    if grid.off is not None or frequency != grid.frequency or not grid.regular:
        index = frequency.index(frame[TIMESTAMP].to_numpy())
        repeated = repeated_rows(coded.items.height, codes, index)
    harmless: list[Fault] = []
    last = Ending()
    moved = grid.moved and frequency == grid.frequency
    notes = [*_read_as(table, grid, frequency, options, moved=moved)]
    if repeated is not None:
        keep, same, different = _tell_apart(table, frame, codes, repeated)
        harmless += same
        faults += different
        frame, codes, index = frame.filter(keep), codes[keep], index[keep]
        if repeated_rows(coded.items.height, codes, index) is not None:
            notes.append(_added_up(frequency, same_grid=frequency == grid.frequency))
            if frequency != grid.frequency:
                last = ending(frame[TIMESTAMP], frame[SALES], frequency, options.unfinished)
                notes += last.notes
            frame, codes, index = _coarser(frame, codes, index, _extras(table))
    return Periods(
        frequency=frequency,
        codes=codes,
        index=index,
        sales=frame[SALES].to_numpy(),
        extras={_renamed(table, name): frame[name] for name in _extras(table)},
        moved=moved,
        unfinished=last.index,
        gaps_are_zero=options.gaps == "zero",
        faults=tuple(faults),
        harmless=tuple(harmless),
        notes=tuple(notes),
    )


def _read_as(table: Table, grid: Grid, frequency: Frequency, options: ReadOptions, *, moved: bool) -> Iterator[str]:
    """How the rows were understood."""
    price = table.names.get(PRICE, PRICE)
    if _renamed(table, price) != price:
        yield f"'{PRICE}' is '{price}'."
    if moved:
        yield "One stamp a month, on days that move, such as the last day of business: read as months."
    if grid.guessed and options.frequency is None:
        yield f"No item has two rows to tell the frequency: taken as {frequency.name}."


def total_frequency(grid: Grid, options: ReadOptions) -> Frequency:
    """The frequency asked for, in the phase of the data where they are of that frequency; else the data's own."""
    if options.frequency is None:
        return grid.frequency
    asked = Frequency.parse(options.frequency)
    own = grid.frequency
    same = grid.regular and grid.off is None and (asked.unit, asked.count) == (own.unit, own.count)
    return own if same and "-" not in options.frequency else asked


def repeated_rows(count: int, codes: Codes, index: Index) -> npt.NDArray[np.bool_] | None:
    """[n] whether the item and period of a row stands in other rows too; None where all stand once."""
    if not codes.size:
        return None
    layout = layout_of(count, codes, index) if np.bincount(codes, minlength=count).all() else None
    if layout is None:
        used, codes = np.unique(codes, return_inverse=True)
        layout = layout_of(used.size, codes, index)
    flat = layout.flat(codes, index)
    seen = np.zeros(layout.rows, np.bool_)
    seen[flat] = True
    if int(seen.sum()) == codes.size:
        return None
    return pl.Series(flat).is_duplicated().to_numpy()


def is_copied(table: Table, codes: Codes, repeated: npt.NDArray[np.bool_]) -> bool:
    """Whether repeated rows look like a source that overlaps with itself: rows alike, and none more than twice."""
    values = [name for name in table.frame.columns if name not in (ROW, *table.keys)]
    rows = table.frame.select(values).with_columns(pl.Series(_CODE, codes)).filter(repeated)
    copies = rows.group_by(rows.columns).len(_COUNT)
    differing = copies.height - copies.select(pl.struct(_CODE, TIMESTAMP).n_unique()).item()
    return bool(differing <= _FEW * codes.size and copies[_COUNT].max() == 2)


def _irregular(table: Table, grid: Grid) -> Fault:
    assert grid.off is not None
    row = int(np.argmax(grid.off))
    count = int(grid.off.sum())
    stamp = table.frame[TIMESTAMP][row]
    cure = "Correct them, or pass a frequency such as frequency='D' to add rows up to its periods."
    what = f"irregular stamps, off the {grid.frequency.name} grid of the others"
    return Fault(what, count, f"{table.place(table.frame[ROW][row])}: {stamp}", cure, rows=count)


def _tell_apart(
    table: Table, frame: pl.DataFrame, codes: Codes, repeated: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], list[Fault], list[Fault]]:
    """[n] which rows to keep, and the faults of those that repeat an item and stamp alike and differently."""
    values = [name for name in frame.columns if name not in (ROW, *table.keys)]
    rows = frame.select(*values, ROW).with_columns(pl.Series(_CODE, codes)).filter(repeated)
    clock = [_CODE, TIMESTAMP]
    if table.offsets is not None:
        rows = rows.join(table.offsets, on=ROW, how="left", maintain_order="left")
        values, clock = [*values, OFFSET], [*clock, OFFSET]
    once = rows.unique([*values, _CODE], keep="first", maintain_order=True)
    last = once.filter(once.select(pl.struct(clock).is_last_distinct()).to_series())
    alike = rows.filter(~rows[ROW].is_in(once[ROW].implode()))
    differing = once.filter(~once[ROW].is_in(last[ROW].implode()))
    keep = ~repeated
    keep[np.flatnonzero(repeated)[rows[ROW].is_in(last[ROW].implode()).to_numpy()]] = True
    same = [_repeat_fault(table, alike, "rows that repeat another exactly", "One of each is kept.")]
    cure = "Pass kind='orders' to add them up, name another key column, or pass bad_rows='drop' to keep the last."
    different = [_repeat_fault(table, differing, "rows that repeat an item and stamp with other values", cure)]
    return keep, same if alike.height else [], different if differing.height else []


def _added_up(frequency: Frequency, *, same_grid: bool) -> str:
    if same_grid:
        return "The time that comes twice when clocks go back is added up."
    return f"Added up to {frequency.name} periods; other numbers are their means."


def _repeat_fault(table: Table, rows: pl.DataFrame, what: str, cure: str) -> Fault:
    place = f"{table.place(rows[ROW][0])}: {rows[TIMESTAMP][0]}" if rows.height else ""
    return Fault(what, rows.height, place, cure, rows=rows.height)


def _coarser(frame: pl.DataFrame, codes: Codes, index: Index, extras: list[str]) -> tuple[pl.DataFrame, Codes, Index]:
    """Rows added up per item and period: sales summed (unknown where one is), numbers averaged, texts if they agree."""
    rows = frame.with_columns(pl.Series(_CODE, codes), pl.Series(_INDEX, index))
    total = pl.when(~pl.col(SALES).has_nulls()).then(pl.col(SALES).sum())
    sums = rows.group_by(_CODE, _INDEX).agg(total, *(agreed(name, frame.schema[name]) for name in extras))
    return sums, sums[_CODE].to_numpy(), sums[_INDEX].to_numpy()


def _extras(table: Table) -> list[str]:
    fixed = {*table.keys, TIMESTAMP, SALES, ROW, *(table.names[role] for role in _SKIPPED if role in table.names)}
    return [name for name in table.frame.columns if name not in fixed]


def _renamed(table: Table, name: str) -> str:
    return PRICE if name == table.names.get(PRICE) and PRICE not in table.frame.columns else name
