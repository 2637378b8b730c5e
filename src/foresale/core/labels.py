"""How items are written where people read of them: their code, and beside it what they are called."""

from typing import Final

import polars as pl

from foresale.core.columns import ITEM, NAME
from foresale.core.errors import ConfigError

_LONGEST: Final = 40
"""Letters of a name that are shown: as many as fit beside the numbers of a table."""


def own_columns(items: pl.DataFrame) -> list[str]:
    """What tells items apart in a table for the caller: their key columns, else `item_id`, and the name.

    Of several key columns `item_id` is the joined text, which a table needs no more than a copy of a single one.

    >>> own_columns(pl.DataFrame({"item_id": ["a"], "sku": ["a"], "item_name": ["Mug"]}))
    ['sku', 'item_name']
    """
    keys = [name for name in items.columns if name not in {ITEM, NAME}]
    return (keys or [ITEM]) + [name for name in (NAME,) if name in items.columns]


def item_labels(items: pl.DataFrame) -> pl.Series:
    """[N] the code of each item with its name, where it has one that is not the code itself.

    >>> item_labels(pl.DataFrame({"item_id": [22423, 85048], "item_name": ["CAKESTAND", None]})).to_list()
    ['22423 CAKESTAND', '85048']
    """
    codes = items[ITEM].cast(pl.String)
    if NAME not in items.columns:
        return codes
    names = items[NAME].cast(pl.String)
    short = names.str.head(_LONGEST - 1).str.strip_chars() + "…"
    names = names.zip_with(names.str.len_chars() <= _LONGEST, short)
    own = names.is_not_null() & (names != "") & (names != codes)
    return codes.zip_with(~own.fill_null(value=False), codes + " " + names)


def item_label(items: pl.DataFrame, place: int) -> str:
    """The label of one item, by its position.

    >>> item_label(pl.DataFrame({"item_id": ["tea"]}), 0)
    'tea'
    """
    return str(item_labels(items[int(place) : int(place) + 1])[0])


def labelled(frame: pl.DataFrame) -> pl.DataFrame:
    """A table to be read: codes become labels, and the column of names goes.

    >>> labelled(pl.DataFrame({"item_id": ["a"], "item_name": ["Mug"], "units": [3]})).row(0)
    ('a Mug', 3)
    """
    return frame.with_columns(item_labels(frame).alias(ITEM)).drop(NAME) if NAME in frame.columns else frame


def item_index(items: pl.DataFrame, item: object = None) -> int:
    """The row of an item by its id, which may be given as text; the first row by default.

    Raises:
        ConfigError: no such item.

    >>> item_index(pl.DataFrame({"item_id": [22423, 85048]}), "85048")
    1
    """
    if item is None:
        return 0
    ids = items[ITEM]
    index = ids.cast(pl.String).index_of(str(item))
    if index is None:
        raise ConfigError(f"there is no item {item!r}; the first ones are {ids.head(5).to_list()}")
    return int(index)
