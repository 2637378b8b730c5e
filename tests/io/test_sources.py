"""Files of every kind, folders of them, and frames of every library become the same table."""

import gzip
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings, strategies as st

from foresale.core.errors import ConfigError, DataError, MissingExtraError
from foresale.data.read import read
from foresale.io.table import load

TEXT = "sku,date,qty,price\nA1,2024-01-01,3,1.50\nB2,2024-01-02,,2.00\n"
ROWS = [("A1", datetime(2024, 1, 1), 3.0, 1.5), ("B2", datetime(2024, 1, 2), None, 2.0)]
COLUMNS = {"sku": ["A1", "B2"], "date": ["2024-01-01", "2024-01-02"], "qty": [3, None], "price": [1.5, 2.0]}


def rows_of(table):
    assert table.rows_read == table.frame.height + sum(fault.rows for fault in table.faults)
    return table.frame.drop("__row").rows()


def write(folder, data, name="sales.csv"):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def said(folder, data):
    with pytest.raises(DataError) as caught:
        load(write(folder, data))
    return str(caught.value)


def test_a_csv_file(tmp_path):
    table = load(write(tmp_path, TEXT))
    assert rows_of(table) == ROWS
    assert table.keys == ("sku",)
    assert dict(table.names) == {"timestamp": "date", "sales": "qty", "price": "price"}
    assert table.time_type == pl.String
    assert table.notes[0] == "sales.csv: UTF-8, columns separated by comma."
    assert table.frame["__row"].to_list() == [1, 2]
    assert table.frame.schema["__row"] == pl.UInt32


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(tmp_path, separator, ending):
    text = TEXT.replace(",", separator).replace("\n", ending)
    assert rows_of(load(write(tmp_path, text))) == ROWS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_encodings(tmp_path, encoding):
    assert rows_of(load(write(tmp_path, TEXT.replace("A1", "é商").encode(encoding))))[0][0] == "é商"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", "商品编码,日期,销量\n铅笔,2024-01-01,3\n橡皮,2024-01-02,4\n"),
        ("gbk", "sku,date,qty,名称\nA,2024-01-01,3,红色连衣裙夏季新款\nB,2024-01-02,4,蓝色牛仔裤宽松款\n"),
        ("cp932", "商品コード,日付,販売数\n鉛筆,2024-01-01,3\n消しゴム,2024-01-02,4\n"),
        ("cp1252", "sku,date,qty,name\nA,2024-01-01,3,Café crème\nB,2024-01-02,4,Gürtel für Männer\n"),
        ("latin-1", "artikel;datum;menge\nTür;01.12.2024;3\nStuhl;13.12.2024;4,5\n"),
        ("cp949", "상품코드,날짜,수량\n연필,2024-01-01,3\n지우개,2024-01-02,4\n"),
        ("big5", "sku,date,qty,名稱\nA,2024-01-01,3,紅色連衣裙夏季新款\nB,2024-01-02,4,藍色牛仔褲寬鬆款\n"),
        ("koi8_r", "sku,date,qty\nкарандаш красный,2024-01-01,3\nластик,2024-01-02,4\n"),
        ("cp1250", "sku,date,qty\ntörülköző,2024-01-01,3\nszőlő és körte,2024-01-02,4\n"),
        ("cp1250", "sku,date,qty\nżółty ręcznik,2024-01-01,3\nmąka,2024-01-02,4\n"),
        ("cp1253", "sku,date,qty\nμολύβι,2024-01-01,3\nφόρεμα,2024-01-02,4\n"),
        ("cp1254", "sku,date,qty\nkırmızı şemsiye,2024-01-01,3\nağaç,2024-01-02,4\n"),
        ("cp1255", "sku,date,qty\nעיפרון,2024-01-01,3\nשמלה,2024-01-02,4\n"),
        ("cp1256", "sku,date,qty\nحقيبة,2024-01-01,3\nفستان,2024-01-02,4\n"),
        ("cp1257", "sku,date,qty\nžirgs šķīvis,2024-01-01,3\nķēde,2024-01-02,4\n"),
        ("cp874", "sku,date,qty\nดินสอ,2024-01-01,3\nรองเท้า,2024-01-02,4\n"),
        ("euc_jp", "sku,date,qty\n赤いノート,2024-01-01,3\n消しゴム,2024-01-02,4\n"),
        ("cp1251", "артикул;дата;количество\nкарандаш;2024-01-01;3\nластик;2024-01-02;4\n"),
    ],
)
def test_national_encodings(tmp_path, encoding, text):
    table = load(write(tmp_path, text.encode(encoding)))
    expected = load(write(tmp_path, text.encode(), "unicode.csv"))
    assert rows_of(table) == rows_of(expected)


