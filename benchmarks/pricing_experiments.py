"""Planned tests of prices, run in the weeks after those that they were planned from.

    python benchmarks/pricing_experiments.py FOLDER [--lots 10]

FOLDER holds Dominick's orange juice (oj_store_brand_week.parquet). From the weeks up to a cut a test is planned for
each width, over stores and (all stores added up) over weeks. Then it runs in the weeks after the cut, on what was sold
in them at one price, once as it is and once with an elasticity planted, by lots of its own each time.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
from measuring import report
from pricing_market import FIRST_WEEK

import foresale
from foresale.core.arrays import Numbers
from foresale.pricing.effects.cube import PRODUCT, PriceCube, price_cube
from foresale.pricing.effects.regular import current_price
from foresale.pricing.experiments.analyse import analyse_experiment
from foresale.pricing.experiments.design import design_experiment
from foresale.pricing.experiments.options import ExperimentOptions
from foresale.pricing.experiments.units import at_one_price

CUTS = (80, 94, 108)
WIDTHS = (2.0, 1.0, 0.5)
PLANTED = -2.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lots", type=int, default=10, help="that each test is run by")
    asked = parser.parse_args()
    juice = price_cube(_panel(asked.folder))
    rows = []
    for kind, cube in (("stores", juice), ("weeks", juice.summed())):
        steady = at_one_price(cube)
        for width in WIDTHS:
            said = [one for cut in CUTS for one in _ran(cube, steady, cut, width, asked.lots)]
            design, stated, cost, got, held, alarms = (list(column) for column in zip(*said, strict=True))
            rows.append(
                [
                    kind,
                    width,
                    design[0],
                    f"{np.mean(stated):.2f}",
                    f"{np.mean(cost):,.0f}",
                    f"{np.median(got):.2f}",
                    f"{100 * np.mean(held):.0f} %",
                    f"{100 * np.mean(alarms):.0f} %",
                ]
            )
    cuts = ", ".join(map(str, CUTS))
    report(
        "pricing_experiments",
        title="Planned tests of prices, run in the weeks after",
        rows=rows,
        data=f"Dominick's orange juice, cuts at weeks {cuts}, {asked.lots} lots each, at most 13 weeks, prices from "
        f"-20 to +10 %, elasticity {PLANTED:g} planted, level 90 %",
        columns=[
            "lots over",
            "asked for",
            "first design",
            "width stated",
            "profit given up",
            "width that came",
            "held what was planted",
            "found something where nothing was",
        ],
    )


def _panel(folder: Path) -> foresale.Panel:
    frame = pl.read_parquet(folder / "oj_store_brand_week.parquet")
    price = pl.concat_list([f"price{b}" for b in range(1, 12)]).list.get(pl.col("brand") - 1) * 64
    stamp = pl.lit(FIRST_WEEK.astype("datetime64[us]").item()) + pl.duration(weeks=pl.col("week") - 1)
    frame = frame.select("brand", "store", timestamp=stamp, units=pl.col("logmove").exp() / 64, price=price)
    return foresale.panel(frame, columns={"item": ["brand", "store"], "sales": "units"})


def _ran(
    cube: PriceCube, steady: Numbers, cut: int, width: float, lots: int
) -> Iterator[tuple[str, float, float, float, bool, bool]]:
    """The design in words, the width it states, its cost; of each run the width, whether it held, and an A/A alarm."""
    before = replace(cube, sales=cube.sales[..., :cut], price=cube.price[..., :cut])
    price = current_price(before)
    test = design_experiment(before, ExperimentOptions(width=width), price=price, cost=0.6 * price)
    sizes = [test.calendar[name].n_unique() for name in (PRODUCT, "place", "timestamp")]
    words = f"{sizes[0]} brands, {sizes[1]} places, {sizes[2]} weeks"
    for seed in range(lots):
        rows = _drawn(test.calendar, seed)
        planted, nothing = (
            analyse_experiment(_sold(cube, steady, rows, cut, price, elasticity, seed), rows)
            for elasticity in (PLANTED, 0.0)
        )
        held = planted.low <= PLANTED <= planted.high
        yield words, test.replayed.width, test.cost, planted.high - planted.low, held, nothing.chance <= 0.1


def _drawn(calendar: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The same test by other lots: of each pair of each product, the dear and the cheap cell change places or not."""
    pairs = calendar.select(PRODUCT, "pair").unique(maintain_order=True)
    turned = pairs.with_columns(turn=pl.Series(np.random.default_rng(seed).random(pairs.height) < 0.5))
    rows = calendar.join(turned, on=[PRODUCT, "pair"], how="left", maintain_order="left")
    other = pl.when(pl.col("arm") == "dear").then(pl.lit("cheap")).otherwise(pl.lit("dear"))
    rows = rows.with_columns(arm=pl.when("turn").then(other).otherwise("arm")).drop("price", "turn")
    prices = calendar.select(PRODUCT, "arm", "price").unique(maintain_order=True)
    return rows.join(prices, on=[PRODUCT, "arm"], how="left", maintain_order="left")


def _sold(
    cube: PriceCube, steady: Numbers, rows: pl.DataFrame, cut: int, price: Numbers, elasticity: float, seed: int
) -> PriceCube:
    """What would have been sold at the prices of the test: more or fewer customers than there were."""
    charged = np.repeat(np.repeat(price[:, None, None], len(cube.place_names), axis=1), cube.sales.shape[2], axis=2)
    names, places = cube.products[PRODUCT].to_list(), list(cube.place_names)
    at = (
        [names.index(name) for name in rows[PRODUCT]],
        [places.index(name) for name in rows["place"]],
        cube.frequency.index(rows["timestamp"].to_numpy()) - cube.start,
    )
    charged[at] = rows["price"].to_numpy()
    factor = (charged / price[:, None, None]) ** elasticity
    draw = np.random.default_rng(seed)
    whole = np.rint(np.nan_to_num(steady)).astype(np.int64)
    sold = draw.binomial(whole, np.minimum(factor, 1)) + draw.poisson(whole * np.maximum(factor - 1, 0))
    later = np.arange(cube.sales.shape[2]) >= cut
    sales = np.where(np.isfinite(steady), np.where(later, sold, whole), np.nan)
    return replace(cube, sales=sales, price=np.where(later, charged, cube.price))


if __name__ == "__main__":
    main()
