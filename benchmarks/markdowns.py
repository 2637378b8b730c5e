"""Mark-downs of an end of season: money of several ways to sell what is left, on courses that none of them saw.

    python benchmarks/markdowns.py [--products 100] [--periods 13]

Stock is 0.6 to 2.5 times what sells at the regular price; sales are counts whose level is known to a fifth. The true
elasticity of a product lies around what is known of it, by its standard error: 0.3, and 1 where it is in doubt. Every
way is paid on 500 courses of its own: the regular price to the end; a single mark-down (what `foresale plan` looks
for); several steps as they were planned; and several steps by the stock that is left then, which is what a plan made
anew each period comes to.
"""

import argparse
import time

import numpy as np
import polars as pl
from measuring import report
from scipy import sparse

from foresale.pricing.markdowns.options import MarkdownOptions
from foresale.pricing.markdowns.plan import Closing, MarkdownPlan, plan_markdowns
from foresale.pricing.markdowns.policy import Belief, Leftover, Steps, best_policy
from foresale.pricing.markdowns.single import DEPTHS, Clearing, markdowns
from foresale.pricing.market import Market

COURSES = 500
KNOWN, DOUBTED = 0.3, 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", type=int, default=100)
    parser.add_argument("--periods", type=int, default=13)
    asked = parser.parse_args()
    rows = []
    for what, error in (("known", KNOWN), ("in doubt", DOUBTED)):
        rows += [[what, *row] for row in measured(asked.products, asked.periods, error)]
    report(
        "markdowns",
        title="Money of an end of season",
        columns=["elasticity", "way", "money", "sold", "processor, s"],
        data=f"{asked.products} simulated products × {asked.periods} weeks, {COURSES} courses each",
        rows=rows,
    )


def measured(count: int, periods: int, error: float) -> list[list[str]]:
    """Money of each way as a share of that of the regular price, share of stock sold, and seconds."""
    draw = np.random.default_rng(0)
    level, price = draw.uniform(3, 60, count), draw.uniform(5, 60, count).round(2)
    middle = draw.uniform(-4, -1, count)
    units = (level * periods * draw.uniform(0.6, 2.5, count)).round()
    planned, real = (
        courses(np.random.default_rng(seed), level, periods, paths) for seed, paths in ((1, 64), (2, COURSES))
    )
    truth = np.minimum(middle + error * np.random.default_rng(3).normal(size=(COURSES, count)), 0.0)
    market = Market(
        pl.Series([f"product {n}" for n in range(count)]),
        price,
        0.5 * price,
        planned.mean(axis=0),
        middle,
        np.full(count, error),
        sparse.csc_array((count, count)),
    )
    stamps = np.arange(periods).astype("datetime64[W]").astype("datetime64[us]")
    start = time.process_time()
    plan = plan_markdowns(market, Closing(units, planned, np.zeros(count), stamps), MarkdownOptions())
    seconds = time.process_time() - start
    bold = plan_markdowns(market, Closing(units, planned, np.zeros(count), stamps), MarkdownOptions(risk=1.0))
    once = markdowns(planned, Clearing(units, np.full(count, periods), price, np.zeros(count), -middle))
    single = np.ones((count, periods))
    for product, (first, depth) in enumerate(zip(once.start, once.depth, strict=True)):
        if first >= 0:
            single[product, first:] = 1 - depth
    ways = {
        "a single mark-down, whatever it risks": single,
        "several steps as planned, whatever they risk": shares(bold, market, stamps),
        "several steps as planned, careful": shares(plan, market, stamps),
    }
    usual, left = paid(np.ones((count, periods)), price, units, real, truth)
    found = [["the regular price", "100 %", f"{100 * (1 - left / units.sum()):.0f} %", ""]]
    for name, share in ways.items():
        money, left = paid(share, price, units, real, truth)
        found.append(
            [
                name,
                f"{100 * money / usual:.1f} %",
                f"{100 * (1 - left / units.sum()):.0f} %",
                f"{seconds:.0f}" if "careful" in name else "",
            ]
        )
    money, left = by_stock(market, units, planned, real, truth, error)
    return [
        *found,
        [
            "several steps by the stock left, whatever they risk",
            f"{100 * money / usual:.1f} %",
            f"{100 * (1 - left / units.sum()):.0f} %",
            "",
        ],
    ]


def courses(draw: np.random.Generator, level: np.ndarray, periods: int, count: int) -> np.ndarray:
    """[S, N, T] counts around levels that are known to a fifth."""
    around = level * draw.gamma(25, 1 / 25, (count, level.size))
    return draw.poisson(around[..., None], (count, level.size, periods)).astype(np.float32)


def shares(plan: MarkdownPlan, market: Market, stamps: np.ndarray) -> np.ndarray:
    """[N, T] the price of each period as a share of the regular one, of the course that was planned."""
    found = np.ones((len(market.names), stamps.size))
    for name, stamp, price in plan.steps.select("product", "timestamp", "price").sort("timestamp").iter_rows():
        row = market.names.index_of(name)
        found[row, stamps >= np.datetime64(stamp)] = price / market.price[row]
    return found


def paid(
    share: np.ndarray, price: np.ndarray, units: np.ndarray, real: np.ndarray, truth: np.ndarray
) -> tuple[float, float]:
    """Mean money of all products, and units left."""
    left, money = np.repeat(units[None], len(real), axis=0), 0.0
    for period in range(share.shape[1]):
        sold = np.minimum(left, real[..., period] * share[:, period] ** truth)
        money += float((price * share[:, period] * sold).sum()) / len(real)
        left = left - sold
    return money, float(left.sum()) / len(real)


def by_stock(
    market: Market, units: np.ndarray, planned: np.ndarray, real: np.ndarray, truth: np.ndarray, error: float
) -> tuple[float, float]:
    """The same of policies that ask in each period by the stock that is left then."""
    money = rest = 0.0
    nodes, weights = np.polynomial.hermite_e.hermegauss(5)
    for product in range(units.size):
        prices = np.append(1.0, 1 - np.array(DEPTHS)) * market.price[product]
        belief = Belief(np.minimum(market.elasticity[product] + error * nodes, 0.0), weights / weights.sum())
        steps = Steps.of(prices, most=3, least_step=0.05, most_step=0.5)
        policy = best_policy(Leftover(float(units[product]), prices, planned[:, product]), belief, steps)
        left = np.full(len(real), units[product])
        at, taken = np.zeros(len(real), np.int64), np.zeros(len(real), np.int64)
        for period in range(real.shape[2]):
            before, at = at, policy.ask(period, taken, at, left)
            taken = taken + (at != before)
            share = prices[at] / prices[0]
            sold = np.minimum(left, real[:, product, period] * share ** truth[:, product])
            money, left = money + float((prices[at] * sold).mean()), left - sold
        rest += float(left.mean())
    return money, rest


if __name__ == "__main__":
    main()
