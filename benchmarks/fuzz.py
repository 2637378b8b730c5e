"""Tables of all kinds, made by seed, read and forecast: no foreign error, no row lost unsaid, sums exact.

    python benchmarks/fuzz.py --cases 3000 --commands 200

The tables stand in the folder exports/, and a sample of them runs in the tests. `--only SEED` shows one of them.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "exports"), str(HERE)]

from judging import judged, judged_by_command  # noqa: E402
from measuring import report  # noqa: E402
from tables import Case, case_of  # noqa: E402
from typer.testing import CliRunner  # noqa: E402

from foresale.cli.app import app  # noqa: E402

SLOW, LARGE = 10.0, 1.0
"""Seconds and gigabytes that no such small table takes."""


def run(arguments: Sequence[str]) -> tuple[int, str, BaseException | None]:
    result = CliRunner().invoke(app, list(arguments))
    raised = result.exception if not isinstance(result.exception, SystemExit) else None
    return result.exit_code, result.output, raised


def gigabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=3000)
    parser.add_argument("--commands", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", type=int)
    options = parser.parse_args()
    if options.only is not None:
        return show(case_of(options.only))
    rows = [
        measured("read", range(options.first, options.first + options.cases), by_command=False),
        measured("inspect, clean, forecast", range(10**6, 10**6 + options.commands), by_command=True),
    ]
    columns = (
        "way",
        "tables",
        "kinds",
        "wrong",
        "slowest",
        "over 10 s",
        "memory of the process",
        "first that were wrong",
    )
    report("fuzz", title="Tables of all kinds", data="made by seed, benchmarks/exports", columns=columns, rows=rows)
    return None


def measured(way: str, seeds: Sequence[int], *, by_command: bool) -> tuple[object, ...]:
    kinds: Counter[str] = Counter()
    wrong: list[str] = []
    slowest, slow = 0.0, 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            case = case_of(seed)
            kinds[case.kind.split(",")[0]] += 1
            start = time.perf_counter()
            problem = judged_by_command(case, Path(folder), run) if by_command else judged(case, Path(folder))
            seconds = time.perf_counter() - start
            slowest, slow = max(slowest, seconds), slow + (seconds > SLOW)
            if problem:
                wrong.append(f"{seed} ({case.kind}): {problem}")
                print(wrong[-1], file=sys.stderr)
    return (
        way,
        f"{len(seeds):,}",
        len(kinds),
        len(wrong),
        f"{slowest:.1f} s",
        slow,
        f"{gigabytes():.2f} GB",
        "; ".join(wrong[:5]).replace("|", "¦") or "none",
    )


def show(case: Case) -> None:
    print(case.kind, case.suffix, dict(case.options), case.units, case.cents, case.rows)
    print(case.source[:2000] if isinstance(case.source, bytes) else case.source)
    with tempfile.TemporaryDirectory() as folder:
        print(judged(case, Path(folder)) or "as it should be")


if __name__ == "__main__":
    main()
