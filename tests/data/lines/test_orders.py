"""Order lines: added up per item and period, with the price paid, without returns."""

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import DataError
from foresale.data.options import ReadOptions
from foresale.data.read import panel, read_with_report


def _lines(*rows: tuple[str, str, float, float | None], **columns: list[object]) -> pl.DataFrame:
    schema = {"sku": pl.String, "ordered": pl.String, "qty": pl.Float64, "price": pl.Float64}
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("ordered").str.to_datetime())
    return frame.with_columns(pl.Series(name, values) for name, values in columns.items())


SHOP = (
    ("a", "2024-03-01 10:11:12", 2.0, 5.0),
    ("a", "2024-03-01 18:40:01", 1.0, 2.0),
    ("a", "2024-03-04 09:00:00", 4.0, 3.0),
    ("b", "2024-03-02 12:30:00", 1.0, 9.0),
    ("a", "2024-03-05 12:31:00", -2.0, 3.0),
)
COLUMNS = {"timestamp": "ordered"}


def _said(notes, *words):
    return any(all(word in note for word in words) for note in notes)


def test_lines_are_added_up_per_day_from_the_first_sale_to_the_end_of_the_data():
    shop = panel(_lines(*SHOP), columns=COLUMNS, kind="orders")
    assert shop.frequency.name == "daily"
    assert shop.sales.tolist() == [3, 0, 0, 4, 0, 1, 0, 0, 0]
    assert shop.history.tolist() == [5, 4]
    assert _said(shop.notes, "zero sales")


def test_the_price_is_the_mean_paid_per_unit_kept_until_the_next_sale():
    shop = panel(_lines(*SHOP), columns=COLUMNS, kind="orders")
    np.testing.assert_allclose(shop.covariates["price"].values, [4, 4, 4, 3, 3, 9, 9, 9, 9])
    assert shop.covariates["price"].role == "past"


def test_the_price_before_the_first_one_is_unknown():
    lines = _lines(("a", "2024-03-01 10:11:12", 2.0, None), ("a", "2024-03-03 10:00:00", 1.0, 7.0))
    np.testing.assert_allclose(
        panel(lines, columns=COLUMNS, kind="orders").covariates["price"].values, [np.nan, np.nan, 7]
    )


def test_returns_are_left_out_and_reported_and_count_as_used():
    shop, report = read_with_report(_lines(*SHOP), ReadOptions(columns=COLUMNS, kind="orders"))
    assert _said(shop.notes, "1 line returned or cancelled", "2 units")
    assert (report.rows_read, report.rows_used, report.faults) == (5, 5, ())


def test_an_invoice_that_begins_with_c_is_cancelled():
    lines = _lines(*SHOP, invoice_no=["536365", "C536366", "536367", "536368", "C536369"])
    assert panel(lines, columns=COLUMNS).sales[:4].tolist() == [2, 0, 0, 4]


def test_order_numbers_that_all_begin_with_c_mark_nothing():
    lines = _lines(*SHOP, order_id=["C1", "C2", "C3", "C4", "C5"])
    assert panel(lines, columns=COLUMNS).sales[:4].tolist() == [3, 0, 0, 4]


@pytest.mark.parametrize(
    "status", [["paid", "Cancelled", "paid", "paid", "paid"], ["false", "true", "false", "false", "false"]]
)
def test_a_status_of_cancelled_leaves_a_line_out(status):
    lines = _lines(*SHOP, order_id=list("12345"), status=status)
    assert panel(lines, columns=COLUMNS).sales[:4].tolist() == [2, 0, 0, 4]


def test_an_item_of_returns_only_is_left_out_and_said():
    lines = _lines(*SHOP, ("c", "2024-03-02 12:30:00", -1.0, 9.0))
    shop, report = read_with_report(lines, ReadOptions(columns=COLUMNS, kind="orders"))
    assert shop.items["item_id"].to_list() == ["a", "b"]
    assert report.rows_used == 6
    assert _said(shop.notes, "1 item", "c")


def test_lines_without_a_quantity_are_a_fault():
    lines = _lines(*SHOP, ("a", "2024-03-02 12:30:00", None, 9.0))
    with pytest.raises(DataError, match=r"without a quantity: 1 .*row 6"):
        panel(lines, columns=COLUMNS, kind="orders")
    _, report = read_with_report(lines, ReadOptions(columns=COLUMNS, kind="orders", bad_rows="drop"))
    assert (report.rows_read, report.rows_used) == (6, 5)


@pytest.mark.parametrize("column", ["order_id", "customer_id"])
def test_an_order_or_customer_column_tells_order_lines(column):
    shop = panel(_lines(*SHOP, **{column: ["1", "1", "2", "3", "4"]}), columns=COLUMNS)
    assert shop.sales[0] == 3
    assert _said(shop.notes, "Taken for order lines", column)


