"""A plan of promotions: what, when, at which price, what each brings and why."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from foresale.core.arrays import Numbers
from foresale.core.columns import TIMESTAMP
from foresale.core.frequency import Stamps
from foresale.core.text import counted
from foresale.pricing.market import Market
from foresale.pricing.promotions.candidates import Candidates, candidates
from foresale.pricing.promotions.options import PromotionOptions
from foresale.pricing.promotions.solve import Solution, solve


@dataclass(frozen=True, repr=False)
class PromotionPlan:
    """Promotions to run.

    Attributes:
        promotions: one row each: product, timestamp, regular, price, depth, units, extra (units beyond the usual),
            profit and what it is made of (own, display, cannibalised, bought_ahead, halo), low and high (profit at
            either end of the elasticity's interval), spend.
        profit: of all, beyond that of regular prices.
        bound: no plan that keeps the rules brings more.
        gap: share that the plan may fall short of the best.
        stamps: of the periods planned.
        notes: what was assumed.
        currency: of all money.
    """

    promotions: pl.DataFrame = field(repr=False)
    profit: float
    bound: float
    gap: float
    stamps: Stamps = field(repr=False)
    notes: tuple[str, ...] = ()
    currency: str = ""

    def __repr__(self) -> str:
        return f"<PromotionPlan of {counted(self.promotions.height, 'promotion')}, profit {self.profit:,.0f}>"

    def to_frame(self) -> pl.DataFrame:
        """The promotions, one row each."""
        return self.promotions


def plan_promotions(
    market: Market,
    options: PromotionOptions,
    *,
    stamps: Stamps,
    wide: float = 1.645,
    notes: tuple[str, ...] = (),
    currency: str = "",
) -> PromotionPlan:
    """The most profitable promotions that keep every rule.

    Args:
        market: the products.
        options: the rules.
        stamps: [T] of the periods planned.
        wide: standard errors on either side that an interval of profit spans; 90 % by default.
        notes: what was assumed before.
        currency: of all money.

    Raises:
        ConfigError: no plan keeps all rules.
    """
    offered = candidates(market, options)
    needed = bool(options.festivals) and options.festival_promotions > 0
    worth = offered.profit > max(options.gain, 0.0)
    kept = offered.pick(worth | (needed & np.isin(offered.period, options.festivals)))
    found = solve(market, kept, options)
    chosen = kept.pick(found.chosen)
    return PromotionPlan(
        _table(market, chosen, options, stamps, wide),
        found.profit,
        found.bound,
        found.gap,
        stamps,
        (*notes, *_said(options, found)),
        currency,
    )


def _table(market: Market, chosen: Candidates, options: PromotionOptions, stamps: Stamps, wide: float) -> pl.DataFrame:
    order = np.lexsort((-chosen.profit, chosen.period))
    own = chosen.pick(order)
    regular = market.price[own.product]
    ends = np.stack([_own_profit(market, own, options, step) for step in (wide, -wide)])
    beside = own.profit - own.own
    return pl.DataFrame(
        {
            "product": market.names[own.product.tolist()],
            TIMESTAMP: stamps[own.period],
            "regular": regular,
            "price": own.price,
            "depth": 1 - own.price / regular,
            "units": own.units,
            "extra": own.extra,
            "profit": own.profit,
            "low": ends.min(axis=0) + beside,
            "high": ends.max(axis=0) + beside,
            "own": own.own,
            "display": own.display,
            "cannibalised": own.cannibalised,
            "bought_ahead": own.ahead,
            "halo": own.halo,
            "spend": own.spend,
        }
    )


def _own_profit(market: Market, own: Candidates, options: PromotionOptions, steps: float) -> Numbers:
    """[C] profit of promotions under another elasticity, so many standard errors weaker."""
    regular, cost = market.price[own.product], market.cost[own.product]
    demand = market.demand[own.product, own.period]
    elasticity = market.cautious(steps)[own.product]
    units = demand * (own.price / regular) ** elasticity
    margin = own.price - cost + options.funding * (regular - own.price)
    return np.asarray(margin * units - (regular - cost) * demand)


def _said(options: PromotionOptions, found: Solution) -> tuple[str, ...]:
    how = "the best there is" if found.gap <= 1e-6 else f"within {100 * found.gap:.2g} % of the best there can be"
    notes = [f"The plan is {how}, by the elasticities as they were taken."]
    if options.caution:
        notes.append(f"Elasticities are taken {options.caution:g} standard errors weaker than found.")
    if options.funding:
        notes.append(f"Suppliers are taken to pay {100 * options.funding:.0f} % of each price cut.")
    return tuple(notes)
