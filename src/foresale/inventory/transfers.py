"""Moving stock between shops: from where there is more than will sell to where it lacks, if it is worth the way."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.errors import ConfigError
from foresale.inventory.numeric import Counts, Numbers, not_negative, numbers, together


@dataclass(frozen=True)
class Places:
    """N items, each one product in one place.

    Attributes:
        product: [N] number of the product; stock moves between items of one product.
        place: [N] number of the place.
        spare: [N] units that may leave: what is on hand above what the place needs itself.
        short: [N] units that lack: what the place needs above what it has and will get in time.
        worth: [N] money that a unit brings where it lacks: what a lost sale costs there.
        kept: [N] money that a unit would still bring where it is spare; 0 where it would be left over for good.

    Raises:
        ConfigError: a negative number, or arrays of several lengths.
    """

    product: Counts
    place: Counts
    spare: Numbers
    short: Numbers
    worth: Numbers
    kept: Numbers

    def __post_init__(self) -> None:
        not_negative(spare=self.spare, short=self.short, kept=self.kept)
        together(worth=self.worth)
        sizes = {len(part) for part in (self.product, self.place, self.spare, self.short, self.worth, self.kept)}
        if len(sizes) > 1:
            raise ConfigError(f"places have one value per item, not {sorted(sizes)}")


@dataclass(frozen=True)
class Transfers:
    """Stock to move: M ways.

    Attributes:
        origin: [M] item that gives.
        destination: [M] item of the same product that gets.
        units: [M] units.
        gain: [M] expected money that the move brings, its cost paid.
    """

    origin: Counts
    destination: Counts
    units: Numbers
    gain: Numbers

    def received(self, items: int) -> Numbers:
        """[N] units that each item gets, less those it gives."""
        into = np.bincount(self.destination, self.units, minlength=items)
        return numbers(into - np.bincount(self.origin, self.units, minlength=items))


def transfers(places: Places, *, cost: npt.ArrayLike) -> Transfers:
    """The moves that bring the most in all: a transport problem for every product, solved in one linear program.

    Whole numbers of spare and lacking units give whole numbers to move (Dantzig 1951).

    Args:
        places: what is spare and what lacks.
        cost: money to move one unit: one number, or [P, P] from place to place.

    Raises:
        ConfigError: a negative cost, or a matrix that lacks a place.

    >>> shops = Places(np.array([0, 0, 0]), np.array([0, 1, 2]), spare=np.array([8.0, 0, 0]),
    ...                short=np.array([0.0, 5, 6]), worth=np.array([4.0, 4, 3]), kept=np.zeros(3))
    >>> moved = transfers(shops, cost=1)
    >>> moved.destination.tolist(), moved.units.tolist(), moved.gain.tolist()
    ([1, 2], [5.0, 3.0], [15.0, 6.0])
    """
    origin, destination = _pairs(places)
    gain = places.worth[destination] - places.kept[origin] - _way(places, origin, destination, cost)
    good = gain > 0
    origin, destination, gain = origin[good], destination[good], gain[good]
    if not origin.size:
        return Transfers(origin, destination, np.zeros(0), gain)
    units = _flows(places, origin, destination, gain)
    moved = units > 1e-9
    return Transfers(origin[moved], destination[moved], units[moved], (gain * units)[moved])


def _pairs(places: Places) -> tuple[Counts, Counts]:
    """Every item with spare units beside every item of the same product that lacks some."""
    frame = pl.DataFrame({"product": places.product, "item": np.arange(len(places.product))})
    give, get = (frame.filter(pl.Series(units > 0)) for units in (places.spare, places.short))
    both = give.join(get, on="product", suffix="_to", maintain_order="left_right")
    both = both.filter(pl.col("item") != pl.col("item_to"))
    return both["item"].to_numpy().astype(np.int64), both["item_to"].to_numpy().astype(np.int64)


def _way(places: Places, origin: Counts, destination: Counts, cost: npt.ArrayLike) -> Numbers:
    (price,) = not_negative(cost=cost)
    if price.ndim == 0:
        return numbers(np.full(origin.size, price))
    needed = int(places.place.max()) + 1 if len(places.place) else 0
    if price.ndim != 2 or min(price.shape) < needed:
        raise ConfigError(f"cost is one number or a matrix from each of {needed} places to each, not {price.shape}")
    return numbers(price[places.place[origin], places.place[destination]])


def _flows(places: Places, origin: Counts, destination: Counts, gain: Numbers) -> Numbers:
    from scipy.optimize import linprog

    rules: Any = _incidence(origin, destination, len(places.product))
    solved = linprog(-gain, A_ub=rules, b_ub=np.concatenate([places.spare, places.short]), bounds=(0, None),
                     method="highs-ds")  # fmt: skip
    assert solved.status == 0, solved.message  # moving nothing is always possible, and what moves is bounded
    flows = numbers(solved.x)
    return np.where(np.abs(flows - np.round(flows)) < 1e-6, np.round(flows), flows)


def _incidence(origin: Counts, destination: Counts, items: int) -> Any:
    from scipy.sparse import csr_array

    ways = np.arange(origin.size)
    rows = np.concatenate([origin, destination + items])
    return csr_array((np.ones(rows.size), (rows, np.concatenate([ways, ways]))), shape=(2 * items, origin.size))
