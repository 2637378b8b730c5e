"""Column names that several tables must share, before their rows are put together."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import polars as pl

from foresale.core.columns import ITEM, PRICE
from foresale.core.text import quoted
from foresale.data.item_keys import as_text
from foresale.io.schema.recognise import normalised
from foresale.io.table import Table

_SPARE_KEY: Final = "item"


def free_item_column(table: Table) -> tuple[Table, tuple[str, ...]]:
    """The table with `item_id` free for the joined id, where that is the name of one key column among several."""
    if ITEM not in table.frame.columns or table.keys == (ITEM,):
        return table, ()
    if ITEM not in table.keys:
        note = f"Column '{ITEM}' is left out: items are told apart by {quoted(table.keys)}, and '{ITEM}' joins these."
        return replace(table, frame=table.frame.drop(ITEM)), (note,)
    spare = _SPARE_KEY
    while spare in table.frame.columns:
        spare += "_"
    note = f"'{ITEM}' is the joined id; your column of that name is kept as '{spare}'."
    return _rename_key(table, spare), (note,)


def _rename_key(table: Table, spare: str) -> Table:
    keys = tuple(spare if key == ITEM else key for key in table.keys)
    return replace(table, frame=table.frame.rename({ITEM: spare}), keys=keys)


def aligned(beside: Table, table: Table, items: pl.DataFrame) -> Table:
    """A future or items table whose column `item_id` has the name that it got in the history.

    Where `item_id` is its only key, it may hold joined ids too: it does if any of them is an item.
    """
    if ITEM not in beside.keys or ITEM in table.keys or len(table.keys) < 2:
        return beside
    if beside.keys == (ITEM,) and beside.frame[ITEM].cast(pl.String).is_in(items[ITEM].implode()).any():
        return beside
    spare = next((key for key in table.keys if key.rstrip("_") == _SPARE_KEY), ITEM)
    return beside if spare in beside.frame.columns else _rename_key(beside, spare)


def column_called(table: Table, names: Iterable[str]) -> str | None:
    """The column, no key, that bears one of some names; the first name that is there decides."""
    found = {normalised(name): name for name in table.frame.columns if name not in table.keys}
    return next((found[plain] for plain in map(normalised, names) if plain in found), None)


def items_by_text(table: Table) -> pl.Series:
    """[R] the id of each row's item as text, its keys joined as the sales join theirs."""
    keys = [as_text(table.frame[key]) for key in table.keys]
    return table.frame.select(pl.concat_str(keys, separator="|")).to_series()


def priced(future: Table, table: Table) -> Table:
    """The future with the price column of the history under its canonical name, as the panel has it."""
    name = table.names.get(PRICE, PRICE)
    if name == PRICE or name not in future.frame.columns or PRICE in future.frame.columns:
        return future
    return replace(future, frame=future.frame.rename({name: PRICE}))
