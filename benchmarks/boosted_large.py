"""Boosted trees on a simulated shop of many items: seconds and peak memory of learning and forecasting 28 days."""

import argparse

from measuring import python, report, run

CODE = """
import sys, time
from foresale.data.synthetic import ShopConfig, shop
from foresale.forecasting.boosted import BoostedLearner, BoostedOptions
items, periods, rounds, threads = map(int, sys.argv[1:])
panel = shop(items=items, periods=periods, seed=1, config=ShopConfig(future=28))
start = time.perf_counter()
options = BoostedOptions(rounds=rounds, rounds_around=max(rounds // 4, 1), threads=threads)
forecaster = BoostedLearner(options=options).fit(panel, horizon=28)
fitted = time.perf_counter()
forecaster.forecast(panel, horizon=28)
print(fitted - start, time.perf_counter() - fitted)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=30_490)
    parser.add_argument("--periods", type=int, default=1_095)
    parser.add_argument("--rounds", type=int, default=200, help="trees of the median")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--name", default="boosted_large", help="of the table in results/")
    options = parser.parse_args()
    done = run(python(CODE, options.items, options.periods, options.rounds, options.threads))
    fit, forecast = (f"{float(word):.0f}" for word in done.output.split())
    report(
        options.name,
        title="Boosted trees on many items",
        data=f"a simulated shop of {options.items:,} items and {options.periods:,} days; {options.threads} thread(s)",
        columns=("trees of the median", "learning, s", "forecasting, s", "peak memory, GB"),
        rows=[(options.rounds, fit, forecast, f"{done.gigabytes:.1f}")],
    )


if __name__ == "__main__":
    main()