def test_utf8_with_a_broken_byte_costs_the_row_and_not_the_encoding(tmp_path):
    data = "sku,date,qty\n商品一,2024-01-01,3\n商品二,2024-01-02,4\n".encode() + b"\xff,2024-01-03,5\n"
    table = load(write(tmp_path, data))
    assert table.frame["sku"].to_list() == ["商品一", "商品二"]
    assert [(fault.what, fault.rows) for fault in table.faults] == [("line with bytes that are no text", 1)]


def test_quoted_fields_with_newlines_separators_and_quotes(tmp_path):
    table = load(write(tmp_path, 'sku,date,qty\n"a\nb",2024-01-01,1\n"a,""b""",2024-01-02,"1,234.5"\n'))
    assert table.frame["sku"].to_list() == ["a\nb", 'a,"b"']
    assert table.frame["sales"].to_list() == [1, 1234.5]


def test_every_bad_line_is_reported_by_its_number(tmp_path):
    text = (
        "sku,date,qty\nA,2024-01-01\nA,2024-01-02,2\n\nA,2024-01-03,3,4\nA,soon,5\nA,2024-01-05,many\n,2024-01-06,7\n"
    )
    text += "A,,8\nA,1066-10-14,9\nA,2024-01-09,inf\n"
    table = load(write(tmp_path, text))
    assert table.rows_read == 9
    assert table.frame["__row"].to_list() == [2]
    assert [(fault.what, fault.place) for fault in table.faults] == [
        ("line with fewer than 3 fields", "row 1: 'A,2024-01-01'"),
        ("line with more than 3 fields", "row 3: 'A,2024-01-03,3,4'"),
        ("sku is empty", "row 6"),
        ("date is empty", "row 7"),
        ("date is no date", "row 4: 'soon'"),
        ("date lies before 1900 or after 2200", "row 8: '1066-10-14'"),
        ("qty is no number", "row 5: 'many'"),
        ("qty is infinite", "row 9: 'inf'"),
    ]
    assert sum(fault.rows for fault in table.faults) == 8


def test_a_row_with_two_faults_counts_once(tmp_path):
    table = load(write(tmp_path, "sku,date,qty\nA,soon,many\nA,2024-01-01,1\n"))
    assert [(fault.count, fault.rows) for fault in table.faults] == [(1, 1), (1, 0)]


def test_an_open_quote_swallows_one_line_only(tmp_path):
    table = load(write(tmp_path, 'sku,date,qty\nA,"2024-01-01,1\nA,2024-01-02,2\nA,2024-01-03,3\n'))
    assert table.frame["sales"].to_list() == [2, 3]
    assert table.faults[0].place == "row 1: 'A,\"2024-01-01,1'"


def test_zero_bytes_and_blank_lines_and_trailing_separators(tmp_path):
    table = load(write(tmp_path, "\n\nsku,date,qty\n\nA,2024-01-01,1,\n,,\n  \nA\0,2024-01-02,2,\nA,2024-01-03,3,\n\n"))
    assert table.frame["sales"].to_list() == [1, 3]
    assert table.faults[0].what == "line with bytes that are no text"
    assert "3 empty lines are no rows." in table.notes


