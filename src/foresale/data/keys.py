"""Items of a table: key columns become integer codes once, so that no text is touched per row again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.columns import ITEM

Codes = npt.NDArray[np.integer]

ONLY_ITEM = "all"
"""The id of the one item of a table without an item column."""
_TABLE_SIZE = 50_000_000


@dataclass(frozen=True)
class ItemCodes:
    """The items of a table, sorted by their keys, and which of them each row belongs to.

    Attributes:
        items: one row per item: `item_id` and the key columns.
        codes: [n] position in `items` of each row's item.
    """

    items: pl.DataFrame
    codes: Codes


def encode(frame: pl.DataFrame, keys: Sequence[str]) -> ItemCodes:
    """The items of `frame` by their key columns; without keys, one item called "all".

    >>> encoded = encode(pl.DataFrame({"sku": ["b", "a", "b"], "shop": [1, 2, 1]}), ["sku", "shop"])
    >>> encoded.items["item_id"].to_list(), encoded.codes.tolist()
    (['a|2', 'b|1'], [1, 0, 1])
    """
    if not keys:
        return ItemCodes(pl.DataFrame({ITEM: [ONLY_ITEM]}), np.zeros(frame.height, np.int32))
    codes, size = np.zeros(frame.height, np.int64), 1
    for key in keys:
        column, labels = _column_codes(frame[key])
        codes, size = _dense(codes * labels + column, size * labels)
    first = np.zeros(size, np.int64)
    first[codes[::-1]] = np.arange(frame.height - 1, -1, -1)
    found = frame.select(keys)[first]
    return ItemCodes(with_ids(found, keys), codes.astype(np.int32))


def with_ids(items: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Key columns with `item_id` before them: the key itself, or several joined by `|`."""
    if list(keys) == [ITEM]:
        return items
    if len(keys) == 1:
        ids = items[keys[0]].alias(ITEM)
    else:
        ids = items.select(pl.concat_str([pl.col(key).cast(pl.String) for key in keys], separator="|")).to_series()
    others = [name for name in items.columns if name != ITEM]
    return items.select(others).insert_column(0, ids.alias(ITEM))


def find(items: pl.DataFrame, table: pl.DataFrame, keys: Sequence[str]) -> Codes:
    """[n] position in `items` of each row of `table` by the columns `keys`, -1 where no item has them.

    Keys are compared as text, so that 7 in one file and "7" in another are the same item.
    """
    here, there = (part.select(as_text(part[key]).alias(str(at)) for at, key in enumerate(keys))
                   for part in (items, table))  # fmt: skip
    here = here.with_row_index("code").unique([str(at) for at in range(len(keys))], keep="first")
    joined = there.join(here, on=[str(at) for at in range(len(keys))], how="left", maintain_order="left")
    return joined["code"].cast(pl.Int64).fill_null(-1).to_numpy()


def as_text(values: pl.Series) -> pl.Series:
    """Keys as text, whole numbers without a decimal point: 7, 7.0 and "7" are one key."""
    if values.dtype.is_float() and bool((values.drop_nulls() % 1 == 0).all()):
        values = values.cast(pl.Int64)
    return values.cast(pl.String)


def _column_codes(values: pl.Series) -> tuple[npt.NDArray[np.int64], int]:
    """[n] rank of each value among the distinct ones, and how many of those there are."""
    if isinstance(values.dtype, pl.Categorical | pl.Enum):
        return _category_codes(values)
    distinct = values.unique().sort()
    if values.dtype == pl.String:
        codes = values.cast(pl.Enum(distinct)).to_physical().to_numpy().astype(np.int64)
    elif values.dtype.is_integer():
        codes = np.searchsorted(distinct.to_numpy(), values.to_numpy())
    else:
        codes = values.rank("dense").to_numpy().astype(np.int64) - 1
    return codes, len(distinct)


def _category_codes(values: pl.Series) -> tuple[npt.NDArray[np.int64], int]:
    physical = values.to_physical()
    first = physical.arg_unique()
    used, labels = physical.gather(first).to_numpy(), values.gather(first).cast(pl.String)
    ranks = np.zeros(int(used.max(initial=0)) + 1, np.int64)
    ranks[used] = labels.rank("dense").to_numpy().astype(np.int64) - 1
    return ranks[physical.to_numpy()], len(labels)


def _dense(codes: npt.NDArray[np.int64], size: int) -> tuple[npt.NDArray[np.int64], int]:
    """The same codes without those that no row has, in the same order."""
    if size > max(_TABLE_SIZE, codes.size):
        distinct, dense = np.unique(codes, return_inverse=True)
        return dense.astype(np.int64), len(distinct)
    present = np.zeros(size, np.bool_)
    present[codes] = True
    if present.all():
        return codes, size
    return (np.cumsum(present) - 1)[codes], int(present.sum())
