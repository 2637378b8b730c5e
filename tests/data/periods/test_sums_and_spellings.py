"""Rows that are sums of the others, ids in two spellings, prices in several currencies."""

import polars as pl
import pytest

from foresale.core.errors import DataError
from foresale.data.read import panel, read_with_report

DAYS = [f"2024-03-{day:02d}" for day in range(1, 31)]


def _sales(**items):
    rows = [(sku, day, float(value + at % 7)) for sku, value in items.items() for at, day in enumerate(DAYS)]
    return pl.DataFrame(rows, ["sku", "day", "qty"], orient="row")


def _sum(frame, name, by=("day",)):
    sums = frame.group_by(*by, maintain_order=True).agg(pl.col("qty").sum())
    return sums.with_columns(sku=pl.lit(name)).select(frame.columns)


@pytest.mark.parametrize(
    "name", ["Grand Total", "TOTAL", "Gesamtsumme", "Total général", "合计", "総計", "Итого", "ALL", "x9"]
)
def test_an_item_that_is_the_sum_of_the_others_is_named_and_left_out(name):
    sales = _sales(a=3, b=10, c=5)
    shop, report = read_with_report(pl.concat([sales, _sum(sales, name)]))
    assert shop.items["sku"].to_list() == ["a", "b", "c"]
    assert shop.sales.sum() == sales["qty"].sum()
    assert (report.faults[0].what, report.faults[0].rows) == (f"rows of '{name}', the sum of the other items", 30)
    assert report.rows_read == report.rows_used + 30


def test_a_last_row_with_the_sum_of_all_is_left_out():
    sales = _sales(a=3, b=10)
    total = pl.DataFrame({"sku": ["Total"], "day": [DAYS[-1]], "qty": [sales["qty"].sum()]})
    shop, report = read_with_report(pl.concat([sales, total]))
    assert shop.sales.sum() == sales["qty"].sum()
    assert report.faults[0].place == "row 61: 2024-03-30"


def test_sums_within_shops_are_left_out():
    shops = pl.concat([_sales(a=3, b=10).with_columns(shop=pl.lit(name)) for name in ("north", "south")])
    both = pl.concat([shops, _sum(shops, "Total", by=("shop", "day"))])
    assert panel(both, columns={"item": ["shop", "sku"]}).items["sku"].to_list() == ["a", "b", "a", "b"]


def test_items_that_are_only_called_a_total_or_only_now_and_then_are_one_stay():
    sales = _sales(a=3, b=10, Total=4)
    assert len(panel(sales)) == 3
    two = _sales(a=3, b=3)
    assert len(panel(two)) == 2
    rarely = pl.concat([_sales(a=3, b=10)[:35], _sum(_sales(a=3, b=10), "x9")[:5]])
    assert len(panel(rarely)) == 3


@pytest.mark.parametrize("pair", [("85123A", "85123a"), ("0017", "17"), ("Ａ1", "A1"), ("tea cup", "teacup")])
def test_ids_in_two_spellings_are_told_and_stay_apart(pair):
    shop = panel(_sales(**dict.fromkeys((*pair, "other-x"), 3)))
    assert len(shop) == 3
    note = next(note for note in shop.notes if "spelling" in note)
    assert all(repr(name) in note for name in pair)
    assert "write them alike" in note


def test_ids_of_one_spelling_are_not_told():
    assert not any("spelling" in note for note in panel(_sales(a=3, b=4, a1=5)).notes)


def _priced(prices, **columns):
    days = [DAYS[at // 2] for at in range(60)]
    frame = pl.DataFrame({"order_id": range(60), "sku": ["a", "a"] * 30, "day": days, "qty": 1, "price": prices * 30})
    return frame.with_columns(pl.Series(name, values * 30) for name, values in columns.items())


@pytest.mark.parametrize(
    "frame",
    [
        _priced(["₹1,100.00", "$10.00"]),
        _priced(["10 EUR", "10 USD"]),
        _priced([1100, 10], currency=["INR", "USD"]),
        _priced([1100, 10], 币种=["CNY", "usd "]),
    ],
)
def test_prices_in_several_currencies_have_no_mean(frame):
    shop = panel(frame)
    assert shop.sales.sum() == 60
    assert "price" not in shop.covariates
    assert any(note.startswith("Several currencies (") and "'price' left out" in note for note in shop.notes)


def test_an_item_in_one_currency_keeps_its_price_beside_items_in_another():
    shop = panel(_priced(["₹1,100.00", "$10.00"]).with_columns(sku=pl.Series(["a", "b"] * 30)))
    assert sorted(set(shop.covariates["price"].values.tolist())) == [10, 1100]
    assert any("one for each item" in note for note in shop.notes)


def test_one_currency_is_not_told():
    shop = panel(_priced(["$1,100.00", "$10.00"], currency=["USD", "USD"]))
    assert "price" in shop.covariates
    assert not any("Several currencies" in note for note in shop.notes)


def test_sales_in_several_currencies_are_refused():
    frame = pl.DataFrame({"sku": "a", "day": DAYS, "revenue": ["$10", "€9"] * 15})
    with pytest.raises(DataError, match=r"amounts in several currencies: 30 .*'revenue': \$ 15 rows, € 15 rows"):
        panel(frame)
