"""`clean` of a panel of 50,000 items × 90 days, in memory."""

import json

from measuring import python, report, run, verdict

ITEMS, DAYS, LIMIT = 50_000, 90, 10.0
CLEAN = """
import json, sys, time
from foresale.cleaning.clean import clean
from foresale.data.synthetic import ShopConfig, shop
panel = shop(items=int(sys.argv[1]), periods=int(sys.argv[2]), config=ShopConfig(report_availability=False))
began = time.perf_counter()
clean(panel)
print(json.dumps(time.perf_counter() - began))
"""


def main() -> None:
    done = run(python(CLEAN, ITEMS, DAYS))
    seconds = json.loads(done.output)
    report(
        "clean_speed",
        title="Cleaning many items",
        data=f"simulated, {ITEMS:,} items × {DAYS} days, in memory, stock-outs not reported",
        columns=("what", "time", "peak memory, with the making of the shop"),
        rows=[("clean", verdict(seconds, LIMIT, "s"), f"{done.gigabytes:.2g} GB")],
    )


if __name__ == "__main__":
    main()
