"""What order lines are: every line and every unit and cent read is accounted for, whatever becomes of it."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.columns import NAME
from foresale.core.prices import revenue_of
from foresale.data.options import ReadOptions
from foresale.data.read import panel, read_with_report

NOON = datetime(2024, 3, 1, 12)


def lines(*rows: tuple[object, ...]) -> pl.DataFrame:
    """Lines of (day, order, customer, sku, quantity, price[, description])."""
    names = ["day", "order_id", "customer_id", "sku", "qty", "price", "description"][: len(rows[0])]
    frame = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
    return frame.with_columns((pl.lit(NOON) + pl.duration(days="day")).alias("day"))


def sold(frame: pl.DataFrame, **options: object) -> dict[str, float]:
    found, report = read_with_report(frame, ReadOptions(kind="orders", **options))
    assert report.lines is not None
    assert report.lines["lines"].sum() == frame.height
    assert report.lines["units"].sum() == pytest.approx(float(frame["qty"].sum()))
    assert report.lines["money"].sum() == pytest.approx(float((frame["qty"] * frame["price"]).sum()))
    units = np.add.reduceat(np.nan_to_num(found.sales), found.offsets[:-1])
    return dict(zip(found.items["item_id"].to_list(), units.tolist(), strict=True))


def said(frame: pl.DataFrame, *words: str, **options: object) -> bool:
    notes = panel(frame, kind="orders", **options).notes
    return any(all(word in note for word in words) for note in notes)


BIG = lines(
    (0, "1", "ann", "a", 2, 3.0),
    (1, "2", "bob", "a", 80_995, 1.0),
    (1, "C3", "bob", "a", -80_995, 1.0),
    (2, "4", "ann", "a", 5, 3.0),
)


def test_a_cancelled_order_of_80995_units_leaves_nothing_of_itself():
    assert sold(BIG) == {"a": 7}
    assert sold(BIG, returns="ignore") == {"a": 81_002}
    assert sold(BIG, returns="net") == {"a": 7}
    assert said(BIG, "1 line returned or cancelled (80,995 units)", "1 met the sale", "none is left")


def test_the_same_quantity_is_met_before_a_nearer_line():
    frame = lines((0, "1", "bob", "a", 10, 1.0), (3, "2", "bob", "a", 12, 1.0), (5, "C3", "bob", "a", -10, 1.0))
    found = panel(frame, kind="orders")
    assert found.sales.tolist() == [12, 0, 0]


def test_a_part_of_a_sale_comes_back_and_the_nearest_before_gives_it():
    frame = lines((0, "1", "bob", "a", 10, 1.0), (2, "2", "bob", "a", 6, 1.0), (3, "C3", "bob", "a", -8, 1.0))
    assert panel(frame, kind="orders").sales.tolist() == [8, 0, 0, 0]


def test_no_sale_after_the_return_and_no_other_customer_is_touched():
    frame = lines((0, "1", "ann", "a", 8, 1.0), (1, "C2", "bob", "a", -8, 1.0), (2, "3", "bob", "a", 8, 1.0))
    assert sold(frame) == {"a": 16}
    assert said(frame, "8 units", "left out")


def test_a_return_in_the_order_itself_needs_no_customer():
    frame = lines((0, "1", None, "a", 4, 2.0), (0, "2", None, "a", 4, 2.0), (6, "1", None, "a", -3, 2.0))
    assert panel(frame, kind="orders").sales.tolist() == [5, 0, 0, 0, 0, 0, 0]


def test_without_a_customer_the_quantity_has_to_be_the_same():
    frame = lines(
        (0, "1", None, "a", 4, 2.0),
        (1, "C2", None, "a", -3, 2.0),
        (2, "C3", None, "a", -4, 2.0),
        (3, "4", None, "a", 1, 2.0),
    )
    assert sold(frame) == {"a": 1}
    assert said(frame, "1 met the sale", "1 found none (3 units)")


def test_a_refund_line_of_an_order_undoes_its_sale_though_its_type_says_refund():
    frame = lines((0, "1", "ann", "a", 4, 2.0), (1, "2", "bob", "a", 3, 2.0), (5, "2", "bob", "a", -3, 2.0))
    frame = frame.with_columns(type=pl.Series(["Order", "Order", "Refund"]))
    assert sold(frame) == {"a": 4}


NOT_GOODS = (
    ("POST", "POSTAGE"),
    ("DOT", "DOTCOM POSTAGE"),
    ("M", "Manual"),
    ("C2", "CARRIAGE"),
    ("S", "SAMPLES"),
    ("BANK CHARGES", "Bank Charges"),
    ("AMAZONFEE", "AMAZON FEE"),
    ("B", "Adjust bad debt"),
    ("D", "Discount"),
    ("gift_20", "Shop Gift Voucher £20.00"),
    ("TEST1", "This is a test product."),
    ("v1", "Versandkosten"),
    ("f1", "Frais de port Colissimo"),
    ("e1", "Gastos de envío"),
    ("i1", "Spese di spedizione"),
    ("z1", "运费补差价"),
    ("j1", "送料"),
    ("k1", "배송비"),
    ("g1", "Geschenkgutschein"),
    ("r1", "Доставка"),
    ("p1", "Koszt dostawy"),
    ("shipping", None),
    ("GiftCard-50", None),
)
GOODS = (
    ("t1", "POSTAGE STAMP TIN"),
    ("t2", "GIFT CARD HOLDER"),
    ("t3", "Kaffee"),
    ("t4", "Sample tree, 40 cm"),
    ("t5", "Doll's carriage with wheels"),
    ("t6", "包邮 纯棉 T恤 送运费险 2024 新款 夏季 男士"),
    ("S-M", "Shirt S"),
    ("t7", "Women's summer dress cotton free shipping"),
    ("P0ST", "Fence post"),
    ("t8", "Testament, leather"),
)


def shop_with_charges() -> pl.DataFrame:
    rows = [(day, str(day), "ann", sku, 2, 3.0, name) for day in (0, 1) for sku, name in (*NOT_GOODS, *GOODS)]
    rows += [(0, "9", "ann", f"good {number}", 1, 1.0, f"Mug {number}") for number in range(len(NOT_GOODS))]
    return lines(*rows)


def test_what_is_no_goods_is_left_out_by_name_in_many_languages():
    found = sold(shop_with_charges())
    assert not {sku for sku, _ in NOT_GOODS} & found.keys()
    assert {sku for sku, _ in GOODS} <= found.keys()
    assert said(shop_with_charges(), "No goods", "AMAZONFEE 'AMAZON FEE' (fees and charges, 2 lines)")


def test_it_is_kept_on_request_and_by_a_shop_of_such_things():
    assert {sku for sku, _ in NOT_GOODS} <= sold(shop_with_charges(), not_goods="keep").keys()
    cards = lines((0, "1", "ann", "c1", 1, 20.0, "Gift card"), (1, "2", "bob", "c2", 1, 50.0, "Gift voucher"))
    assert sold(cards) == {"c1": 1, "c2": 1}


def test_lines_at_price_zero_without_a_customer_are_counts_of_stock():
    frame = lines(
        (0, "1", "ann", "a", 4, 2.0),
        (0, "2", None, "a", 500, 0.0),
        (1, "3", None, "a", -90, 0.0),
        (1, "4", "bob", "a", 1, 0.0),
        (2, "5", "cid", "a", 1, 2.0),
    )
    assert sold(frame) == {"a": 6}
    assert said(frame, "2 lines at price 0 without a customer (410 units)")


def test_without_customers_a_free_unit_is_a_sale():
    frame = lines((0, "1", None, "a", 4, 2.0), (1, "2", None, "a", 1, 0.0))
    assert sold(frame) == {"a": 5}


def test_free_units_bring_in_nothing_and_do_not_lower_the_price():
    frame = lines((0, "1", "ann", "a", 2, 5.0), (0, "2", "bob", "a", 1, 0.0), (0, "3", "bob", "a", 6, 3.0))
    found = panel(frame, kind="orders")
    assert found.sales.tolist() == [9]
    assert found.revenue is not None
    assert found.revenue.tolist() == [28.0]
    np.testing.assert_allclose(found.covariates["price"].values, [3.5])


def test_an_unknown_price_leaves_revenue_unknown_only_where_none_is_known():
    frame = lines((0, "1", "ann", "a", 2, 5.0), (0, "2", "bob", "a", 1, None), (1, "3", "bob", "b", 6, None))
    found = panel(frame, kind="orders")
    np.testing.assert_array_equal(revenue_of(found), [10.0, np.nan])


@pytest.mark.parametrize("returns", ["match", "net", "ignore"])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_units_and_money_kept_matched_and_left_out_are_those_read(returns, data):
    row = st.tuples(
        st.integers(0, 9),
        st.sampled_from(["1", "2", "C3", "4"]),
        st.sampled_from(["ann", "bob", None]),
        st.sampled_from(["a", "b", "POST"]),
        st.integers(-9, 30),
        st.sampled_from([0.0, 0.99, 12.35]),
        st.sampled_from(["Mug", "Postage", None]),
    )
    rows = data.draw(st.lists(row, min_size=1, max_size=30))
    named = [(*line[:6], None if line[6] is None else "Postage" if line[3] == "POST" else "Mug") for line in rows]
    frame = lines((0, "0", "ann", "a", 30 * 9 + 3, 2.0, "Mug"), *named)
    found, report = read_with_report(frame, ReadOptions(returns=returns))
    account = {what: (count, units, money) for what, count, units, money in report.lines.rows()}
    assert report.lines["lines"].sum() == frame.height
    assert report.lines["units"].sum() == frame["qty"].sum()
    assert round(report.lines["money"].sum(), 2) == round(float((frame["qty"] * frame["price"]).sum()), 2)
    counted = sum(account[what][1] for what in ("sale", *(["return"] if returns == "net" else [])) if what in account)
    assert np.nansum(found.sales) == pytest.approx(counted)
    if returns == "match":
        undone = account.get("sale that was undone", (0, 0.0, 0.0))[1]
        assert undone == -account.get("return of a sale", (0, 0.0, 0.0))[1]
        assert np.nanmin(found.sales) >= 0
        assert round(float(np.nansum(found.revenue)), 2) == round(account["sale"][2], 2)


@settings(max_examples=30, deadline=None)
@given(
    sales=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 50)), min_size=1, max_size=20), seed=st.integers(0, 99)
)
def test_an_order_that_is_cancelled_whole_changes_nothing_of_the_others(sales, seed):
    kept = [(day, str(place), f"c{place % 5}", "a", units, 2.0) for place, (day, units) in enumerate(sales)]
    day = int(np.random.default_rng(seed).integers(0, 40))
    undone = [(day, "900", "zoe", "a", 777, 1.5), (day + 1, "C901", "zoe", "a", -777, 1.5)]
    alone, both = (
        panel(lines((0, "0", "c0", "a", 1, 2.0), *kept, *more, (60, "99", "c0", "a", 1, 2.0)), kind="orders")
        for more in ([], undone)
    )
    np.testing.assert_array_equal(alone.sales, both.sales)
    np.testing.assert_array_equal(alone.revenue, both.revenue)


def test_the_most_frequent_name_is_the_items_and_stands_in_its_forecast():
    from foresale.forecasting.naive import SeasonalNaive

    frame = lines(*((day, str(day), "ann", "a", 2, 3.0, "MUG, blue" if day % 5 else "damaged") for day in range(30)))
    found = panel(frame)
    assert found.items[NAME].to_list() == ["MUG, blue"]
    assert NAME not in found.statics
    assert SeasonalNaive().forecast(found, horizon=7).to_frame()[NAME].unique().to_list() == ["MUG, blue"]


def test_names_of_totals_and_of_an_items_file():
    days = [NOON.date() + timedelta(days=day) for day in range(20)]
    frame = pl.DataFrame({"sku": ["a", "b"], "product_name": ["Mug", "Pot"]}).join(
        pl.DataFrame({"day": days}), how="cross"
    )
    totals = frame.with_columns(qty=pl.Series(range(1, 41)))
    assert panel(totals).items[NAME].to_list() == ["Mug", "Pot"]
    told = panel(totals, items=pl.DataFrame({"sku": ["a"], "title": ["Large mug"]}))
    assert told.items[NAME].to_list() == ["Large mug", "Pot"]
    other = panel(totals.rename({"product_name": "what"}), columns={"name": "what"})
    assert other.items[NAME].to_list() == ["Mug", "Pot"]


@pytest.mark.parametrize(
    ("column", "values", "currency"),
    [("price", ["€ 2", "€ 3"], "€"), ("price (GBP)", [2.0, 3.0], "GBP"), ("price", [2.0, 3.0], "")],
)
def test_the_currency_is_known_where_the_data_tell_it(column, values, currency):
    frame = pl.DataFrame({"sku": "a", "day": ["2024-03-01", "2024-03-02"], "qty": 2, column: values})
    told = {} if column == "price" else {"columns": {"price": column}}
    assert panel(frame, **told).currency == currency
    assert panel(frame, currency="CHF", **told).currency == "CHF"


def test_a_column_of_one_currency_tells_it():
    frame = pl.DataFrame({"sku": "a", "day": ["2024-03-01", "2024-03-02"], "qty": 2, "price": 2.0, "currency": "usd"})
    assert panel(frame).currency == "USD"
