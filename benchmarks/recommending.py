"""What customers came for next, against what was recommended: a global split in time, on real orders.

    python benchmarks/recommending.py ORDERS --days 2011-02-01 2011-05-01 2011-08-01 2011-11-01 --name recommending
    python benchmarks/recommending.py completejourney --days 2017-06-01 … --name recommending_grocer

The order is learnt from the orders before each day alone. Who counts, and what ties do, is told in shopping.py. The
networks that come with the package have seen both data sets, so the buyers of the weeks to come are forecast by a
statistical model.
"""

import argparse
import datetime as dt
import time
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from measuring import report
from shopping import LONGEST, SHOWN, TOP, number, orders_of

from foresale.core.frequency import DAY
from foresale.recommending.evaluation import kinds_of, lists_of as lists_of_learnt
from foresale.recommending.measures import Measures, interval
from foresale.recommending.options import RecommendOptions
from foresale.recommending.recommender import Recommender
from foresale.recommending.split import Split
from foresale.workflows.outlook import ForecastOutlooks

HORIZONS = (7, 28)
SOURCES = ("habit", "mixed", "together", "ease", "basket", "lately rising", "together rising", "together coming")
LEARNT = "learnt order"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("orders")
    parser.add_argument("--days", nargs="+", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--name", default="recommending")
    options = parser.parse_args()
    begin = time.monotonic()
    orders = orders_of(options.orders)
    print(f"read {orders} in {time.monotonic() - begin:.0f} s", flush=True)
    found = [of_day(Split(orders, number(day), LONGEST)) for day in options.days]
    source = f"{options.orders.rpartition('/')[2]}, {', '.join(map(str, options.days))}"
    ways = [row for day in found for row in day[0]]
    kinds = [row for day in found for row in day[1]]
    report(
        options.name,
        title="Recommendations: NDCG of the first ten, of what customers came for within some days",
        data=source,
        columns=COLUMNS,
        rows=together(ways),
    )
    report(
        f"{options.name}_kinds",
        title="Recommendations by kind of customer: NDCG of the first ten, learnt order",
        data=source,
        columns=COLUMNS,
        rows=together(kinds),
    )
    report(
        f"{options.name}_chances",
        title="Recommendations: the chances that were told, and how many customers came for the items within the days",
        data=source,
        columns=("chance told", "mean of it", "came", "recommendations"),
        rows=calibration(np.concatenate([day[2] for day in found])),
    )


def of_day(split: Split) -> tuple[list[tuple], list[tuple], np.ndarray]:
    """Measures of each way for one day, those of the learnt order by kind of customer, and chances with what came."""
    begin = time.monotonic()
    options = RecommendOptions()
    found = Recommender.fit(split.past, day=split.day, options=options, outlooks=ForecastOutlooks())
    print(f"{dt.date.fromordinal(split.day + 719_163)}: learnt in {time.monotonic() - begin:.0f} s", flush=True)
    ways, kinds = [], []
    groups = kinds_of(found, split)
    for name, new, lists in lists_of(found, split):
        for days in HORIZONS:
            ways.append((name, new, days, split.judged(lists, days, new=new, top=TOP)))
            if name == LEARNT:
                for kind, rows in groups.items():
                    found_by_kind = split.judged(lists, days, new=new, top=TOP, rows=rows)
                    kinds.append((kind, new, days, found_by_kind))
    return ways, kinds, chances(found, split, days=options.horizon)


def lists_of(found: Recommender, split: Split) -> Iterator[tuple[str, bool, np.ndarray]]:
    """Lists of the customers who count, by each way of making them."""
    popular = found.knowledge.demand.buyers[28]
    for new in (False, True):
        yield (
            "popular in four weeks",
            new,
            split.best(lambda rows: np.tile(popular, (len(rows), 1)), new=new, width=SHOWN),
        )
        yield LEARNT, new, lists_of_learnt(found, split, new=new, width=SHOWN)
    scores = {name: [] for name in SOURCES}
    knowledge = found.knowledge
    for first in range(0, len(split.who), 250):
        part = knowledge.of_customers(split.who[first : first + 250]).scores()
        for name in SOURCES:
            scores[name].append(part[name])
    for name, parts in scores.items():
        for new in (False, True):
            told = lambda rows, parts=parts: parts[rows[0] // 250].toarray()  # noqa: E731
            yield name, new, split.best(told, new=new, width=SHOWN)


def chances(found: Recommender, split: Split, *, days: int) -> np.ndarray:
    """[n, 2] the chances of all recommendations to some customers, of all there were, and whether they came true."""
    known = np.unique(split.past.customer)
    some = np.sort(np.random.default_rng(0).permutation(known)[:1_000])
    made = found.ranked(some, depth=SHOWN)
    coming = split.orders.between(split.day * DAY, (split.day + days) * DAY)
    items = split.orders.items.height
    came = np.isin(made.customer * items + made.item, coming.customer.astype(np.int64) * items + coming.item)
    return np.column_stack([made.chance, came])


def calibration(told: np.ndarray) -> list[tuple]:
    bounds = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 1.0]
    rows = []
    for low, high in pairwise(bounds):
        part = told[(told[:, 0] >= low) & (told[:, 0] < high)]
        if len(part):
            rows.append(
                (f"{low:.0%} to {high:.0%}", *(f"{value:.1%}" for value in part.mean(axis=0)), f"{len(part):,}")
            )
    return rows


COLUMNS = (
    "what",
    "by",
    "days",
    "NDCG",
    "90 % interval",
    "recall",
    "MAP",
    "items in all lists",
    "novelty",
    "customers",
    "each day",
)


def together(rows: list[tuple[str, bool, int, Measures]]) -> list[tuple]:
    """Means over the days, each day counting the same."""
    keys = list(dict.fromkeys(row[:3] for row in rows))
    table = []
    for name, new, ahead in sorted(keys, key=lambda key: (key[1], key[2])):
        found = [row[3] for row in rows if row[:3] == (name, new, ahead)]
        ndcg = [each.ndcg.mean() for each in found]
        low, high = interval(np.concatenate([each.ndcg for each in found]))
        table.append(
            (
                "new to the customer" if new else "all",
                name,
                str(ahead),
                f"{np.mean(ndcg):.3f}",
                f"{low:.3f}–{high:.3f}",
                f"{np.mean([each.recall.mean() for each in found]):.3f}",
                f"{np.mean([each.precision.mean() for each in found]):.3f}",
                f"{np.mean([each.different for each in found]):,.0f}",
                f"{np.mean([each.novelty for each in found]):.1f}",
                f"{sum(len(each.ndcg) for each in found):,}",
                ", ".join(f"{value:.3f}" for value in ndcg),
            )
        )
    return table


if __name__ == "__main__":
    main()
