"""What each source and kind of knowledge brings to recommendations: left out, one at a time, and learnt anew.

    python benchmarks/recommending_ablation.py ORDERS --days 2011-02-01 2011-05-01 2011-08-01 2011-11-01

Each row is the order learnt without some sources and features (`foresale.recommending.options.GROUPS`), or with those
that are left out by themselves; its difference is paired by customer. A second table tells items apart: new ones, old
ones, and items of a season in the eight weeks before their peak.
"""

import argparse
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from measuring import report
from shopping import LONGEST, SHOWN, TOP, number, orders_of

from foresale.recommending.candidates import Candidates
from foresale.recommending.knowledge import Knowledge
from foresale.recommending.lessons import lesson_of, moments
from foresale.recommending.measures import as_lists, interval
from foresale.recommending.options import GROUPS, YEAR, RecommendOptions
from foresale.recommending.ranking import Lesson, Ranking, first_places
from foresale.recommending.split import Split
from foresale.recommending.updating import alike_by_name
from foresale.recommending.visits import Visits
from foresale.workflows.outlook import ForecastOutlooks

HORIZONS = (7, 28)
SEEDS = (0,)
WHOLE = "as it is"
USUAL = RecommendOptions().without
VARIANTS = {
    WHOLE: USUAL,
    **{f"without {name}": (*USUAL, name) for name in GROUPS if name not in USUAL},
    **{f"with {name}": tuple(each for each in USUAL if each != name) for name in USUAL},
}
SEASONAL = 0.6
"""Share of the buyers of a year within eight weeks from which on an item is one of a season."""
LAUNCHED = 56
BEFORE_PEAK = 56
"""Days."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("orders")
    parser.add_argument("--days", nargs="+", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--name", default="recommending_ablation")
    parser.add_argument("--only", nargs="+", choices=list(VARIANTS)[1:], help="variants beside that as it is; or all")
    options = parser.parse_args()
    for name in set(VARIANTS) - {WHOLE, *(options.only or VARIANTS)}:
        del VARIANTS[name]
    orders = orders_of(options.orders)
    rows: list[tuple[str, bool, int, np.ndarray]] = []
    kinds: list[tuple[str, str, bool, np.ndarray]] = []
    for day in options.days:
        split = Split(orders, number(day), LONGEST)
        seasonal = seasons(Visits.of(orders), split.day)
        for without, new, lists, launched in learnt(split):
            rows.extend((without, new, days, split.judged(lists, days, new=new, top=TOP).ndcg) for days in HORIZONS)
            groups = {"new items": launched, "older items": ~launched, "before their season": seasonal}
            hits = {kind: recall(split, lists, items, new=new) for kind, items in groups.items()}
            kinds.extend((without, kind, new, found) for kind, found in hits.items())
        print(day, flush=True)
    source = f"{options.orders.rpartition('/')[2]}, {', '.join(map(str, options.days))}"
    report(
        options.name,
        title="Recommendations without a source: NDCG of the first ten, and the difference to all sources",
        data=source,
        columns=("what", "days", "sources", "NDCG", "difference", "90 % interval of it"),
        rows=differences(rows),
    )
    report(
        f"{options.name}_items",
        title="Recommendations by kind of item: share of what customers came for in 28 days that the first twenty hold",
        data=source,
        columns=("what", "items", "sources", "recall", "purchases"),
        rows=by_kind(kinds),
    )


def learnt(split: Split) -> Iterator[tuple[str, bool, np.ndarray, np.ndarray]]:
    """What is left out, whether what is new to customers is ordered, [n, 20] lists, and [N] items just launched."""
    options = RecommendOptions()
    visits, alike, outlooks = Visits.of(split.past), alike_by_name(split.past, options), ForecastOutlooks()
    knowledge = Knowledge.of(visits, split.day, alike=alike, options=options, outlooks=outlooks)
    past = list(moments(visits, split.day, alike=alike, options=options, outlooks=outlooks))
    launched = (knowledge.demand.age <= LAUNCHED) & (knowledge.demand.ever > 0)
    for without, left_out in VARIANTS.items():
        chosen = replace(options, without=left_out)
        proposed = Candidates.of(knowledge.of_customers(split.who), options=chosen)
        lessons = [lesson_of(moment, options=chosen) for moment in past]
        for new in (False, True):
            for seed in SEEDS:
                yield without, new, lists_of(lessons, proposed, replace(chosen, seed=seed), new=new), launched


def lists_of(lessons: Sequence[Lesson], proposed: Candidates, options: RecommendOptions, *, new: bool) -> np.ndarray:
    ranking = Ranking.fit(lessons, new=new, options=options)
    rows = ~proposed.bought if new else np.ones(len(proposed.item), bool)
    chosen = first_places(proposed, ranking.scores(proposed), rows, top=SHOWN)
    return as_lists(proposed.customer[chosen], proposed.item[chosen], customers=proposed.customers, width=SHOWN)


def seasons(visits: Visits, day: int) -> np.ndarray:
    """[N] items whose season, by all there is, is to come within eight weeks: for judging alone."""
    best = np.zeros(visits.shape[1])
    peak = np.zeros(visits.shape[1], np.int64)
    for first in range(0, YEAR, 7):
        within = (visits.day - first) % YEAR < BEFORE_PEAK
        share = np.bincount(visits.item[within], minlength=visits.shape[1]) / np.maximum(
            np.bincount(visits.item, minlength=visits.shape[1]), 20
        )
        peak = np.where(share > best, first, peak)
        best = np.maximum(best, share)
    return (best >= SEASONAL) & ((peak - day) % YEAR < BEFORE_PEAK)


def recall(split: Split, lists: np.ndarray, items: np.ndarray, *, new: bool) -> np.ndarray:
    """[2] hits and purchases of some items, of all customers together."""
    wants = [want[items[want]] for want in split.wants(28, new=new)]
    hits = sum(np.isin(want, row).sum() for want, row in zip(wants, lists, strict=True))
    return np.array([hits, sum(map(len, wants))])


def differences(rows: list[tuple[str, bool, int, np.ndarray]]) -> list[tuple]:
    table = []
    for new in (False, True):
        for days in HORIZONS:
            whole = np.concatenate([row[3] for row in rows if row[:3] == (WHOLE, new, days)])
            for without in VARIANTS:
                values = np.concatenate([row[3] for row in rows if row[:3] == (without, new, days)])
                low, high = interval(values - whole)
                table.append(
                    (
                        "new to the customer" if new else "all",
                        days,
                        without,
                        f"{values.mean():.4f}",
                        f"{(values - whole).mean():+.4f}",
                        f"{low:+.4f} to {high:+.4f}" if without != WHOLE else "",
                    )
                )
    return table


def by_kind(kinds: list[tuple[str, str, bool, np.ndarray]]) -> list[tuple]:
    table = []
    for new in (False, True):
        for kind in dict.fromkeys(row[1] for row in kinds):
            for without in VARIANTS:
                hits, wants = np.sum([row[3] for row in kinds if row[:3] == (without, kind, new)], axis=0)
                told = "new to the customer" if new else "all"
                table.append((told, kind, without, f"{hits / max(wants, 1):.4f}", f"{wants // len(SEEDS):,}"))
    return table


if __name__ == "__main__":
    main()
