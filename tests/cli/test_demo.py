"""The first minute: what stands there without a command, and the demonstration."""

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from foresale.cli.app import app
from foresale.data.demo_files import HORIZON, write_demo_files


def test_without_a_command_three_are_named_to_begin_with():
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 0
    named = [line.split()[1] for line in result.stdout.splitlines() if line.startswith("  foresale ")]
    assert named == ["demo", "inspect", "forecast"]


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path):
    (tmp_path / "mine.csv").write_text("a")
    result = CliRunner().invoke(app, ["demo", "--folder", str(tmp_path)])
    assert result.exit_code == 2
    assert "holds something else" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


def test_the_orders_of_the_shop_end_before_what_is_forecast(tmp_path: Path):
    files = write_demo_files(tmp_path)
    last = pl.read_parquet(files.orders)["timestamp"].dt.date().max()
    after = pl.read_parquet(files.happened)["timestamp"].dt.date().max()
    planned = pl.read_csv(files.planned, try_parse_dates=True)["timestamp"]
    assert (after - last).days == HORIZON
    assert (planned.min() - last).days == 1
    assert planned.max() == after
    assert pl.read_csv(files.stock)["item_id"].n_unique() == pl.read_csv(files.items)["item_name"].n_unique()


@pytest.mark.slow
def test_the_demonstration_tells_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        result = CliRunner().invoke(app, ["demo"])
        assert result.exit_code == 0, result.output
    said = result.stdout
    steps = ["What is in the order lines", "What will be sold, and what then was", "Why so much", "What to order"]
    assert sorted(said.index(step) for step in steps) == [said.index(step) for step in steps]
    assert "Thanksgiving, Black Friday" in said
    assert "less than repeating the last week" in said
    commands = [line[2:] for line in said.splitlines() if line.startswith("$ foresale ")]
    assert len(commands) == len(steps)
    for command in commands:
        again = CliRunner().invoke(app, command.split()[1:])
        assert again.exit_code == 0, again.output
    html = Path("foresale-demo", "demo.html").read_text()
    assert "<h1>A first look at Foresale</h1>" in html
