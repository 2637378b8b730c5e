"""A warehouse and its shops: what they should have together, and who gets what when it is not enough for all.

A warehouse that serves shops is worth what reaches them. Its level is therefore that of all of them together (echelon
stock, Clark and Scarf 1960): what is in the warehouse, on the way and in the shops has to last until the next order
has reached the shops. What it has is shared so that one more unit would bring the same in every shop (Eppen and Schrage
1981), since shops differ in what they lack and in what a lost sale costs them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError
from foresale.inventory.numeric import Counts, Numbers, not_negative, numbers, positive, refuse
from foresale.inventory.samples import Paths

_HALVINGS = 50


def pooled(demand: Paths, product: Counts, *, products: int) -> Paths:
    """[S, P, H] demand of every product over all of its shops, path by path.

    What shops have in common (season, promotion, weather) stays in the sums, and what they do not cancels out, so that
    the warehouse needs less than the sum of the shops' safety stocks, but not as little as independence would say.

    Args:
        demand: [S, N, H] of items, each a product in a shop.
        product: [N] number of the product of each item.
        products: number of products P.

    Raises:
        ConfigError: another number of items, or a product out of range.

    >>> pooled(np.array([[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]]), np.array([0, 1, 0]), products=2).tolist()
    [[[6.0, 8.0], [3.0, 4.0]]]
    """
    if demand.ndim != 3 or product.shape != demand.shape[1:2]:
        raise ConfigError(f"products {product.shape} do not fit demand of shape {demand.shape}")
    refuse("product", product, (product < 0) | (product >= products), f"must be a number below {products}")
    sums = np.zeros((demand.shape[0], products, demand.shape[2]), demand.dtype)
    np.add.at(sums.swapaxes(0, 1), product, demand.swapaxes(0, 1))
    return sums


@dataclass(frozen=True)
class Shops:
    """N items, each a product in a shop, that one warehouse serves.

    Attributes:
        product: [N] number of the product of each item.
        until: [S, N] demand of sample paths until the shop's next delivery after this one: `Cycle.until`.
        position: [N] units on hand and on the way to the shop, less those owed.
        worth: [N] money that a lost sale costs in the shop.
        level: [N] units that the shop's position is brought up to if there is enough.

    Raises:
        ConfigError: arrays of several lengths, or a worth that is not above zero.
    """

    product: Counts
    until: Numbers
    position: Numbers
    worth: Numbers
    level: Numbers

    def __post_init__(self) -> None:
        positive(worth=self.worth)
        count = self.until.shape[1:] if self.until.ndim == 2 else None
        if any(part.shape != count for part in (self.product, self.position, self.worth, self.level)):
            raise ConfigError("shops have one value per item, and samples by items of demand")

    @property
    def wanted(self) -> Numbers:
        """[N] units that bring every shop up to its level."""
        return numbers(np.maximum(np.ceil(self.level - self.position - 1e-9), 0))


def share_out(available: npt.ArrayLike, shops: Shops) -> Numbers:
    """[N] whole units for every shop: all they want where there is enough, else shares of equal worth at the margin.

    A further unit in a shop brings its worth times the chance that it sells. Shares are found by the price per unit
    (one for each product) at which the shops want no more than there is; units left by rounding go to the shops where
    they bring the most.

    Args:
        available: [P] units in the warehouse.
        shops: what they have and what they will sell.

    Raises:
        ConfigError: a negative stock, or a product without one.

    >>> rng = np.random.default_rng(0)
    >>> until = np.stack([rng.poisson(10, 2000), rng.poisson(30, 2000)], axis=1).astype(float)
    >>> pair = Shops(np.array([0, 0]), until, np.zeros(2), worth=np.array([1.0, 1.0]), level=np.array([15.0, 40.0]))
    >>> share_out([60.0], pair).tolist(), share_out([36.0], pair).tolist()
    ([15.0, 40.0], [8.0, 28.0])
    """
    stock = np.atleast_1d(not_negative(available=available)[0])
    refuse("product", shops.product, shops.product >= stock.size, f"must be a number below {stock.size}")
    wanted, whole = shops.wanted, np.floor(stock + 1e-9)
    short = np.bincount(shops.product, wanted, minlength=stock.size) > whole
    ordered = np.sort(shops.until, axis=0)
    low, high = np.zeros(stock.size), np.full(stock.size, float(shops.worth.max(initial=0.0)) + 1e-9)
    for _ in range(_HALVINGS):
        price = (low + high) / 2
        asked = np.bincount(shops.product, _asked(shops, ordered, price), minlength=stock.size)
        low, high = np.where(asked > whole, price, low), np.where(asked > whole, high, price)
    shares = np.where(short[shops.product], _asked(shops, ordered, high), wanted)
    spare = whole - np.bincount(shops.product, shares, minlength=stock.size)
    return shares + _rest(shops, shares, np.where(short, spare, 0.0))


def _asked(shops: Shops, ordered: Numbers, price: Numbers) -> Numbers:
    """[N] whole units that shops want at a price [P] per unit: those that sell with a chance of price / worth or more.

    The unit from position y on sells if demand exceeds y; y is below the quantile 1 - price / worth.
    """
    chance = np.clip(1 - price[shops.product] / shops.worth, 0, 1)
    rank = np.ceil(chance * len(ordered) - 1e-9).astype(np.int64) - 1
    quantile = np.take_along_axis(ordered, np.maximum(rank, 0)[None], axis=0)[0]
    quantile = np.where(rank < 0, -np.inf, quantile)
    return numbers(np.clip(np.floor(quantile - shops.position + 1e-9), 0, shops.wanted))


def _rest(shops: Shops, shares: Numbers, spare: Numbers) -> Numbers:
    """[N] one more unit for the shops of a product where it brings the most, as many as are left, round after round."""
    extra = np.zeros(shares.shape)
    left = spare.copy()
    while True:
        room = (shops.wanted - shares - extra >= 1) & (left[shops.product] >= 1)
        if not room.any():
            return extra
        chance = (shops.until > shops.position + shares + extra).mean(axis=0)
        value = np.where(room, shops.worth * chance, -1.0)
        order = np.lexsort((-value, shops.product))
        sorted_products = shops.product[order]
        begins = np.searchsorted(sorted_products, sorted_products)
        place = np.arange(order.size) - begins
        gets = np.zeros(shares.shape, bool)
        gets[order] = place < left[sorted_products]
        gets &= room
        extra = extra + gets
        left = left - np.bincount(shops.product[gets], minlength=left.size)
