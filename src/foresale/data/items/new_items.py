"""Items that were never sold yet: in the future or in the items file, but not in the history."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from foresale.core.columns import ITEM, TIMESTAMP
from foresale.core.text import counted
from foresale.data.item_keys import as_text, find, with_ids
from foresale.data.periods.layout import Periods
from foresale.io.table import Table

_PERIODS = "__periods"


def add_new_items(
    items: pl.DataFrame, periods: Periods, beside: Table, *, keys: Sequence[str], place: str
) -> tuple[pl.DataFrame, Periods, tuple[str, ...]]:
    """The items and periods with those that only a table beside the sales has, and a sentence about them.

    Each gets one period of unknown sales, the newest of all, so that its forecast begins where those of the others do.
    A table whose key columns do not tell every key of an item, or which has none of the items, brings none. One whose
    future ends before that of the others is no newcomer, but most likely a mistyped id.

    Args:
        items: one row per item, with its key columns.
        periods: their sales.
        beside: the future, or the items file.
        keys: the caller's item columns.
        place: what `beside` is, in words.

    >>> from foresale.core.frequency import Frequency
    >>> tea = pl.DataFrame({"item_id": ["tea"], "sku": ["tea"]})
    >>> sold = Periods(Frequency("day"), np.zeros(2, int), np.array([8, 9]), np.ones(2), {})
    >>> file = Table(pl.DataFrame({"sku": ["tea", "mate"]}), ("sku",), {}, pl.Date(), 2)
    >>> both, longer, notes = add_new_items(tea, sold, file, keys=["sku"], place="items file")
    >>> both["item_id"].to_list(), longer.index.tolist(), longer.sales.tolist()
    (['tea', 'mate'], [8, 9, 9], [1.0, 1.0, nan])
    >>> notes
    ('1 item of the items file without a history (first: mate): a newcomer, forecast like items like it.',)
    """
    strangers = _strangers(items, _coming(beside, periods), beside.keys, keys)
    if not strangers.height:
        return items, periods, ()
    verb = "a newcomer, forecast like items like it" if strangers.height == 1 else "newcomers, forecast like others"
    first = strangers[ITEM][0]
    note = f"{counted(strangers.height, 'item')} of the {place} without a history (first: {first}): {verb}."
    together = pl.concat([items, strangers.select(items.columns)])
    return together, _with_unknown(periods, items.height, strangers.height), (note,)


def _coming(beside: Table, periods: Periods) -> pl.DataFrame:
    """The rows of the table; of a future, those after the newest period."""
    if TIMESTAMP not in beside.frame.columns:
        return beside.frame
    index = periods.frequency.index(beside.frame[TIMESTAMP].to_numpy())
    return beside.frame.filter(pl.Series(index > _newest(periods)))


def _strangers(items: pl.DataFrame, frame: pl.DataFrame, told: Sequence[str], keys: Sequence[str]) -> pl.DataFrame:
    """Ids and keys of the items that are in the frame alone, in the types of the items, sorted by their keys."""
    if len(told) == 1 and len(keys) == 1:
        rows = frame.select(pl.col(told[0]).alias(keys[0]))
    elif keys and set(told) == set(keys):
        rows = frame.select(keys)
    else:
        return items.clear()
    rows = rows.group_by(keys, maintain_order=True).len(_PERIODS)
    unseen = pl.Series(find(items, rows, list(keys)) < 0)
    if unseen.all():
        return items.clear()
    rows = rows.filter(unseen & (rows[_PERIODS] >= rows.filter(~unseen)[_PERIODS].min()))
    typed = rows.select(as_text(rows[key]).cast(items[key].dtype, strict=False) for key in keys)
    typed = typed.drop_nulls().unique().sort(keys)
    return with_ids(typed, keys).cast({ITEM: items[ITEM].dtype})


def _with_unknown(periods: Periods, count: int, more: int) -> Periods:
    """The periods with one more of unknown sales for each of the items from `count` on."""
    codes = np.concatenate([periods.codes, np.arange(count, count + more, dtype=periods.codes.dtype)])
    index = np.concatenate([periods.index, np.full(more, _newest(periods), periods.index.dtype)])
    sales = np.concatenate([periods.sales, np.full(more, np.nan, periods.sales.dtype)])
    extras = {name: _longer(values, more) for name, values in periods.extras.items()}
    statics = {name: _longer(values, more) for name, values in periods.statics.items()}
    nothing = np.full(more, np.nan)
    revenue = None if periods.revenue is None else np.concatenate([periods.revenue, nothing])
    return replace(periods, codes=codes, index=index, sales=sales, extras=extras, statics=statics, revenue=revenue)


def _newest(periods: Periods) -> int:
    return periods.end if periods.end is not None else int(periods.index.max())


def _longer(values: pl.Series, more: int) -> pl.Series:
    return values.extend_constant(None, more)
