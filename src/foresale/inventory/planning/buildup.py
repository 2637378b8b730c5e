"""Build-up before a peak: when more is needed at once than can arrive, some of it is ordered earlier."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError
from foresale.inventory.numeric import Counts, Numbers, not_negative, numbers, positive


@dataclass(frozen=True)
class Needs:
    """What N items need to arrive in each of K stretches of time.

    Attributes:
        units: [N, K] units.
        use: [N] room that a unit takes of what can arrive.
        earliest: [N] first stretch in which an order of now can arrive.
        holding: [N] money to hold a unit for one stretch.
        short: [N] money that a unit costs which does not arrive.

    Raises:
        ConfigError: negative numbers, arrays that do not fit, or costs that are not above zero.
    """

    units: Numbers
    use: Numbers
    earliest: Counts
    holding: Numbers
    short: Numbers

    def __post_init__(self) -> None:
        not_negative(units=self.units)
        not_negative(use=self.use, earliest=self.earliest)
        positive(holding=self.holding, short=self.short)
        sizes = {len(part) for part in (self.units, self.use, self.earliest, self.holding, self.short)}
        if self.units.ndim != 2 or len(sizes) > 1:
            raise ConfigError(f"needs are items by stretches of time, with one use and cost per item, not {sizes}")


@dataclass(frozen=True)
class BuildUp:
    """When units arrive so that no stretch takes more than it can.

    Attributes:
        units: [N, K] units that arrive.
        unmet: [N, K] units that are needed in a stretch and cannot arrive by then, nor before.
        prices: [K] money that one more unit of room would bring in each stretch; zero where it does not bind.
    """

    units: Numbers
    unmet: Numbers
    prices: Numbers


def build_up(needs: Needs, capacity: npt.ArrayLike) -> BuildUp:
    """The cheapest way to have what is needed when what can arrive is limited: as late as possible, as early as needed.

    A linear program over arrivals x, stock carried v and what lacks u of every item and stretch: minimise
    holding × v + short × u, where v(k) = v(k - 1) + x(k) - need(k) + u(k), and the room of all x(k) together keeps to
    the capacity of k (Silver, Pyke and Thomas 2017, chapter 14, as aggregate planning). What lacks is lost.

    Args:
        needs: what is to arrive, and what it takes and costs.
        capacity: room for arrivals, one number or [K].

    Raises:
        ConfigError: a negative capacity.

    >>> peak = Needs(np.array([[0.0, 10.0, 90.0]]), np.ones(1), np.array([0]), np.array([0.1]), np.array([5.0]))
    >>> plan = build_up(peak, 40)
    >>> plan.units.tolist(), plan.unmet.tolist(), plan.prices.round(2).tolist()
    ([[20.0, 40.0, 40.0]], [[0.0, 0.0, 0.0]], [0.0, 0.1, 0.2])
    """
    from scipy.optimize import linprog

    items, stretches = needs.units.shape
    room = np.broadcast_to(not_negative(capacity=capacity)[0], (stretches,))
    size = items * stretches
    late = np.arange(stretches) >= needs.earliest[:, None]
    top = np.concatenate([np.where(late, np.inf, 0).ravel(), np.full(size, np.inf), needs.units.ravel()])
    cost = np.concatenate([np.zeros(size), np.repeat(needs.holding, stretches), np.repeat(needs.short, stretches)])
    solved = linprog(
        cost,
        A_ub=_arriving(needs.use, stretches),
        b_ub=room,
        A_eq=_balance(items, stretches),
        b_eq=needs.units.ravel(),
        bounds=np.stack([np.zeros(top.size), top], axis=1),
        method="highs",
    )
    assert solved.status == 0, solved.message  # nothing arriving and everything lacking keeps to every limit
    arriving, _, unmet = (part.reshape(items, stretches) for part in np.split(solved.x, 3))
    return BuildUp(_clean(arriving), _clean(unmet), numbers(np.maximum(-solved.ineqlin.marginals, 0)))


def _balance(items: int, stretches: int) -> object:
    """Rows of v(k - 1) + x(k) - v(k) + u(k) = need(k), one per item and stretch."""
    from scipy.sparse import csr_array

    row = np.arange(items * stretches)
    carried = row[row % stretches > 0]
    size = row.size
    rows = np.concatenate([row, row, row, carried])
    columns = np.concatenate([row, size + row, 2 * size + row, size + carried - 1])
    values = np.concatenate([np.ones(size), -np.ones(size), np.ones(size), np.ones(carried.size)])
    return csr_array((values, (rows, columns)), shape=(size, 3 * size))


def _arriving(use: Numbers, stretches: int) -> object:
    """Rows of the room that all arrivals of a stretch take."""
    from scipy.sparse import csr_array

    size = use.size * stretches
    column = np.arange(size)
    return csr_array((np.repeat(use, stretches), (column % stretches, column)), shape=(stretches, 3 * size))


def _clean(values: npt.NDArray[np.float64]) -> Numbers:
    return np.where(np.abs(values) < 1e-7, 0.0, values)
