"""What a sequence model would bring to recommendations: a GRU over baskets with time, as one more source.

    python benchmarks/recommending_sequence.py ORDERS --days 2011-01-11 2011-03-15 2011-06-14 2011-09-13

The network reads the baskets of a customer, the days between them and the season, and tells the items of the next
basket, beside how many buyers each item had lately and in a year. It learns from the visits before the earliest time
that the order is learnt from, so that its scores of later times are of a future it has not seen; the trees then see its
score, its place and its distance to the best of the customer beside all other features. It needs torch.
"""

import argparse
import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import torch
from measuring import report
from shopping import LONGEST, SHOWN, TOP, number, orders_of

from foresale.recommending.candidates import Candidates
from foresale.recommending.knowledge import Knowledge
from foresale.recommending.lessons import lesson_of, moments
from foresale.recommending.measures import as_lists, interval
from foresale.recommending.options import FORTNIGHT, YEAR, RecommendOptions
from foresale.recommending.ranking import Lesson, Ranking, first_places
from foresale.recommending.split import Split
from foresale.recommending.updating import alike_by_name
from foresale.recommending.visits import Visits

HORIZONS = (7, 28)
WIDTH, BASKETS, ITEMS = 64, 24, 60
"""Numbers that stand for an item; baskets of a customer, and items of a basket, that are read."""
EPOCHS, BATCH, RATE = 15, 64, 3e-3


