"""Every promotion that could be, and what it would bring."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Flags, Index, Numbers
from foresale.pricing.market import Market, ended
from foresale.pricing.promotions.options import PromotionOptions


@dataclass(frozen=True)
class Candidates:
    """C possible promotions of a product in a period at a price; arrays [C].

    Attributes:
        product: whose.
        period: when.
        price: at which price.
        units: units sold in its period.
        extra: units beyond those at the regular price, in its period.
        own: profit of its own: margin, what suppliers pay, less the margin at the regular price.
        display: what it costs to show it.
        cannibalised: margin that other products lose (below 0: that they gain).
        ahead: margin of units that were only bought ahead.
        halo: profit of what it brings along in baskets.
        spend: what it takes from the budget.
        revenue: what it moves all revenue by.
    """

    product: Index
    period: Index
    price: Numbers
    units: Numbers = field(repr=False)
    extra: Numbers = field(repr=False)
    own: Numbers = field(repr=False)
    display: Numbers = field(repr=False)
    cannibalised: Numbers = field(repr=False)
    ahead: Numbers = field(repr=False)
    halo: Numbers = field(repr=False)
    spend: Numbers = field(repr=False)
    revenue: Numbers = field(repr=False)

    def __len__(self) -> int:
        return self.product.size

    @property
    def profit(self) -> Numbers:
        """[C] what each brings in all."""
        return self.own - self.display - self.cannibalised - self.ahead + self.halo

    def pick(self, chosen: Flags | Index) -> "Candidates":
        """Some of them."""
        return Candidates(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def candidates(market: Market, options: PromotionOptions) -> Candidates:
    """All promotions that keep the rules of a single one: margin, price point, no quiet period, far from the last."""
    count, periods = market.demand.shape
    elasticity = market.cautious(options.caution)
    parts = [_at_price(market, options, price, elasticity) for price in _prices(market, options)]
    quiet = np.isin(np.arange(periods), options.quiet)
    rested = np.ones((count, 1), bool)
    if market.since is not None:
        rested = market.since[:, None] + 1 + np.arange(periods) > options.gap
    allowed = np.stack(
        [np.broadcast_to(part[0][:, None], (count, periods)) & ~quiet & rested for part in parts], axis=-1
    )
    product, period, depth = np.nonzero(allowed)
    columns = [np.stack([part[n] for part in parts], axis=-1)[product, period, depth] for n in range(1, 11)]
    return Candidates(product, period, *columns)


def _at_price(
    market: Market, options: PromotionOptions, price: Numbers, elasticity: Numbers
) -> tuple[npt.NDArray[Any], ...]:
    """[P] whether a product may be sold for a price [P], and [P, T] the columns of `Candidates` from `price` on."""
    beside = np.zeros(price.size) if market.halo is None else market.halo
    usable = (price < market.price) & (price > 0)
    moved = np.log(np.where(usable, price, market.price) / market.price)
    units = market.demand * np.exp(elasticity * moved)[:, None]
    cut = np.where(usable, market.price - price, 0)
    paid = options.funding * cut
    margin = price - market.cost + paid
    usable &= margin >= options.least_margin * price - 1e-12
    regular = (market.price - market.cost)[:, None] * market.demand
    taken = np.zeros_like(units)
    if market.cross.nnz:
        taken = np.stack([market.lost_to(np.asarray(own), product) for product, own in enumerate(moved)])
    extra = units - market.demand
    return (
        usable,
        np.broadcast_to(price[:, None], units.shape),
        units,
        extra,
        margin[:, None] * units - regular,
        np.full(units.shape, options.display_cost),
        taken,
        _ahead(market, moved),
        beside[:, None] * extra,
        (cut - paid)[:, None] * units + options.display_cost,
        price[:, None] * units - market.price[:, None] * market.demand,
    )


def _prices(market: Market, options: PromotionOptions) -> list[Numbers]:
    """For each depth, [N] prices; one that the ending makes the same as a shallower one is left out."""
    found: list[Numbers] = []
    for depth in sorted(options.depths):
        price = ended(market.price * (1 - depth), options.ending)
        for shallower in found:
            price = np.where(price == shallower, market.price, price)
        found.append(price)
    return found


def _ahead(market: Market, moved: Numbers) -> Numbers:
    """[N, T] margin of units that are not bought later because they were bought at the lower price."""
    margin = (market.price - market.cost)[:, None] * market.demand
    lost = np.zeros_like(margin)
    for steps, effect in enumerate(market.after, 1):
        if steps < margin.shape[1]:
            lost[:, :-steps] -= margin[:, steps:] * np.expm1(effect * moved)[:, None]
    return lost
