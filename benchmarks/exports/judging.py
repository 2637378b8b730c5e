"""Whether a table was read as it should be: never a foreign error, no row lost unsaid, sums exact."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from tables import Case

from foresale.core.errors import ForesaleError
from foresale.data.options import ReadOptions
from foresale.data.read import read_with_report

_MOST_PERIODS: Final = 1_000_000
"""Periods of items that a tiny input may become: 4 MB a column."""


def kept(case: Case, folder: Path) -> object:
    """The source as it is passed to `read`: the path of a file, or a frame."""
    if isinstance(case.source, pl.DataFrame):
        return case.source
    path = folder / f"table{case.suffix}"
    path.write_bytes(case.source)
    return path


def judged(case: Case, folder: Path) -> str:
    """What went wrong with a case, in words; "" where nothing did."""
    try:
        shop, report = read_with_report(kept(case, folder), ReadOptions(**case.options))
    except ForesaleError as error:
        return "" if case.may_refuse or case.must_refuse else f"refused: {str(error)[:300]}"
    except Exception as error:
        return f"foreign error: {type(error).__name__}: {str(error)[:300]}"
    if case.must_refuse:
        return "read, though it cannot be"
    lost = sum(fault.rows for fault in report.faults)
    units = float(np.nansum(shop.sales.astype(np.float64)))
    money = None if shop.revenue is None else round(float(np.nansum(shop.revenue)) * 100)
    unsaid = [fault.what for fault in report.faults if not any(fault.what in note for note in shop.notes)]
    problems = [
        f"{report.rows_read} rows read, {report.rows_used} used, {lost} named"
        * (report.rows_read != report.rows_used + lost),
        f"{report.rows_read} rows of {case.rows}" * (case.rows is not None and report.rows_read != case.rows),
        f"left out unsaid: {unsaid}" * bool(unsaid),
        f"{units} units of {case.units}" * (case.units is not None and units != case.units),
        f"{money} cents of {case.cents}" * (case.cents is not None and money != case.cents),
        f"{shop.sales.size} periods" * (shop.sales.size > _MOST_PERIODS),
    ]
    return "; ".join(filter(None, problems))


def judged_by_command(
    case: Case, folder: Path, run: Callable[[Sequence[str]], tuple[int, str, BaseException | None]]
) -> str:
    """What went wrong when the command line reads a case and forecasts it; "" where nothing did.

    Args:
        case: a file; frames have no command.
        folder: where files are written.
        run: runs the command with its arguments; its exit code, what it said, and what it raised beside an exit.
    """
    if isinstance(case.source, pl.DataFrame):
        return ""
    path = str(kept(case, folder))
    told = [*_words(case.options), "--quiet"]
    output = folder / "clean.parquet"
    output.unlink(missing_ok=True)
    commands = (
        ["inspect", path, *told],
        ["clean", path, "--output", str(output), *told],
        ["forecast", path, "--horizon", "2", "--model", "seasonal-naive", *told],
    )
    for command in commands:
        code, said, raised = run(command)
        if raised is not None or "Traceback" in said:
            return f"{command[0]}: foreign error: {raised!r} {said[-300:]}"
        if code and not (case.may_refuse or case.must_refuse) and command[0] != "forecast":
            return f"{command[0]}: refused: {said[-300:]}"
    if case.units is not None and output.exists():
        units = pl.read_parquet(output)["sales"].sum()
        return f"{units} units of {case.units}" if units > case.units else ""
    return ""


def _words(options: Mapping[str, object]) -> list[str]:
    """Options of `read` as the command line takes them."""
    words: list[str] = []
    for name, value in options.items():
        if isinstance(value, Mapping):
            words += [f"--{name}", ",".join(f"{kind}={','.join(values)}" for kind, values in value.items())]
        elif value is not None:
            words += [f"--{name.replace('_', '-')}", str(value)]
    return words
