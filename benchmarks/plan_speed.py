"""A plan of 30,490 items from a finished forecast: read, decided on all sample paths, written; also with a budget.

Beside the time stands what all cores together worked for it, which says more of a machine that others use, too.
"""

import argparse
import json
import tempfile
from pathlib import Path

from measuring import Run, foresale, python, report, run, timed

from foresale.inventory.policies.paths import PATHS

ITEMS, HORIZON, LIMIT = 30_490, 28, 120.0
MAKE = """
import sys
import numpy as np, polars as pl
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.frequency import Frequency
items, horizon, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
rng = np.random.default_rng(0)
rate = rng.lognormal(0, 1.3, items)
week = np.array([0.8, 0.8, 0.85, 0.9, 1.1, 1.4, 1.15])[np.arange(horizon) % 7]
mean = rate[:, None] * week
quantiles = np.floor(mean[:, :, None] * -np.log1p(-np.array(LEVELS)) + 0.3).astype(np.float32)
ids = pl.DataFrame({"item_id": [f"item-{n:05d}" for n in range(items)]})
starts = np.full(items, 19_700)
forecast = Forecast(ids, Frequency("day"), starts, quantiles, mean.astype(np.float32))
forecast.to_frame().write_parquet(f"{folder}/f.parquet")
cost = rng.lognormal(1, 0.6, items).round(2)
stock = ids.with_columns(
    on_hand=pl.Series((rate * rng.uniform(0, 30, items)).round()),
    supplier=pl.Series(rng.integers(0, 200, items)).cast(pl.String),
    unit_cost=pl.Series(cost), price=pl.Series((cost * 1.8).round(2)),
    pack_size=pl.Series(rng.choice([1, 6, 12, 24], items)),
)
stock.write_csv(f"{folder}/stock.csv")
names = [str(n) for n in range(200)]
lead = pl.DataFrame({"supplier": names, "lead_time": rng.integers(2, 22, 200), "lead_time_sd": 1.5})
lead.write_csv(f"{folder}/suppliers.csv")
"""
IN_PARTS = """
import json, sys, time
began, busy = time.perf_counter(), time.process_time()
seconds = {}
def lap(name):
    global began, busy
    seconds[name] = time.perf_counter() - began, time.process_time() - busy
    began, busy = time.perf_counter(), time.process_time()
from foresale.data.forecasts import read_forecast
from foresale.inventory.planning.make import make_plan
from foresale.inventory.read import Sources, read_inventory
lap("import")
folder = sys.argv[1]
forecast = read_forecast(f"{folder}/f.parquet")
lap("read the forecast")
inventory = read_inventory(forecast, Sources(f"{folder}/stock.csv", suppliers=f"{folder}/suppliers.csv"))
lap("read stock and terms")
plan = make_plan(forecast, inventory)
lap("plan")
frame = plan.to_frame()
lap("reasons and table")
print(json.dumps({"seconds": seconds, "orders": int((frame["order"] > 0).sum()), "later": plan.later.item.size}))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--only", choices=["parts", "command", "budget"], help="one of the three runs")
    options = parser.parse_args()
    rows: list[tuple[str, str, str, str]] = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        run(python(MAKE, options.items, HORIZON, folder))
        if options.only in {None, "parts"}:
            parts = run(python(IN_PARTS, folder))
            found = json.loads(parts.output.splitlines()[-1])
            rows += [
                (name, f"{seconds:.1f} s", f"{busy:.1f} s", "") for name, (seconds, busy) in found["seconds"].items()
            ]
            rows.append(("all of these", *_measured(parts)))
            rows.append((f"{found['orders']:,} orders of today, {found['later']:,} later ones", "", "", ""))
        files = (
            "--forecast",
            folder / "f.parquet",
            "--stock",
            folder / "stock.csv",
            "--suppliers",
            folder / "suppliers.csv",
        )
        command = foresale(
            "plan", *files, "--output", folder / "orders.csv", "--next", folder / "next.parquet", "--quiet"
        )
        for name, more in (("command", []), ("budget", ["--budget", "100000"])):
            if options.only in {None, name}:
                done = run([*command, *more])
                what = " ".join(["foresale plan", *more])
                rows.append((what, *_measured(done)))
    report(
        "plan_speed",
        title=f"Planning {options.items:,} items",
        data=f"a simulated forecast of {options.items:,} items × {HORIZON} days, 200 suppliers, {PATHS:,} sample paths",
        columns=("step", "time", "of cores", "peak memory"),
        rows=rows,
    )


def _measured(done: Run) -> tuple[str, str, str]:
    return timed(done.seconds, done.busy, LIMIT), f"{done.busy:.0f} s", f"{done.gigabytes:.2g} GB"


if __name__ == "__main__":
    main()