def test_odd_headers(tmp_path):
    table = load(write(tmp_path, " sku , Date,qty,,note,note\nA,2024-01-01,1,x,y,z\n"))
    assert table.frame.columns == ["sku", "timestamp", "sales", "column_4", "note", "note_2", "__row"]
    assert "Column 6 is called 'note' like one before it, and read as 'note_2'." in table.notes
    assert "which is there twice" in said(tmp_path, "sku,date,qty,qty\nA,2024-01-01,1,2\n")


def test_a_line_that_tells_the_separator(tmp_path):
    assert rows_of(load(write(tmp_path, "sep=;\n" + TEXT.replace(",", ";")))) == ROWS


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty file"),
        (b"\n \n\r\n", "empty file"),
        (b"sku,date,qty\n", "no rows"),
        (b",,\n1,2,3\n", "no header"),
        (b"a,b\n1,2\n", "no timestamp column recognised"),
        (b"PK\x03\x04rest", "ZIP archive"),
        (b"SQLite format 3\x00rest", "sqlite:///"),
        (b"\x1f\x8bbroken", "broken archive"),
        (b"\x28\xb5\x2f\xfdbroken", "broken archive"),
        (b"PAR1broken", "not a Parquet file"),
    ],
)
def test_files_that_cannot_be_used_say_why(tmp_path, data, message):
    assert message in said(tmp_path, data)


def test_numbers_of_a_german_file(tmp_path):
    table = load(write(tmp_path, "Artikel;Datum;Menge;Preis\n7;31.12.2024;1.234;2,50\n8;01.12.2024;5;3,00\n"))
    assert table.frame["sales"].to_list() == [1234, 5]
    assert table.frame["Preis"].to_list() == [2.5, 3.0]
    assert table.frame["Artikel"].to_list() == [7, 8]
    assert table.frame["timestamp"][1] == datetime(2024, 12, 1)


@pytest.mark.parametrize("name", ["sales.csv.gz", "sales.csv.zst", "no_ending"])
def test_packed_files_are_known_by_their_bytes(tmp_path, name):
    half = len(TEXT) // 2
    parts = [TEXT[:half].encode(), TEXT[half:].encode()]
    pack = gzip.compress if "zst" not in name else zstandard.ZstdCompressor().compress
    assert rows_of(load(write(tmp_path, b"".join(map(pack, parts)), name))) == ROWS


def test_parquet_keeps_its_types(tmp_path):
    frame = pl.DataFrame(COLUMNS).with_columns(
        pl.col("sku").cast(pl.Categorical), pl.col("date").str.to_date(), pl.Series("hours", [[1, 2], [3]])
    )
    frame.write_parquet(tmp_path / "sales.parquet")
    table = load(tmp_path / "sales.parquet")
    assert rows_of(table) == ROWS
    assert table.frame.schema["sku"] == pl.Categorical
    assert table.time_type == pl.Date
    assert "Columns with lists are left out: hours." in table.notes


def test_a_folder_and_a_glob_of_mixed_files(tmp_path):
    write(tmp_path, TEXT, "a.csv")
    write(tmp_path, gzip.compress(TEXT.replace("2024", "2023").encode()), "b.csv.gz")
    pl.DataFrame(COLUMNS).select("price", "qty", "date", "sku").write_parquet(tmp_path / "c.parquet")
    write(tmp_path, "nothing", "README.md")
    write(tmp_path, "nothing", "_SUCCESS")
    for source in (tmp_path, tmp_path / "[abc].*"):
        table = load(source)
        assert rows_of(table) == [*ROWS, *((s, t.replace(year=2023), q, p) for s, t, q, p in ROWS), *ROWS]
        assert table.frame["__row"].to_list() == [1, 2, 3, 4, 5, 6]
        assert table.notes[0] == "Read 3 files: a.csv, b.csv.gz, c.parquet."
        assert table.place(4) == "row 2 of b.csv.gz"


