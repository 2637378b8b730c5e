"""`foresale trend` and `foresale report` on the files of a shop, as a person would call them."""

import re
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from foresale.cli.app import app
from foresale.data.synthetic import shop


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
    return result


@pytest.fixture
def years(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two and a half years of sales, with the items' categories beside them."""
    panel = shop(items=6, periods=900, seed=1)
    panel.to_frame().write_parquet(tmp_path / "sales.parquet")
    panel.items.write_csv(tmp_path / "items.csv")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_trend_in_the_terminal_as_a_table_and_as_a_page(years: Path) -> None:
    result = run(
        "trend",
        "sales.parquet",
        "--items",
        "items.csv",
        "--by",
        "category",
        "--html",
        "trend.html",
        "--table",
        "peaks",
        "--output",
        "out/peaks.csv",
    )
    assert "growth like for like" in result.stdout
    assert "All items" in result.stdout
    assert "last 52 weeks" in result.stdout
    assert "× usual" in result.stdout
    assert "annual" in result.stdout
    assert re.search(r"All items.*[0-9]\.[0-9]{2}[^0-9–]*$", result.stdout, re.MULTILINE)
    assert "Wrote out/peaks.csv." in result.stderr
    assert pl.read_csv("out/peaks.csv").columns[:4] == ["group", "peak", "kind", "from"]
    assert "<h1>Market trend</h1>" in Path("trend.html").read_text()


def test_a_short_history_says_so(shop_files: Path) -> None:
    result = run("trend", "sales.csv", "--quiet")
    assert "cannot be told from a trend" in result.stdout.replace("\n", " ")
    assert result.stderr == ""


def test_an_unknown_column_is_refused(shop_files: Path) -> None:
    assert "no column colour" in run("trend", "sales.csv", "--by", "colour", code=2).stderr


def test_a_report_is_one_page(shop_files: Path) -> None:
    result = run(
        "report",
        "sales.csv",
        "--items",
        "items.csv",
        "--future",
        "future.csv",
        "--horizon",
        14,
        "--model",
        "seasonal-naive",
        "--windows",
        1,
        "--pictures",
        1,
        "--title",
        "Garden",
        "--output",
        "out/r.html",
    )
    page = Path("out/r.html").read_text()
    assert "<h1>Garden</h1>" in page
    assert "Where to look first" in page
    assert "Wrote out/r.html." in result.stderr
    assert result.stdout == ""


def test_a_report_goes_to_html_only(shop_files: Path) -> None:
    result = run("report", "sales.csv", "--horizon", 7, "--output", "report.pdf", code=2)
    assert "must end in .html" in result.stderr
    assert "unknown model" in run("report", "sales.csv", "--horizon", 7, "--model", "oracle", code=2).stderr
