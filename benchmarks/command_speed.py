"""Time and memory of a whole `foresale forecast`: one item cold, 30,490 items, and how both grow with the items.

Beside the seconds that pass stand those that cores worked: what else runs on a machine moves these less.

With `--before SRC` the same is measured of an earlier build, whose `src` folder that is, run beside this one in turn.
"""

import argparse
import statistics
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
from measuring import ROOT, Run, foresale, python, report, run, simulate

HORIZON = 28
HEAVY = ("torch", "pandas", "narwhals", "plotly", "lightgbm")
LOADED = f"""
import sys
from foresale.cli import main
sys.argv = ["foresale", *sys.argv[1:]]
try:
    main()
except SystemExit:
    pass
print(", ".join(name for name in {HEAVY!r} if name in sys.modules) or "none of them")
"""
COLD = {"import foresale": 0.05, "pretrained": 1.2, "ets": 0.8}
"""Seconds that may pass."""
ITEMS, DAYS, GIGABYTES = 30_490, 1_100, 2.0
GROWTH, GROWTH_DAYS = (1_000, 10_000, 100_000), 400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=Path, help="src folder of an earlier build")
    parser.add_argument("--runs", type=int, default=5, help="runs of what takes a moment, of which the median counts")
    parser.add_argument("--model", default="pretrained", help="model of the large panels")
    parser.add_argument("--parts", nargs="*", default=["cold", "panel", "growth"], help="what is measured")
    options = parser.parse_args()
    builds = {"this build": ROOT / "src"} | ({"before": options.before} if options.before else {})
    measured = {"cold": cold, "panel": panel, "growth": growth}
    with tempfile.TemporaryDirectory() as place:
        rows = [row for part in options.parts for row in measured[part](Path(place), builds, options)]
    report(
        "command_speed",
        title="The time of a command",
        data=f"simulated shops, daily; horizon {HORIZON}, files in and out; cold: the median of {options.runs} runs; "
        "in brackets what cores worked",
        columns=("what", *builds, "ratio", "aim"),
        rows=rows,
    )


def cold(place: Path, builds: dict[str, Path], options: argparse.Namespace) -> Iterator[tuple[str, ...]]:
    """The import, and a forecast of one item from a CSV, each in a process of its own."""
    one = place / "one.csv"
    days = pl.date_range(date(2023, 1, 1), date(2025, 12, 31), eager=True)
    pl.DataFrame({"date": days, "sku": "tea", "units": [day.weekday() + 3 for day in days]}).write_csv(one)
    for name, limit in COLD.items():
        found: dict[str, list[Run]] = {build: [] for build in builds}
        for turn in range(options.runs + 1):
            for build, source in builds.items():
                words = _words(one, place / f"{build}.csv", name)
                command = python("import foresale") if name.startswith("import") else foresale(*words)
                done = run(command, environment={"PYTHONPATH": str(source)})
                found[build] += [done] if turn else []
        times = [statistics.median(done.seconds for done in runs) for runs in found.values()]
        busy = [statistics.median(done.busy for done in runs) for runs in found.values()]
        cells = (f"{passed:.2f} s ({worked:.2f} s)" for passed, worked in zip(times, busy, strict=True))
        what = f"`{name}`" if name.startswith("import") else f"one item of {days.len():,} days from a CSV, {name}"
        yield (what, *cells, _ratio(times, busy), f"{limit} s")
    for name in list(COLD)[1:]:
        loaded = [
            run(python(LOADED, *_words(one, place / f"{build}.csv", name)), environment={"PYTHONPATH": str(source)})
            for build, source in builds.items()
        ]
        told = (done.output.splitlines()[-1] for done in loaded)
        yield f"loaded of {', '.join(HEAVY)}, {name}", *told, "", "none of them"


def panel(place: Path, builds: dict[str, Path], options: argparse.Namespace) -> Iterator[tuple[str, ...]]:
    """A whole shop of a large chain."""
    runs = _forecasts(place, builds, options.model, items=ITEMS, days=DAYS)
    what = f"{ITEMS:,} items × {DAYS:,} days, {options.model}"
    ratio = _ratio([done.seconds for done in runs], [done.busy for done in runs])
    yield what, *(_cell(done) for done in runs), ratio, f"half, {GIGABYTES:g} GB"


def growth(place: Path, builds: dict[str, Path], options: argparse.Namespace) -> Iterator[tuple[str, ...]]:
    """More and more items of this build: time and memory for each thousand."""
    newest = dict(list(builds.items())[:1])
    for items in GROWTH:
        (done,) = _forecasts(place, newest, options.model, items=items, days=GROWTH_DAYS)
        what = f"{items:,} items × {GROWTH_DAYS} days, {options.model}"
        each = f"{1000 * done.busy / items:.2f} s of cores for each thousand"
        yield what, _cell(done), *[""] * (len(builds) - 1), each, "in proportion"


def _forecasts(place: Path, builds: dict[str, Path], model: str, *, items: int, days: int) -> list[Run]:
    sales = place / "sales.parquet"
    simulate(items, days, sales)
    return [
        run(foresale(*_words(sales, place / f"{build}.parquet", model)), environment={"PYTHONPATH": str(source)})
        for build, source in builds.items()
    ]


def _words(sales: Path, output: Path, model: str) -> tuple[str, ...]:
    """The command that is measured; what an earlier one wrote is taken away."""
    output.unlink(missing_ok=True)
    words = ("forecast", sales, "--horizon", HORIZON, "--model", model, "--output", output)
    return tuple(str(word) for word in words)


def _cell(done: Run) -> str:
    return f"{done.seconds:.1f} s ({done.busy:.1f} s), {done.gigabytes:.2f} GB"


def _ratio(passed: list[float], busy: list[float]) -> str:
    return f"{passed[0] / passed[1]:.2f} ({busy[0] / busy[1]:.2f})" if len(passed) > 1 else ""


if __name__ == "__main__":
    main()