def test_faults_of_a_folder_name_their_file(tmp_path):
    write(tmp_path, TEXT, "a.csv")
    write(tmp_path, "sku,date,qty,price\nA,2024-01-01,3\nA,soon,3,1\n", "b.csv")
    table = load(tmp_path)
    assert table.rows_read == 4
    assert [fault.place for fault in table.faults] == ["b.csv, row 1: 'A,2024-01-01,3'", "row 2 of b.csv: 'soon'"]


def test_files_with_other_columns_are_refused(tmp_path):
    write(tmp_path, TEXT, "a.csv")
    write(tmp_path, TEXT.replace("price", "cost"), "b.csv")
    with pytest.raises(DataError, match=r"other columns than a\.csv: 1 \(at b\.csv\).*cost, price"):
        load(tmp_path)


def test_what_is_not_there(tmp_path):
    write(tmp_path, TEXT)
    with pytest.raises(DataError, match=r"Did you mean .*sales\.csv"):
        load(tmp_path / "sale.csv")
    with pytest.raises(DataError, match="no file fits the pattern"):
        load(tmp_path / "*.parquet")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no sales files"):
        load(tmp_path / "empty")
    with pytest.raises(ConfigError, match="not on this machine"):
        load("https://example.org/sales.csv")
    with pytest.raises(ConfigError, match="a query needs a database URL"):
        load(tmp_path / "sales.csv", query="select 1")
    with pytest.raises(ConfigError, match="cannot read a int"):
        load(3)


def test_excel_names_the_part_that_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'foresale\[excel\]'"):
        load(write(tmp_path, "PK", "sales.xlsx"))


def test_zstd_names_the_part_that_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "zstandard", None)
    packed = zstandard.ZstdCompressor().compress(b"item,date,sales")
    with pytest.raises(MissingExtraError, match=r"pip install 'foresale\[zstd\]'"):
        load(write(tmp_path, packed, "sales.csv.zst"))


def frames():
    base = pd.DataFrame(COLUMNS)
    stamped = base.assign(date=pd.to_datetime(base["date"]))
    yield "pandas", base
    yield "pandas stamps", stamped
    yield "pandas index", stamped.set_index("date")
    yield "pandas levels", base.set_index(["sku", "date"])
    yield "pandas nullable", base.convert_dtypes()
    yield "pandas arrow", base.convert_dtypes(dtype_backend="pyarrow")
    yield "pandas categorical", base.astype({"sku": "category"})
    yield "pandas objects", base.astype(object)
    yield "pandas periods", base.assign(date=stamped["date"].dt.to_period("D"))
    yield "pandas dates", base.assign(date=[date(2024, 1, 1), date(2024, 1, 2)])
    yield "pandas decimals", base.assign(qty=[Decimal(3), None])
    yield "pandas zone", base.assign(date=stamped["date"].dt.tz_localize("Asia/Tokyo"))
    yield "polars", pl.DataFrame(COLUMNS)
    yield "polars lazy", pl.LazyFrame(COLUMNS)
    yield "polars enum", pl.DataFrame(COLUMNS).cast({"sku": pl.Enum(["A1", "B2"])})
    yield "pyarrow", pa.table(COLUMNS)
    yield "pyarrow dictionary", pa.table({**COLUMNS, "sku": pa.array(COLUMNS["sku"]).dictionary_encode()})


@pytest.mark.parametrize(("name", "frame"), list(frames()), ids=lambda value: value if isinstance(value, str) else "")
def test_frames_of_every_library_are_the_same_table(name, frame):
    table = load(frame)
    assert table.frame.select("sku", "timestamp", "sales", "price").cast({"sku": pl.String}).rows() == ROWS
    assert table.keys == ("sku",)


