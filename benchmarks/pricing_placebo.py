"""How often the placebo warns: markets whose prices move in time only, each drawn once, in twins.

    python benchmarks/pricing_placebo.py FOLDER [--first 500] [--seeds 60] [--stores 83] [--keep LINES]

The study of elasticities (pricing_study.py) draws each market at three levels of noise, so that its ten seeds are ten
markets and not thirty: whether a test keeps its level takes more of them. FOLDER is as there.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from measuring import kept, report
from pricing_market import Twin, market, real
from scipy import stats

from foresale.pricing.effects.estimate import find_elasticities

NOISES = (0.2, 0.4, 0.8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--first", type=int, default=500, help="the first seed")
    parser.add_argument("--seeds", type=int, default=60)
    parser.add_argument("--stores", type=int, default=83)
    parser.add_argument("--keep", type=Path, default=Path("pricing_placebo.jsonl"))
    asked = parser.parse_args()
    levels = real(asked.folder)
    done = {(line["seed"], line["confounded"]) for line in kept(asked.keep)}
    for seed in range(asked.first, asked.first + asked.seeds):
        for confounded in (False, True):
            if (seed, confounded) in done:
                continue
            noise = NOISES[seed % len(NOISES)]
            twin = Twin(confounded=confounded, stores_differ=False, noise=noise, seed=seed)
            checks = find_elasticities(market(levels, twin, stores=asked.stores).panel).checks
            row = checks.filter(checks["check"] == "placebo, over-time").row(0, named=True)
            line = {
                "seed": seed,
                "confounded": confounded,
                "noise": noise,
                "bias": row["value"],
                "chance": row["chance"],
                "warned": not row["passed"],
            }
            with asked.keep.open("a") as file:
                file.write(json.dumps(line) + "\n")
    _report(list(kept(asked.keep)), asked.stores)


def _report(lines: list[dict[str, Any]], stores: int) -> None:
    rows = []
    for confounded in (False, True):
        for noise in (*NOISES, "all"):
            own = [line for line in lines if line["confounded"] == confounded and noise in ("all", line["noise"])]
            warned = sum(line["warned"] for line in own)
            between = stats.binomtest(warned, len(own)).proportion_ci(method="wilson")
            rows.append(
                [
                    "confounded" if confounded else "random",
                    str(noise),
                    len(own),
                    warned,
                    f"{100 * between.low:.0f}–{100 * between.high:.0f} %",
                    f"{np.median([line['chance'] for line in own]):.3f}",
                    f"{np.mean([line['bias'] for line in own]):+.3f}",
                ]
            )
    report(
        "pricing_placebo",
        title="How often the placebo warns where prices move in time only",
        data=f"levels and seasons of Dominick's orange juice, 11 brands × {stores} stores × 121 weeks, prices "
        "drawn, by seeds by which nothing was set",
        rows=rows,
        columns=["twin", "noise", "markets", "warned", "95 %", "median chance", "mean bias"],
    )


if __name__ == "__main__":
    main()
