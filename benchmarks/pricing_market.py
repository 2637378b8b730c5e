"""A market whose effects of prices are known: real levels and seasons of Dominick's orange juice, drawn prices.

Demand of brand b in store s and week t is

    log units = level[b, s] + season[b, t] + shock[b, t] + own[b, s] · log price[b, s, t] / regular[b]
                + cross · (mean of the others' log price / regular) + noise,

level and season as they were in the data; the shock is unobserved. In the confounded twin promotions are deeper and
oftener when season and shock are high; in the other twin they are drawn without a look at demand.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from foresale.core.arrays import Numbers
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel

FIRST_WEEK = np.datetime64("1989-09-14")
MARGINS = (0.25, 0.6)
"""Of brands, as shares of the regular price; chosen here, since the data tell no cost. With one margin for all, a
constant discount comes within 1 % of the best prices."""
COST_MOVES = 0.15
"""Standard deviation of log costs: that of frozen juice moved by half within a year when Florida froze."""
_SMOOTH = np.array([1, 2, 3, 4, 3, 2, 1]) / 16
"""Weeks beside a week that tell its season: a triangle, so that single weeks are no season."""


@dataclass(frozen=True)
class Market:
    """A drawn market: [B, S, T] prices and sales, and what they were made of."""

    panel: Panel
    own: Numbers = field(repr=False)
    cross: float
    log_price: Numbers = field(repr=False)
    expected: Numbers = field(repr=False)
    regular: Numbers = field(repr=False)
    cost: Numbers = field(repr=False)

    def demand(self, log_price: Numbers) -> Numbers:
        """[B, S, T] expected units under other prices (as logarithms of price over regular price)."""
        moved = log_price - self.log_price
        others = (moved.sum(axis=0, keepdims=True) - moved) / (len(moved) - 1)
        return self.expected * np.exp(self.own[..., None] * moved + self.cross * others)


def real(folder: Path) -> tuple[Numbers, Numbers, Numbers]:
    """[B, S] levels, [B, T] seasons (as logarithms) and [B] regular prices of the juice."""
    frame = pl.read_parquet(folder / "oj_store_brand_week.parquet")
    price = pl.concat_list([f"price{b}" for b in range(1, 12)]).list.get(pl.col("brand") - 1).log()
    frame = frame.with_columns(price.alias("p")).sort("brand", "store", "week")
    centred = {"logmove": "y", "p": "x", "feat": "f", "deal": "d"}
    frame = frame.with_columns(
        (pl.col(a) - pl.col(a).mean().over("brand", "store")).alias(b) for a, b in centred.items()
    )
    frame = pl.concat([_without_promotions(own) for _, own in frame.group_by("brand", maintain_order=True)])
    weeks = pl.DataFrame({"week": np.arange(40, 161, dtype=np.int32)})
    brands, stores = frame["brand"].unique().sort(), frame["store"].unique().sort()
    grid = brands.to_frame().join(weeks, how="cross")
    season = (
        grid.join(
            frame.group_by("brand", "week").agg(pl.col("rest").mean()),
            on=["brand", "week"],
            how="left",
            maintain_order="left",
        )["rest"]
        .fill_null(0.0)
        .to_numpy()
        .reshape(len(brands), -1)
    )
    season = np.apply_along_axis(lambda own: np.convolve(np.pad(own, 3, mode="edge"), _SMOOTH, mode="valid"), 1, season)
    level = (
        brands.to_frame()
        .join(stores.to_frame(), how="cross")
        .join(
            frame.group_by("brand", "store").agg(pl.col("logmove").mean()),
            on=["brand", "store"],
            how="left",
            maintain_order="left",
        )["logmove"]
        .fill_null(frame["logmove"].mean())
    )
    regular = frame.group_by("brand", maintain_order=True).agg(pl.col("p").quantile(0.8).exp())["p"].to_numpy() * 64
    return level.to_numpy().reshape(len(brands), -1) - np.log(64), season, regular


def _without_promotions(own: pl.DataFrame) -> pl.DataFrame:
    """Log sales of a brand without what its price, features and deals did."""
    x, y = own.select("x", "f", "d").to_numpy(), own["y"].to_numpy()
    return own.with_columns(pl.Series("rest", y - x @ np.linalg.lstsq(x, y, rcond=None)[0]))


@dataclass(frozen=True)
class Twin:
    """Which market is drawn."""

    confounded: bool
    stores_differ: bool
    noise: float
    seed: int
    local: bool = False
    """Whether stores have shocks, costs and (where confounded) answers to their shocks of their own."""


def market(levels: tuple[Numbers, Numbers, Numbers], twin: Twin, *, stores: int = 83) -> Market:
    """Draw a market."""
    level, season, regular = levels
    level = level[:, :stores]
    draw = np.random.default_rng(twin.seed)
    (brands, places), weeks = level.shape, season.shape[1]
    own = draw.normal(-2.8, 0.7, (brands, 1)).clip(-4.5, -1.3) + draw.normal(0, 0.15, (brands, places))
    shock = _steady(draw, (brands, weeks), 0.6) * 0.3
    moving = season + shock
    z = (moving - moving.mean(axis=1, keepdims=True)) / moving.std(axis=1, keepdims=True)
    cost = _steady(draw, (brands, weeks), 0.8) * COST_MOVES
    pull = 1.2 * z if twin.confounded else np.zeros_like(z)
    chain = draw.random((brands, weeks)) < 1 / (1 + np.exp(1.2 - pull))
    depth = np.clip(0.2 + (0.06 * z if twin.confounded else 0) + draw.normal(0, 0.06, z.shape), 0.05, 0.45)
    cut = np.where(chain, np.log1p(-depth), 0.0)[:, None, :]
    price = np.broadcast_to(cut + 0.7 * cost[:, None, :], (brands, places, weeks)).copy()
    if twin.stores_differ:
        joins = draw.random(price.shape) < 0.8
        price = np.where(joins, cut, 0.0) + 0.7 * cost[:, None, :] + 0.05 * draw.normal(size=price.shape)
    cost = np.broadcast_to(cost[:, None, :], price.shape)
    own_shock = np.zeros(price.shape)
    if twin.local:
        local_cost = _steady(draw, price.shape, 0.8) * 0.1
        own_shock = _steady(draw, price.shape, 0.6) * 0.2
        cost = cost + local_cost
        price = price + 0.7 * local_cost - (0.25 * own_shock if twin.confounded else 0)
    others = (price.sum(axis=0, keepdims=True) - price) / (brands - 1)
    cross = 0.4
    log_expected = level[..., None] + moving[:, None, :] + own[..., None] * price + cross * others
    noise = _steady(draw, price.shape, 0.3) * twin.noise
    units = draw.poisson(np.exp(log_expected + own_shock + noise - twin.noise**2 / 2)).astype(float)
    expected = np.exp(log_expected)
    margin = np.random.default_rng(1000 + twin.seed).uniform(*MARGINS, (brands, 1, 1))
    unit_cost = regular[:, None, None] * (1 - margin) * np.exp(cost)
    panel = _panel(units, price + np.log(regular)[:, None, None], unit_cost)
    return Market(panel, own, cross, price, expected, regular, unit_cost)


def _steady(draw: np.random.Generator, shape: tuple[int, ...], rho: float) -> Numbers:
    """Autoregressive noise along the last axis with variance 1."""
    values = draw.normal(size=shape)
    for t in range(1, shape[-1]):
        values[..., t] = rho * values[..., t - 1] + np.sqrt(1 - rho**2) * values[..., t]
    return values


def _panel(units: Numbers, log_price: Numbers, cost: Numbers) -> Panel:
    brands, places, weeks = units.shape
    weekly = Frequency.parse("W-THU")
    items = pl.DataFrame(
        {
            "brand_id": np.repeat([f"brand {b + 1}" for b in range(brands)], places),
            "store": np.tile([f"store {s + 1}" for s in range(places)], brands),
        }
    )
    items = items.with_columns(pl.concat_str("brand_id", "store", separator="|").alias("item_id")).select(
        "item_id", "brand_id", "store"
    )
    count = brands * places
    start = int(weekly.index(np.array([FIRST_WEEK]))[0])
    covariates = {
        name: Covariate(name, "past", values.astype(np.float32).ravel())
        for name, values in (("price", np.exp(log_price)), ("unit_cost", cost))
    }
    return Panel(
        weekly,
        items,
        np.full(count, start),
        np.arange(count + 1) * weeks,
        np.full(count, weeks),
        units.astype(np.float32).ravel(),
        covariates,
        keys=("brand_id", "store"),
    )