def test_a_frame_is_not_changed():
    frame = pd.DataFrame(COLUMNS).set_index("date")
    before = frame.copy()
    load(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_ids_of_mixed_type_are_one_id():
    frame = pd.DataFrame({"sku": [1, "1", 1.0, "1.0 "], "date": ["2024-01-01"] * 4, "qty": [1, 2, 3, 4]})
    table = load(frame)
    assert table.frame["sku"].to_list() == ["1"] * 4
    assert any("several types" in note for note in table.notes)


def test_stamps_of_mixed_zones_show_the_clock_they_were_written_with():
    zone = timezone(timedelta(hours=8))
    stamps = [datetime(2024, 1, 1, 23, tzinfo=UTC), datetime(2024, 1, 2, 1, tzinfo=zone)]
    table = load(pd.DataFrame({"sku": ["A", "A"], "date": pd.Series(stamps, dtype=object), "qty": [1, 2]}))
    assert table.frame["timestamp"].to_list() == [datetime(2024, 1, 1, 23), datetime(2024, 1, 2, 1)]
    assert any("several offsets" in note for note in table.notes)


def test_frames_without_rows_or_columns_are_refused():
    with pytest.raises(DataError, match="no columns"):
        load(pl.DataFrame())
    with pytest.raises(DataError, match="no rows"):
        load(pl.DataFrame(COLUMNS).head(0))


def test_the_future_and_the_items_need_less():
    future = load(pl.DataFrame(COLUMNS), needs="future")
    assert "sales" not in future.frame.columns
    assert "sales" not in future.names
    assert any("sales of the future are not known" in note for note in future.notes)
    items = load(pl.DataFrame({"sku": ["A1"], "colour": ["red"], "date": ["2024-01-01"]}), needs="items")
    assert items.frame.columns == ["sku", "colour", "date", "__row"]


def test_columns_called_like_ours_are_kept_under_another_name():
    frame = pl.DataFrame({"sku": ["A"], "day": ["2024-01-01"], "qty": [1], "sales": [9.5], "timestamp": ["x"]})
    table = load(frame, columns={"timestamp": "day", "sales": "qty"})
    assert table.frame["sales"].to_list() == [1]
    assert table.frame["sales_2"].to_list() == [9.5]
    assert table.frame["timestamp_2"].to_list() == ["x"]
    with pytest.raises(ConfigError, match="cannot be called 'sales'"):
        load(frame, columns={"item": "sales", "timestamp": "day", "sales": "qty"})


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(1_600_000_000, 1_700_000_000),
    st.floats(),
    st.decimals(),
    st.text(max_size=5),
    st.dates(),
    st.datetimes(),
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), ZoneInfo("Europe/Berlin")])),
    st.binary(max_size=3),
    st.lists(st.integers(), max_size=2),
    st.sampled_from(["2024-01-01", "31/12/2024", "1,5", "1.0", "nan", pd.NaT, pd.NA, np.int8(3), np.float32(2.5)]),
    st.timedeltas(),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(1, 5).flatmap(
        lambda rows: st.lists(
            st.one_of(st.lists(VALUES, min_size=rows, max_size=rows), VALUES.map(lambda value: [value] * rows)),
            min_size=4,
            max_size=4,
        )
    )
)
def test_any_python_objects_in_a_frame_are_read_or_reported(columns):
    names = ("sku", "date", "qty", "price")
    frame = pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in zip(names, columns, strict=True)})
    try:
        table = load(frame)
    except DataError:
        return
    assert table.rows_read == len(frame) == table.frame.height + sum(fault.rows for fault in table.faults)
    assert table.frame["timestamp"].null_count() == 0
    assert table.frame.select(table.keys).null_count().sum_horizontal().sum() == 0


def test_a_title_above_the_header_is_told_by_its_line(tmp_path):
    message = said(
        tmp_path,
        "Sales report 2024\nmade by the till\n\nsku,date,qty\nA,2024-01-01,1\nA,2024-01-02,2\nB,2024-01-01,1\n",
    )
    assert "title above the column names: 1 (at line 1 of sales.csv). Delete the lines above line 4" in message