class Baskets:
    """The visits of all customers as baskets in the order of time, and how many buyers each item had by each day."""

    def __init__(self, visits: Visits) -> None:
        order = np.lexsort((visits.item, visits.day, visits.customer))
        customer, self.item, day = visits.customer[order], visits.item[order], visits.day[order]
        changes = (np.diff(customer) != 0) | (np.diff(day) != 0)
        self.begins = np.concatenate([[0], np.flatnonzero(changes) + 1])
        self.ends = np.append(self.begins[1:], len(customer))
        self.customer, self.day = customer[self.begins], day[self.begins]
        self.customers, self.items = visits.shape
        self.first = int(day.min())
        counts = np.zeros((int(day.max()) - self.first + 2, self.items), np.float32)
        np.add.at(counts, (visits.day - self.first + 1, visits.item), 1)
        self.until = counts.cumsum(axis=0)

    def of_customers(self, day: int) -> list[np.ndarray]:
        """Of each customer, the last baskets before a day."""
        rows = np.flatnonzero(self.day < day)
        bounds = np.searchsorted(self.customer[rows], np.arange(self.customers + 1))
        return [rows[max(low, high - BASKETS - 1) : high] for low, high in pairwise(bounds)]

    def items_of(self, basket: int) -> np.ndarray:
        """The items of one basket."""
        return self.item[self.begins[basket] : self.ends[basket]]

    def buyers(self, days: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """[k, N] logarithms of the visits of each item in the fortnight and in the year before each day."""
        now = np.minimum(days - self.first, len(self.until) - 1)
        back = [self.until[now] - self.until[np.maximum(now - span, 0)] for span in (FORTNIGHT, YEAR)]
        return torch.log1p(torch.as_tensor(back[0])), torch.log1p(torch.as_tensor(back[1]))


class Network(torch.nn.Module):
    """A GRU over baskets; what comes next is asked for at a time."""

    def __init__(self, items: int) -> None:
        super().__init__()
        self.bought = torch.nn.Embedding(items, WIDTH)
        self.wanted = torch.nn.Embedding(items, WIDTH)
        for table in (self.bought, self.wanted):
            torch.nn.init.normal_(table.weight, std=0.1)
        self.reads = torch.nn.GRU(WIDTH + 3, WIDTH, batch_first=True)
        self.asks = torch.nn.Linear(WIDTH + 3, WIDTH)
        self.popular = torch.nn.Parameter(torch.tensor([0.5, 0.5]))
        self.drop = torch.nn.Dropout(0.2)

    def read(self, baskets: Baskets, rows: Sequence[np.ndarray]) -> torch.Tensor:
        """[k, L, WIDTH] what is known after each basket of each customer."""
        longest = max(map(len, rows))
        times = np.zeros((len(rows), longest, 3), np.float32)
        flat, counts, places = [], [], []
        for row, own in enumerate(rows):
            days = baskets.day[own]
            times[row, : len(own)] = told(np.diff(days, prepend=days[0]), days)
            for place, basket in enumerate(own):
                flat.append(baskets.items_of(basket)[:ITEMS])
                counts.append(len(flat[-1]))
                places.append((row, place))
        starts = torch.as_tensor(np.concatenate([[0], np.cumsum(counts)[:-1]]))
        sums = torch.nn.functional.embedding_bag(
            torch.as_tensor(np.concatenate(flat)), self.bought.weight, starts, mode="sum"
        )
        means = sums / torch.sqrt(torch.as_tensor(counts, dtype=torch.float32))[:, None]
        at = tuple(torch.as_tensor(each) for each in zip(*places, strict=True))
        bags = torch.zeros(len(rows), longest, WIDTH).index_put(at, means)
        return self.reads(torch.cat([self.drop(bags), torch.as_tensor(times)], -1))[0]

    def scores(self, known: torch.Tensor, gaps: np.ndarray, days: np.ndarray, baskets: Baskets) -> torch.Tensor:
        """[k, N] of what comes so many days after the last basket."""
        asked = torch.tanh(self.asks(torch.cat([known, torch.as_tensor(told(gaps, days))], -1)))
        lately, year = baskets.buyers(days)
        return self.drop(asked) @ self.wanted.weight.T + self.popular[0] * lately + self.popular[1] * year


def told(gaps: np.ndarray, days: np.ndarray) -> np.ndarray:
    """[k, 3] days since the last basket, and the season."""
    angle = 2 * np.pi * (days % 365.25) / 365.25
    return np.stack([np.log1p(gaps) / 5, np.sin(angle), np.cos(angle)], -1).astype(np.float32)


def trained(baskets: Baskets, end: int, *, seed: int = 0) -> Network:
    """A network that learnt from the baskets before a day."""
    torch.manual_seed(seed)
    network = Network(baskets.items)
    optimiser = torch.optim.Adam(network.parameters(), lr=RATE)
    rows = [own for own in baskets.of_customers(end) if len(own) >= 2]
    draw = np.random.default_rng(seed)
    for epoch in range(EPOCHS):
        order = draw.permutation(len(rows))
        for first in range(0, len(order), BATCH):
            loss = missed(network, baskets, [rows[place] for place in order[first : first + BATCH]])
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
        for group in optimiser.param_groups:
            group["lr"] = RATE * (1 - (epoch + 1) / EPOCHS) + RATE / 30
    return network.eval()


def missed(network: Network, baskets: Baskets, rows: Sequence[np.ndarray]) -> torch.Tensor:
    """Cross-entropy of the items of each next basket, each basket by the root of its size."""
    known = network.read(baskets, [own[:-1] for own in rows])
    at = [(row, place) for row, own in enumerate(rows) for place in range(len(own) - 1)]
    following = np.array([rows[row][place + 1] for row, place in at])
    days = baskets.day[following]
    gaps = days - baskets.day[[rows[row][place] for row, place in at]]
    last = known[[row for row, _ in at], [place for _, place in at]]
    logs = torch.log_softmax(network.scores(last, gaps, days, baskets), -1)
    items = [baskets.items_of(basket) for basket in following]
    which = np.repeat(np.arange(len(items)), [len(each) for each in items])
    weight = torch.as_tensor(np.array([len(each) for each in items], np.float32) ** -0.5)[which]
    return -(logs[which, np.concatenate(items)] * weight).sum() / weight.sum()


def with_scores(proposed: Candidates, network: Network, baskets: Baskets, who: np.ndarray, day: int) -> Candidates:
    """Candidates with the score of the network, its place and its distance to the best of the customer."""
    own = baskets.of_customers(day)
    parts = []
    with torch.no_grad():
        for first in range(0, len(who), 256):
            rows = [own[customer] for customer in who[first : first + 256]]
            known = network.read(baskets, rows)[np.arange(len(rows)), [len(row) - 1 for row in rows]]
            gaps = day - baskets.day[[row[-1] for row in rows]]
            parts.append(network.scores(known, gaps, np.full(len(rows), day), baskets).numpy())
    values = np.concatenate(parts)[proposed.customer, proposed.item]
    order = np.lexsort((-values, proposed.customer))
    place = np.empty(len(values), np.float32)
    customer = proposed.customer[order]
    place[order] = np.arange(len(values)) - np.searchsorted(customer, customer)
    best = np.full(proposed.customers, -np.inf, np.float32)
    np.maximum.at(best, proposed.customer, values)
    table = np.column_stack([proposed.features, values, place, values - best[proposed.customer]])
    names = (*proposed.names, "sequence", "sequence: place", "sequence: share")
    return replace(proposed, names=names, features=table.astype(np.float32))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("orders")
    parser.add_argument("--days", nargs="+", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--name", default="recommending_sequence")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    orders = orders_of(asked.orders)
    rows: dict[tuple[bool, int], list[tuple[np.ndarray, np.ndarray]]] = {}
    seconds = []
    for day in asked.days:
        split = Split(orders, number(day), LONGEST)
        seconds.append(of_day(split, rows))
        print(day, f"{seconds[-1]:.0f} s for the network", flush=True)
    table = []
    for (new, days), found in rows.items():
        without, with_it = (np.concatenate(each) for each in zip(*found, strict=True))
        low, high = interval(with_it - without)
        what = "new to the customer" if new else "all"
        means = (f"{without.mean():.4f}", f"{with_it.mean():.4f}", f"{(with_it - without).mean():+.4f}")
        table.append((what, days, *means, f"{low:+.4f} to {high:+.4f}"))
    report(
        asked.name,
        title="Recommendations with a sequence model as one more source: NDCG of the first ten",
        data=f"{asked.orders.rpartition('/')[2]}, {', '.join(map(str, asked.days))}; the network learns for "
        f"{np.mean(seconds):.0f} s each",
        columns=("what", "days", "without", "with", "difference", "90 % interval of it"),
        rows=table,
    )


def of_day(split: Split, rows: dict[tuple[bool, int], list[tuple[np.ndarray, np.ndarray]]]) -> float:
    """Measures without and with the network, and the seconds that it took to learn."""
    options = RecommendOptions()
    visits, alike = Visits.of(split.past), alike_by_name(split.past, options)
    past = list(moments(visits, split.day, alike=alike, options=options))
    baskets = Baskets(visits)
    begin = time.monotonic()
    network = trained(baskets, min(moment.knowledge.day for moment in past))
    seconds = time.monotonic() - begin
    lessons = [lesson_of(moment, options=options) for moment in past]
    knowledge = Knowledge.of(visits, split.day, alike=alike, options=options).of_customers(split.who)
    proposed = Candidates.of(knowledge, options=options)
    more = [
        Lesson(with_scores(lesson.proposed, network, baskets, moment.who, moment.knowledge.day), lesson.came)
        for lesson, moment in zip(lessons, past, strict=True)
    ]
    pairs = ((lessons, proposed), (more, with_scores(proposed, network, baskets, split.who, split.day)))
    for new in (False, True):
        lists = [ordered(*pair, options, new=new) for pair in pairs]
        for days in HORIZONS:
            judged = [split.judged(each, days, new=new, top=TOP).ndcg for each in lists]
            rows.setdefault((new, days), []).append((judged[0], judged[1]))
    return seconds


def ordered(lessons: Sequence[Lesson], proposed: Candidates, options: RecommendOptions, *, new: bool) -> np.ndarray:
    ranking = Ranking.fit(lessons, new=new, options=options)
    rows = ~proposed.bought if new else np.ones(len(proposed.item), bool)
    chosen = first_places(proposed, ranking.scores(proposed), rows, top=SHOWN)
    return as_lists(proposed.customer[chosen], proposed.item[chosen], customers=proposed.customers, width=SHOWN)


if __name__ == "__main__":
    main()
