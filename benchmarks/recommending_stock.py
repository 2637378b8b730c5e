"""Recommendations in a shop that runs out of things: a stock is drawn, real orders meet it, and lists add to them.

    python benchmarks/recommending_stock.py ORDERS --days 2011-02-01 2011-05-01 2011-08-01 2011-11-01

On each day every item has stock for a drawn number of days of its usual demand, a third of them an open order besides:
in a scarce shop, and in one that has most of what is asked for. The
cost is a drawn share of the price. The orders of the next four weeks come day by day and take what is there. Who is
recommended an item and does come for it takes a share more (the lift); sold is what stock allows. A want counts for
NDCG if the item was there on the day that the customer came for it, without any recommendation. The order is learnt
from less than by default, since the lists are compared with each other.

Lists: the plain one; the plain one without what is out of stock today; and the one that keeps to free stock, as
forecast by a statistical model that has seen nothing of the weeks to come.
"""

import argparse
import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from measuring import report
from shopping import LONGEST, SHOWN, TOP, number, orders_of

from foresale.core.columns import ITEM
from foresale.core.forecast import Forecast
from foresale.core.frequency import DAY, Frequency
from foresale.core.panel import Panel
from foresale.inventory.defaults import Defaults
from foresale.inventory.read import Sources, read_inventory
from foresale.recommending.free_stock import FreeStock, StockOptions
from foresale.recommending.measures import as_lists, measured
from foresale.recommending.offers import ListLimits
from foresale.recommending.options import RecommendOptions
from foresale.recommending.ranked import RankedItems
from foresale.recommending.recommender import Recommender
from foresale.recommending.split import Split
from foresale.recommending.stock_limiter import StockLimiter
from foresale.recommending.visits import Visits
from foresale.workflows.forecast import forecast

