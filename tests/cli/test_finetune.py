"""`foresale finetune` as a person would call it."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner, Result

from foresale.cli.app import app

pytestmark = pytest.mark.train


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
    return result


@pytest.mark.slow
def test_finetune_then_forecast_with_the_adapter_and_with_the_folder(shop_files: Path) -> None:
    given = ("sales.csv", "--future", "future.csv", "--items", "items.csv", "--horizon", 7)
    said = run("finetune", *given, "--method", "lora", "--steps", 3, "--output", "shop.safetensors").stderr
    assert "Wrote shop.safetensors" in said
    run("finetune", *given, "--method", "lora", "--steps", 3, "--output", "model", "--quiet")
    for name in ("shop.safetensors", "model"):
        run("forecast", *given, "--model", name, "--output", f"{name}.parquet")
    one, two = (pl.read_parquet(f"{name}.parquet") for name in ("shop.safetensors", "model"))
    assert one.height == 6 * 7
    assert np.array_equal(one["0.5"].to_numpy(), two["0.5"].to_numpy())


def test_a_place_that_cannot_be_written_is_refused_before_the_work(shop_files: Path) -> None:
    Path("thesis").write_text("years of work")
    assert "cannot write" in run("finetune", "sales.csv", "--horizon", 7, "--output", "thesis/model", code=2).stderr
