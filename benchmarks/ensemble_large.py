"""The ensemble at effort standard on as many items and days as M5 has: time and memory of the whole command."""

import argparse
import os
import tempfile
from pathlib import Path

from measuring import foresale, report, run, simulate, verdict
from pretrained_speed import HORIZON, ITEMS

DAYS, MINUTES, GIGABYTES = 1_941, 30, 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="threads")
    parser.add_argument("--remark", default="", help="said of the machine in the table")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        sales, output = Path(place) / "sales.parquet", Path(place) / "forecast.parquet"
        simulate(options.items, DAYS, sales)
        told = ("--effort", "standard", "--jobs", options.jobs, "--quiet")
        done = run(foresale("forecast", sales, "--kind", "totals", "--horizon", HORIZON, *told, "--output", output))
    rows = [
        (
            f"foresale forecast --effort standard, {options.items:,} items × {DAYS:,} days, {HORIZON} ahead",
            options.jobs,
            verdict(done.seconds, 60 * MINUTES, "s"),
            verdict(done.gigabytes, GIGABYTES, "GB"),
        )
    ]
    report(
        "ensemble_large",
        title="The ensemble on very many items",
        data=". ".join(filter(None, ("a simulated shop", options.remark))),
        columns=("command", "threads", "time", "peak memory"),
        rows=rows,
    )


if __name__ == "__main__":
    main()
