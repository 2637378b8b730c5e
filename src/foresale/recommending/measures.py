"""How good recommendations were: of the list, of what customers came for, and of what all lists together hold."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from foresale.core.arrays import Index, Numbers

_RAREST: Final = 1e-9
"""Share of buyers that an item has at the least, so that what nobody bought has a finite novelty."""


@dataclass(frozen=True, eq=False)
class Measures:
    """Of each of n customers who came for something, and of all lists together.

    Attributes:
        ndcg: [n] gains of the hits, each by the logarithm of its place, over those of the best list there could be
            (Järvelin & Kekäläinen 2002): with w wants and a list of k, min(w, k) hits at its head.
        recall: [n] hits over min(w, k).
        precision: [n] mean over the hits of the share of hits up to each, over min(w, k): the mean of it is MAP.
        different: items in all lists together.
        novelty: mean over all places of -log2 of the share of customers who bought the item before.
        popularity: mean share of customers who bought the items of the lists before, over that of the items that
            customers came for; above 1 lists lean to what everybody buys.
    """

    ndcg: Numbers
    recall: Numbers
    precision: Numbers
    different: int
    novelty: float
    popularity: float


def measured(lists: Index, wants: list[Index], bought_by: Numbers, *, top: int) -> Measures:
    """Measures of lists against wants.

    Args:
        lists: [n, K] positions of items, the first first, -1 for none; `top` of them are judged.
        wants: of each customer, the items he came for; those without a want are left out of all means.
        bought_by: [N] share of the customers who bought each item before.
        top: places that count.

    >>> found = measured(np.array([[3, 1, 2]]), [np.array([1, 7])], np.full(8, 0.5), top=2)
    >>> found.recall.tolist(), found.ndcg.round(3).tolist(), found.different
    ([0.5], [0.387], 3)
    """
    discounts = 1 / np.log2(np.arange(2, top + 2))
    rows = []
    for row, want in zip(lists, wants, strict=True):
        if not len(want):
            continue
        hits = np.isin(row[:top], want)
        best = min(len(want), top)
        share = np.cumsum(hits) / np.arange(1, len(hits) + 1)
        rows.append(
            (
                float((hits * discounts[: len(hits)]).sum() / discounts[:best].sum()),
                hits.sum() / best,
                float((share * hits).sum() / best),
            )
        )
    table = np.array(rows, np.float64).reshape(-1, 3)
    told = lists[:, :top][lists[:, :top] >= 0]
    came = np.concatenate([np.zeros(0, np.int64), *wants])
    surprise = -np.log2(np.maximum(bought_by[told], _RAREST))
    lean = bought_by[told].mean() / max(bought_by[came].mean(), _RAREST) if len(told) and len(came) else 0.0
    novelty = float(surprise.mean()) if len(told) else 0.0
    return Measures(table[:, 0], table[:, 1], table[:, 2], len(np.unique(lists[lists >= 0])), novelty, float(lean))


def as_lists(customer: Index, item: Index, *, customers: int, width: int) -> Index:
    """[customers, width] items of each customer in their order, -1 where there are no more.

    >>> as_lists(np.array([0, 0, 1]), np.array([5, 4, 7]), customers=2, width=2).tolist()
    [[5, 4], [7, -1]]
    """
    found = np.full((customers, width), -1, np.int64)
    place = np.arange(len(customer)) - np.searchsorted(customer, customer)
    kept = place < width
    found[customer[kept], place[kept]] = item[kept]
    return found


def interval(values: Numbers, *, seed: int = 0, draws: int = 1_000, level: float = 0.9) -> tuple[float, float]:
    """A bootstrap interval of a mean over customers (Efron 1979): customers are drawn anew, with their lists."""
    if not len(values):
        return float("nan"), float("nan")
    generator = np.random.default_rng(seed)
    means = values[generator.integers(0, len(values), (draws, len(values)))].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
