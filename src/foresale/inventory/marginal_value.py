"""What each further pack of an item is worth: expected money, pack after pack, out of sample paths."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError
from foresale.inventory.loss import SampledLoss
from foresale.inventory.numeric import Counts, Numbers, not_negative, numbers, positive, together


@dataclass(frozen=True)
class MarginalValues:
    """Steps by which the orders of N items may grow: M steps, item after item, each worth less a unit than the last.

    Attributes:
        item: [M] item of each step.
        rank: [M] 0 for an item's first step, which is its minimum order, then 1, 2, …
        units: [M] units of each step, whole packs.
        gain: [M] expected money that the step brings, holding and leftovers paid.
        count: number of items N.
    """

    item: Counts
    rank: Counts
    units: Numbers
    gain: Numbers
    count: int

    def ordered(self, taken: npt.NDArray[np.bool_]) -> Numbers:
        """[N] units of the steps taken."""
        return numbers(np.bincount(self.item[taken], self.units[taken], minlength=self.count))


@dataclass(frozen=True)
class Worth:
    """Money per unit of N items, and the lots in which they are bought.

    Attributes:
        short: [N] what a unit that lacks costs.
        over: [N] what a unit too many costs until the next order arrives: its holding, and what spoils or is marked
            down.
        pack: [N] units per pack.
        minimum: [N] least units of an order.

    Raises:
        ConfigError: a cost or a pack that is not above zero, or a negative minimum.
    """

    short: npt.ArrayLike
    over: npt.ArrayLike
    pack: npt.ArrayLike = 1.0
    minimum: npt.ArrayLike = 0.0

    def __post_init__(self) -> None:
        positive(short=self.short, over=self.over, pack=self.pack)
        not_negative(minimum=self.minimum)


def pack_values(
    demand: npt.NDArray[np.floating], position: npt.ArrayLike, *, worth: Worth, steps: int = 50
) -> MarginalValues:
    """The steps of the items whose expected worth is above zero.

    A step from position y to y + q sells E[(D - y)+] - E[(D - y - q)+] units more, each saving `short`, and leaves the
    rest of q over. The expected shortage is convex, so the steps are worth ever less (concave), which is what makes the
    best choice under limits a linear program.

    Args:
        demand: [S, N] units until the next order arrives: `ProtectionInterval.until`.
        position: [N] units on hand and on order, less those owed.
        worth: money and lots.
        steps: most steps of an item; one that needs more packs goes several packs a step.

    Raises:
        ConfigError: shapes that do not fit.

    >>> demand = np.array([[0.0], [10.0], [20.0], [30.0]])
    >>> values = pack_values(demand, [0.0], worth=Worth(short=4, over=1, pack=10))
    >>> values.units.tolist(), values.gain.tolist()
    ([10.0, 10.0, 10.0], [27.5, 15.0, 2.5])
    """
    if demand.ndim != 2 or not demand.shape[0] or steps < 1:
        raise ConfigError(f"demand is samples by items and steps at least one, not {demand.shape} and {steps}")
    items = demand.shape[1]
    told = {"position": position, **{name: getattr(worth, name) for name in ("short", "over", "pack", "minimum")}}
    position, short, over, pack, minimum = (np.broadcast_to(part, (items,)) for part in together(**told))
    wanted = np.maximum(np.ceil((demand.max(axis=0) - position) / pack - 1e-9), 0)
    size = pack * np.maximum(np.ceil(wanted / steps), 1)
    first = np.maximum(np.ceil(minimum / pack - 1e-9) * pack, size)
    number = np.where(wanted > 0, 1 + np.maximum(np.ceil((wanted * pack - first) / size - 1e-9), 0), 0).astype(np.int64)
    item = np.repeat(np.arange(items), number)
    rank = np.arange(item.size) - np.repeat(np.cumsum(number) - number, number)
    end = first[item] + rank * size[item]
    units = np.where(rank == 0, first[item], size[item])
    sold = _sold_more(demand, item, rank, position[item] + end - units, units)
    gain = short[item] * sold - over[item] * (units - sold)
    good = unbroken(gain > 0, item=item, rank=rank, count=items)
    return MarginalValues(item[good], rank[good], units[good], gain[good], items)


def unbroken(good: npt.NDArray[np.bool_], *, item: Counts, rank: Counts, count: int) -> npt.NDArray[np.bool_]:
    """[M] the good steps, each only if all of its item before it are good, too."""
    broken = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(broken, item[~good], rank[~good])
    return np.asarray(rank < broken[item])


def _sold_more(demand: npt.NDArray[np.floating], item: Counts, rank: Counts, begin: Numbers, units: Numbers) -> Numbers:
    """[M] expected units of each step that are sold: what lacks without them, less what lacks with them."""
    levels = np.zeros((int(rank.max(initial=-1)) + 1, 2, demand.shape[1]))
    levels[rank, 0, item], levels[rank, 1, item] = begin, begin + units
    lacking = SampledLoss.of(numbers(demand)).first(levels)
    return numbers(np.clip(lacking[rank, 0, item] - lacking[rank, 1, item], 0, units))