DEPTH = 5 * SHOWN
USUAL = 90
"""Days whose orders tell the usual demand that stock is drawn by."""
COVERS = {"scarce": (0.0, 3.0, 7.0, 14.0, 28.0, 56.0, 112.0), "usual": (0.0, 14.0, 56.0, 84.0, 112.0, 168.0, 224.0)}
"""By kind of shop, days of usual demand in stock, one as likely as another."""
LEARNING = RecommendOptions(horizon=LONGEST, cutoffs=3, most_customers=300, rounds=50)
LIFTS = (0.1, 0.5)
HANDED_ON = 0.3
"""Share of the customers of what is out who are taken to want what is alike."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("orders")
    parser.add_argument("--days", nargs="+", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--name", default="recommending_stock")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    orders, rows = orders_of(options.orders), []
    for day in options.days:
        begin = time.monotonic()
        split = Split(orders, number(day), LONGEST)
        recommender = Recommender.fit(orders, day=split.day, options=LEARNING)
        ranked = recommender.ranked(np.unique(split.past.customer), depth=DEPTH)
        sold = weekly_forecast(recommender, split.day)
        for kind, covers in COVERS.items():
            shop = Shop.of(split, recommender, sold, covers=covers, seed=options.seed)
            rows += [(str(day), kind, *row) for row in shop.rows(ranked)]
        print(f"{day}: {time.monotonic() - begin:.0f} s", *rows[-2 * len(WAYS) * len(LIFTS) :], sep="\n", flush=True)
    report(
        options.name,
        title="Recommendations and stock: what lists bring where things run out",
        data=f"{Path(options.orders).name}, seed {options.seed}",
        columns=COLUMNS,
        rows=rows,
    )


WAYS = (
    "plain",
    "out of stock left out",
    "keeps to free stock, all expected units count",
    "keeps to free stock, what being told adds counts",
    "keeps to free stock, all count, alike moved up",
)
COLUMNS = (
    "day",
    "stock",
    "list",
    "lift",
    "NDCG",
    "of plain",
    "NDCG of all wants",
    "forecast to be out",
    "places filled",
    "margin",
    "more than plain",
    "units lost",
)


@dataclass(frozen=True, eq=False)
class Shop:
    """A shop on a day: who is recommended what, what is in stock, what will be asked for."""

    split: Split
    recommender: Recommender
    on_hand: np.ndarray
    arrivals: np.ndarray
    margin: np.ndarray
    free: FreeStock

    @classmethod
    def of(
        cls, split: Split, recommender: Recommender, sold: Forecast, *, covers: tuple[float, ...], seed: int
    ) -> "Shop":
        """A drawn stock, and what is forecast to be free of it."""
        drawn = np.random.default_rng((seed, split.day))
        items = split.orders.items.height
        lately = split.past.between((split.day - USUAL) * DAY, split.day * DAY)
        usual = np.bincount(lately.item, lately.quantity, minlength=items) / USUAL
        on_hand = np.floor(usual * drawn.choice(covers, items) + drawn.random(items))
        on_order = np.where(drawn.random(items) < 1 / 3, np.ceil(usual * LONGEST), 0)
        due = drawn.integers(0, 2 * LONGEST, items)
        price = np.nan_to_num(recommender.knowledge.demand.price, nan=1.0)
        cost = price * drawn.uniform(0.4, 0.8, items)
        stamps = np.datetime64("1970-01-01") + split.day + due
        table = pl.DataFrame({ITEM: np.arange(items).astype(str), "on_hand": on_hand, "on_order": on_order})
        table = table.with_columns(due=pl.Series(stamps), price=pl.Series(price), cost=pl.Series(cost))
        stock = read_inventory(sold, Sources(table), defaults=Defaults(lead_days=LONGEST))
        free = FreeStock.of(sold, stock, options=StockOptions(days=LONGEST))
        names = recommender.orders.items
        free = free.of_items(pl.DataFrame({ITEM: np.arange(items).astype(str)}))
        free = FreeStock(names, free.units, free.excess, free.margin)
        arrivals = np.zeros((items, LONGEST))
        within = due < LONGEST
        arrivals[within, due[within]] = on_order[within]
        return cls(split, recommender, on_hand, arrivals, price - cost, free)

    def rows(self, ranked: RankedItems) -> Iterator[tuple[str, ...]]:
        """A row of the table for each list and lift."""
        lists, known = self.lists(ranked), np.unique(ranked.customer)
        plain: dict[float, float] = {}
        best = None
        for name, chosen in lists.items():
            ndcg, everything = self.judged(chosen), self.judged(chosen, all_wants=True)
            best = ndcg if best is None else best
            out = (self.free.units[chosen.item] <= 0).mean()
            for lift in LIFTS:
                margin, lost = self.lived(chosen, lift)
                plain.setdefault(lift, margin)
                yield (
                    name,
                    f"{lift:g}",
                    f"{ndcg:.4f}",
                    f"{ndcg / best - 1:+.1%}",
                    f"{everything:.4f}",
                    f"{out:.1%}",
                    f"{len(chosen) / (SHOWN * len(known)):.1%}",
                    f"{margin:,.0f}",
                    f"{margin - plain[lift]:+,.0f}",
                    f"{lost:,.0f}",
                )

    def lists(self, ranked: RankedItems) -> dict[str, RankedItems]:
        """The lists of each way of making them."""

        def kept(*, share: float = 1.0, substitution: float = 0.0) -> RankedItems:
            limits = ListLimits(top=SHOWN, substitution=substitution)
            limiter = StockLimiter.of(self.recommender, stock=self.free, limits=limits, share=share)
            return ranked.take(limiter(ranked)).first(SHOWN)

        there = ranked.take(self.on_hand[ranked.item] > 0)
        made = (ranked.first(SHOWN), there.first(SHOWN), kept(), kept(share=LIFTS[0]), kept(substitution=HANDED_ON))
        return dict(zip(WAYS, made, strict=True))

    def judged(self, chosen: RankedItems, *, all_wants: bool = False) -> float:
        """NDCG of the first ten, of what customers came for when it was there, or whether it was or not."""
        who = self.split.who
        row = np.minimum(np.searchsorted(who, chosen.customer), len(who) - 1)
        mine = who[row] == chosen.customer
        lists = as_lists(row[mine], chosen.item[mine], customers=len(who), width=SHOWN)
        coming = self.split.coming
        day = coming.day - self.split.day
        begin = self.follow(self.demand(coming.item, coming.quantity, day))[0]
        there = (begin[coming.item, day] > 0) | all_wants
        pairs = np.unique(coming.customer[there].astype(np.int64) * len(self.on_hand) + coming.item[there])
        customer, item = pairs // len(self.on_hand), pairs % len(self.on_hand)
        wants = [item[customer == each] for each in who]
        return float(measured(lists, wants, self.split.share, top=TOP).ndcg.mean())

    def lived(self, chosen: RankedItems, lift: float) -> tuple[float, float]:
        """Margin of the four weeks, and units that were asked for in vain."""
        coming, items = self.split.coming, len(self.on_hand)
        told = np.isin(coming.customer.astype(np.int64) * items + coming.item, chosen.customer * items + chosen.item)
        units = coming.quantity * (1 + lift * told)
        demand = self.demand(coming.item, units, coming.day - self.split.day)
        _, sold = self.follow(demand)
        return float((sold.sum(axis=1) * self.margin).sum()), float((demand - sold).sum())

    def demand(self, item: np.ndarray, units: np.ndarray, day: np.ndarray) -> np.ndarray:
        """[N, 28] units that are asked for on each day."""
        items = len(self.on_hand)
        return np.bincount(item * LONGEST + day, units, minlength=items * LONGEST).reshape(items, LONGEST)

    def follow(self, demand: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """[N, 28] stock as each day begins, and units sold on it."""
        begin, sold = np.empty(demand.shape), np.empty(demand.shape)
        on_hand = self.on_hand.copy()
        for step in range(LONGEST):
            begin[:, step] = on_hand + self.arrivals[:, step]
            sold[:, step] = np.minimum(begin[:, step], demand[:, step])
            on_hand = begin[:, step] - sold[:, step]
        return begin, sold


def weekly_forecast(recommender: Recommender, day: int) -> Forecast:
    """Units of the four weeks to come, of all items that were ever bought; their ids are their places."""
    visits = Visits.of(recommender.orders)
    week = (visits.day - day) // 7
    first = np.zeros(visits.shape[1], np.int64)
    np.minimum.at(first, visits.item, week)
    items = np.flatnonzero(first < 0)
    history = -first[items]
    offsets = np.concatenate([[0], np.cumsum(history)])
    row = np.searchsorted(items, visits.item)
    sales = np.bincount(offsets[row] + week - first[visits.item], visits.units, minlength=offsets[-1])
    grid = Frequency("week", anchor=(day % 7) * DAY)
    starts = first[items] + day // 7
    panel = Panel(grid, pl.DataFrame({ITEM: items.astype(str)}), starts, offsets, history, sales.astype(np.float32))
    return forecast(panel, horizon=LONGEST // 7, model="ets")


if __name__ == "__main__":
    main()
