"""Workbooks as people keep them: titles, totals, days since 1900, several sheets."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from foresale.data.options import ReadOptions
from foresale.data.read import panel, read, read_with_report

pytest.importorskip("fastexcel")
xlsxwriter = pytest.importorskip("xlsxwriter")

DAYS = [date(2024, 3, 1) + timedelta(days=at) for at in range(20)]
TABLE = [["sku", "Date", "qty"], *([item, day, at + 1] for at, day in enumerate(DAYS) for item in "ab")]


def written(path: Path, rows: Sequence[Sequence[object]], **more: Sequence[Sequence[object]]) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, table in {"S": rows, **more}.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(table):
                for column, cell in enumerate(cells):
                    if cell is not None:
                        sheet.write(row, column, cell)
    return path


@pytest.mark.parametrize(
    "above",
    [
        [["Sales 2024"]],
        [["Sales 2024"], []],
        [[], ["Sales 2024"], ["made", "on Monday"], []],
        [["Report", None, None, 7]],
    ],
)
def test_a_title_above_the_columns_is_no_column(tmp_path: Path, above: list[list[object]]):
    shop = read(written(tmp_path / "sales.xlsx", [*above, *TABLE]))
    assert (shop.sales.sum(), shop.keys) == (420, ("sku",))
    assert [note for note in shop.notes if "are named in its row" in note]


@pytest.mark.parametrize("word", ["Total", "Grand total:", "Summe", "合计"])
@pytest.mark.parametrize("place", ["item", "date"])
def test_a_total_without_a_date_is_left_out_and_named(tmp_path: Path, word: str, place: str):
    row = [word, None, 420] if place == "item" else [None, word, 420]
    _, report = read_with_report(written(tmp_path / "sales.xlsx", [*TABLE, [], row]))
    assert [(fault.what, fault.rows) for fault in report.faults] == [("rows called a total, without a date", 1)]
    assert (report.rows_read, report.rows_used) == (41, 40)


def test_an_empty_date_of_an_item_is_a_fault_all_the_same(tmp_path: Path):
    with pytest.raises(Exception, match="Date is empty: 1"):
        read(written(tmp_path / "sales.xlsx", [*TABLE, ["a", None, 4]]))


@pytest.mark.parametrize("kind", [int, float, str])
def test_days_since_1900_are_dates_and_it_is_said(kind: type):
    frame = pl.DataFrame({"sku": "a", "day": [45352, 45353, 45355], "qty": [1, 2, 3]})
    frame = frame.with_columns(pl.col("day").cast({int: pl.Int64, float: pl.Float64, str: pl.String}[kind]))
    shop = panel(frame)
    assert shop.frequency.timestamps(shop.starts)[0].astype("datetime64[D]").item() == date(2024, 3, 1)
    assert "Numbers are read as the days since 1900 of a spreadsheet." in shop.notes
    noon = panel(frame.head(1).with_columns(day=pl.lit(45352.5)), frequency="h")
    assert str(noon.frequency.timestamps(noon.starts)[0]).startswith("2024-03-01T12")


def test_several_sheets_may_be_named(tmp_path: Path):
    later = [TABLE[0], *([item, day + timedelta(days=20), 1] for item, day, _ in TABLE[1:])]
    last = [TABLE[0], *([item, day + timedelta(days=40), 1] for item, day, _ in TABLE[1:])]
    path = written(tmp_path / "sales.xlsx", TABLE, Later=later, Last=last, Notes=[["text"], ["hello"]])
    assert read(path, sheet="S,Later").sales.sum() == 460
    assert read(path, sheet=["S", "Last"], gaps="zero").sales.sum() == 460
    assert read(path).sales.sum() == 500
    with pytest.raises(Exception, match=r"no sheet 'Never'.*'S', 'Later', 'Last', 'Notes'"):
        read(path, sheet="S,Never")


def test_sums_are_kept_on_request():
    days = sorted(["2024-03-01", "2024-03-02", "2024-03-03"] * 3)
    frame = pl.DataFrame({"sku": ["a", "b", "Grand Total"] * 3, "day": days, "qty": [3, 4, 7, 1, 2, 3, 5, 5, 10]})
    assert panel(frame).sales.sum() == 20
    kept, report = read_with_report(frame, ReadOptions(sums="keep"))
    assert (kept.sales.sum(), report.faults) == (40, ())
