"""Items of a table: key columns become integer codes once, so that no text is touched per row again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.arrays import Flags
from foresale.core.chunks import chunks
from foresale.core.columns import ITEM

Codes = npt.NDArray[np.integer]

ONLY_ITEM = "all"
"""The id of the one item of a table without an item column."""
_TABLE_SIZE = 50_000_000  # cells of a lookup table of pairs: 200 MB
_MOST_RUNS = 0.25  # share of the rows up to which runs of one item spare a sort
_LARGEST_EXACT = 2.0**53


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
    begins = _run_begins(frame, keys)
    first = np.flatnonzero(begins)
    if len(first) > _MOST_RUNS * frame.height:
        return _encode_rows(frame, keys)
    runs = _encode_rows(frame.select(keys).filter(begins), keys)
    return ItemCodes(runs.items, np.repeat(runs.codes, np.diff(first, append=frame.height)))


def _run_begins(frame: pl.DataFrame, keys: Sequence[str]) -> Flags:
    """[n] where runs of rows of one item begin: at few rows where these are sorted by item.

    Some rows at a time, since two columns whose parts lie differently in memory are copied to be compared.
    """
    begins = np.ones(frame.height, np.bool_)
    rows = frame.select(keys)
    for part in chunks(frame.height - 1, width=1):
        one, other = (rows.slice(part.start + late, part.stop - part.start) for late in (0, 1))
        changes = [(one[key] != other[key]).to_numpy() for key in keys]
        begins[part.start + 1 : part.stop + 1] = np.logical_or.reduce(changes)
    return begins


def _encode_rows(frame: pl.DataFrame, keys: Sequence[str]) -> ItemCodes:
    codes, labels = _column_codes(frame[keys[0]])
    found = pl.DataFrame({keys[0]: labels})
    for key in keys[1:]:
        column, labels = _column_codes(frame[key])
        pairs, codes = _dense(codes.astype(np.int64) * len(labels) + column, found.height * len(labels))
        found = found[pairs // len(labels)].with_columns(labels[pairs % len(labels)].alias(key))
    return ItemCodes(with_ids(found, keys), codes.astype(np.int32, copy=False))


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
    here, there = (
        part.select(as_text(part[key]).alias(str(at)) for at, key in enumerate(keys)) for part in (items, table)
    )
    here = here.with_row_index("code").unique([str(at) for at in range(len(keys))], keep="first")
    joined = there.join(here, on=[str(at) for at in range(len(keys))], how="left", maintain_order="left")
    return joined["code"].cast(pl.Int64).fill_null(-1).to_numpy()


def as_text(values: pl.Series) -> pl.Series:
    """Keys as text, whole numbers without a decimal point: 7, 7.0 and "7" are one key."""
    if values.dtype.is_float() and are_whole(values):
        values = values.cast(pl.Int64)
    return values.cast(pl.String)


def are_whole(values: pl.Series) -> bool:
    """Whether all numbers are whole, and small enough to be known to the last digit.

    >>> are_whole(pl.Series([7.0, None])), are_whole(pl.Series([7.5])), are_whole(pl.Series([1e30]))
    (True, False, False)
    """
    known = values.drop_nulls()
    return bool(((known % 1 == 0) & (known.abs() < _LARGEST_EXACT)).all())


def _column_codes(values: pl.Series) -> tuple[Codes, pl.Series]:
    """[n] rank of each value among the distinct ones, and these in order."""
    if isinstance(values.dtype, pl.Categorical | pl.Enum):
        return _category_codes(values)
    distinct = values.unique().sort()
    if values.dtype == pl.String:
        codes: Codes = values.cast(pl.Enum(distinct)).to_physical().to_numpy().astype(np.int32)
    elif values.dtype.is_integer():
        codes = np.searchsorted(distinct.to_numpy(), values.to_numpy())
    else:
        codes = values.rank("dense").to_numpy().astype(np.int64) - 1
    return codes, distinct


def _category_codes(values: pl.Series) -> tuple[Codes, pl.Series]:
    physical = values.to_physical()
    first = physical.arg_unique()
    labels = values.gather(first)
    order = labels.cast(pl.String).arg_sort()
    ranks = np.zeros(int(physical.max() or 0) + 1, np.int64)  # type: ignore[arg-type]
    ranks[physical.gather(first).gather(order).to_numpy()] = np.arange(len(order))
    return ranks[physical.to_numpy()], labels.gather(order)


def _dense(codes: npt.NDArray[np.int64], size: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The codes that any row has, in order, and [n] the position of each row's code among them."""
    if size > max(_TABLE_SIZE, codes.size):
        distinct, places = np.unique(codes, return_inverse=True)
        return distinct, places.astype(np.int64)
    present = np.zeros(size, np.bool_)
    present[codes] = True
    return np.flatnonzero(present), (np.cumsum(present) - 1)[codes]
