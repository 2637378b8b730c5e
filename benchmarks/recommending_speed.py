"""Recommendations for a shop that is made up: orders read and learnt from, lists for 100,000 customers, one customer.

    python benchmarks/recommending_speed.py [--orders 125000 250000 500000 1000000]

Each size is read and learnt from in a process of its own: the largest also makes lists, is kept, taken up again and
asked for one customer after the other. Beside the time stands what all cores together worked for it, which says more of
a machine that others use, too.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from measuring import Run, python, report, run

SIZES = (125_000, 250_000, 500_000, 1_000_000)
CUSTOMERS, ITEMS, DAYS, TOP = 100_000, 5_000, 730, 20
MAKE = """
import sys
import numpy as np, polars as pl
orders, customers, items, days, path = *map(int, sys.argv[1:5]), sys.argv[5]
customers = customers * orders // 1_000_000
draw = np.random.default_rng(0)
popular = np.arange(1, items + 1) ** -0.8
group = draw.permutation(items) % 100  # of items, of which a customer likes three
busy = draw.gamma(0.7, 1, customers)
who = draw.choice(customers, orders, p=busy / busy.sum())
likes = draw.integers(0, 100, (customers, 3))
wants = likes[who, draw.integers(0, 3, orders)]
lists = [np.flatnonzero(group == each) for each in range(100)]
shares = [np.cumsum(popular[each]) / popular[each].sum() for each in lists]
item = np.empty(orders, np.int64)
for each in range(100):
    rows = np.flatnonzero(wants == each)
    item[rows] = lists[each][np.minimum(np.searchsorted(shares[each], draw.random(len(rows))), len(lists[each]) - 1)]
day = np.datetime64("2023-01-01") + draw.integers(0, days, orders)
again = draw.random(orders) < 0.3  # lines that repeat an earlier one of the customer
earlier = np.lexsort((draw.random(orders), who))
item[earlier[1:]] = np.where(again[1:] & (who[earlier][1:] == who[earlier][:-1]), item[earlier[:-1]], item[earlier[1:]])
words = np.array("red green blue tea mug plate bowl lamp bag box card frame clock heart star bird tree cake".split())
names = [" ".join(words[draw.integers(0, len(words), 4)]) for _ in range(items)]
pl.DataFrame({"customer": who, "sku": item, "item_name": np.array(names)[item], "date": day,
              "quantity": 1 + draw.poisson(0.5, orders), "price": (5 + item % 40).astype(float)}).write_csv(path)
"""
LEARN = """
import json, sys, time
began, busy, seconds = time.perf_counter(), time.process_time(), {}
def lap(name):
    global began, busy
    seconds[name] = time.perf_counter() - began, time.process_time() - busy
    began, busy = time.perf_counter(), time.process_time()
from foresale.data.interactions import read_interactions
from foresale.recommending.recommender import Recommender
lap("import")
orders = read_interactions(sys.argv[1])
lap("read")
found = Recommender.fit(orders)
lap("fit")
"""
ASK = """
from foresale.storage.recommenders import load_recommender, save_recommender
save_recommender(found, sys.argv[2])
lap("save")
lists = found.recommend(top=20)
lap("lists")
print(len(orders.customers), len(lists), file=sys.stderr)
"""
SERVE = """
import json, sys, time
import numpy as np
from foresale.storage.recommenders import load_recommender
began = time.perf_counter()
found = load_recommender(sys.argv[1])
loaded = time.perf_counter() - began
names = found.orders.customers.to_list()
draw, times, busy = np.random.default_rng(0), [], []
for turn in range(120):
    asked = names[draw.integers(len(names))]
    began, worked = time.perf_counter(), time.process_time()
    found.recommend([asked], top=20)
    times.append(time.perf_counter() - began)
    busy.append(time.process_time() - worked)
later = found.orders.select(found.orders.day == found.orders.day[-1])
later = type(later)(later.customers, later.items, later.customer, later.item, later.time + 86_400_000_000,
                    later.quantity, later.price, later.kind)
began = time.perf_counter()
found.update(later)
updated = time.perf_counter() - began
warm = np.array(times[20:]) * 1000, np.array(busy[20:]) * 1000
print(json.dumps({"load": loaded, "update": updated, "median": float(np.median(warm[0])),
                  "high": float(np.quantile(warm[0], 0.95)), "work": float(np.median(warm[1]))}))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", nargs="+", type=int, default=SIZES)
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for orders in options.orders:
            rows += of_size(orders, Path(folder), last=orders == max(options.orders))
    report(
        "recommending_speed",
        title="Recommendations: time and memory",
        data=f"simulated: {ITEMS:,} items, a customer for ten orders, two years",
        columns=("what", "orders", "time", "of cores", "peak memory"),
        rows=rows,
    )


def of_size(orders: int, folder: Path, *, last: bool) -> list[tuple]:
    """Rows of the table for one number of orders."""
    file, model = folder / f"{orders}.csv", folder / "model"
    run(python(MAKE, str(orders), str(CUSTOMERS), str(ITEMS), str(DAYS), str(file)))
    code = LEARN + (ASK if last else "") + "print(json.dumps(seconds))"
    done = run(python(code, str(file), str(model)))
    seconds = json.loads(done.output.splitlines()[-1])
    print(orders, seconds, file=sys.stderr)
    rows = [(name, f"{orders:,}", f"{wall:.1f} s", f"{work:.1f} s", "") for name, (wall, work) in seconds.items()]
    rows.append(("all of these", f"{orders:,}", f"{done.seconds:.0f} s", f"{done.busy:.0f} s", gigabytes(done)))
    if last:
        served = run(python(SERVE, str(model)))
        told = json.loads(served.output.splitlines()[-1])
        one = f"{told['median']:.1f} ms (95 % within {told['high']:.1f} ms)"
        rows += [
            ("load", f"{orders:,}", f"{told['load']:.1f} s", "", gigabytes(served)),
            ("one customer, warm", f"{orders:,}", one, f"{told['work']:.1f} ms", ""),
            ("a day's orders taken in", f"{orders:,}", f"{told['update']:.1f} s", "", ""),
        ]
    return rows


def gigabytes(done: Run) -> str:
    return f"{done.gigabytes:.1f} GB"


if __name__ == "__main__":
    main()
