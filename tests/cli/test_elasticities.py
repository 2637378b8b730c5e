"""`foresale elasticities` on the files of a shop, as a person would call it."""

from pathlib import Path

import polars as pl
from typer.testing import CliRunner, Result

from foresale.cli.app import app


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
    return result


def test_effects_in_the_terminal_as_a_table_and_as_a_page(shop_files: Path) -> None:
    result = run(
        "elasticities",
        "sales.csv",
        "--items",
        "items.csv",
        "--html",
        "prices.html",
        "--table",
        "promotions",
        "--output",
        "lifts.csv",
    )
    assert "Designs that were tried" in result.stdout
    assert "A price cut by a tenth sells" in result.stdout.replace("\n", " ")
    assert "Assumed:" in result.stdout
    assert pl.read_csv("lifts.csv").columns == ["kind", "depth", "lift", "low", "high", "times"]
    assert "<h1>What prices do</h1>" in Path("prices.html").read_text()


def test_an_unknown_place_is_refused(shop_files: Path) -> None:
    assert "place is one of several key columns" in run("elasticities", "sales.csv", "--place", "town", code=2).stderr
