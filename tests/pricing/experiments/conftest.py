"""Shops in which tests of prices run."""

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel

WEEKS, FIRST = 120, 2000
NAMES = ("p0", "p1", "p2")
PRICES = np.array([3.99, 2.49, 5.0])


@pytest.fixture(scope="session")
def prices() -> np.ndarray:
    """Regular prices of the three products."""
    return PRICES


@pytest.fixture(scope="session")
def stores() -> Callable[..., Panel]:
    """Three products in some stores, with a season, a course of their own and counts; prices move now and then."""

    def made(places: int, *, seed: int = 0) -> Panel:
        demand, price = _market(places, WEEKS, seed)
        return _panel(np.random.default_rng(seed + 1).poisson(demand * (price / PRICES[:, None, None]) ** -2.0), price)

    return made


@pytest.fixture(scope="session")
def charged() -> Callable[..., Panel]:
    """What the shop sells when a test runs after its history, at regular prices beside.

    `elasticity` is the truth, `carry` the effect of the log price of the period before (what was bought ahead), and
    `share` that of cells in which the prices of the calendar are charged.
    """

    def made(
        places: int, calendar: pl.DataFrame, *, elasticity: float, carry: float = 0.0, share: float = 1.0, seed: int = 0
    ) -> Panel:
        period = Frequency.parse("W").index(calendar["timestamp"].to_numpy()) - FIRST
        demand, price = _market(places, int(period.max()) + 1, seed)
        price[..., WEEKS:] = PRICES[:, None, None]
        rows = np.array([NAMES.index(name) for name in calendar["product"]])
        columns = np.array([int(name[1:]) for name in calendar["place"]]) if places > 1 else np.zeros_like(rows)
        kept = np.random.default_rng(3).random((len(NAMES), places))[rows, columns] < share
        price[rows[kept], columns[kept], period[kept]] = calendar["price"].to_numpy()[kept]
        moved = np.log(price / PRICES[:, None, None])
        effect = np.where(np.arange(moved.shape[2]) < WEEKS, -2.0, elasticity) * moved
        effect[..., 1:] += carry * moved[..., :-1]
        return _panel(np.random.default_rng(seed + 2).poisson(demand * np.exp(effect)), price)

    return made


def _market(places: int, weeks: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """[P, S, T] expected units at regular prices, and prices."""
    draw = np.random.default_rng(seed)
    season = 0.3 * np.sin(2 * np.pi * np.arange(weeks) / 52)
    course = 0.15 * draw.normal(size=(len(NAMES), places, weeks))
    for week in range(1, weeks):
        course[..., week] += 0.5 * course[..., week - 1]
    level = np.random.default_rng(7).normal(4.5, 0.5, size=(len(NAMES), places, 1))
    cut = np.where(draw.random(course.shape) < 0.1, 0.85, 1.0)
    return np.exp(level + season + course), PRICES[:, None, None] * cut


def _panel(sales: np.ndarray, price: np.ndarray) -> Panel:
    products, places, weeks = sales.shape
    names = np.tile([f"s{n}" for n in range(places)], products)
    items = pl.DataFrame({"sku": np.repeat(NAMES, places), "store": names})
    items = items.with_columns(pl.concat_str("sku", "store", separator="|").alias("item_id"))
    count = products * places
    covariates = {"price": Covariate("price", "past", price.astype(np.float32).ravel())}
    flat = sales.astype(np.float32).ravel()
    return Panel(
        Frequency.parse("W"),
        items,
        np.full(count, FIRST),
        np.arange(count + 1) * weeks,
        np.full(count, weeks),
        flat,
        covariates,
        keys=("sku", "store"),
    )
