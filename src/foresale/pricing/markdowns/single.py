"""A single mark-down: when stock that ends cannot be cleared at full price, from when on and by how much."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from foresale.core.arrays import Floating, Index, Numbers
from foresale.core.errors import ConfigError

DEPTHS: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
"""Shares off the price that are tried."""
_STARTS: Final = 8
"""Days, evenly spread up to the end, from which on a mark-down is tried."""
_WORTH: Final = 0.005
"""Share of the money at full price that a mark-down has to bring on top."""


@dataclass(frozen=True)
class Clearing:
    """Stock of N items that is to be cleared, and its money per unit.

    Attributes:
        units: [N] units that can be sold until the end.
        end: [N] steps until then, at least 1.
        price: [N] full price.
        salvage: [N] what a unit brings after the end.
        elasticity: [N] percent more demand for one percent off the price: demand at a price p is that at the full price
            p0 times (p / p0)^-elasticity.

    Raises:
        ConfigError: negative units, no step left, or a price or elasticity that is not above zero.
    """

    units: Numbers
    end: Index
    price: Numbers
    salvage: Numbers
    elasticity: Numbers

    def __post_init__(self) -> None:
        for name in ("units", "salvage"):
            if not (getattr(self, name) >= 0).all():
                raise ConfigError(f"{name} must not be negative: {getattr(self, name).min()}")
        for name in ("price", "elasticity", "end"):
            if not (getattr(self, name) > 0).all():
                raise ConfigError(f"{name} must be above zero: {getattr(self, name).min()}")


@dataclass(frozen=True)
class Markdowns:
    """What to mark down, of N items; expected values over the paths.

    Attributes:
        start: [N] step from which on; -1 where the full price is best to the end.
        depth: [N] share off the price, 0 to 1.
        left_full: [N] units left at the end at full price.
        left: [N] units left at the end so.
        gain: [N] money that it brings more than the full price.
    """

    start: Index
    depth: Numbers
    left_full: Numbers
    left: Numbers
    gain: Numbers

    @classmethod
    def none(cls, count: int) -> "Markdowns":
        """No mark-down of any item."""
        nothing = np.zeros(count)
        return cls(np.full(count, -1), nothing, nothing, nothing, nothing)


def markdowns(demand: Floating, clearing: Clearing) -> Markdowns:
    """The start and the depth that bring the most money until the end, what is left then at its salvage value.

    Both are searched on a grid: eight days evenly spread up to the end, shares of 10 to 70 % off. What was paid for the
    units is spent and plays no part. A mark-down has to bring at least half a percent more, since paths are samples.

    Args:
        demand: [S, N, H] sample paths at full price.
        clearing: the stock, its end and its money.

    Raises:
        ConfigError: an end beyond the paths.

    >>> steady = np.full((3, 2, 10), 1.0)
    >>> season = Clearing(np.array([30.0, 8.0]), np.array([10, 10]), price=np.array([4.0, 4.0]),
    ...                   salvage=np.zeros(2), elasticity=np.array([3.0, 3.0]))
    >>> found = markdowns(steady, season)
    >>> found.start.tolist(), found.depth.tolist(), found.left_full.tolist(), found.gain.round(1).tolist()
    ([0, -1], [0.3, 0.0], [20.0, 0.0], [41.6, 0.0])
    """
    count, items, horizon = demand.shape
    if (clearing.end > horizon).any():
        raise ConfigError(f"an end after {int(clearing.end.max())} steps is beyond the {horizon} of the paths")
    until = np.concatenate([np.zeros((count, items, 1)), np.cumsum(demand, axis=2, dtype=np.float64)], axis=2)
    whole = _at(until, clearing.end)
    full = _revenue(clearing, before=whole, after=np.zeros_like(whole), depth=0.0)
    best, left = full.copy(), np.maximum(clearing.units - whole, 0).mean(axis=0)
    left_full, start, chosen = left.copy(), np.full(items, -1), np.zeros(items)
    for part in range(_STARTS):
        begin = part * clearing.end // _STARTS
        before = _at(until, begin)
        for depth in DEPTHS:
            after = (whole - before) * (1 - depth) ** -clearing.elasticity
            money = _revenue(clearing, before=before, after=after, depth=depth)
            better = money > np.maximum(best, full * (1 + _WORTH))
            rest = np.maximum(clearing.units - before - after, 0).mean(axis=0)
            best, left = np.where(better, money, best), np.where(better, rest, left)
            start, chosen = np.where(better, begin, start), np.where(better, depth, chosen)
    return Markdowns(start.astype(np.int64), chosen, left_full, left, best - full)


def _at(until: Numbers, step: Index) -> Numbers:
    """[S, N] units wanted before a step of each item."""
    return np.asarray(np.take_along_axis(until, np.broadcast_to(step, until.shape[:2])[:, :, None], axis=2)[:, :, 0])


def _revenue(clearing: Clearing, *, before: Numbers, after: Numbers, depth: float) -> Numbers:
    """[N] expected money of `before` units wanted at full price, then of `after` units at the lower one."""
    sold = np.minimum(clearing.units, before)
    cleared = np.minimum(clearing.units - sold, after)
    left = clearing.units - sold - cleared
    money = clearing.price * (sold + (1 - depth) * cleared) + clearing.salvage * left
    return np.asarray(money.mean(axis=0), np.float64)
