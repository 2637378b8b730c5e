"""Every command on the files of a shop, as a person would call it."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

import foresale
from foresale.cli.app import app
from foresale.cli.tables import evaluation_table
from foresale.core.forecast import LEVELS

QUANTILES = [str(level) for level in LEVELS]


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
    return result


def naive(*arguments: object, code: int = 0) -> Result:
    return run("forecast", *arguments, "--model", "seasonal-naive", code=code)


def test_version():
    assert run("--version").stdout == f"{foresale.__version__}\n"


def test_forecast_as_a_file_has_the_callers_columns(shop_files: Path):
    result = naive("sales.parquet", "--horizon", 14, "--output", "out/forecast.parquet")
    forecast = pl.read_parquet("out/forecast.parquet")
    assert forecast.columns == ["sku", "date", "mean", *QUANTILES]
    assert forecast.shape == (6 * 14, 24)
    sales = pl.read_parquet("sales.parquet")
    assert forecast.schema["sku"] == sales.schema["sku"]
    assert forecast.schema["date"] == sales.schema["date"]
    assert forecast["date"].min() == sales["date"].max() + pl.Series([1]).cast(pl.Duration("ms"))[0] * 86_400_000
    assert result.stdout == ""
    assert "6 items (sku), daily" in result.stderr
    assert "Wrote out/forecast.parquet." in result.stderr


def test_csv_and_parquet_hold_the_same(shop_files: Path):
    naive("sales.csv", "--horizon", 7, "--output", "f.csv")
    naive("sales.csv", "--horizon", 7, "--output", "f.parquet")
    left, right = pl.read_csv("f.csv"), pl.read_parquet("f.parquet")
    assert left.columns == right.columns
    assert np.allclose(left[QUANTILES].to_numpy(), right[QUANTILES].to_numpy(), rtol=1e-5)


def test_sales_are_not_replaced_by_their_forecast(shop_files: Path):
    before = Path("sales.csv").read_bytes()
    refused = naive("sales.csv", "--horizon", 7, "--output", "sales.csv", code=2)
    assert "it is read by this command" in refused.stderr
    assert Path("sales.csv").read_bytes() == before
    for command in (("inspect",), ("clean",), ("trend",), ("explain", "--horizon", 7), ("evaluate", "--horizon", 7)):
        refused = run(command[0], "sales.csv", *command[1:], "--output", "sales.parquet", code=2)
        assert "Foresale did not write it" in refused.stderr
    naive("sales.csv", "--horizon", 7, "--output", "sales.csv", "--overwrite")
    assert Path("sales.csv").read_bytes() != before


def test_a_command_replaces_what_it_wrote(shop_files: Path):
    for name in ("f.csv", "f.parquet"):
        for horizon in (7, 3):
            naive("sales.csv", "--horizon", horizon, "--output", name, "--html", "f.html")
    assert pl.read_csv("f.csv").height == 6 * 3


@pytest.mark.train
@pytest.mark.parametrize("command", ["train", "finetune"])
def test_a_model_replaces_nothing_else(shop_files: Path, command: str):
    Path("thesis").mkdir()
    Path("thesis/chapter.txt").write_text("years of work")
    Path("shop.safetensors").write_text("years of work")
    for place in ("/", ".", "thesis", "sales.csv", *(["shop.safetensors"] if command == "finetune" else [])):
        refused = run(command, "sales.csv", "--horizon", 7, "--steps", 2, "--output", place, code=2)
        assert "Name a folder" in refused.stderr or "Choose another place" in refused.stderr
    assert Path("thesis/chapter.txt").exists()


def test_forecast_in_the_terminal(shop_files: Path):
    result = naive("sales.csv", "--horizon", 14)
    assert "seasonal-naive: 2023-07-20 to 2023-08-02, daily, 6 items" in result.stdout
    assert "next 14" in result.stdout
    assert "80 % band" in result.stdout


def test_quiet_says_results_only(shop_files: Path):
    result = naive("sales.csv", "--horizon", 7, "--quiet")
    assert result.stderr == ""
    assert "next 7" in result.stdout


def test_columns_are_told_after_one_flag(shop_files: Path):
    frame = pl.read_csv("sales.csv").rename({"sku": "thing", "date": "when", "units": "gone"})
    frame.with_columns(place=pl.lit("north")).write_csv("odd.csv")
    columns = ("item=thing,place", "timestamp=when", "sales=gone")
    naive("odd.csv", "--horizon", 3, "--columns", *columns, "--output", "f.csv")
    forecast = pl.read_csv("f.csv")
    assert forecast.columns[:4] == ["thing", "place", "when", "mean"]
    assert forecast["place"].unique().to_list() == ["north"]


def test_future_and_items_files_are_read(shop_files: Path):
    result = run("inspect", "sales.csv", "--future", "future.csv", "--items", "items.csv")
    assert "known ahead" in result.stdout
    assert "category" in result.stdout


def test_a_future_file_that_is_too_short_is_refused(shop_files: Path):
    pl.read_csv("future.csv").filter(pl.col("date") < "2023-08-01").write_csv("short.csv")
    result = naive("sales.csv", "--horizon", 30, "--future", "short.csv", "--output", "f.csv", code=2)
    assert "Traceback" not in result.output
    assert not Path("f.csv").exists()
    naive("sales.csv", "--horizon", 30, "--future", "short.csv", "--missing-future", "carry", "--output", "f.csv")
    assert Path("f.csv").exists()


def test_queries_are_read(shop_files: Path):
    query = "SELECT sku, date, units FROM sales"
    result = run("inspect", "sqlite:///shop.db", "--query", query)
    assert "6 items (sku), daily" in result.stderr


def test_order_lines_are_added_up(shop_files: Path):
    assert "Order lines, added up" in run("inspect", "orders.csv").stderr


def test_clean_reports_every_change(shop_files: Path):
    result = run("clean", "sales.csv", "--output", "clean.csv", "--changes", "changes.csv")
    changes = pl.read_csv("changes.csv", schema_overrides={"old": pl.Float64, "new": pl.Float64})
    assert changes.columns == ["item_id", "timestamp", "old", "new", "reason"]
    assert "out of stock" in result.stdout
    before = pl.read_csv("sales.csv").select("sku", "date", before="units")
    after = pl.read_csv("clean.csv").select("sku", "date", after="sales")
    both = before.join(after, on=["sku", "date"], how="full")
    differing = both.filter(pl.col("before").ne_missing(pl.col("after"))).height
    assert differing == changes.filter(pl.col("old").ne_missing(pl.col("new"))).height > 0


def test_evaluate_prints_a_row_per_model(shop_files: Path):
    result = run("evaluate", "sales.csv", "--horizon", 7, "--windows", 2, "--model", "seasonal-naive")
    assert "2 windows of 7 periods" in result.stdout
    assert "MASE" in result.stdout


def test_evaluate_by_item(shop_files: Path):
    run("evaluate", "sales.csv", "--horizon", 7, "--model", "seasonal-naive", "--by", "item", "--output", "e.csv")
    assert pl.read_csv("e.csv").height == 6


def test_a_narrow_terminal_leaves_columns_out_and_says_so(shop_files: Path):
    found = foresale.evaluate(foresale.read("sales.csv"), horizon=7, windows=1, models=["seasonal-naive"])
    for width in (80, 120):
        table = evaluation_table(found, by="segment", width=width)
        console = Console(width=width, file=StringIO())
        console.print(table)
        text = console.file.getvalue()
        assert "seasonal-naive  pattern" in text
        assert ("too narrow for" in text) == (width == 80)
        assert ("RMSSE" in text.splitlines()[2]) == (width == 120)


def test_evaluate_refuses_groups_that_are_none(shop_files: Path):
    result = run("evaluate", "sales.csv", "--horizon", 7, "--model", "seasonal-naive", "--by", "moon", code=2)
    assert "cannot group by 'moon'" in result.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("inspect", "sales.csv"),
        ("forecast", "sales.csv", "--horizon", "7", "--model", "seasonal-naive"),
        ("evaluate", "sales.csv", "--horizon", "7", "--model", "seasonal-naive"),
    ],
)
def test_pages_are_written(command: tuple[str, ...], shop_files: Path):
    run(*command, "--html", "page.html", "--quiet")
    page = Path("page.html").read_text()
    assert page.lower().startswith("<!doctype html>")
    assert "Plotly" in page


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("forecast", "nothing.csv", "--horizon", "7"), "nothing.csv"),
        (("forecast", "sales.csv", "--horizon", "7", "--model", "oracle"), "unknown model 'oracle'"),
        (("forecast", "sales.csv", "--horizon", "7", "--output", "f.xlsx"), "must end in .parquet or .csv"),
        (("inspect", "sales.csv", "--country", "ZZ"), "ZZ"),
        (("inspect", "sales.csv", "--columns", "item=nowhere"), "nowhere"),
        (("inspect", "sales.csv", "--frequency", "often"), "unknown frequency"),
        (("clean", "sales.csv", "--changes", "c.txt"), "must end in"),
    ],
)
def test_what_is_wrong_is_said(arguments: tuple[str, ...], words: str, shop_files: Path):
    result = run(*arguments, code=2)
    assert words in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "arguments", [("forecast", "sales.csv"), ("forecast", "sales.csv", "--horizon", "0"), ("bake",)]
)
def test_wrong_usage_is_told(arguments: tuple[str, ...], shop_files: Path):
    run(*arguments, code=2)


@pytest.mark.train
@pytest.mark.slow
@pytest.mark.parametrize("model", ["lstm", "transformer"])
def test_train_then_forecast_with_the_folder(model: str, shop_files: Path):
    given = ("sales.csv", "--future", "future.csv", "--items", "items.csv")
    run("train", *given, "--horizon", 14, "--model", model, "--steps", 3, "--output", "model")
    run("forecast", *given, "--horizon", 14, "--model", "model", "--output", "kept.parquet")
    run("forecast", *given, "--horizon", 14, "--model", model, "--steps", 3, "--output", "fresh.parquet")
    kept, fresh = pl.read_parquet("kept.parquet"), pl.read_parquet("fresh.parquet")
    assert kept.height == 6 * 14
    assert np.allclose(kept[QUANTILES].to_numpy(), fresh[QUANTILES].to_numpy(), rtol=1e-3, atol=1e-3)


def test_as_a_program(shop_files: Path):
    command = [sys.executable, "-m", "foresale", "forecast", "nothing.csv", "--horizon", "7"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"}, check=False)
    assert done.returncode == 2
    assert "nothing.csv" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.train
def test_pretrain_writes_weights_that_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from foresale.storage.weights import load_weights

    monkeypatch.chdir(tmp_path)
    pl.DataFrame({"unit": ["month"] * 3, "values": [[float(v % 12) for v in range(60)]] * 3}).write_parquet("c.parquet")
    small = ("--unit", "month", "--width", 16, "--layers", 1, "--workers", 0, "--corpus", "c.parquet")
    result = run("pretrain", "--steps", 2, "--output", "w/month.safetensors", *small)
    assert "2 steps" in result.stderr
    assert "Wrote w/month.safetensors." in result.stderr
    weights = load_weights(tmp_path / "w" / "month.safetensors")
    assert (weights.unit, weights.network.config.backbone, weights.network.config.width) == ("month", "lstm", 16)


@pytest.mark.train
def test_pretrain_refuses_what_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert "either steps or minutes" in run("pretrain", "--output", "w.safetensors", code=2).stderr
    assert ".safetensors" in run("pretrain", "--steps", 1, "--output", "w.bin", code=2).stderr
    missing = ("--steps", 1, "--output", "w.safetensors", "--corpus", "nowhere.parquet")
    assert "no corpus" in run("pretrain", *missing, code=2).stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["forecast", "evaluate"])
def test_an_unknown_model_is_refused_before_anything_is_read(command: str):
    result = run(command, "nowhere.csv", "--horizon", 7, "--model", "prophet", code=2)
    assert "unknown model 'prophet'" in result.stderr
    assert "nowhere.csv" not in result.stderr


def test_the_names_of_models_are_those_of_the_workflows() -> None:
    from foresale.cli.model_options import MODELS
    from foresale.workflows.models import NAMES

    assert set(MODELS) == set(NAMES)


def test_a_model_is_fitted_once_and_forecasts_again(shop_files: Path):
    run("fit", "sales.csv", "--horizon", 7, "--model", "ets", "--output", "models/ets")
    run("forecast", "sales.csv", "--horizon", 7, "--model", "models/ets", "--output", "one.parquet")
    run("forecast", "sales.csv", "--horizon", 7, "--model", "ets", "--output", "two.parquet")
    assert pl.read_parquet("one.parquet").equals(pl.read_parquet("two.parquet"))
    refused = run("fit", "sales.csv", "--horizon", 7, "--model", "ets", "--output", ".", code=2)
    assert "folder that you work in" in refused.stderr
