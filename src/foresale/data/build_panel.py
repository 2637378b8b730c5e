"""A parsed table becomes a panel: the kind of rows, their grid, the covariates and the static columns."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl

from foresale.core.columns import ITEM, MEAN, NAME, PRICE, SALES, TIMESTAMP
from foresale.core.errors import ConfigError, DataError, Fault
from foresale.core.forecast import LEVELS
from foresale.core.frequency import Index
from foresale.core.panel import Money, Panel, Values
from foresale.core.text import counted, quoted
from foresale.data import read_summary
from foresale.data.column_names import aligned, free_item_column, items_by_text, priced
from foresale.data.item_keys import ItemCodes, as_text, encode
from foresale.data.items.bundles import bundles_of
from foresale.data.items.item_names import item_names, names_note
from foresale.data.items.new_items import welcome
from foresale.data.items.spellings import spelling_notes
from foresale.data.items.statics import join_statics
from foresale.data.items.successors import hand_over, heirs_of
from foresale.data.lines.orders import add_up
from foresale.data.options import ReadOptions, ReadReport
from foresale.data.periods import covariates, totals
from foresale.data.periods.availability import availability
from foresale.data.periods.far_dates import leave_out_far_dates, leave_out_far_future
from foresale.data.periods.future import Ahead, History, look_ahead
from foresale.data.periods.grid import infer
from foresale.data.periods.layout import Layout, Periods, lay_out, scatter
from foresale.data.periods.retail_months import as_calendar_months
from foresale.data.periods.sums import leave_out_sums
from foresale.data.periods.trailing_future import split_tail
from foresale.io.schema.statuses import speaks_of_no_sale
from foresale.io.table import ROW, Table

_MANY: Final = 0.05
"""Share of rows that repeat an item and stamp from which on rows are taken for order lines."""


def assemble(
    table: Table, *, options: ReadOptions, future: Table | None = None, items: Table | None = None, source: str = ""
) -> tuple[Panel, ReadReport]:
    """The panel of a table, and what became of the table's rows.

    Raises:
        DataError: faulty rows (unless they are to be dropped), no rows, or a future or items table that does not fit.
        ConfigError: `options.known` names a column that is not there.
    """
    table, renamed = free_item_column(table)
    if not table.frame.height:
        raise DataError(table.faults or [Fault("no rows of sales", 1, "the whole source", "Pass one.")], source=source)
    table, future, month_notes = as_calendar_months(table, future, options)
    table, far = leave_out_far_dates(table, options.far_dates)
    table, tail, tail_notes = split_tail(table, is_future=future is None)
    items, heirs = heirs_of(items) if items is not None else (None, ())
    items, bundles = bundles_of(items) if items is not None else (None, ())
    coming = tail
    if future is not None:
        coming, far_notes = leave_out_far_future(future, table, options.far_dates)
        tail_notes = (*tail_notes, *far_notes)
    coded = encode(table.frame, table.keys)
    table, sums = leave_out_sums(table, coded) if options.sums == "drop" else (table, ())
    coded = encode(table.frame, table.keys) if sums else coded
    names = item_names(table, coded)
    periods = _periods(table, coded, options, _wanted(table, options, coming), names)
    if names is not None:
        periods = replace(periods, statics={NAME: names, **periods.statics})
    faults = (*table.faults, *periods.faults)
    if faults and options.bad_rows == "error":
        raise DataError(faults, source=source)
    if np.isnan(periods.sales).all():
        fault = Fault("no known sales", table.frame.height, f"column {table.names[SALES]}", "Pass one row with sales.")
        raise DataError([fault], source=source)
    frame, periods, left_out = _used(coded.items, periods)
    frame, periods, new = _newcomers(table, frame, periods, coming=coming, items=items)
    if heirs or bundles:
        periods, handed = hand_over(frame, periods, heirs, bundles)
        before = frame
        frame, periods, _ = _used(frame, periods)
        items = _still_sold(items, before[ITEM].filter(~before[ITEM].is_in(frame[ITEM].implode())))
        new = (*new, *handed)
    history = lay_out(frame.height, periods.codes, periods.index, end=periods.end)
    if future is None and tail is not None:
        options = _for_tail(tail, history, periods, options)
    ahead = None
    if coming is not None:
        beside = priced(aligned(coming, table, frame), table)
        added_up = periods.end is not None or options.frequency is not None or periods.moved
        past = History(frame, history, periods.frequency, {*periods.extras, *periods.statics}, added_up)
        ahead = look_ahead(beside, past, options=options)
    known = _known(table, periods, options, ahead)
    panel = _panel(table, frame, periods, history, ahead=ahead, known=known, options=options)
    panel = join_statics(panel, aligned(items, table, frame)) if items is not None else panel
    lost = (*faults, *table.left_out, *far, *sums, *periods.harmless)
    spellings = spelling_notes(coded.items, table.keys)
    notes = (
        *renamed,
        *table.notes,
        *month_notes,
        *spellings,
        *names_note(table, names),
        *tail_notes,
        *periods.notes,
        *left_out,
        *new,
        *map(str, lost),
        *panel.notes,
    )
    panel = replace(panel, notes=(read_summary.summary(table, panel), *notes, *read_summary.roles(panel, ahead)))
    used = table.rows_read - sum(fault.rows for fault in lost)
    return panel, ReadReport(table.rows_read, used, lost, panel.notes, periods.lines)


def _newcomers(table: Table, frame: pl.DataFrame, periods: Periods, *, coming: Table | None,
               items: Table | None) -> tuple[pl.DataFrame, Periods, tuple[str, ...]]:  # fmt: skip
    """With the items that are in the future alone, or, where that is for all items, in the items file alone."""
    if coming is not None and coming.keys:
        return welcome(frame, periods, aligned(coming, table, frame), keys=table.keys, place="future")
    if items is not None and items.keys and not items.faults:
        return welcome(frame, periods, aligned(items, table, frame), keys=table.keys, place="items file")
    return frame, periods, ()


def _still_sold(items: Table | None, gone: pl.Series) -> Table | None:
    """The table of items without those that handed on all of their history; none if there are no others."""
    if items is None or gone.is_empty():
        return items
    rows = items.frame.filter(~items_by_text(items).is_in(as_text(gone).implode()))
    return replace(items, frame=rows) if rows.height else None


def _for_tail(tail: Table, history: Layout, periods: Periods, options: ReadOptions) -> ReadOptions:
    """A future in the table itself reaches as far as its last row, and what it lacks is carried."""
    last = int(periods.frequency.index(tail.frame[TIMESTAMP].to_numpy()).max())
    steps = options.horizon or max(last - int(history.cutoffs.max()), 1)
    return replace(options, horizon=steps, missing_future="carry")


def _wanted(table: Table, options: ReadOptions, future: Table | None) -> frozenset[str]:
    """Columns of the table that will be known ahead."""
    return frozenset((*options.known, *(future.frame.columns if future is not None else ()))) & set(table.frame.columns)


def _periods(table: Table, coded: ItemCodes, options: ReadOptions, known: frozenset[str],
             names: pl.Series | None) -> Periods:  # fmt: skip
    if options.kind == "orders":
        return add_up(table, coded, options, known=known, names=names)
    roles = [f"'{table.names[role]}' names orders" for role in ("order", "customer") if role in table.names]
    if not roles and "status" in table.names and speaks_of_no_sale(table.frame[table.names["status"]]):
        roles = [f"'{table.names['status']}' tells what became of orders"]
    if options.kind == "auto" and roles:
        reason = f"Taken for order lines, since {roles[0]} (kind='totals' overrides)."
        return _with_note(add_up(table, coded, options, known=known, names=names), reason)
    stamps = table.frame[TIMESTAMP].to_numpy()
    grid = infer(coded.codes, stamps)
    if grid.months and options.frequency is None:
        raise DataError([*table.faults, _no_calendar_months(table)])
    placed = totals.place(coded, grid, stamps)
    reason = _looks_like_orders(table, coded, placed) if options.kind == "auto" else ""
    if reason:
        reason = f"Taken for order lines, since {reason} (kind='totals' overrides)."
        return _with_note(add_up(table, coded, options, known=known, names=names), reason)
    if not grid.regular and options.frequency is None:
        cure = "Pass a frequency such as frequency='D' to add rows up to its periods, or kind='orders'."
        fault = Fault("stamps that lie on no regular grid", table.frame.height, str(table.frame[TIMESTAMP][0]), cure)
        raise DataError([*table.faults, fault])
    return totals.on_grid(table, coded, placed, options)


def _no_calendar_months(table: Table) -> Fault:
    cure = "Write each month as its first day, such as 2024-03-01, or pass frequency='W' if they are weeks with gaps."
    what = "stamps a month apart, but not one in every month of the calendar (months of four and five weeks?)"
    return Fault(what, table.frame.height, f"{table.place(table.frame[ROW][0])}: {table.frame[TIMESTAMP][0]}", cure)


def _with_note(periods: Periods, note: str) -> Periods:
    return replace(periods, notes=(note, *periods.notes))


def _looks_like_orders(table: Table, coded: ItemCodes, placed: totals.Placed) -> str:
    """Why rows without a name of orders are order lines all the same; "" where they are totals."""
    if not placed.grid.regular:
        return "the times of day lie on no regular grid"
    repeated = placed.repeated
    if repeated is None or repeated.mean() <= _MANY or totals.is_copied(table, coded.codes, repeated):
        return ""
    return f"{repeated.mean():.0%} of the rows share their item and stamp with another"


def _known(table: Table, periods: Periods, options: ReadOptions, ahead: Ahead | None) -> frozenset[str]:
    """The columns declared to be known ahead, under the names they have in the panel."""
    names = {PRICE if name == table.names.get(PRICE) else name for name in options.known}
    missing = sorted(names - set(periods.extras) - set(periods.statics) - set(ahead.columns if ahead else ()))
    if missing:
        raise ConfigError(f"known names no column of the data: {quoted(missing)}. There are {quoted(periods.extras)}.")
    lacking = sorted(names - set(ahead.columns)) if ahead else []
    if lacking and options.missing_future == "error":
        cure = "Add them, or pass missing_future='carry' to carry the last value."
        fault = Fault("known columns that the future file lacks", len(lacking), quoted(lacking), cure)
        raise DataError([fault], source="future file")
    return frozenset(names)


def _used(items: pl.DataFrame, periods: Periods) -> tuple[pl.DataFrame, Periods, tuple[str, ...]]:
    """The items that have rows, with the codes renumbered."""
    present = np.zeros(items.height, np.bool_)
    present[periods.codes] = True
    if present.all():
        return items, periods, ()
    keep = np.flatnonzero(present)
    place = np.cumsum(present) - 1
    statics = {name: values.gather(keep) for name, values in periods.statics.items()}
    lost = items[ITEM].filter(~present)
    note = f"{counted(len(lost), 'item')} without a row of sales left out (first: {lost[0]})."
    return items[keep], replace(periods, codes=place[periods.codes], statics=statics), (note,)


def _panel(table: Table, items: pl.DataFrame, periods: Periods, history: Layout, *, ahead: Ahead | None,
           known: frozenset[str], options: ReadOptions) -> Panel:  # fmt: skip
    available, periods, notes = availability(periods, table.names)
    layout = history.longer(ahead.steps if ahead else 0)
    carry = options.missing_future == "carry"
    flat = layout.flat(periods.codes, periods.index)
    columns = covariates.build(periods, layout, flat, ahead=ahead, known=known, carry=carry)
    sales = scatter(layout, flat, periods.sales, fill=0.0 if periods.gaps_are_zero else np.nan)
    if ahead:
        sales = covariates.in_history(layout, sales)
    if periods.unfinished is not None:
        sales = _without(sales, layout, periods.unfinished)
    return Panel(
        frequency=periods.frequency,
        items=items.with_columns(list(columns.statics.values())),
        starts=layout.starts,
        offsets=layout.offsets,
        history=layout.history,
        sales=sales,
        covariates=columns.covariates,
        available=None if available is None else scatter(layout, flat, available),
        revenue=_revenue(periods, layout, flat),
        currency=options.currency or table.currency,
        keys=table.keys or (ITEM,),
        time_type=table.time_type,
        time_name=_free(table.names[TIMESTAMP], {SALES, MEAN, *(map(str, LEVELS))}, TIMESTAMP),
        sales_name=_free(table.names[SALES], {table.names[TIMESTAMP]}, SALES),
        notes=(*read_summary.history(items, history, periods), *notes, *columns.notes, *(ahead.notes if ahead else ())),
    )  # fmt: skip


def _free(name: str, taken: Collection[str], instead: str) -> str:
    """The caller's name of a column, unless tables of results have another one of that name."""
    return instead if name in taken else name


def _without(sales: Values, layout: Layout, index: int) -> Values:
    """[R] sales with those of a period unknown, for all items."""
    rows = (layout.offsets[:-1] - layout.starts + index)[(layout.starts <= index) & (layout.cutoffs >= index)]
    sales[rows] = np.nan
    return sales


def _revenue(periods: Periods, layout: Layout, flat: Index) -> Money | None:
    """[R] money of each period, 0 where nothing was sold, NaN where it is unknown."""
    if periods.revenue is None:
        return None
    spread = np.full(layout.rows, 0.0 if periods.gaps_are_zero else np.nan)
    spread[flat] = periods.revenue
    spread[covariates.is_future(layout)] = np.nan
    return spread
