"""The prices of most profit, as sure as the effects are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl
from scipy import stats

from foresale.core.arrays import Flags, Numbers
from foresale.core.text import counted
from foresale.pricing.market import Market, ended
from foresale.pricing.prices.options import PriceOptions

_ROUNDS: Final = 20
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
"""Elasticities that stand for the normal distribution of what is known of one (Gauss and Hermite)."""


@dataclass(frozen=True, repr=False)
class PriceChoice:
    """Prices to ask for.

    Attributes:
        prices: one row per product: product, now, price, change, lowest and highest (best prices at either end of the
            elasticity's interval), units_now, units, profit_now, profit (expected), worst (change of profit where the
            elasticity is at its worse end), elasticity, error (its standard error), cost (of a unit) and reason.
        gain: profit of all products that the change is expected to bring.
        wide: standard errors to either end of an interval.
        notes: what was assumed.
        currency: of all money.
    """

    prices: pl.DataFrame = field(repr=False)
    gain: float
    wide: float = 1.645
    notes: tuple[str, ...] = ()
    currency: str = ""

    def __repr__(self) -> str:
        changed = int((self.prices["change"] != 0).sum())
        return f"<PriceChoice of {counted(self.prices.height, 'product')}, {changed:,} changed, gain {self.gain:,.0f}>"

    @property
    def level(self) -> float:
        """How often intervals hold the truth."""
        return float(2 * stats.norm.cdf(self.wide) - 1)

    def to_frame(self) -> pl.DataFrame:
        """One row per product."""
        return self.prices


def choose_prices(
    market: Market, options: PriceOptions, *, wide: float = 1.645, notes: tuple[str, ...] = (), currency: str = ""
) -> PriceChoice:
    """For each product the price of the most expected profit, given those of the others, until none moves any more.

    Expected over what is known of its elasticity; the profit of the products that it takes customers from, or brings
    them to, counts. A price is asked for only if it loses little where the elasticity is at either end of its interval.

    Args:
        market: the products, at today's prices.
        options: bounds and rules.
        wide: standard errors to either end of an interval; 90 % by default.
        notes: what was assumed before.
        currency: of all money.
    """
    tried = _tried(market, options)
    asked = _Asked.of(market, market.price)
    for _ in range(_ROUNDS):
        before = asked.price.copy()
        for product in range(before.size):
            asked.ask(product, _best(asked, options, product, tried[product], wide))
        asked = _Asked.of(market, asked.price)
        if (asked.price == before).all():
            break
    table = _table(asked, options, tried, wide)
    return PriceChoice(table, float((table["profit"] - table["profit_now"]).sum()), wide, notes, currency)


@dataclass(frozen=True)
class _Asked:
    """The prices that products ask for.

    Attributes:
        market: the products.
        price: [N] what each asks for.
        units: [N] of each product at its own price of today, when the others ask for these.
    """

    market: Market
    price: Numbers
    units: Numbers

    @classmethod
    def of(cls, market: Market, price: Numbers) -> "_Asked":
        units = market.demand.sum(axis=1) * np.exp(market.cross @ np.log(price / market.price))
        return cls(market, price.copy(), units)

    def ask(self, product: int, price: float) -> None:
        """Another price of one product, which the others feel."""
        others, effects = self.market.felt(product)
        self.units[others] *= (price / self.price[product]) ** effects
        self.price[product] = price


def _tried(market: Market, options: PriceOptions) -> list[Numbers]:
    """For each product, the prices that keep its bounds, its ending and its margin; today's is always one."""
    shares = np.linspace(1 - options.down, 1 + options.up, options.steps)
    found = []
    for now, cost in zip(market.price, market.cost, strict=True):
        prices = np.unique(ended(now * shares, options.ending))
        inside = (prices >= now * (1 - options.down) - 1e-9) & (prices <= now * (1 + options.up) + 1e-9)
        prices = prices[inside & (prices - cost >= options.least_margin * prices - 1e-12) & (prices > 0)]
        found.append(np.unique(np.append(prices, now)))
    return found


