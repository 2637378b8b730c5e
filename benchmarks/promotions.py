"""A calendar of promotions for many products: seconds, and how far it may be from the best.

python benchmarks/promotions.py [--products 5000] [--periods 13]
"""

import argparse
import time

import numpy as np
import polars as pl
from measuring import report, verdict
from scipy import sparse

from foresale.pricing.market import Market
from foresale.pricing.promotions.options import PromotionOptions
from foresale.pricing.promotions.plan import plan_promotions

LIMIT = 120


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", type=int, default=5000)
    parser.add_argument("--periods", type=int, default=13)
    asked = parser.parse_args()
    count, periods = asked.products, asked.periods
    rules = {
        "slots and budget": PromotionOptions(periods=periods, slots=count // 10, budget=60.0 * count),
        "all rules": PromotionOptions(
            periods=periods,
            slots=count // 10,
            budget=60.0 * count,
            display_cost=20.0,
            ending=0.99,
            festivals=(5,),
            festival_promotions=10,
            least_margin=0.1,
            gap=4,
            most=2,
            least_total_margin=0.2,
        ),
    }
    rows = []
    for name, options in rules.items():
        shop = drawn(count, periods)
        stamps = (np.arange(periods) * 7).astype("datetime64[D]").astype("datetime64[us]")
        start, busy = time.perf_counter(), time.process_time()
        plan = plan_promotions(shop, options, stamps=stamps)
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
        rows.append(
            [
                name,
                f"{count:,} × {periods}",
                f"{plan.promotions.height:,}",
                f"{100 * plan.gap:.3f} %",
                verdict(seconds, LIMIT, "s"),
                f"{busy:.0f} s",
            ]
        )
    columns = ["rules", "products × periods", "promotions", "gap", "wall clock", "processor"]
    data = "simulated products with stock, substitutes and costs"
    report("promotions", title="Plans of promotions", data=data, columns=columns, rows=rows)


def drawn(count: int, periods: int) -> Market:
    """Products with seasons, five substitutes each, and stock for 1 to 1.6 times what sells."""
    draw = np.random.default_rng(0)
    price = draw.uniform(1, 20, count).round(2)
    season = 1 + 0.3 * np.sin(np.arange(periods) / periods * 6) * draw.normal(size=(count, 1))
    demand = np.exp(draw.normal(3, 1, (count, 1))) * np.clip(season, 0.3, 2)
    cross = sparse.random_array((count, count), density=5 / count, format="csc", rng=draw) * 0.2
    supply = np.cumsum(demand, axis=1) * draw.uniform(1, 1.6, (count, 1))
    names = pl.Series([f"product {n}" for n in range(count)])
    return Market(
        names,
        price,
        price * draw.uniform(0.4, 0.8, count),
        demand,
        draw.normal(-2.8, 0.8, count),
        np.full(count, 0.2),
        cross,
        (0.2, 0.05),
        supply,
    )


if __name__ == "__main__":
    main()
