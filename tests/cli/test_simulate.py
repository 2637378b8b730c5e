"""`foresale simulate` as a person would call it."""

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from foresale.cli.app import app


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["simulate", *map(str, arguments)])
    assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
    return result


@pytest.fixture
def days(shop_files: Path) -> tuple[str, ...]:
    return ("--from", "2023-06-22", "--model", "seasonal-naive", "--paths", "20")


def test_a_table_a_file_and_a_page(days: tuple[str, ...]):
    result = run(
        "sales.csv",
        *days,
        "--lead-time",
        3,
        "--service",
        "90%,0.95",
        "--rule",
        "cover:28",
        "--rule",
        "minmax:2,20",
        "--output",
        "result.parquet",
        "--html",
        "page.html",
    )
    for name in ("seasonal-naive, 90 %", "cover:28", "minmax:2,20", "normal safety stock, 95 %", "perfect foresight"):
        assert name in result.stdout
    assert " than cover:28 " in result.stdout
    frame = pl.read_parquet("result.parquet")
    assert frame["contender"].n_unique() == 7
    assert {"sku", "fill_rate", "average_stock", "total_cost"} <= set(frame.columns)
    assert "Service against cost" in Path("page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--rule", "cover:often"), "unknown rule"),
        (("--service", "95"), "between 0 and 1"),
        (("--from", "tomorrow"), "takes a date"),
        (("--model", "crystal ball"), "unknown model"),
        (("--output", "result.txt"), "must end in"),
        ((), "lead time"),
    ],
)
def test_what_cannot_be_is_refused_in_words(days: tuple[str, ...], wrong: tuple[str, ...], said: str):
    assert said in run("sales.csv", *days, *wrong, code=2).stderr
