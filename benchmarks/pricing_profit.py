"""Profit of prices chosen by what was found, beside the current policy, the best constant discount and the truth.

    python benchmarks/pricing_profit.py FOLDER [--seeds 5] [--stores 83]

FOLDER holds Dominick's orange juice; markets are those of pricing_market.py, confounded, with prices that differ
between stores. Every policy asks for one price of each brand, between 40 % below and 20 % above the regular one; the
current policy is the prices that came.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from measuring import report
from pricing_market import Market as Drawn, Twin, market, real
from pricing_study import log_log
from scipy import sparse

from foresale.core.arrays import Numbers
from foresale.pricing.effects.cube import PRODUCT
from foresale.pricing.effects.estimate import find_elasticities
from foresale.pricing.effects.options import ElasticityOptions
from foresale.pricing.market import Market
from foresale.pricing.prices.choose import choose_prices
from foresale.pricing.prices.options import PriceOptions

BOUNDS = (0.6, 1.2)
GRID = np.linspace(*BOUNDS, 121)
OPTIONS = PriceOptions(down=1 - BOUNDS[0], up=BOUNDS[1] - 1, steps=121)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--stores", type=int, default=83)
    parser.add_argument("--noise", type=float, default=0.4)
    asked = parser.parse_args()
    levels = real(asked.folder)
    rows, shares = [], []
    for seed in range(asked.seeds):
        twin = Twin(confounded=True, stores_differ=True, noise=asked.noise, seed=seed)
        profits = policies(market(levels, twin, stores=asked.stores))
        current = profits["current"]
        rows.append(
            [
                seed,
                *(f"{profits[name] / current:.3f}" for name in profits),
                f"{100 * profits['ours'] / profits['truth']:.1f} %",
                f"{100 * (profits['ours'] / profits['constant discount'] - 1):+.1f} %",
            ]
        )
        shares.append(profits)
    names = list(shares[0])
    means = [f"{np.mean([profits[name] / profits['current'] for profits in shares]):.3f}" for name in names]
    rows.append(
        [
            "mean",
            *means,
            f"{100 * np.mean([x['ours'] / x['truth'] for x in shares]):.1f} %",
            f"{100 * np.mean([x['ours'] / x['constant discount'] - 1 for x in shares]):+.1f} %",
        ]
    )
    report(
        "pricing_profit",
        title="Profit of chosen prices, against the current policy",
        data=f"levels and seasons of Dominick's orange juice, 11 brands × {asked.stores} stores × 121 weeks, noise "
        f"{asked.noise}, confounded; prices of each brand between 0.6 and 1.2 of the regular one",
        columns=["seed", *names, "ours of the truth's", "ours beyond the best discount"],
        rows=rows,
    )


def policies(drawn: Drawn) -> dict[str, float]:
    """The profit of each policy, by the true demand."""
    found = find_elasticities(drawn.panel, ElasticityOptions())
    time = find_elasticities(drawn.panel, ElasticityOptions(design="over-time"))
    count = len(drawn.regular)
    truth = drawn.own.mean(axis=1)
    crossed = np.full((count, count), drawn.cross / (count - 1)) * (1 - np.eye(count))
    nothing = np.full(count, 1e-3)
    return {
        "current": profit(drawn, drawn.log_price),
        "regression": asking(drawn, chosen(drawn, log_log(drawn), nothing, np.zeros_like(crossed))),
        "double ML": asking(drawn, chosen(drawn, time.values, time.errors, np.zeros_like(crossed))),
        "constant discount": max(asking(drawn, np.full(count, share)) for share in GRID[GRID <= 1]),
        "constant price": max(asking(drawn, np.full(count, share)) for share in GRID),
        "ours": asking(drawn, chosen(drawn, found.values, found.errors, found.estimates.cross)),
        "truth": asking(drawn, chosen(drawn, truth, nothing, crossed)),
    }


def profit(drawn: Drawn, log_price: Numbers) -> float:
    """Profit of prices, as logarithms of price over regular price."""
    price = drawn.regular[:, None, None] * np.exp(log_price)
    return float(((price - drawn.cost) * drawn.demand(log_price)).sum())


def asking(drawn: Drawn, shares: Sequence[float] | Numbers) -> float:
    """Profit of one price for each brand, as a share of the regular one."""
    return profit(drawn, np.broadcast_to(np.log(np.asarray(shares))[:, None, None], drawn.log_price.shape))


def chosen(drawn: Drawn, own: Numbers, errors: Numbers, cross: Numbers) -> Numbers:
    """[B] prices as shares of the regular ones, chosen by some effects and the sales that were seen."""
    sales = drawn.panel.sales.reshape(drawn.log_price.shape).astype(float)
    demand = (sales * np.exp(-own[:, None, None] * drawn.log_price)).sum(axis=1)
    names = brands(drawn)
    shop = Market(names, drawn.regular, drawn.cost.mean(axis=(1, 2)), demand, own, errors, sparse.csc_array(cross))
    table = choose_prices(shop, OPTIONS).prices
    return np.asarray((table["price"] / table["now"]).to_numpy())


def brands(drawn: Drawn) -> pl.Series:
    """Names of the brands, in the order of the panel."""
    return drawn.panel.items["brand_id"].unique(maintain_order=True).alias(PRODUCT)


if __name__ == "__main__":
    main()
