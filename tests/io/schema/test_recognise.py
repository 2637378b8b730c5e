"""Columns are recognised as a person would, told where the caller says, and refused with a cure where neither helps."""

import re

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError, DataError
from foresale.io.schema.recognise import normalised, recognise
from foresale.io.schema.synonyms import PLACES, ROLES
from foresale.io.table import load


def roles_of(*found, **settings):
    roles = recognise(found, **settings)
    return {**roles.names, **({"item": ",".join(roles.item)} if roles.item else {})}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (["unique_id", "ds", "y"], {"item": "unique_id", "timestamp": "ds", "sales": "y"}),
        (
            ["SKU", "Date", "Units Sold", "Price"],
            {"item": "SKU", "timestamp": "Date", "sales": "Units Sold", "price": "Price"},
        ),
        (
            ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"],
            {
                "order": "InvoiceNo",
                "item": "StockCode",
                "sales": "Quantity",
                "timestamp": "InvoiceDate",
                "price": "UnitPrice",
                "customer": "CustomerID",
            },
        ),
        (
            ["household_id", "store_id", "basket_id", "product_id", "quantity", "sales_value", "transaction_timestamp"],
            {
                "customer": "household_id",
                "order": "basket_id",
                "item": "product_id",
                "sales": "quantity",
                "timestamp": "transaction_timestamp",
            },
        ),
        (
            ["商品编码", "日期", "销量", "单价", "订单号"],
            {"item": "商品编码", "timestamp": "日期", "sales": "销量", "price": "单价", "order": "订单号"},
        ),
        (
            ["Order Date", "Product Name", "Sales", "Quantity", "Order ID"],
            {"timestamp": "Order Date", "item": "Product Name", "sales": "Quantity", "order": "Order ID"},
        ),
        (["article", "week", "revenue"], {"item": "article", "timestamp": "week", "sales": "revenue"}),
        (["date", "sales"], {"timestamp": "date", "sales": "sales"}),
        (
            ["asin", "day", "qty", "in stock", "order-status"],
            {"item": "asin", "timestamp": "day", "sales": "qty", "available": "in stock", "status": "order-status"},
        ),
        (
            ["product_id", "dt", "sale_amount", "stockout_hours"],
            {"item": "product_id", "timestamp": "dt", "sales": "sale_amount", "stockout": "stockout_hours"},
        ),
    ],
)
def test_what_people_call_their_columns(found, expected):
    assert roles_of(*found) == expected


def test_no_name_stands_for_two_roles():
    seen = {}
    for role, names in ROLES.items():
        for name in names:
            assert seen.setdefault(normalised(name), role) == role
    assert not seen.keys() & {normalised(name) for name in PLACES}


def test_what_the_caller_says_wins():
    told = {"item": ["sku", "warehouse"], "timestamp": "day", "sales": "value"}
    roles = recognise(["sku", "warehouse", "date", "day", "qty", "value"], columns=told)
    assert roles.item == ("sku", "warehouse")
    assert dict(roles.names) == {"timestamp": "day", "sales": "value"}
    assert roles_of("a", "b", "date", "qty", columns={"item": "a,b"})["item"] == "a,b"
    assert roles_of("a, b", "date", "qty", columns={"item": "a, b"})["item"] == "a, b"
    assert "price" not in roles_of("sku", "date", "qty", "price", columns={"price": ""})


def test_a_column_told_that_is_not_there():
    with pytest.raises(DataError, match=r"no column 'qtty' for sales.*Did you mean 'qty'"):
        recognise(["sku", "date", "qty"], columns={"sales": "qtty"})


def test_settings_that_cannot_be():
    with pytest.raises(ConfigError, match=r"unknown role 'sale' in columns\. Did you mean 'sales'"):
        recognise(["sku", "date", "qty"], columns={"sale": "qty"})
    with pytest.raises(ConfigError, match="sales is one column, not 2"):
        recognise(["sku", "date", "qty"], columns={"sales": ["qty", "sku"]})
    with pytest.raises(ConfigError, match="'qty' twice"):
        recognise(["sku", "date", "qty"], columns={"sales": "qty", "price": "qty"})


def test_what_is_missing_is_said_with_the_columns_and_the_cure():
    with pytest.raises(DataError) as caught:
        recognise(["sku", "datee", "kilos"])
    message = str(caught.value)
    assert "2 faults" in message
    assert "no timestamp column recognised: 1 (at columns sku, datee, kilos). Is it 'datee'?" in message
    assert "--columns item=sku timestamp=day sales=qty" in message


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(DataError, match="several columns could be the timestamp: 2"):
        recognise(["sku", "Date", "date", "qty"])


