"""A sample of the tables of benchmarks/fuzz.py: no foreign error, no row lost unsaid, sums exact."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from foresale.cli.app import app

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks" / "exports"
sys.path.insert(0, str(FOLDER))
from judging import judged, judged_by_command  # noqa: E402
from tables import MAKERS, Case, case_of  # noqa: E402

sys.path.remove(str(FOLDER))

CHUNK = 25
FAST, SLOW = range(0, 150, CHUNK), range(150, 3_150, CHUNK)
COMMANDS, MORE_COMMANDS = range(1_000_000, 1_000_008, 4), range(1_000_008, 1_000_208, 4)


def run(arguments: Sequence[str]) -> tuple[int, str, BaseException | None]:
    result = CliRunner().invoke(app, list(arguments))
    raised = result.exception if not isinstance(result.exception, SystemExit) else None
    return result.exit_code, result.output, raised


def wrong_in(first: int, folder: Path, count: int = CHUNK) -> list[str]:
    found = [(seed, case_of(seed)) for seed in range(first, first + count)]
    return [f"{seed} ({case.kind}): {problem}" for seed, case in found if (problem := judged(case, folder))]


@pytest.mark.parametrize("first", FAST)
def test_tables_are_read_as_they_should_be(tmp_path: Path, first: int):
    assert wrong_in(first, tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("first", SLOW)
def test_thousands_of_tables_are_read_as_they_should_be(tmp_path: Path, first: int):
    assert wrong_in(first, tmp_path) == []


def by_command(first: int, folder: Path) -> list[str]:
    found = [(seed, case_of(seed)) for seed in range(first, first + 4)]
    return [
        f"{seed} ({case.kind}): {problem}" for seed, case in found if (problem := judged_by_command(case, folder, run))
    ]


@pytest.mark.parametrize("first", COMMANDS)
def test_commands_read_and_forecast_tables(tmp_path: Path, first: int):
    assert by_command(first, tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("first", MORE_COMMANDS)
def test_commands_read_and_forecast_hundreds_of_tables(tmp_path: Path, first: int):
    assert by_command(first, tmp_path) == []


def test_every_kind_of_table_is_in_the_sample():
    kinds = {case_of(seed).kind.split(",")[0].split(" by ")[0] for seed in range(150)}
    assert len(kinds) >= len(set(MAKERS))


@pytest.mark.parametrize(
    ("truth", "problem"),
    [({"units": 8}, "7.0 units of 8"), ({"rows": 3}, "2 rows of 3"), ({"must_refuse": True}, "read, though")],
)
def test_what_is_not_as_it_should_be_is_told(tmp_path: Path, truth: dict[str, object], problem: str):
    rows = b"sku,date,qty\na,2024-01-01,3\na,2024-01-02,4\n"
    assert judged(Case("known", rows), tmp_path) == ""
    assert problem in judged(Case("known", rows, **truth), tmp_path)  # type: ignore[arg-type]
