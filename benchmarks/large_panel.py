"""A large shop, 30,490 items × 1,941 days (59 million rows of Parquet): read, checked and cut into windows.

The simulated file is made first, if it is not there, and not counted.
"""

import argparse
import json
from pathlib import Path

from measuring import ROOT, python, report, run, verdict

LIMITS = (60.0, 10.0)
MAKE = """
import sys
from foresale.data.synthetic import ShopConfig, shop
items, periods, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
frame = shop(items=items, periods=periods, seed=1, config=ShopConfig(launches=0)).to_frame()
frame.write_parquet(path)
"""
MEASURE = """
import json, sys, time
began = time.perf_counter()
seconds = {}
def lap(name):
    seconds[name] = time.perf_counter() - began - sum(seconds.values())
import numpy as np
import foresale
from foresale.features.inputs import InputSpec
from foresale.features.windows import Windows
lap("import")
panel = foresale.read(sys.argv[1])
lap("read and check")
spec = InputSpec.fit(panel)
windows = Windows(panel, spec, context=112, horizon=28)
lap("lay out for windows")
generator = np.random.default_rng(0)
count = 0
for _ in range(100):
    items = generator.integers(len(panel), size=256)
    batch = windows.batch(items, panel.history[items] - 28)
    count += len(batch.values)
lap("cut 25,600 windows")
print(json.dumps({"seconds": seconds, "rows": int(panel.offsets[-1]), "items": len(panel), "windows": count}))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sales", type=Path, nargs="?", default=ROOT / "build" / "large-shop.parquet")
    parser.add_argument("--items", type=int, default=30_490)
    parser.add_argument("--periods", type=int, default=1_941)
    options = parser.parse_args()
    if not options.sales.exists():
        options.sales.parent.mkdir(parents=True, exist_ok=True)
        run(python(MAKE, options.items, options.periods, options.sales))
    measured = run(python(MEASURE, options.sales))
    found = json.loads(measured.output.splitlines()[-1])
    rows = [(name, f"{seconds:.1f} s", "") for name, seconds in found["seconds"].items()]
    in_all = (
        "**in all**",
        verdict(measured.seconds, LIMITS[0], "s"),
        verdict(measured.gigabytes, LIMITS[1], "GB"),
    )
    report(
        "large_panel",
        title=f"A panel of {found['items']:,} items and {found['rows']:,} rows",
        data=f"simulated, {options.sales.stat().st_size / 1e6:,.0f} MB of Parquet",
        columns=("step", "time", "peak memory"),
        rows=[*rows, in_all],
    )


if __name__ == "__main__":
    main()
