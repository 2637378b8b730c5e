"""The leaderboard in the terminal: best first, ties marked, complete at 80 columns, and all of it in files."""

import json
from io import StringIO
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from foresale.cli.app import app
from foresale.cli.leaderboard import leaderboard_table, winners_table
from foresale.data.synthetic import ShopConfig, shop
from foresale.evaluation.backtest import backtest
from foresale.evaluation.evaluation import Evaluation
from foresale.forecasting.naive import SeasonalNaive


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["evaluate", "sales.csv", "--horizon", "7", *map(str, arguments)])
    assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
    return result


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    panel = shop(items=40, periods=200, seed=3, config=ShopConfig(launches=0))
    models = {name: SeasonalNaive(season) for name, season in (("last-value", 1), ("fortnight", 14), ("same", 1))}
    return backtest(panel, models, horizon=7, windows=3)


def lines_of(table: object, width: int) -> list[str]:
    console = Console(width=width, file=StringIO())
    console.print(table)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize("width", [80, 120])
def test_every_model_is_a_line_the_best_first_and_ties_are_marked(evaluation: Evaluation, width: int) -> None:
    lines = lines_of(leaderboard_table(evaluation, width=width), width)
    assert max(map(len, lines)) <= width
    board = evaluation.leaderboard(whole=True)
    rows = [line.split() for line in lines if any(name in line.split() for name in evaluation.models)]
    assert [row[1] for row in rows] == board["model"].to_list()
    assert rows[0][0] == "1"
    assert [row[0] == "1=" for row in rows[1:]] == [verdict == "tie" for verdict in board["versus_best"][1:]]
    assert "1=" in [row[0] for row in rows], "two models are the same"
    assert [float(row[2]) for row in rows] == pytest.approx(board["sql"].to_list(), abs=5e-4)
    assert rows[0][3] == f"{board['sql_low'][0]:.3f}–{board['sql_high'][0]:.3f}"
    assert ("MASE" in lines[2]) == (width == 120)
    assert "vs naive" in lines[2]


def test_the_error_ranked_by_is_never_left_out(evaluation: Evaluation) -> None:
    lines = lines_of(leaderboard_table(evaluation, metric="rmsse", width=80), 80)
    assert lines[2].split()[:2] == ["model", "RMSSE"]


def test_winners_say_who_may_be_as_good(evaluation: Evaluation) -> None:
    lines = lines_of(winners_table(evaluation), 80)
    assert max(map(len, lines)) <= 80
    found = evaluation.winners()
    assert sum("tie: " in line for line in lines) == found.filter(pl.col("verdict") == "tie").height
    assert any(line.lstrip().startswith("store") for line in lines)


def test_a_comma_list_or_repeated_options_name_the_models(shop_files: Path) -> None:
    for options in (("--models", "pretrained,seasonal-naive"), ("--model", "pretrained", "--model", "seasonal-naive")):
        result = run(*options, "--windows", 1, "--refit-once")
        assert "Comparing pretrained with seasonal naive on 6 items, 1 times 7 periods." in result.stderr
        assert "pretrained has the lowest SQL" in result.stdout
        assert "There is only one window" in result.stdout
        assert "Lowest SQL by kind of item" in result.stdout


def test_all_results_go_to_json_and_the_table_to_parquet(shop_files: Path) -> None:
    run("--model", "seasonal-naive", "--output", "all.json", "--metric", "wape", "--quiet")
    told = json.loads(Path("all.json").read_text())
    assert told["settings"]["ranked_by"] == "wape"
    assert told["leaderboard"][0]["model"] == "seasonal-naive"
    run("--model", "seasonal-naive", "--output", "board.parquet", "--quiet")
    board = pl.read_parquet("board.parquet")
    assert board["wape"][0] == pytest.approx(told["leaderboard"][0]["wape"])
    assert {"sql_low", "sql_high", "versus_baseline", "seconds", "peak_mb"} <= set(board.columns)
    assert "must end in" in run("--output", "all.xlsx", code=2).stderr


@pytest.mark.train
def test_a_model_that_fails_is_named_also_when_quiet(shop_files: Path) -> None:
    too_long = ("--horizon", 160, "--windows", 1, "--quiet")
    for by in ("model", "window"):
        assert "lstm is left out: " in run("--models", "lstm,pretrained", *too_long, "--by", by).stdout
    assert "lstm failed" in run("--models", "lstm", *too_long, code=2).stderr


def test_an_error_that_is_none_is_refused(shop_files: Path) -> None:
    assert "sql" in run("--metric", "luck", code=2).stderr
