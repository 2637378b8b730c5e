"""Columns of names, types and sizes that nobody expects: a right result or a clear refusal, never a traceback."""

from datetime import date, time, timedelta

import polars as pl
import pytest

from foresale.core.errors import ConfigError, DataError
from foresale.data.options import ReadOptions
from foresale.data.read import panel, read, read_with_report

DAYS = [date(2024, 3, 1) + timedelta(days=at) for at in range(20)]
SALES = pl.DataFrame({"sku": ["a", "b"] * 20, "day": sorted(DAYS * 2), "qty": range(40)})
ORDERS = SALES.with_columns(order_id=pl.int_range(40))
NAMES = (
    "len",
    "count",
    "literal",
    "index",
    "low",
    "high",
    "values",
    "__code",
    "__index",
    "__count",
    "__row",
    "__offset",
    "__key0",
    "__periods",
    "code",
    "position",
    "stamp",
    "item_id",
    "sales",
    "timestamp",
)
ODD = {
    "duration": pl.Series([timedelta(hours=at) for at in range(40)]),
    "time": pl.Series([time(at % 24) for at in range(40)]),
    "date": pl.Series([date(2024, 1, 1)] * 40),
    "list": pl.Series([[1, 2]] * 40),
    "struct": pl.Series([{"a": 1}] * 40),
    "binary": pl.Series([b"\xff\x00"] * 40),
    "null": pl.Series([None] * 40),
    "huge": pl.Series([1e30] * 40),
    "wide": pl.Series([10**25] * 40, dtype=pl.Int128),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("frame", [SALES, ORDERS, SALES.sample(fraction=1, seed=1).vstack(SALES[:2])])
def test_any_name_may_stand_beside_the_sales(frame, name):
    columns = {"item": "sku", "timestamp": "day", "sales": "qty"}
    plain, odd = panel(frame), panel(frame.with_columns((pl.col("qty") % 5).alias(name)), columns=columns)
    assert odd.sales.tobytes() == plain.sales.tobytes()
    assert len(odd.items) == 2


@pytest.mark.parametrize("name", NAMES)
def test_any_name_may_be_that_of_the_item_or_is_refused(name):
    frame, columns = SALES.rename({"sku": name}), {"item": name, "timestamp": "day", "sales": "qty"}
    if name in {"sales", "timestamp"} or name.startswith("__"):
        with pytest.raises(ConfigError, match="rename it"):
            panel(frame, columns=columns)
    else:
        assert panel(frame, columns=columns).items[name].to_list() == ["a", "b"]


@pytest.mark.parametrize("kind", ODD)
def test_a_column_of_any_type_stops_nothing_where_it_is_not_needed(tmp_path, kind):
    frame = SALES.with_columns(ODD[kind].alias("extra"))
    assert panel(frame).sales.sum() == 780
    assert panel(frame.with_columns(order_id=pl.int_range(40))).sales.sum() == 780
    frame.write_parquet(tmp_path / "sales.parquet")
    assert read(tmp_path / "sales.parquet").sales.sum() == 780


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("duration", "duration"),
        ("date", "date"),
        ("time", "time"),
        ("binary", "byte"),
        ("list", "list"),
        ("struct", "record"),
    ],
)
def test_what_is_no_number_is_no_quantity(kind, word):
    frame = SALES.with_columns(ODD[kind].alias("qty"))
    with pytest.raises(DataError, match=rf"qty is no number but a {word}: 40 \(first at row 1: .*Name the column"):
        panel(frame)


@pytest.mark.parametrize("kind", ["duration", "time", "list", "struct", "binary"])
def test_what_is_no_date_is_no_day(kind):
    with pytest.raises(DataError, match="day is no date: 40"):
        panel(SALES.with_columns(ODD[kind].alias("day")))


def test_ids_of_bytes_and_wide_numbers_are_kept():
    texts = SALES.with_columns(pl.col("sku").cast(pl.Binary))
    assert panel(texts).items["sku"].to_list() == ["a", "b"]
    digits = SALES.with_columns(sku=pl.Series([b"\xff\x01", b"\xfe\x01"] * 20))
    assert panel(digits).items["sku"].to_list() == ["fe01", "ff01"]
    wide = SALES.with_columns(sku=pl.Series([10**25, 7] * 20, dtype=pl.Int128))
    assert panel(wide).items["sku"].to_list() == [str(10**25), "7"]
    near = SALES.with_columns(sku=pl.Series([9, 7] * 20, dtype=pl.Int128))
    assert panel(near).items["sku"].to_list() == [7, 9]


@pytest.mark.parametrize("kind", ["list", "duration"])
def test_what_is_no_id_is_refused(kind):
    with pytest.raises(
        DataError, match=rf"sku is no id but a {kind}: 40 \(first at row 1: .*Name the column that tells"
    ):
        panel(SALES.with_columns(ODD[kind].alias("sku")), columns={"item": "sku"})


@pytest.mark.parametrize("stamp", ["0000-03-05", "-2024-03-05", "20240-03-05", "0000-00-00"])
def test_a_year_that_cannot_be_is_named_with_its_row(stamp):
    frame = SALES.with_columns(pl.col("day").cast(pl.String)).vstack(
        pl.DataFrame({"sku": ["a"], "day": [stamp], "qty": [1]})
    )
    with pytest.raises(DataError, match=r"day .*: 1 \(at row 41: '"):
        panel(frame)
    shop, report = read_with_report(frame, ReadOptions(bad_rows="drop"))
    assert (shop.sales.sum(), report.rows_used) == (780, 40)


def test_a_year_that_python_does_not_know_is_named_too():
    days = [-800_000 if at == 39 else 19_800 + at // 2 for at in range(40)]
    stamps = pl.Series("day", days, dtype=pl.Int32).cast(pl.Date)
    with pytest.raises(DataError, match=r"day lies before 1900 or after 2200: 1 \(at row 40: '-0221"):
        panel(SALES.with_columns(stamps))
    with pytest.raises(DataError, match="lies before 1900"):
        panel(SALES.with_columns(stamps.cast(pl.Datetime("us"))))


def test_numbers_too_large_to_count_stay_what_they_are():
    items = pl.DataFrame({"sku": ["a", "b"], "weight": [1e30, 2.0], "barcode": ["9" * 20, "9" * 19 + "8"]})
    shop = panel(SALES, items=items)
    assert shop.items["weight"].to_list() == [1e30, 2.0]
    assert shop.items["barcode"].to_list() == ["9" * 20, "9" * 19 + "8"]


def test_codes_of_more_digits_than_a_number_holds_stay_text_in_files(tmp_path):
    (tmp_path / "items.csv").write_text("sku,barcode\na,99999999999999999999\nb,99999999999999999998\n")
    shop = panel(SALES, items=tmp_path / "items.csv")
    assert shop.items["barcode"].to_list() == ["9" * 20, "9" * 19 + "8"]


def test_an_items_file_without_any_item_of_the_sales_is_refused():
    sales = SALES.with_columns(pl.col("sku").replace({"a": "0017", "b": "0420"}))
    said = r"no item of the items file is in the sales: 2 \(first at row 1: 17\).*have 0017"
    with pytest.raises(DataError, match=said):
        panel(sales, items=pl.DataFrame({"sku": [17, 420], "category": ["x", "y"]}))
