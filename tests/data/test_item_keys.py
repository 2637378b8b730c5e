import numpy as np
import polars as pl
import pytest
from hypothesis import given, strategies as st

from foresale.data.item_keys import encode, find, with_ids


@pytest.mark.parametrize(
    "values",
    [
        pl.Series("sku", ["b", "a", "b", "c", "a"]),
        pl.Series("sku", [7, -1, 7, 300, -1]),
        pl.Series("sku", ["b", "a", "b", "c", "a"], dtype=pl.Categorical),
        pl.Series("sku", ["b", "a", "b", "c", "a"], dtype=pl.Enum(["c", "b", "a"])),
        pl.Series("sku", [True, False, True, True, False]),
        pl.Series("sku", [0.5, -1.0, 0.5, 2.5, -1.0]),
        pl.Series("sku", [2, 1, 2, 3, 1]).cast(pl.Date),
    ],
    ids=lambda values: str(values.dtype),
)
def test_codes_point_at_the_items_of_the_rows_in_the_callers_type(values):
    encoded = encode(pl.DataFrame([values]), ["sku"])
    assert encoded.items["item_id"][encoded.codes].to_list() == values.to_list()
    assert encoded.items["sku"].dtype == values.dtype
    assert encoded.items["item_id"].is_unique().all()
    texts = encoded.items["item_id"].to_list()
    assert texts == sorted(texts)


_PAIRS = st.lists(st.tuples(st.sampled_from(["x", "y", "z", "é"]), st.integers(-2, 2)), min_size=1, max_size=30)


@given(rows=_PAIRS, ordered=st.booleans())
def test_several_keys_are_told_apart_sorted_or_not(rows, ordered):
    frame = pl.DataFrame(sorted(rows) if ordered else rows, schema={"sku": pl.String, "shop": pl.Int8}, orient="row")
    encoded = encode(frame, ["sku", "shop"])
    assert encoded.items.select("sku", "shop")[encoded.codes].equals(frame)
    assert encoded.items.height == len(set(rows))
    assert encoded.items.rows() == sorted(encoded.items.rows(), key=lambda row: row[1:])
    assert encoded.items["item_id"].to_list() == [f"{sku}|{shop}" for _, sku, shop in encoded.items.rows()]


def test_many_pairs_of_many_labels_need_no_large_table():
    count = 10_000
    frame = pl.DataFrame({"sku": np.arange(count), "shop": np.arange(count)[::-1].copy()})
    encoded = encode(frame, ["sku", "shop"])
    assert encoded.items.select("sku", "shop")[encoded.codes].equals(frame)


def test_without_keys_there_is_one_item():
    encoded = encode(pl.DataFrame({"qty": [1, 2]}), [])
    assert encoded.items["item_id"].to_list() == ["all"]
    assert encoded.codes.tolist() == [0, 0]


def test_a_key_called_item_id_needs_no_second_column():
    assert with_ids(pl.DataFrame({"item_id": [3]}), ["item_id"]).columns == ["item_id"]
    assert with_ids(pl.DataFrame({"sku": [3]}), ["sku"]).columns == ["item_id", "sku"]


def test_keys_are_found_across_types():
    items = pl.DataFrame({"sku": [7, 8], "shop": ["1", "2"]})
    table = pl.DataFrame({"sku": ["8", "7", "9"], "shop": [2.0, 1.0, 1.0]})
    assert find(items, table, ["sku", "shop"]).tolist() == [1, 0, -1]
