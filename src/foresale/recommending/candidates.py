"""What may be recommended to a customer, and what a ranking looks at."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse

from foresale.core.arrays import Flags, Index, Numbers, Values
from foresale.recommending.knowledge import Knowledge, highest
from foresale.recommending.options import HALF_LIFE_LATELY, RecommendOptions
from foresale.recommending.profiles import LONG

_PROPOSE: Final = {
    "mixed": 1.0, "habit": 0.5, "lately rising": 1.0, "together rising": 1.0, "lately rising a bit": 1.0,
    "alike rising": 0.5,
    "basket": 0.5,
    "together coming": 0.5,
}  # fmt: skip
"""Sources that propose items, and how many each, against the number that is asked for."""
_TOLD_BY: Final = (
    "habit",
    "mixed",
    "lately rising",
    "lately rising a bit",
    "together rising",
    "alike rising",
    "ease",
    "basket",
    "together coming",
)
"""Sources whose order of the items is looked at too, since their sums are larger for customers who buy much."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Pairs of customers and items, in the order of customers and items.

    Attributes:
        customers: how many customers there are.
        customer: [n] position of the customer.
        item: [n] position of the item.
        bought: [n] whether he bought it before.
        names: the F features.
        features: [n, F] what a ranking looks at, NaN where unknown.
    """

    customers: int
    customer: Index
    item: Index
    bought: Flags
    names: tuple[str, ...]
    features: Values

    @classmethod
    def of(cls, knowledge: Knowledge, *, options: RecommendOptions) -> "Candidates":
        """What each source proposes to the customers of the profiles.

        Args:
            knowledge: of a day.
            options: how many items a source proposes to a customer, and which sources are left out.
        """
        scores = knowledge.scores()
        customer, item = _proposed(knowledge, scores, options)
        features = {
            **_of_pairs(knowledge, scores, customer, item),
            **_of_items(knowledge, item),
            **_of_both(knowledge, customer, item),
        }
        bought = np.nan_to_num(features["times"]) > 0
        table = np.empty((len(item), len(features)), np.float32)
        for place, values in enumerate(features.values()):
            table[:, place] = values
        return cls(len(knowledge.profiles.visits), customer, item, bought, tuple(features), table)

    def __getitem__(self, name: str) -> Values:
        return np.asarray(self.features[:, self.names.index(name)])

    def take(self, rows: Flags) -> "Candidates":
        """Some of the pairs."""
        return Candidates(
            self.customers, self.customer[rows], self.item[rows], self.bought[rows], self.names, self.features[rows]
        )

    @property
    def sizes(self) -> Index:
        """[C] pairs of each customer."""
        return np.asarray(np.bincount(self.customer, minlength=self.customers))


def _proposed(
    knowledge: Knowledge, scores: dict[str, sparse.csr_matrix], options: RecommendOptions
) -> tuple[Index, Index]:
    """Customers and items of all pairs that any source proposes."""
    customers, items = knowledge.profiles.times.shape
    bought = np.zeros(customers * items, np.bool_)
    bought[_keys(knowledge.profiles.times)] = True
    parts = [
        _best(scores[name], bought if name not in ("mixed", "habit") else None, max(int(share * options.candidates), 1))
        for name, share in _PROPOSE.items()
        if name not in options.left_out
    ]
    everybody = np.arange(customers)[:, None] * items + knowledge.popular
    keys = np.unique(np.concatenate([*parts, everybody.ravel()]))
    return keys // items, keys % items


def _keys(matrix: sparse.csr_matrix) -> Index:
    """[z] one number for the place of each value of a matrix, rising."""
    rows: Index = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
    keys: Index = rows * matrix.shape[1] + matrix.indices
    return keys


def _best(matrix: sparse.csr_matrix, without: Flags | None, most: int) -> Index:
    """The places of the largest values of each row, those in `without` left out."""
    keys, values = _keys(matrix), matrix.data
    kept = values > 0
    if without is not None:
        kept &= ~without[keys]
    keys, values = keys[kept], values[kept]
    bounds = np.searchsorted(keys, np.arange(matrix.shape[0] + 1, dtype=np.int64) * matrix.shape[1])
    chosen = []
    for first, after in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        if after - first > most:
            chosen.append(keys[first + np.argpartition(-values[first:after], most)[:most]])
        else:
            chosen.append(keys[first:after])
    return np.concatenate(chosen) if chosen else np.zeros(0, np.int64)


def _at(matrix: sparse.csr_matrix, customer: Index, item: Index) -> Numbers:
    """[n] values of a matrix of a few customers, 0 where it has none: a look at all its cells beats a search."""
    found: Numbers = matrix.toarray()[customer, item]
    return found


def _of_pairs(
    knowledge: Knowledge, scores: dict[str, sparse.csr_matrix], customer: Index, item: Index
) -> dict[str, Numbers]:
    """What the sources say of each pair, and its place among those of its customer."""
    found: dict[str, Numbers] = {}
    for name, matrix in scores.items():
        values = _at(matrix, customer, item)
        found[name] = values
        if name in _TOLD_BY:
            found[f"{name}: place"] = _places(values, customer)
            found[f"{name}: share"] = values / highest(matrix)[customer]
    for life in (HALF_LIFE_LATELY, LONG):
        found[f"habit {life}"] = _at(knowledge.profiles.faded[life], customer, item)
    return found


def _places(values: Numbers, customer: Index) -> Numbers:
    """[n] 0 for the largest value of each customer, 1 for the next; equal ones share the first of their places.

    Pairs stand customer after customer.

    >>> _places(np.array([0.5, 0.9, 0.5, 3.0]), np.array([0, 0, 0, 1])).tolist()
    [1.0, 0.0, 1.0, 0.0]
    """
    if not len(values):
        return np.zeros(0)
    begins = np.flatnonzero(np.concatenate([[True], np.diff(customer) != 0]))
    sizes = np.diff(begins, append=len(customer))
    largest = np.repeat(np.maximum.reduceat(np.abs(values), begins), sizes)
    falling = np.divide(values, largest, out=np.zeros(len(values)), where=largest > 0)
    keys = np.repeat(4.0 * np.arange(len(begins)), sizes) - falling  # one sort for all customers
    order = np.argsort(keys)
    sorted_keys = keys[order]
    fresh = np.concatenate([[True], np.diff(sorted_keys) != 0])
    first = np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0))
    found = np.empty(len(order))
    found[order] = first - np.repeat(begins, sizes)
    return found


def _of_items(knowledge: Knowledge, item: Index) -> dict[str, Numbers]:
    """What is known of the demand of each item."""
    return {name: values[item] for name, values in knowledge.of_items.items()}


def _of_both(knowledge: Knowledge, customer: Index, item: Index) -> dict[str, Numbers]:
    """How often a customer bought an item, whether it is time again, and whether its price is one of his."""
    profiles = knowledge.profiles
    times = _at(profiles.times, customer, item)
    known = times > 0
    since = np.where(known, _at(profiles.since, customer, item), np.nan)
    first = np.where(known, _at(profiles.first, customer, item), np.nan)
    between = np.divide(first - since, times - 1, out=np.full(len(times), np.nan), where=times > 1)
    with np.errstate(divide="ignore"):
        price = np.log(knowledge.demand.price[item]) - profiles.price[customer]
    return {
        "times": times,
        "since": since,
        "interval": between,
        "due": since / np.maximum(between, 1.0),
        "visits since": since / np.maximum(profiles.usual[customer], 1.0),
        "share of visits": times / np.maximum(profiles.visits[customer], 1.0),
        "price against usual": price,
    }