def test_repeated_days_tell_order_lines():
    days = [datetime(2024, 3, 1 + row // 2) for row in range(20)]
    shop = panel(pl.DataFrame({"sku": ["a"] * 20, "day": days, "qty": range(1, 21)}))
    assert shop.sales[0] == 3
    assert _said(shop.notes, "Taken for order lines", "100%")


def test_times_of_day_tell_order_lines():
    shop = panel(_lines(*SHOP), columns=COLUMNS)
    assert shop.sales[0] == 3
    assert _said(shop.notes, "Taken for order lines", "no regular grid")


def test_totals_can_be_insisted_on():
    lines = _lines(*SHOP[:1], *SHOP[2:4], customer_id=["1", "1", "2"]).with_columns(pl.col("ordered").dt.truncate("1d"))
    shop = panel(lines, columns=COLUMNS, kind="totals")
    np.testing.assert_array_equal(shop.sales, [2, np.nan, np.nan, 4, 1])


def test_stamps_that_all_are_one_weekday_are_weeks():
    weeks = [datetime(2024, 1, 5 + 7 * week) for week in (0, 0, 1, 2, 3)]
    lines = pl.DataFrame({"sku": ["a"] * 5, "day": weeks, "qty": [1, 2, 3, 4, 5], "order_id": list("12345")})
    shop = panel(lines)
    assert shop.frequency.name == "weekly (Fridays)"
    assert shop.sales.tolist() == [3, 3, 4, 5]


def test_an_asked_period_is_used_and_an_unfinished_last_one_is_said():
    shop = panel(_lines(*SHOP), columns=COLUMNS, kind="orders", frequency="W")
    assert shop.frequency.name == "weekly (Mondays)"
    np.testing.assert_array_equal(shop.sales, [3, np.nan, 1, np.nan])
    assert _said(shop.notes, "2024-03-04", "2024-03-05", "not over")
    kept = panel(_lines(*SHOP), columns=COLUMNS, kind="orders", frequency="W", unfinished="keep")
    assert kept.sales.tolist() == [3, 4, 1, 0]


def test_gaps_of_order_lines_can_be_unknown():
    shop = panel(_lines(*SHOP), columns=COLUMNS, kind="orders", gaps="unknown")
    np.testing.assert_array_equal(shop.sales, [3, np.nan, np.nan, 4, np.nan, 1, np.nan, np.nan, np.nan])


def test_other_columns_follow_the_period_the_item_or_are_left_out_and_said():
    lines = _lines(
        *SHOP,
        discount=[0.1, 0.3, 0.0, 0.0, 0.0],
        holiday=[1, 1, 0, 0, 0],
        weight=[7, 7, 7, 2, 7],
        channel=["web", "shop", "web", "web", "web"],
        brand=["A", "A", "A", "B", "A"],
        points=[1, 2, 3, 4, 5],
    )
    shop = panel(lines, columns=COLUMNS, kind="orders")
    np.testing.assert_allclose(shop.covariates["discount"].values[:4], [0.2, np.nan, np.nan, 0], atol=1e-6)
    np.testing.assert_allclose(shop.covariates["holiday"].values[:4], [1, np.nan, np.nan, 0])
    assert shop.items["brand"].to_list() == ["A", "B"]
    assert shop.items["weight"].to_list() == [7, 2]
    assert not {"channel", "points"} & (set(shop.covariates) | set(shop.statics))
    assert _said(shop.notes, "Left out", "channel", "points")


def test_a_text_that_is_nearly_always_the_same_is_static():
    lines = pl.DataFrame(
        {
            "sku": ["a"] * 20,
            "day": [datetime(2024, 3, 1 + row // 2) for row in range(20)],
            "qty": [1] * 20,
            "order_id": [str(row) for row in range(20)],
            "maker": ["LAMP"] * 19 + ["lamp?"],
        }
    )
    shop = panel(lines)
    assert shop.items["maker"].to_list() == ["LAMP"]
    assert _said(shop.notes, "most frequent", "maker")


def test_money_of_lines_gives_the_price():
    lines = (
        _lines(*SHOP, order_id=list("12345"))
        .drop("price")
        .with_columns(revenue=pl.Series([10.0, 2.0, 12.0, 9.0, -6.0]))
    )
    shop = panel(lines, columns=COLUMNS)
    np.testing.assert_allclose(shop.covariates["price"].values, [4, 4, 4, 3, 3, 9, 9, 9, 9])
    assert _said(shop.notes, "'revenue' divided by units")


def test_nothing_but_returns_is_refused():
    with pytest.raises(DataError, match="no line is a sale"):
        panel(_lines(SHOP[-1]), columns=COLUMNS, kind="orders")
