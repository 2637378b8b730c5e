"""`inspect` of a panel of 50,000 items × 90 days, in memory."""

import json

from measuring import python, report, run, verdict

ITEMS, DAYS, LIMIT = 50_000, 90, 10.0
INSPECT = """
import json, sys, time
from foresale.data.synthetic import shop
from foresale.workflows.inspect import inspect
panel = shop(items=int(sys.argv[1]), periods=int(sys.argv[2]))
began = time.perf_counter()
inspect(panel)
print(json.dumps(time.perf_counter() - began))
"""


def main() -> None:
    done = run(python(INSPECT, ITEMS, DAYS))
    seconds = json.loads(done.output)
    report(
        "inspect_speed",
        title="Inspecting many items",
        data=f"simulated, {ITEMS:,} items × {DAYS} days, in memory",
        columns=("what", "time", "peak memory, with the making of the shop"),
        rows=[("inspect", verdict(seconds, LIMIT, "s"), f"{done.gigabytes:.2g} GB")],
    )


if __name__ == "__main__":
    main()
