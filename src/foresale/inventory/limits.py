"""Orders of many items under limits that they share: a budget, a warehouse, a container."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError
from foresale.inventory.marginal_value import MarginalValues, unbroken
from foresale.inventory.numeric import Numbers, numbers

_SMALL: Final = 1_500
"""Steps up to which whole packs are chosen exactly, by branch and bound."""
_DIRECT: Final = 10_000
"""Steps up to which the linear program is solved in one go."""
_TRIED: Final = 10_000
_SECONDS: Final = 10.0
_LOOSE: Final = 1e-9

Taken = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Limit:
    """What the orders of all items together may not exceed.

    Attributes:
        name: how messages and prices call it: "budget", "container from Ming".
        use: [N] how much one unit of each item takes: its cost, its volume; zero for items that it does not concern.
        total: how much there is.

    Raises:
        ConfigError: a use that is unknown or negative, or a negative total.
    """

    name: str
    use: Numbers
    total: float

    def __post_init__(self) -> None:
        unknown = int(np.sum(~np.isfinite(self.use) | (self.use < 0)))
        if unknown:
            raise ConfigError(
                f"{self.name}: the use of {unknown:,} items is unknown or negative; tell it, or leave them out with 0"
            )
        if not self.total >= 0:
            raise ConfigError(f"{self.name} is not negative: {self.total}")


@dataclass(frozen=True)
class Allocation:
    """Orders of N items that keep to all limits.

    Attributes:
        units: [N] units to order, whole packs, at least the minimum or nothing.
        gain: expected money that the orders bring.
        bound: expected money that no orders can exceed, whole packs or not.
        prices: by limit, the expected money that one more unit of it would bring; zero where it does not bind.
        used: by limit, how much the orders take.
    """

    units: Numbers
    gain: float
    bound: float
    prices: Mapping[str, float]
    used: Mapping[str, float]

    @property
    def gap(self) -> float:
        """Share of the bound that the orders do not reach: at most this much is lost to whole packs."""
        return (self.bound - self.gain) / self.bound if self.bound > 0 else 0.0


def allocate(values: MarginalValues, limits: Sequence[Limit]) -> Allocation:
    """The orders of most expected gain within all limits.

    The linear program over the steps (each between 0 and 1) gives the shadow prices. As the steps of an item are worth
    ever less, it takes them in order, and at its solution no more steps are broken than there are limits (Dantzig
    1957). These are left out, and what room they leave is filled with the next best whole steps; up to 1,500 steps the
    choice is exact, by branch and bound. `Allocation.gap` tells how far from the bound the orders can be at most.

    Raises:
        ConfigError: two limits of one name, or one for another number of items.

    >>> from foresale.inventory.marginal_value import Worth, pack_values
    >>> demand = np.array([[5.0, 20.0], [15.0, 40.0]])
    >>> values = pack_values(demand, [0.0, 0.0], worth=Worth(short=[3, 2], over=[0.5, 0.5], pack=5))
    >>> orders = allocate(values, [Limit("budget", np.array([1.0, 1.0]), 30.0)])
    >>> orders.units.tolist(), orders.prices, round(orders.gap, 6)
    ([10.0, 20.0], {'budget': 1.25}, 0.0)
    """
    names = [limit.name for limit in limits]
    if len(set(names)) < len(names):
        raise ConfigError(f"every limit has a name of its own, not {', '.join(names)}")
    for limit in limits:
        if limit.use.shape != (values.count,):
            raise ConfigError(f"{limit.name} tells the use of {limit.use.size:,} items of {values.count:,}")
    use = np.array([limit.use[values.item] * values.units for limit in limits]).reshape(len(limits), values.item.size)
    total = np.array([limit.total for limit in limits])
    taken, bound, prices = np.ones(values.item.size, bool), float(values.gain.sum()), np.zeros(len(limits))
    if (use.sum(axis=1) > total).any():
        share, prices = _relaxed(values, use, total)
        bound = float(values.gain @ share)
        taken = _filled(values, _whole(values, share), use, total, prices)
        if values.item.size <= _SMALL:
            taken = max(taken, _exact(values, use, total), key=lambda chosen: float(values.gain[chosen].sum()))
    return Allocation(
        units=values.ordered(taken),
        gain=float(values.gain[taken].sum()),
        bound=bound,
        prices=dict(zip(names, prices.tolist(), strict=True)),
        used=dict(zip(names, use[:, taken].sum(axis=1).tolist(), strict=True)),
    )


def _relaxed(values: MarginalValues, use: Numbers, total: Numbers) -> tuple[Numbers, Numbers]:
    """[M] the share of each step in the linear program, and the shadow price of each limit.

    Of very many steps, most are clearly worth their use at prices near the right ones, or clearly not. Only those near
    the edge are solved, at first by prices that a sample of steps gives; when the prices found leave all others on
    their side, the solution is that of the whole program.
    """
    size = values.item.size
    if size <= _DIRECT:
        return _program(values.gain, use, total)
    some = np.random.default_rng(0).choice(size, _DIRECT // 2, replace=False)
    _, prices = _program(values.gain[some], use[:, some], total * some.size / size)
    width = _DIRECT
    while width < size:
        slack = values.gain - prices @ use
        near = np.zeros(size, bool)
        near[np.argpartition(np.abs(slack) / values.gain, width)[:width]] = True
        share = (slack > 0).astype(np.float64)
        left = total - use[:, ~near & (slack > 0)].sum(axis=1)
        if (left >= 0).all():
            share[near], prices = _program(values.gain[near], use[:, near], left)
            if (((values.gain - prices @ use) > 0) == (share > 0))[~near].all():
                return share, prices
        width *= 2
    return _program(values.gain, use, total)


def _program(gain: Numbers, use: Numbers, total: Numbers) -> tuple[Numbers, Numbers]:
    """The linear program over some steps."""
    from scipy.optimize import linprog

    scale = np.maximum(total, 1.0)
    solved = linprog(-gain, A_ub=_sparse(use / scale[:, None]), b_ub=total / scale, bounds=(0, 1), method="highs")
    assert solved.status == 0, solved.message  # zero of everything keeps to every limit
    return numbers(solved.x), numbers(np.maximum(-solved.ineqlin.marginals, 0) / scale)


def _whole(values: MarginalValues, share: Numbers) -> Taken:
    """The whole steps of a solution, each only if the one before it is whole, too."""
    return unbroken(share > 1 - _LOOSE, item=values.item, rank=values.rank, count=values.count)


def _filled(values: MarginalValues, taken: Taken, use: Numbers, total: Numbers, prices: Numbers) -> Taken:
    """With the next best steps that still fit, the worthiest for its use first."""
    left = total - use[:, taken].sum(axis=1)
    cost = np.maximum(prices @ use, 1e-12 * values.gain)
    candidates = np.flatnonzero(~taken & (use <= left[:, None] + _LOOSE).all(axis=0))
    order = candidates[np.argsort(-values.gain[candidates] / cost[candidates], kind="stable")][:_TRIED]
    reached = np.bincount(values.item[taken], minlength=values.count)
    filled = taken.copy()
    for step in order:
        fits = (use[:, step] <= left + _LOOSE).all()
        if fits and values.rank[step] == reached[values.item[step]]:
            filled[step] = True
            left = left - use[:, step]
            reached[values.item[step]] += 1
    return filled


def _exact(values: MarginalValues, use: Numbers, total: Numbers) -> Taken:
    """The best whole steps, by branch and bound; none where it finds none in time."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    later = np.flatnonzero(values.rank > 0)
    chain = np.zeros((later.size, values.item.size))
    chain[np.arange(later.size), later] = 1
    chain[np.arange(later.size), later - 1] = -1
    rules = [LinearConstraint(_sparse(use), ub=total)]
    rules += [LinearConstraint(_sparse(chain), ub=np.zeros(later.size))] if later.size else []
    solved = milp(
        -values.gain,
        integrality=np.ones(values.item.size),
        bounds=Bounds(0, 1),
        constraints=rules,
        options={"time_limit": _SECONDS},
    )
    if solved.x is None:
        return np.zeros(values.item.size, bool)
    return np.asarray(solved.x > 0.5)


def _sparse(matrix: Numbers) -> Any:
    from scipy.sparse import csr_array

    return csr_array(matrix)
