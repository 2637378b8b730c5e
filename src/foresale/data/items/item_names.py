"""What items are called: the most frequent of the texts that stand beside their code."""

import polars as pl

from foresale.core.columns import NAME
from foresale.core.text import counted
from foresale.data.item_keys import ItemCodes
from foresale.io.table import Table

_CODE, _LINES = "__code", "__lines"


def item_names(table: Table, coded: ItemCodes) -> pl.Series | None:
    """[N] the name that each item has most often, the first in order among equals; None where no column tells it.

    >>> from foresale.data.item_keys import encode
    >>> from foresale.io.table import load
    >>> rows = pl.DataFrame({"sku": ["a", "a", "a", "b"], "title": ["Mug", "MUG?", "Mug", None],
    ...                      "day": "2024-03-01", "qty": 1})
    >>> table = load(rows)
    >>> item_names(table, encode(table.frame, table.keys)).to_list()
    ['Mug', None]
    """
    column = table.names.get("name")
    if column is None:
        return None
    texts = table.frame.select(pl.Series(_CODE, coded.codes, pl.Int64), pl.col(column).alias(NAME)).drop_nulls(NAME)
    counts = texts.group_by(_CODE, NAME).len(_LINES)
    best = counts.sort(_CODE, _LINES, NAME, descending=[False, True, False]).unique(_CODE, keep="first")
    best = best.with_columns(pl.col(NAME).str.strip_chars())
    every = pl.DataFrame({_CODE: range(coded.items.height)}, schema={_CODE: pl.Int64})
    return every.join(best, on=_CODE, how="left", maintain_order="left")[NAME]


def names_note(table: Table, names: pl.Series | None) -> tuple[str, ...]:
    """Says where the names are from, and how many items have none."""
    if names is None:
        return ()
    lacking = f"; {counted(names.null_count(), 'item')} without one" if names.has_nulls() else ""
    return (f"Items are called by '{table.names['name']}', the most frequent where there are several{lacking}.",)
