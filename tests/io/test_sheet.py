"""One sheet of a workbook, by its name."""

from pathlib import Path

import polars as pl
import pytest

from foresale.core.errors import DataError
from foresale.data.read import read

pytest.importorskip("fastexcel")
xlsxwriter = pytest.importorskip("xlsxwriter")


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "sales.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, units in (("North", 3), ("South", 5)):
            days = [f"2024-03-{day:02d}" for day in range(1, 11)]
            pl.DataFrame({"sku": name, "day": days, "qty": units}).write_excel(book, worksheet=name)
    return path


def test_the_named_sheet_alone_is_read(workbook: Path):
    assert read(str(workbook)).sales.sum() == 80
    assert read(str(workbook), sheet="South").sales.tolist() == [5.0] * 10


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(workbook: Path):
    with pytest.raises(DataError, match=r"no sheet 'West'.*'North', 'South'"):
        read(str(workbook), sheet="West")
