"""What was understood of a source, in sentences for a person."""

from typing import Final

import numpy as np
import polars as pl

from foresale.core.columns import ITEM, SALES
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.core.text import counted, quoted
from foresale.data.periods.future import Ahead
from foresale.data.periods.layout import Layout, Periods
from foresale.io.table import Table

_MANY_GAPS: Final = 0.1  # share of the periods


def summary(table: Table, panel: Panel) -> str:
    """Rows, items, frequency, span and the column of sales."""
    first, last = (_stamp(panel.frequency, int(bound)) for bound in (panel.starts.min(), panel.cutoffs.max()))
    keys = "|".join(table.keys) if table.keys else "there is no item column"
    counts = f"{counted(table.rows_read, 'row')}, {counted(len(panel), 'item')} ({keys})"
    return f"{counts}, {panel.frequency.name}, {first} to {last}; sales from '{table.names.get(SALES, SALES)}'"


def history(items: pl.DataFrame, layout: Layout, periods: Periods) -> tuple[str, ...]:
    """Items that end early, periods without a row and items without known sales."""
    return (*_early(items, layout, periods), *_gaps(layout, periods), *_unknown(items, periods))


def roles(panel: Panel, ahead: Ahead | None) -> tuple[str, ...]:
    """What the other columns became."""
    notes = []
    for covariates, words in ((panel.known, "known ahead"), (panel.past, "known up to the cutoff only")):
        if covariates:
            notes.append(f"Covariates {words}: {quoted(covariate.name for covariate in covariates)}.")
    if panel.statics:
        notes.append(f"Static columns of items: {quoted(panel.statics)}.")
    strange = [name for name in ahead.columns if name not in (*panel.covariates, *panel.statics)] if ahead else []
    if strange:
        notes.append(f"Columns of the future that the history lacks: {quoted(strange)}: not used.")
    return tuple(notes)


def _early(items: pl.DataFrame, layout: Layout, periods: Periods) -> tuple[str, ...]:
    last = int(layout.cutoffs.max())
    early = np.flatnonzero(layout.cutoffs < last)
    if not early.size:
        return ()
    verb = "ends" if early.size == 1 else "end"
    items_end = f"{counted(early.size, 'item')} {verb} before {_stamp(periods.frequency, last)}"
    return (f"{items_end}: each is forecast from its own end (first: {items[ITEM][int(early[0])]}).",)


def _gaps(layout: Layout, periods: Periods) -> tuple[str, ...]:
    gaps = layout.rows - periods.codes.size
    if not gaps or periods.end is not None:
        return ()
    meaning = "zero sales" if periods.gaps_are_zero else "unknown"
    note = f"{counted(gaps, 'period')} within items without a row: taken as {meaning}."
    if not periods.gaps_are_zero and gaps > _MANY_GAPS * layout.rows and np.nanmin(periods.sales) > 0:
        note += " No row has zero sales: where such rows are left out of the data, pass gaps='zero'."
    return (note,)


def _unknown(items: pl.DataFrame, periods: Periods) -> tuple[str, ...]:
    known = ~np.isnan(periods.sales)
    if known.all():
        return ()
    sold = np.zeros(items.height, np.bool_)
    sold[periods.codes[known]] = True
    lost = items[ITEM].filter(~sold)
    return (f"{counted(len(lost), 'item')} without any known sales (first: {lost[0]}).",) if len(lost) else ()


def _stamp(frequency: Frequency, index: int) -> str:
    stamp = frequency.timestamps(np.array([index]))[0]
    return str(stamp.astype("datetime64[m]" if frequency.unit in {"hour", "minute"} else "datetime64[D]"))