def test_a_sheet_of_excel(tmp_path):
    frame = pl.DataFrame(COLUMNS).with_columns(pl.col("date").str.to_date())
    frame.write_excel(tmp_path / "sales.xlsx")
    table = load(tmp_path / "sales.xlsx")
    assert rows_of(table) == ROWS
    assert table.time_type == pl.Date
    with pytest.raises(DataError, match="not an Excel file that can be read"):
        load(write(tmp_path, "PK", "broken.xlsx"))


def test_folders_that_tell_a_column(tmp_path):
    for day in ("2024-01-01", "2024-01-02"):
        (tmp_path / f"day={day}").mkdir()
        pl.DataFrame({"sku": ["A"], "qty": [1]}).write_parquet(tmp_path / f"day={day}" / "part-0.parquet")
    table = load(tmp_path)
    assert table.frame["timestamp"].to_list() == [datetime(2024, 1, 1), datetime(2024, 1, 2)]


def test_a_header_with_few_separators_is_no_title(tmp_path):
    table = load(write(tmp_path, "sku,date,qty,note\nA,2024-01-01,1,a;b;c\nA,2024-01-02,2,d;e;f\n"))
    assert table.frame["note"].to_list() == ["a;b;c", "d;e;f"]


def _workbook(path, **sheets):
    from xlsxwriter import Workbook

    with Workbook(path) as book:
        for name, frame in sheets.items():
            frame.write_excel(book, worksheet=name)
    return path


def test_sheets_of_the_same_columns_are_read_as_one_and_others_are_named(tmp_path):
    spring = pl.DataFrame({"sku": ["0017"] * 3, "day": ["2024-03-01", "2024-03-02", "2024-03-03"], "qty": [1, 2, 3]})
    april = spring.select("day", "qty", "sku").with_columns(pl.col("day").str.replace("-03-", "-04-"))
    notes = pl.DataFrame({"what": ["made by Ann"], "when": ["May"]})
    table = load(_workbook(tmp_path / "sales.xlsx", Cover=notes, March=spring, April=april))
    assert table.frame["sales"].to_list() == [1, 2, 3, 1, 2, 3]
    assert table.frame["sku"].unique().to_list() == ["0017"]
    assert "Read 2 sheets: sheet 'March', sheet 'April'." in table.notes
    assert any("left aside, with other columns: 'Cover'" in note for note in table.notes)
    assert table.place(5) == "row 2 of sheet 'April'"


def test_sheets_of_other_columns_than_most_rows_have_are_named(tmp_path):
    sales = pl.DataFrame({"sku": ["a", "a"], "day": ["2024-03-01", "2024-03-02"], "qty": [1, 2]})
    table = load(_workbook(tmp_path / "sales.xlsx", Sales=sales, Totals=pl.DataFrame({"sku": ["a"], "sum": [3]})))
    assert "Read of sales.xlsx: sheet 'Sales'; left aside, with other columns: 'Totals'." in table.notes


def test_the_child_is_the_item_of_a_business_report(tmp_path):
    text = 'Date,(Parent) ASIN,(Child) ASIN,Units Ordered,Ordered Product Sales\n1/1/24,P,C0,10,"MX$1,200.50"\n'
    table = load(write(tmp_path, text + '1/13/24,P,C1,11,"MX$1,300.50"\n', "report.csv"))
    assert table.keys == ("(Child) ASIN",)
    assert table.frame["Ordered Product Sales"].to_list() == [1200.5, 1300.5]


@pytest.mark.parametrize("nothing", ["", " ", None])
def test_empty_text_is_no_file_and_not_the_working_folder(tmp_path, monkeypatch, nothing):
    write(tmp_path, "sku,date,qty\nA1,2024-01-01,3\nA1,2024-01-02,4\n")
    monkeypatch.chdir(tmp_path)
    told = read(tmp_path / "sales.csv", future=nothing, items=nothing)
    assert told.sales.tolist() == [3, 4]
    if nothing is not None:
        with pytest.raises(DataError, match="no path"):
            read(nothing)
