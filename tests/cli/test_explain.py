"""`foresale explain` as a person would call it."""

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from foresale.cli.app import app


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["explain", *(str(argument) for argument in arguments)])
    assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
    return result


NAIVE = ("--model", "seasonal-naive", "--horizon", 14)


def test_a_table_and_a_paragraph_of_each_named_item(shop_files: Path):
    result = run("sales.csv", "--future", "future.csv", *NAIVE, "--item", "item-2,item-3")
    for item in ("item-2", "item-3"):
        assert f"{item}, seasonal-naive" in result.stdout
        assert f"{item}: " in result.stdout
    assert "item-1" not in result.stdout
    assert "weekly" in result.stdout


def test_covariates_that_nothing_may_read_are_told(shop_files: Path):
    future = pl.read_csv("future.csv", try_parse_dates=True)
    promoted = future.filter(pl.col("promotion") > 0)["sku"][0]
    result = run(
        "sales.csv", "--future", "future.csv", *NAIVE[:2], "--horizon", 30, "--item", promoted, "--no-covariates"
    )
    assert "The model does not read, or gives no weight to: price, promotion." in result.stderr
    assert "The model gives no weight to price, promotion." in result.stdout


def test_a_file_whose_components_sum_to_the_forecast(shop_files: Path):
    run("sales.parquet", "--future", "future.csv", *NAIVE, "--output", "parts.parquet")
    CliRunner().invoke(
        app, ["forecast", "sales.parquet", "--future", "future.csv", *map(str, NAIVE), "--output", "forecast.parquet"]
    )
    parts, forecast = pl.read_parquet("parts.parquet"), pl.read_parquet("forecast.parquet")
    assert parts.columns == ["sku", "date", "component", "kind", "value"]
    summed = parts.group_by("sku", "date").agg(pl.col("value").sum())
    both = forecast.join(summed, on=["sku", "date"])
    assert both.height == forecast.height
    assert both["value"].to_list() == pytest.approx(both["mean"].cast(pl.Float64).to_list(), rel=1e-6, abs=1e-9)


def test_the_history_comes_along_where_it_is_wanted(shop_files: Path):
    run("sales.csv", "--future", "future.csv", *NAIVE, "--output", "parts.parquet", "--history")
    parts = pl.read_parquet("parts.parquet")
    last = pl.read_csv("sales.csv", try_parse_dates=True)["date"].max()
    assert parts["date"].min() < last < parts["date"].max()


def test_chinese_words_and_a_page(shop_files: Path):
    result = run(
        "sales.csv", "--future", "future.csv", *NAIVE, "--item", "item-2", "--language", "zh", "--html", "why.html"
    )
    assert "一周内的规律" in result.stdout
    page = Path("why.html").read_text(encoding="utf-8")
    assert '<html lang="zh"' in page
    assert "预测的原因" in page
    assert len(page) < 10_000_000


def test_what_changed_and_what_it_resembles(shop_files: Path):
    result = run("sales.csv", "--future", "future.csv", *NAIVE, "--item", "item-2", "--since", 7, "--lookalikes", 3)
    assert "item-2: the forecast for " in result.stdout
    assert "Like what is coming" in result.stdout


def test_an_unknown_item_is_refused_before_nothing_is_written(shop_files: Path):
    result = run("sales.csv", "--future", "future.csv", *NAIVE, "--item", "tea", "--output", "parts.csv", code=2)
    assert "the panel has no item 'tea'" in result.stderr
    assert not Path("parts.csv").exists()


def test_columns_of_a_group_are_one_component(shop_files: Path):
    run("sales.csv", "--future", "future.csv", *NAIVE, "--group", "offer=price,promotion", "--output", "parts.csv")
    covariates = pl.read_csv("parts.csv").filter(pl.col("kind") == "covariate")["component"].unique()
    assert covariates.to_list() == ["offer"]
    assert "NAME=COLUMN" in run("sales.csv", *NAIVE, "--group", "offer", code=2).stderr


@pytest.mark.parametrize("name", ["Tea [/] green", "[red]Tea[/red]"])
def test_names_are_shown_as_they_are_whatever_marks_they_hold(name: str, tmp_path: Path):
    days = [f"2024-01-{day:02d}" for day in range(1, 31)]
    pl.DataFrame({"date": days, "sku": "a", "description": name, "qty": 3}).write_csv(tmp_path / "s.csv")
    assert name in run(tmp_path / "s.csv", "--horizon", 7, "--model", "seasonal-naive").stdout
