from pathlib import Path

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import DataError
from foresale.core.interactions import KINDS, Interactions
from foresale.data.interactions import read_interactions


def read(**columns: list[object]) -> Interactions:
    return read_interactions(pl.DataFrame(columns, strict=False))


def test_order_lines_as_read_takes_them() -> None:
    found = read(
        InvoiceNo=["1", "1", "C2", "3"],
        StockCode=["22423", "POST", "22423", "85048"],
        Description=["CAKESTAND", "POSTAGE", "CAKESTAND", "GLOBE"],
        Quantity=[6, 1, -6, 2],
        InvoiceDate=["2011-01-04 10:00", "2011-01-04 10:00", "2011-01-05 09:00", "2011-01-06 12:30"],
        UnitPrice=[10.95, 18.0, 10.95, 6.5],
        **{"Customer ID": [17850, 17850, 17850, 13047]},
    )
    assert found.customers.to_list() == ["13047"]
    assert found.items["item_name"].to_list() == ["GLOBE"]
    assert [found.items["StockCode"][int(item)] for item in found.item] == ["85048"]
    assert found.quantity.tolist() == [2.0]
    assert found.price.tolist() == [6.5]
    assert any("POST" in note for note in found.notes)
    assert any("returned or cancelled" in note for note in found.notes)


@pytest.mark.parametrize(
    ("column", "words", "kinds"),
    [
        ("event_type", ["view", "cart", "purchase"], ["view", "cart", "order"]),
        ("behavior_type", ["pv", "fav", "buy"], ["view", "cart", "order"]),
        ("action", ["page_view", "add to cart", "Transaction"], ["view", "cart", "order"]),
        ("行为类型", ["点击", "加购", "购买"], ["view", "cart", "order"]),
        ("event", ["rating", "detail", "checkout"], ["review", "view", "order"]),
    ],
)
def test_what_customers_did_is_told_by_a_word(column: str, words: list[str], kinds: list[str]) -> None:
    found = read(user_id=[1, 1, 1], item_id=["a", "a", "a"], date=["2024-03-01"] * 3, **{column: words})
    assert sorted(KINDS[kind] for kind in found.kind) == sorted(kinds)
    assert f"What customers did is told by {column!r}." in found.notes


def test_words_of_other_things_are_left_out_and_named() -> None:
    found = read(
        user_id=[1, 1, 1, 1],
        item_id=["a", "b", "a", "a"],
        date=["2024-03-01"] * 4,
        event=["view", "buy", "scroll", "logout"],
    )
    assert len(found) == 2
    assert "2 events of other kinds left out: logout, scroll." in found.notes


def test_a_column_of_other_words_tells_nothing() -> None:
    found = read(customer=["ann"], sku=["tea"], date=["2024-03-01"], event=["spring fair"], quantity=[2])
    assert [KINDS[kind] for kind in found.kind] == ["order"]


def test_a_session_stands_for_a_customer_who_is_not_told() -> None:
    found = read(session_id=["s1", "s1", "s2"], sku=["tea", "mug", "tea"], date=["2024-03-01"] * 3)
    assert found.customers.to_list() == ["s1", "s2"]
    assert "No column tells customers: a session ('session_id') stands for one." in found.notes


def test_rows_without_a_customer_are_left_out_and_counted() -> None:
    found = read(customer=["ann", None, "", None], sku=["tea"] * 4, date=["2024-03-01"] * 4)
    assert found.customers.to_list() == ["ann"]
    assert "3 rows without a customer left out (75%)." in found.notes


def test_programs_that_never_buy_are_left_out() -> None:
    found = read(
        user_id=["bot"] * 1_000 + ["ann"] * 2,
        sku=["tea"] * 1_002,
        date=["2024-03-01"] * 1_002,
        event=["view"] * 1_001 + ["buy"],
    )
    assert found.customers.to_list() == ["ann"]
    assert found.notes[-1].startswith("1 customer with a thousand events and more, and no order, left out as programs")


def test_resellers_are_named_and_stay() -> None:
    found = read(
        customer=["shop"] * 400 + [f"c{number}" for number in range(20)],
        sku=[f"i{number}" for number in range(400)] + ["i1"] * 20,
        date=["2024-03-01"] * 420,
        quantity=[1] * 420,
    )
    assert "shop" in found.customers.to_list()
    assert found.notes[-1].startswith("1 customer (shop) bought more than 20 times as many different items")


def test_a_shop_where_most_buy_once_has_no_resellers() -> None:
    found = read(
        customer=["ann"] * 30 + [f"c{number}" for number in range(50)],
        sku=[f"i{number}" for number in range(30)] + ["i1"] * 50,
        date=["2024-03-01"] * 80,
    )
    assert not any("resellers" in note for note in found.notes)


def test_a_year_that_is_a_slip_moves_no_day() -> None:
    days = [f"2024-{month:02}-{day:02}" for month in (1, 2, 3) for day in range(1, 29)]
    found = read(customer=["ann"] * 85, sku=["tea"] * 85, date=[*days, "2042-03-01"], quantity=[1] * 85)
    assert len(found) == 84
    assert any("rows far after all others" in note for note in found.notes)


def test_all_orders_are_in_the_order_of_time() -> None:
    found = read(customer=["b", "a", "a"], sku=["tea"] * 3, date=["2024-03-03", "2024-03-01", "2024-03-02"])
    assert found.customer.tolist() == [0, 0, 1]
    assert (np.diff(found.time) > 0).all()


def test_several_key_columns_make_one_item() -> None:
    frame = pl.DataFrame({"customer": ["a", "a"], "sku": ["tea", "tea"], "size": ["s", "l"], "date": "2024-03-01"})
    found = read_interactions(frame, columns={"item": ["sku", "size"]})
    assert found.items.columns == ["item_id", "sku", "size"]
    assert found.items["item_id"].to_list() == ["tea|l", "tea|s"]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (
            {"sku": ["tea"], "date": ["2024-03-01"], "quantity": [1]},
            "no customer column recognised: 1 .*--columns customer",
        ),
        ({"customer": ["ann"], "date": ["2024-03-01"], "quantity": [1]}, "no item column recognised"),
        ({"customer": [None], "sku": ["tea"], "date": ["2024-03-01"]}, "no row names a customer: 1 "),
        ({"customer": ["ann"], "sku": ["tea"], "date": ["soon"]}, r"row 1: 'soon'"),
        ({"customer": ["ann"], "sku": ["tea"], "quantity": [1]}, "timestamp"),
    ],
    ids=["no customer", "no item", "nobody", "no date", "no time"],
)
def test_what_cannot_be_used_is_named(columns: dict[str, list[object]], said: str) -> None:
    with pytest.raises(DataError, match=said):
        read(**columns)


def test_rows_that_cannot_be_used_may_be_left_out() -> None:
    frame = pl.DataFrame({"customer": ["ann", "bob"], "sku": ["tea", "mug"], "date": ["2024-03-01", "soon"]})
    found = read_interactions(frame, bad_rows="drop")
    assert found.customers.to_list() == ["ann"]
    assert any("'soon'" in note for note in found.notes)


def test_a_file_of_nothing_but_names_is_refused(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("customer,sku,date,quantity\n")
    with pytest.raises(DataError):
        read_interactions(tmp_path / "orders.csv")
