"""A parsed table becomes a panel: the kind of rows, their grid, the covariates and the static columns."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import polars as pl

from foresale.core.columns import ITEM, MEAN, NAME, PRICE, SALES, TIMESTAMP
from foresale.core.errors import ConfigError, DataError, Fault
from foresale.core.forecast import LEVELS
from foresale.core.frequency import Index
from foresale.core.panel import Money, Panel, Values
from foresale.core.text import counted, quoted
from foresale.data import read_summary
from foresale.data.column_names import aligned, items_by_text, priced
from foresale.data.item_keys import as_text
from foresale.data.items.new_items import add_new_items
from foresale.data.items.statics import join_statics
from foresale.data.items.successors import hand_over
from foresale.data.options import ReadOptions, ReadReport
from foresale.data.periods import covariates
from foresale.data.periods.availability import availability
from foresale.data.periods.future import Ahead, History, look_ahead
from foresale.data.periods.layout import Layout, Periods, layout_of, scatter
from foresale.data.row_kinds import periods_of
from foresale.data.tables import Tables
from foresale.io.table import Table


def build_panel(tables: Tables, *, options: ReadOptions, source: str = "") -> tuple[Panel, ReadReport]:
    """The panel of tables, and what became of the rows of sales.

    Raises:
        DataError: faulty rows (unless they are to be dropped), no rows, or a future or items table that does not fit.
        ConfigError: `options.known` names a column that is not there.
    """
    periods = _periods(tables, options, source=source)
    tables, frame, periods, item_notes = _items(tables, periods)
    history = layout_of(frame.height, periods.codes, periods.index, end=periods.end)
    if tables.trailing and tables.coming is not None:
        options = _as_trailing(tables.coming, history, periods, options)
    ahead = _ahead(tables, frame, periods, history, options)
    known = _known(tables.sales, periods, options, ahead)
    panel = _panel(tables.sales, frame, periods, history, ahead=ahead, known=known, options=options)
    if tables.items is not None:
        panel = join_statics(panel, aligned(tables.items, tables.sales, frame))
    lost = (*tables.sales.faults, *periods.faults, *tables.left_out, *periods.harmless)
    notes = (*tables.notes, *periods.notes, *item_notes, *map(str, lost), *panel.notes)
    first, last = read_summary.summary(tables.sales, panel), read_summary.roles(panel, ahead)
    panel = replace(panel, notes=(first, *notes, *last))
    read = tables.sales.rows_read
    used = read - sum(fault.rows for fault in lost)
    return panel, ReadReport(read, used, lost, panel.notes, periods.lines)


def _periods(tables: Tables, options: ReadOptions, *, source: str) -> Periods:
    """One row per item and period, with names of items as a static column.

    Raises:
        DataError: faulty rows, unless they are to be dropped, or no known sales.
    """
    table, coded = tables.sales, tables.coded
    coming = () if tables.coming is None else tables.coming.frame.columns
    known = frozenset((*options.known, *coming)) & set(table.frame.columns)
    periods = periods_of(table, coded, options, known=known, names=tables.names)
    if tables.names is not None:
        periods = replace(periods, statics={NAME: tables.names, **periods.statics})
    faults = (*table.faults, *periods.faults)
    if faults and options.bad_rows == "error":
        raise DataError(faults, source=source)
    if np.isnan(periods.sales).all():
        fault = Fault("no known sales", table.frame.height, f"column {table.names[SALES]}", "Pass one row with sales.")
        raise DataError([fault], source=source)
    return periods


def _items(tables: Tables, periods: Periods) -> tuple[Tables, pl.DataFrame, Periods, tuple[str, ...]]:
    """The items of the panel: those with rows, new ones, and the heirs of others in the place of these."""
    frame, periods, left_out = _used(tables.coded.items, periods)
    frame, periods, new = _new_items(tables, frame, periods)
    if not tables.heirs and not tables.bundles:
        return tables, frame, periods, (*left_out, *new)
    periods, handed = hand_over(frame, periods, tables.heirs, tables.bundles)
    before = frame
    frame, periods, _ = _used(frame, periods)
    gone = before[ITEM].filter(~before[ITEM].is_in(frame[ITEM].implode()))
    tables = replace(tables, items=_still_sold(tables.items, gone))
    return tables, frame, periods, (*left_out, *new, *handed)


def _new_items(tables: Tables, frame: pl.DataFrame, periods: Periods) -> tuple[pl.DataFrame, Periods, tuple[str, ...]]:
    """With the items that are in the future alone, or, where that is for all items, in the items file alone."""
    table, coming, items = tables.sales, tables.coming, tables.items
    if coming is not None and coming.keys:
        return add_new_items(frame, periods, aligned(coming, table, frame), keys=table.keys, place="future")
    if items is not None and items.keys and not items.faults:
        return add_new_items(frame, periods, aligned(items, table, frame), keys=table.keys, place="items file")
    return frame, periods, ()


def _still_sold(items: Table | None, gone: pl.Series) -> Table | None:
    """The table of items without those that handed on all of their history; none if there are no others."""
    if items is None or gone.is_empty():
        return items
    rows = items.frame.filter(~items_by_text(items).is_in(as_text(gone).implode()))
    return replace(items, frame=rows) if rows.height else None


def _as_trailing(future: Table, history: Layout, periods: Periods, options: ReadOptions) -> ReadOptions:
    """A future in the table of sales itself reaches as far as its last row, and what it lacks is carried."""
    last = int(periods.frequency.index(future.frame[TIMESTAMP].to_numpy()).max())
    steps = options.horizon or max(last - int(history.cutoffs.max()), 1)
    return replace(options, horizon=steps, missing_future="carry")


def _ahead(
    tables: Tables, frame: pl.DataFrame, periods: Periods, history: Layout, options: ReadOptions
) -> Ahead | None:
    """What is known of the periods to come; None where nothing is."""
    if tables.coming is None:
        return None
    beside = priced(aligned(tables.coming, tables.sales, frame), tables.sales)
    added_up = periods.end is not None or options.frequency is not None or periods.moved
    past = History(frame, history, periods.frequency, {*periods.extras, *periods.statics}, added_up)
    return look_ahead(beside, past, options=options)


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


def _panel(
    table: Table,
    items: pl.DataFrame,
    periods: Periods,
    history: Layout,
    *,
    ahead: Ahead | None,
    known: frozenset[str],
    options: ReadOptions,
) -> Panel:
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
    )


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