def test_a_column_per_period_is_explained():
    with pytest.raises(DataError, match="turn them into rows"):
        recognise(["Product_Code", *(f"W{week}" for week in range(52))])


def test_a_choice_between_columns_looks_at_their_values():
    frame = pl.DataFrame(
        {
            "id": range(20),
            "family": ["a", "b"] * 10,
            "product": ["x", "y"] * 10,
            "date": ["soon"] * 20,
            "day": [f"2024-01-{day + 1:02d}" for day in range(20)],
            "qty": ["few"] * 20,
            "sales": range(20),
        }
    )
    table = load(frame)
    assert (table.keys, dict(table.names)) == (("product",), {"timestamp": "day", "sales": "sales"})
    assert "Item is column 'product'; it could also be id, family." in table.notes


def test_a_row_number_is_no_item():
    days = [f"2024-01-{day + 1:02d}" for day in range(20)]
    assert load(pl.DataFrame({"id": range(20), "date": days, "sales": range(20)})).keys == ()


def grid(**columns):
    size = int(np.prod([len(values) for values in columns.values()]))
    frame = pl.DataFrame({"qty": range(size)})
    repeat, tile = size, 1
    for name, values in columns.items():
        repeat //= len(values)
        frame = frame.with_columns(pl.Series(name, [value for value in values for _ in range(repeat)] * tile))
        tile *= len(values)
    return frame


DAYS = [f"2024-01-{day + 1:02d}" for day in range(10)]


def test_the_store_belongs_to_the_item_where_stamps_repeat_without_it():
    table = load(grid(product_id=[1, 2], store_id=[1, 2, 3], date=DAYS))
    assert table.keys == ("product_id", "store_id")
    assert "store_id belongs to the item: without it 67% of the rows repeat a stamp, with it 0%." in table.notes


def test_only_the_places_that_are_needed_belong_to_the_item():
    frame = grid(product_id=[1, 2], store_id=[1, 2, 3, 4], date=DAYS)
    frame = frame.with_columns(city=pl.col("store_id") % 2)
    assert load(frame).keys == ("product_id", "store_id")
    assert load(grid(region=["n", "s"], type=["a", "b"], date=DAYS)).keys == ("region", "type")


def test_a_store_is_no_key_where_it_changes_nothing():
    frame = grid(product_id=[1, 2], date=DAYS).with_columns(store_id=pl.lit(1))
    assert load(frame).keys == ("product_id",)


def test_order_lines_repeat_stamps_and_are_left_alone():
    frame = grid(product_id=[1, 2], store_id=[1, 2], date=DAYS).with_columns(order_id=pl.int_range(pl.len()))
    table = load(frame)
    assert table.keys == ("product_id",)
    assert "store_id" in table.frame.columns
    assert table.frame.schema["order_id"] == pl.String


def test_item_columns_told_are_not_added_to():
    table = load(grid(product_id=[1, 2], store_id=[1, 2], date=DAYS), columns={"item": "product_id"})
    assert table.keys == ("product_id",)


def test_money_is_said_to_be_money():
    notes = load(pl.DataFrame({"sku": ["a"], "date": ["2024-01-01"], "revenue": [9.5]})).notes
    assert "Sales is column 'revenue', which may be money rather than units." in notes


def test_numbers_of_periods_are_explained():
    table = load(pl.DataFrame({"sku": ["a", "a"], "week": [1, 2], "qty": [1, 2]}))
    assert table.frame.is_empty()
    assert re.match(r"week is no date: 2 \(first at row 1: '1'\)\. These are numbers of periods", str(table.faults[0]))


@pytest.mark.parametrize(
    ("values", "expected"), [(["yes", "no"], [1, 0]), ([True, False], [1, 0]), (["0,5", "1"], [0.5, 1])]
)
def test_availability_is_a_share_however_it_is_written(values, expected):
    frame = pl.DataFrame({"sku": ["a", "b"], "date": ["2024-01-01"] * 2, "qty": [1, 2], "in_stock": values})
    table = load(frame)
    assert table.names["available"] == "in_stock"
    assert table.frame["in_stock"].to_list() == expected


def test_a_role_that_does_not_fit_its_values_is_dropped_unless_told():
    frame = pl.DataFrame({"sku": ["a", "b"], "date": ["2024-01-01"] * 2, "qty": [1, 2], "price": ["low", "high"]})
    assert "price" not in load(frame).names
    assert load(frame).frame["price"].to_list() == ["low", "high"]
    assert load(frame, columns={"price": "price"}).faults[0].what == "price is no number"


def test_without_an_item_column_it_is_said_that_all_is_one_series():
    table = load(pl.DataFrame({"date": ["2024-01-01"], "sales": [1]}))
    assert table.keys == ()
    assert any(note.startswith("No item column is recognised") for note in table.notes)
