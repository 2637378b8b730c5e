"""Seconds of `foresale forecast` at effort standard: idle cores, busy cores, and a processor without AVX-512.

With `--before SRC` the same is measured of an earlier build, whose `src` folder that is, run beside this one in turn.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from measuring import ROOT, foresale, report, run, simulate, verdict

HORIZON = 28
SPIN = "while True: pass"


@dataclass(frozen=True)
class Case:
    """What is measured.

    Attributes:
        name: as the table calls it.
        items: how many items are forecast.
        days: how many days each has.
        limit: seconds that it may take.
        crowded: whether other processes keep every core busy meanwhile.
        environment: variables that are set.
        model: which model forecasts.
    """

    name: str
    items: int
    days: int
    limit: float
    crowded: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    model: str = "auto"


OLDER = {"ONEDNN_MAX_CPU_ISA": "AVX2"}
CASES = (
    Case("1 item × 1,329 days", 1, 1_329, 20),
    Case("the same without AVX-512", 1, 1_329, 20, environment=OLDER),
    Case("the same while others keep every core busy", 1, 1_329, 60, crowded=True),
    Case("the same, lightgbm alone", 1, 1_329, 20, model="lightgbm"),
    Case("100 items × 1,096 days", 100, 1_096, 60),
    Case("500 items × 83 days, lightgbm alone", 500, 83, 60, model="lightgbm"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=Path, help="src folder of an earlier build")
    parser.add_argument("--patience", type=float, default=600, help="seconds after which a run is ended")
    parser.add_argument("--only", type=int, nargs="*", help="which cases, from 0 on")
    parser.add_argument("--jobs", type=int, help="threads of every run, instead of as many as there are idle cores")
    options = parser.parse_args()
    builds = {"this build": ROOT / "src"} | ({"before": options.before} if options.before else {})
    rows = []
    for case in CASES if options.only is None else [CASES[number] for number in options.only]:
        cells = [measured(case, source, options.patience, options.jobs) for source in builds.values()]
        rows.append((case.name, *cells))
    report(
        "any_processor",
        title="A forecast soon, on any processor",
        data=f"simulated shops, daily; horizon 28; {_threads(options.jobs)}; wall clock, and in brackets the seconds "
        "that cores worked",
        columns=("what", *builds),
        rows=rows,
    )


def _threads(jobs: int | None) -> str:
    return f"{jobs} thread(s)" if jobs else "threads by the cores that are idle"


def measured(case: Case, source: Path, patience: float, jobs: int | None) -> str:
    """Time of one case with one build, or what became of it."""
    with tempfile.TemporaryDirectory() as place:
        sales = Path(place) / "sales.parquet"
        simulate(case.items, case.days, sales)
        command = foresale(
            "forecast",
            sales,
            "--horizon",
            HORIZON,
            "--model",
            case.model,
            "--output",
            Path(place) / "forecast.parquet",
            *(["--jobs", jobs] if jobs else []),
        )
        with crowd(case.crowded):
            done = run(command, environment=case.environment | {"PYTHONPATH": str(source)}, limit=patience)
    if not done.finished:
        how = f"no end after {done.seconds:.0f} s" if done.seconds >= patience else f"fails after {done.seconds:.0f} s"
        return f"{how} ({done.busy:.0f} s)"
    return f"{verdict(done.seconds, case.limit, 's')} ({done.busy:.0f} s)"


@contextmanager
def crowd(wanted: bool) -> Iterator[None]:
    """Other processes that use as many cores as there are."""
    others = [subprocess.Popen([sys.executable, "-c", SPIN]) for _ in range((os.cpu_count() or 1) if wanted else 0)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


if __name__ == "__main__":
    main()
