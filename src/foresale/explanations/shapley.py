"""Fair shares of several causes that act together: which combinations to look at, and how to weigh them."""

from dataclasses import dataclass
from math import factorial

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Flags, Numbers


@dataclass(frozen=True)
class Plan:
    """Which combinations of causes have to be valued, and what their values say of each cause.

    Attributes:
        coalitions: [C, A] which of the A causes are there in each; the first has none, the last has all.
        weights: [A, C] the share of each cause is the sum of the values of the coalitions, weighted so.
    """

    coalitions: Flags
    weights: Numbers

    def shares(self, values: Numbers) -> Numbers:
        """[A, …] the share of each cause, of values [C, …]; they sum to the last value less the first."""
        return np.tensordot(self.weights, values, axes=1)


def plan(causes: int, *, exact: int, permutations: int, seed: int) -> Plan:
    """Shapley values (1953): the mean over all orders of what a cause adds when it comes.

    Of up to `exact` causes all coalitions are looked at, with the weights |S|! (A − |S| − 1)! / A!. Of more, orders
    are drawn, each of them forwards and backwards, which evens out much of the chance (Mitchell, Cooper, Frank and
    Holmes 2022). Either way the shares sum to the whole.

    >>> two = plan(2, exact=8, permutations=1, seed=0)
    >>> two.coalitions.tolist()
    [[False, False], [True, False], [False, True], [True, True]]
    >>> two.shares(np.array([0.0, 10.0, 20.0, 40.0])).tolist()
    [15.0, 25.0]
    """
    if causes <= exact:
        return _of_all(causes)
    generator = np.random.default_rng(seed)
    orders = [generator.permutation(causes) for _ in range(permutations)]
    return _of_orders([*orders, *(order[::-1] for order in orders)])


def _of_all(causes: int) -> Plan:
    masks = np.arange(2**causes)
    coalitions = (masks[:, None] >> np.arange(causes)) & 1 == 1
    sizes = coalitions.sum(axis=1)
    weights = np.zeros((causes, masks.size))
    joining = [factorial(size) * factorial(causes - size - 1) / factorial(causes) for size in range(causes)]
    for cause in range(causes):
        without = ~coalitions[:, cause]
        share = np.array(joining)[sizes[without]]
        weights[cause, masks[without]] -= share
        weights[cause, masks[without] | (1 << cause)] += share
    return Plan(coalitions, weights)


def _of_orders(orders: list[npt.NDArray[np.int64]]) -> Plan:
    causes = len(orders[0])
    places: dict[bytes, int] = {}
    coalitions: list[Flags] = []

    def place(coalition: Flags) -> int:
        key = coalition.tobytes()
        if key not in places:
            places[key] = len(coalitions)
            coalitions.append(coalition.copy())
        return places[key]

    steps: list[tuple[int, int, int]] = []
    for order in orders:
        coalition = np.zeros(causes, bool)
        before = place(coalition)
        for cause in order.tolist():
            coalition[cause] = True
            after = place(coalition)
            steps.append((cause, before, after))
            before = after
    weights = np.zeros((causes, len(coalitions)))
    for cause, before, after in steps:
        weights[cause, before] -= 1 / len(orders)
        weights[cause, after] += 1 / len(orders)
    full = places[np.ones(causes, bool).tobytes()]
    order_of = [*(number for number in range(len(coalitions)) if number != full), full]
    return Plan(np.array(coalitions)[order_of], weights[:, order_of])
