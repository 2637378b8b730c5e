"""The pre-trained networks alone: items a second on one thread, by unit and length of history, of one build or of two.

    python benchmarks/network_speed.py [--before /path/to/another/build/src]

What is measured is what a forecast takes between a panel and its quantiles, in seconds of the processor, so that what
else runs does not count; the builds take turns, and each has its best round.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from measuring import ROOT, report

ITEMS: Final = 512
CASES: Final = {
    "days, all of the context": ("D", 1_100, 28),
    "days, 60 of history": ("D", 60, 28),
    "hours, all of the context": ("h", 900, 48),
    "weeks, all of the context": ("W", 270, 13),
    "months, all of the context": ("M", 130, 12),
    "months, 24 of history": ("M", 24, 12),
}
MEASURE: Final = """
import json, sys, time
import numpy as np
from foresale.data.synthetic import ShopConfig, shop
from foresale.storage.weights import pretrained
cases, items = json.loads(sys.argv[1]), int(sys.argv[2])
forecaster = pretrained()
panels = {name: shop(items=items, periods=periods, frequency=frequency, config=ShopConfig(launches=0, closed=False))
          for name, (frequency, periods, _) in cases.items()}
for line in sys.stdin:
    name = line.strip()
    began = time.process_time()
    made = forecaster.forecast(panels[name], horizon=cases[name][2])
    seconds = time.process_time() - began
    print(json.dumps([seconds, float(np.abs(made.quantiles).sum())]), flush=True)
"""


class Build:
    """A build that forecasts on one thread when it is asked to."""

    def __init__(self, source: Path) -> None:
        alone = {"PYTHONPATH": str(source), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, "-c", MEASURE, json.dumps(CASES), str(ITEMS)]
        self._process = subprocess.Popen(
            command, env=os.environ | alone, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def seconds(self, case: str) -> float:
        """Of the processor, for one forecast of all items."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(case, file=self._process.stdin, flush=True)
        return float(json.loads(self._process.stdout.readline())[0])

    def close(self) -> None:
        """Let it end."""
        self._process.communicate()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", type=Path, help="the src folder of another build")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cases", default="", help="only those whose names have these words")
    options = parser.parse_args()
    builds = {"now": Build(ROOT / "src")} | ({"before": Build(options.before)} if options.before else {})
    lines = []
    for case in (name for name in CASES if options.cases in name):
        best: dict[str, float] = {}
        for _ in range(options.rounds):
            for name, build in builds.items():
                best[name] = min(best.get(name, float("inf")), build.seconds(case))
        speeds = {name: ITEMS / seconds for name, seconds in best.items()}
        times = f"{speeds['now'] / speeds['before']:.2f} ×" if "before" in speeds else ""
        lines.append((case, f"{speeds['now']:,.0f}", f"{speeds['before']:,.0f}" if times else "", times))
        print(*lines[-1], sep=" | ", flush=True)
    for build in builds.values():
        build.close()
    if not options.cases:
        report(
            "network_speed",
            title="The pre-trained networks alone, on one thread",
            data=f"simulated, {ITEMS} items; items per second of the processor, the best of {options.rounds} rounds",
            columns=("sales", "now", "before", "now / before"),
            rows=lines,
        )


if __name__ == "__main__":
    main()
