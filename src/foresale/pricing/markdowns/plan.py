"""Mark-downs of an end of season: which prices to ask for, when, what that brings and what it may lose."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Floating, Numbers
from foresale.core.columns import TIMESTAMP
from foresale.core.frequency import Stamps
from foresale.core.text import counted
from foresale.pricing.markdowns.options import MarkdownOptions
from foresale.pricing.markdowns.policy import Belief, Leftover, PricePolicy, Steps, best_policy
from foresale.pricing.market import Market, ended

_CAUTION: Final = (0.0, 0.5, 1.0, 1.645)
"""Standard errors by which the elasticity is taken weaker, the boldest first, until a plan risks little enough."""
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(5)
"""Elasticities that stand for the normal distribution of what is known of one (Gauss and Hermite)."""
_EXTREMES: Final = (0.1, 0.9)
"""Levels of money that are told beside what is expected."""


@dataclass(frozen=True)
class Closing:
    """What is left of N products over T periods.

    Attributes:
        units: [N] that can be sold until the end.
        demand: [S, N, T] sample paths at regular prices, 0 behind the end of a product.
        salvage: [N] money that a unit left at the end brings.
        stamps: [T] of the periods.
    """

    units: Numbers
    demand: Floating = field(repr=False)
    salvage: Numbers
    stamps: Stamps = field(repr=False)


@dataclass(frozen=True, repr=False)
class MarkdownPlan:
    """Prices to ask for until the end.

    Attributes:
        products: one row per product with stock: product, units, regular, price (to ask for now), last (the lowest that
            is expected), sold_regular and sold (share of the stock sold at the regular price, and so), money_regular
            and money (expected, what is left at its salvage value counted in), low and high (one time in ten it brings
            less, or more), worst (change of money where the elasticity is at its worse end) and reason.
        steps: the prices that are expected: product, timestamp (from which on), price, depth, left (units by then).
        end: the last period.
        gain: money of all products that mark-downs are expected to bring.
        notes: what was assumed.
        currency: of all money.
    """

    products: pl.DataFrame = field(repr=False)
    steps: pl.DataFrame = field(repr=False)
    end: np.datetime64
    gain: float
    notes: tuple[str, ...] = ()
    currency: str = ""

    def __repr__(self) -> str:
        marked = int(self.steps.filter(pl.col("depth") > 0)["product"].n_unique())
        products = counted(self.products.height, "product")
        return f"<MarkdownPlan of {products}, {marked:,} marked down, gain {self.gain:,.0f}>"

    def to_frame(self) -> pl.DataFrame:
        """The prices to ask for, one row for each time that one changes."""
        return self.steps


def plan_markdowns(
    market: Market,
    closing: Closing,
    options: MarkdownOptions,
    *,
    wide: float = 1.645,
    notes: tuple[str, ...] = (),
    currency: str = "",
) -> MarkdownPlan:
    """For each product with stock the mark-downs of most expected money, or none where none surely bring more.

    A dynamic programme asks for a price in each period by the stock that is left then; what it brings is counted on
    sample paths whose surprises last, for every elasticity that is likely. The plan shows the course that is expected:
    made anew in the next period, it knows what was sold.

    Args:
        market: the products, at regular prices.
        closing: what is left of them, and until when.
        options: steps, price points and how much may be risked.
        wide: standard errors to either end of an interval; 90 % by default.
        notes: what was assumed before.
        currency: of all money.
    """
    rows, steps, gain = [], [], 0.0
    for product in np.flatnonzero(closing.units > 0):
        case = _Case.of(market, closing, options, int(product))
        best = _best(case, options, wide)
        rows.append(best.row(str(market.names[int(product)]), wide))
        steps += [
            (str(market.names[int(product)]), period, price, 1 - price / case.left.prices[0], left)
            for period, price, left in best.course()
        ]
        gain += best.gain
    names = [
        "product",
        "units",
        "regular",
        "price",
        "last",
        "sold_regular",
        "sold",
        "money_regular",
        "money",
        "low",
        "high",
        "worst",
        "reason",
    ]
    numbers = [pl.String, *[pl.Float64] * 11, pl.String]
    table = pl.DataFrame(rows, schema=dict(zip(names, numbers, strict=True)), orient="row")
    schema = {"product": pl.String, "period": pl.Int64, "price": pl.Float64, "depth": pl.Float64, "left": pl.Float64}
    course = pl.DataFrame(steps, schema=schema, orient="row")
    stamps = pl.Series(TIMESTAMP, closing.stamps.astype("datetime64[us]")[course["period"].to_numpy()])
    course = course.with_columns(stamps).select("product", TIMESTAMP, "price", "depth", "left")
    return MarkdownPlan(table, course, closing.stamps[-1], gain, (*notes, _AGAIN), currency)


_AGAIN: Final = "Mark-downs are those of the expected course: made anew each period, the plan knows what was sold."


@dataclass(frozen=True)
class _Case:
    """One product: what is left, how prices may fall, and its elasticity with its standard error."""

    left: Leftover
    steps: Steps
    elasticity: float
    error: float

    @classmethod
    def of(cls, market: Market, closing: Closing, options: MarkdownOptions, product: int) -> "_Case":
        regular = market.price[product]
        lower = ended(regular * (1 - np.array(sorted(options.depths))), options.ending)
        prices = np.append(regular, np.unique(lower[(lower < regular) & (lower > 0)])[::-1])
        left = Leftover(
            float(closing.units[product]),
            prices,
            closing.demand[:, product],
            float(min(closing.salvage[product], regular)),
        )
        steps = Steps.of(prices, most=options.steps, least_step=options.least_step, most_step=options.most_step)
        return cls(left, steps, float(market.elasticity[product]), float(market.error[product]))

    def belief(self, weaker: float = 0.0) -> Belief:
        """Elasticities that it may have, taken weaker by so many standard errors."""
        values = np.minimum(self.elasticity + (weaker + _NODES) * self.error, 0.0)
        return Belief(values, _WEIGHTS / _WEIGHTS.sum())


@dataclass(frozen=True)
class _Run:
    """What a policy, or the regular price where there is none, brings on every path by every elasticity.

    Attributes:
        case: of which product.
        policy: that asks for prices; None stays at the regular price.
        money: [S, E].
        left: [S, E] units at the end.
    """

    case: _Case
    policy: PricePolicy | None
    money: Numbers
    left: Numbers

    @classmethod
    def of(cls, case: _Case, policy: PricePolicy | None, elasticity: Numbers) -> "_Run":
        """The course of stock and prices."""
        case_left, factor = case.left, case.left.wanted(elasticity)
        shape = (case_left.demand.shape[0], elasticity.size)
        left, money = np.full(shape, case_left.units), np.zeros(shape)
        taken, price = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        for period in range(case_left.demand.shape[1]):
            if policy is not None:
                before, price = price, policy.ask(period, taken, price, left)
                taken = taken + (price != before)
            wanted = case_left.demand[:, period, None] * factor[price, np.arange(elasticity.size)]
            sold = np.minimum(left, wanted)
            money, left = money + case_left.prices[price] * sold, left - sold
        return cls(case, policy, money + case_left.salvage * left, left)


@dataclass(frozen=True)
class _Best:
    """The policy that is chosen, None for the regular price.

    Attributes:
        case: of which product.
        policy: that asks for prices.
        belief: what is known of the elasticity.
        worst: change of money at the worse end of its interval.
        missed: money that bolder mark-downs are expected to bring, which risk too much.
    """

    case: _Case
    policy: PricePolicy | None
    belief: Belief
    worst: float
    missed: float

    @cached_property
    def so(self) -> _Run:
        return _Run.of(self.case, self.policy, self.belief.values)

    @cached_property
    def regular(self) -> _Run:
        return _Run.of(self.case, None, self.belief.values)

    @property
    def gain(self) -> float:
        """Expected money beyond the regular price."""
        return float(((self.so.money - self.regular.money) @ self.belief.weights).mean())

    def course(self) -> Iterator[tuple[int, float, float]]:
        """Period, price and units left by then, each time that the price changes where all goes as expected."""
        left, taken, before = self.case.left, 0, 0
        units, factor = left.units, left.wanted(self.belief.values)
        for period in range(left.demand.shape[1]):
            price = before
            if self.policy is not None:
                price = int(self.policy.ask(period, np.array(taken), np.array(before), np.array(units)))
            if period == 0 or price != before:
                yield period, float(left.prices[price]), units
            taken, before = taken + (price != before), price
            wanted = np.outer(left.demand[:, period], factor[price])
            units -= float((np.minimum(units, wanted) @ self.belief.weights).mean())

    def row(self, name: str, wide: float) -> tuple[str | float, ...]:
        """What the table says of it."""
        units, so, regular, weights = self.case.left.units, self.so, self.regular, self.belief.weights
        course = list(self.course())
        shares = [1 - float((run.left @ weights).mean()) / units for run in (regular, so)]
        means = [float((run.money @ weights).mean()) for run in (regular, so)]
        low, high = _levels(so.money, weights)
        regular_price = float(self.case.left.prices[0])
        why = self._reason(shares[0], course[-1][1] < regular_price, wide)
        return (name, units, regular_price, course[0][1], course[-1][1], *shares, *means, low, high, self.worst, why)

    def _reason(self, sold: float, marked: bool, wide: float) -> str:
        units, known = self.case.left.units, f"elasticity {self.case.elasticity:.1f} ± {self.case.error:.1f}"
        rest = f"{(1 - sold) * units:,.0f} of {units:,.0f} units would be left at the regular price"
        if marked:
            return f"{rest}; {known}"
        if self.missed > 0:
            return f"{rest}; mark-downs may lose money at the weaker end of {known} (± {wide * self.case.error:.1f})"
        if self.policy is not None:
            return f"{rest}; marked down only if less sells than is expected; {known}"
        return f"{rest}; no mark-down brings more by {known}"


def _levels(money: Numbers, weights: Numbers) -> tuple[float, float]:
    """Money that is undercut, and that is exceeded, one time in ten."""
    flat, weight = money.ravel(), np.broadcast_to(weights, money.shape).ravel()
    order = np.argsort(flat, kind="stable")
    share = np.cumsum(weight[order]) / weight.sum()
    low, high = (float(flat[order][min(int(np.searchsorted(share, level)), flat.size - 1)]) for level in _EXTREMES)
    return low, high


def _best(case: _Case, options: MarkdownOptions, wide: float) -> _Best:
    """The boldest policy that loses little where the elasticity is at either end; none where it brings too little."""
    belief, ends = case.belief(), np.minimum(case.elasticity + np.array([-wide, wide]) * case.error, 0.0)
    full, chosen, worst, missed = _Run.of(case, None, belief.values), None, 0.0, 0.0
    usual = float((full.money @ belief.weights).mean())
    at_ends = _Run.of(case, None, ends).money.mean(axis=0)
    for weaker in _CAUTION:
        policy = best_policy(case.left, case.belief(weaker), case.steps)
        gain = float((_Run.of(case, policy, belief.values).money @ belief.weights).mean()) - usual
        fallen = float((_Run.of(case, policy, ends).money.mean(axis=0) - at_ends).min())
        if gain <= options.gain * usual:
            break
        if fallen >= -options.risk * usual:
            chosen, worst = policy, fallen
            break
        missed = max(missed, gain)
    return _Best(case, chosen, belief, worst, missed if chosen is None else 0.0)
