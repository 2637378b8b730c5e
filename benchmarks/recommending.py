"""What customers came for next, against what was recommended: a global split in time, on real order lines.

    python benchmarks/recommending.py ORDERS --days 2011-02-01 2011-05-01 2011-08-01 2011-11-01

A customer counts who bought before the day and within the horizon after it; for items that are new to a customer, who
came for such an item. NDCG of the first ten, with min(wants, 10) hits as the best there could be. Ties go by buyers of
the last four weeks, then by the order of the item ids.
"""

import argparse
import datetime as dt
import time
from pathlib import Path

import numpy as np
from measuring import report
from scipy import sparse

from foresale.core.interactions import DAY, Interactions
from foresale.data.interactions import read_interactions
from foresale.recommend.measures import as_lists, interval, measured
from foresale.recommend.options import RecommendOptions
from foresale.recommend.recommender import Recommender

HORIZONS = (7, 28)
TOP, SHOWN = 10, 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("orders", type=Path)
    parser.add_argument("--days", nargs="+", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--name", default="recommending")
    parser.add_argument("--horizon", type=int, default=14, help="that the order is learnt for")
    options = parser.parse_args()
    begin = time.monotonic()
    orders = read_interactions(options.orders).of_kind("order")
    print(f"read {orders} in {time.monotonic() - begin:.0f} s", flush=True)
    rows = [row for day in options.days for row in of_day(orders, days(day), options.horizon)]
    report(
        options.name,
        title="Recommendations: NDCG of the first ten, of what customers came for within some days",
        data=f"{options.orders.name}, {', '.join(map(str, options.days))}",
        columns=(
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
        ),
        rows=together(rows),
    )


def days(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days


def of_day(orders: Interactions, day: int, horizon: int) -> list[tuple]:
    """Measures of each way for one day."""
    begin = time.monotonic()
    found = Recommender.fit(orders, day=day, options=RecommendOptions(horizon=horizon))
    fitted = time.monotonic() - begin
    past = orders.before(day * DAY)
    known = np.unique(past.customer)
    after = orders.between(day * DAY, (day + max(HORIZONS)) * DAY)
    who = np.intersect1d(known, np.unique(after.customer))
    seen = found.knowledge.profiles.times[who]
    lists = ways(found, orders, who)
    asked = time.monotonic() - begin - fitted
    share = found.knowledge.demand.ever / max(len(known), 1)
    print(f"{day}: learnt in {fitted:.0f} s, asked in {asked:.0f} s", flush=True)
    rows = []
    for days_ahead in HORIZONS:
        wants = wanted(after.before((day + days_ahead) * DAY), who, seen.shape[1])
        for (name, new), chosen in lists.items():
            mine = wants - wants.multiply(seen > 0) if new else wants
            mine = sparse.csr_matrix(mine)
            mine.eliminate_zeros()
            rows.append((name, new, days_ahead, measured(chosen, split(mine), share, top=TOP)))
    return rows


def wanted(coming: Interactions, who: np.ndarray, items: int) -> sparse.csr_matrix:
    """[n, N] 1 for what each of the customers came for."""
    rows = np.searchsorted(who, coming.customer)
    rows = np.minimum(rows, len(who) - 1)
    kept = who[rows] == coming.customer
    found = sparse.csr_matrix((np.ones(kept.sum()), (rows[kept], coming.item[kept])), shape=(len(who), items))
    found.data[:] = 1
    return found


def split(matrix: sparse.csr_matrix) -> list[np.ndarray]:
    return np.split(matrix.indices, matrix.indptr[1:-1])


def ways(found: Recommender, orders: Interactions, who: np.ndarray) -> dict[tuple[str, bool], np.ndarray]:
    """Lists of some customers by each way of making them."""
    knowledge = found.knowledge.of_customers(who)
    demand, seen = knowledge.demand, knowledge.profiles.times
    scores = knowledge.scores()
    popular = np.tile(demand.buyers[28], (len(who), 1))
    lists: dict[tuple[str, bool], np.ndarray] = {}
    for new in (False, True):
        lists["popular in four weeks", new] = best(popular, seen if new else None)
        for name in ("habit", "mixed", "together", "ease", "together lately", "lately rising"):
            lists[name, new] = best(scores[name].toarray() + 1e-9 * popular, seen if new else None)
        names = orders.customers.gather(who).to_list()
        made = found.recommend(names, top=SHOWN, exclude_bought=new)
        rows = np.repeat(np.arange(len(who)), np.bincount(places(made, who, orders), minlength=len(who)))
        lists["learnt order", new] = as_lists(rows, made.item, customers=len(who), width=SHOWN)
    return lists


def places(made, who: np.ndarray, orders: Interactions) -> np.ndarray:
    """[k] which of the customers each recommendation is for."""
    return np.searchsorted(who, orders.places_of(made.customers.to_list()))


def best(scores: np.ndarray, without: sparse.csr_matrix | None) -> np.ndarray:
    if without is not None:
        scores = np.where(without.toarray() > 0, -1, scores)
    return np.argsort(-scores, axis=1, kind="stable")[:, :SHOWN]


def together(rows: list[tuple]) -> list[tuple]:
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