def _best(asked: _Asked, options: PriceOptions, product: int, tried: Numbers, wide: float) -> float:
    market, price = asked.market, asked.price
    now = market.price[product]
    allowed = _ladder(market, product, tried, price)
    units = float(asked.units[product])
    beside = _beside(asked, product, tried)
    expected = _expected(market, product, tried, units) + beside
    today = int(np.flatnonzero(tried == now)[0])
    ends = np.stack(
        [
            (tried - market.cost[product]) * units * (tried / now) ** market.cautious(step)[product]
            for step in (-wide, wide)
        ]
    )
    fallen = (ends + beside - ends[:, [today]] - beside[today]).min(axis=0)
    worth = abs(float(expected[today] - beside[today]))
    allowed &= fallen >= -options.risk * worth - 1e-12
    allowed[today] |= now == price[product] or _ladder(market, product, tried, price)[today]
    if not allowed.any():
        return float(price[product])
    best = int(np.argmax(np.where(allowed, expected, -np.inf)))
    if allowed[today] and expected[best] - expected[today] < options.gain * worth:
        return float(now)
    return float(tried[best])


def _expected(market: Market, product: int, tried: Numbers, units: float) -> Numbers:
    """[K] profit at each price, expected over what is known of the elasticity."""
    moved = np.log(tried / market.price[product])
    elasticity = np.minimum(market.elasticity[product] + _NODES * market.error[product], 0.0)
    factor = np.exp(moved[:, None] * elasticity) @ (_WEIGHTS / _WEIGHTS.sum())
    return np.asarray((tried - market.cost[product]) * units * factor)


def _beside(asked: _Asked, product: int, tried: Numbers) -> Numbers:
    """[K] profit of the other products at each price of this one."""
    market, price = asked.market, asked.price
    others, effects = market.felt(product)
    if not others.size:
        return np.zeros(tried.size)
    own = (price[others] / market.price[others]) ** market.elasticity[others]
    already = np.exp(effects * np.log(price[product] / market.price[product]))
    profit = (price[others] - market.cost[others]) * asked.units[others] * own / already
    return np.asarray(np.exp(np.log(tried / market.price[product])[:, None] * effects) @ profit)


def _ladder(market: Market, product: int, tried: Numbers, price: Numbers) -> Flags:
    """[K] whether each price keeps the ladder with those of the others."""
    kept = np.ones(tried.size, bool)
    for below, above in market.ladder:
        if below == product:
            kept &= tried <= price[above] + 1e-9
        elif above == product:
            kept &= tried >= price[below] - 1e-9
    return kept


def _table(asked: _Asked, options: PriceOptions, tried: list[Numbers], wide: float) -> pl.DataFrame:
    either = [asked.market.cautious(step) for step in (-wide, wide)]
    rows = [
        _row(asked, options, product, tried[product], [float(elasticity[product]) for elasticity in either])
        for product in range(asked.price.size)
    ]
    return pl.DataFrame({"product": asked.market.names}).hstack(pl.DataFrame(rows))


def _row(
    asked: _Asked, options: PriceOptions, product: int, tried: Numbers, ends: Sequence[float]
) -> dict[str, float | str]:
    """One row of the table: the price of a product, and what it brings at either end of its elasticity."""
    market = asked.market
    now, new, cost = float(market.price[product]), float(asked.price[product]), float(market.cost[product])
    units, today = float(asked.units[product]), float(market.demand[product].sum())
    expected = float(_expected(market, product, np.array([new]), units)[0])
    best = sorted(float(tried[np.argmax((tried - cost) * (tried / now) ** end)]) for end in ends)
    return {
        "now": now,
        "price": new,
        "change": new / now - 1,
        "lowest": best[0],
        "highest": best[1],
        "units_now": today,
        "units": expected / (new - cost) if new != cost else today,
        "profit_now": (now - cost) * today,
        "profit": expected,
        "worst": min((new - cost) * units * (new / now) ** end for end in ends) - (now - cost) * today,
        "elasticity": float(market.elasticity[product]),
        "error": float(market.error[product]),
        "cost": cost,
        "reason": _reason(market, options, product, new, best),
    }


def _reason(market: Market, options: PriceOptions, product: int, new: float, best: list[float]) -> str:
    now, elasticity = market.price[product], market.elasticity[product]
    share = 1 - market.cost[product] / now
    known = f"elasticity {elasticity:.1f} ± {market.error[product]:.1f}, margin {100 * share:.0f} %"
    if new == now:
        if best[0] < now < best[1]:
            return f"{known}: the best price may lie on either side of today's"
        return f"{known}: no price within the rules surely brings more"
    side = "lower" if new < now else "higher"
    bound = abs(new / now - 1) >= (options.down if new < now else options.up) - 0.005
    return f"{known}: a {side} price brings more" + (", as far as the bounds allow" if bound else "")
