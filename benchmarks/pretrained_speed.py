"""The pre-trained networks at work: 30,490 items × 28 days, one item from a CSV, and the size of the wheel."""

import argparse
import os
import sys
import tempfile
from datetime import date
from pathlib import Path

import polars as pl
from measuring import ROOT, foresale, python, report, run, simulate, verdict

ITEMS, DAYS, SHORT_DAYS, HORIZON = 30_490, 1_100, 120, 28
IN_THE_MODEL = """
import sys, time
import foresale
from foresale.core.threads import threads
from foresale.storage.weights import pretrained
panel = foresale.read(sys.argv[1])
forecaster = pretrained()
with threads(int(sys.argv[2])):
    forecaster.forecast(panel.select(range(200)), horizon=28)
    began = time.perf_counter()
    forecaster.forecast(panel, horizon=28)
    print(len(panel) / (time.perf_counter() - began))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="threads in the model")
    jobs = parser.parse_args().jobs
    rows = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        sales, output = folder / "sales.parquet", folder / "forecast.parquet"
        for days in (SHORT_DAYS, DAYS):
            simulate(ITEMS, days, sales)
            speed = float(run(python(IN_THE_MODEL, sales, jobs)).output)
            kept = "kept" if speed >= 500 else "BROKEN"
            what = f"in the model, {ITEMS:,} items × {days:,} days, {jobs} threads"
            rows.append((what, f"{speed:,.0f} items/s (at least 500: {kept})", ""))
        whole = run(foresale("forecast", sales, "--horizon", HORIZON, "--model", "pretrained", "--output", output))
        times = (verdict(whole.seconds, 120, "s"), verdict(whole.gigabytes, 4, "GB"))
        rows.append((f"the whole command, {ITEMS:,} items", *times))
        one = folder / "one.csv"
        days = pl.date_range(date(2023, 1, 1), date(2024, 12, 31), eager=True)
        pl.DataFrame({"date": days, "sku": "tea", "units": [day.weekday() + 3 for day in days]}).write_csv(one)
        cold = run(
            foresale(
                "forecast", one, "--horizon", HORIZON, "--model", "pretrained", "--output", folder / "one-forecast.csv"
            )
        )
        rows.append(("one item from a CSV, cold", verdict(cold.seconds, 5, "s"), f"{cold.gigabytes:.2g} GB"))
        build = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", place, str(ROOT))
        run([sys.executable, *build])
        size = next(folder.glob("*.whl")).stat().st_size / 1e6
        rows.append(("wheel", verdict(size, 20, "MB"), ""))
    report(
        "pretrained_speed",
        title="The pre-trained networks at work",
        data=f"simulated, {ITEMS:,} items × {DAYS:,} days where no other number is given",
        columns=("what", "time or size", "peak memory"),
        rows=rows,
    )


if __name__ == "__main__":
    main()
