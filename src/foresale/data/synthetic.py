"""Simulated shops: seeded sales whose trend, seasons, promotions and stock-outs are known exactly.

Demand of item i in period t is drawn around a product of factors,

    expected = level · trend · weekly · yearly · promotion · event,

from a negative binomial distribution (a gamma mixture of Poissons), or, for intermittent items, as an occasional order
of a few units. Stock-outs then hide a part of the demand. What was put in is kept aside, so that what is found can be
compared with it.
"""

from dataclasses import dataclass, field, fields, replace

import numpy as np
import polars as pl

from foresale.core.columns import ITEM, PRICE, TIMESTAMP
from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel, Values
from foresale.data.simulation import CATEGORIES, PROMOTION, STORES, Array, Chunk, ShopConfig, chunks

__all__ = ["PROMOTION", "ShopConfig", "SimulatedShop", "Truth", "order_lines", "shop", "simulate_shop"]


@dataclass(frozen=True)
class Truth:
    """What went into a simulated shop, one float32 per row of its panel, future rows included.

    Attributes:
        level: typical units per period of the item.
        trend: factor of its growth.
        weekly: factor of the weekday (and of the hour).
        yearly: factor of the time of the year.
        promotion: factor of price and promotion.
        event: factor of the festivals; 0 where the shop is closed.
        demand: units that customers wanted.
        in_stock: share of the period with stock on hand.
    """

    level: Values = field(repr=False)
    trend: Values = field(repr=False)
    weekly: Values = field(repr=False)
    yearly: Values = field(repr=False)
    promotion: Values = field(repr=False)
    event: Values = field(repr=False)
    demand: Values = field(repr=False)
    in_stock: Values = field(repr=False)

    @property
    def expected(self) -> Values:
        """[R] expected demand: the product of the factors."""
        return self.level * self.trend * self.weekly * self.yearly * self.promotion * self.event


@dataclass(frozen=True)
class SimulatedShop:
    """A simulated panel and the truth behind it."""

    panel: Panel
    truth: Truth


def shop(
    *, items: int = 20, periods: int = 730, frequency: str = "D", seed: int = 0, config: ShopConfig | None = None
) -> Panel:
    """A simulated shop with known covariates `price` and `promotion` and static columns `category` and `store`.

    The same arguments give the same shop. 59 million rows take under a minute and little more than the panel itself.

    Raises:
        ConfigError: no items or periods, an unknown frequency.

    >>> garden = shop(items=3, periods=60, seed=1)
    >>> garden.items.columns, sorted(garden.covariates), garden.frequency.name
    (['item_id', 'category', 'store'], ['price', 'promotion'], 'daily')
    """
    config = config or ShopConfig()
    return _panel(list(chunks(items, periods, frequency, seed, config, keep_truth=False)), frequency)


def simulate_shop(
    *, items: int = 20, periods: int = 730, frequency: str = "D", seed: int = 0, config: ShopConfig | None = None
) -> SimulatedShop:
    """The shop that `shop` returns, together with its truth.

    Raises:
        ConfigError: no items or periods, an unknown frequency.

    >>> simulated = simulate_shop(items=3, periods=60)
    >>> bool((simulated.truth.demand >= np.nan_to_num(simulated.panel.sales)).all())
    True
    """
    parts = list(chunks(items, periods, frequency, seed, config or ShopConfig(), keep_truth=True))
    names = [part.name for part in fields(Truth)]
    truth = Truth(**{name: np.concatenate([part.truth[name] for part in parts]) for name in names})
    return SimulatedShop(_panel(parts, frequency), truth)


def _panel(parts: list[Chunk], frequency: str) -> Panel:
    def join(name: str) -> Array:
        return np.concatenate([part.seen[name] for part in parts])

    launched = join("launched")
    periods, past = (int(number) for number in parts[0].seen["periods"])
    count = len(launched)
    ids = pl.Series(ITEM, [f"item-{number:0{len(str(count))}d}" for number in range(1, count + 1)])
    category = pl.Series("category", CATEGORIES)[join("category").tolist()]
    store = pl.Series("store", STORES)[join("store").tolist()]
    return Panel(
        frequency=Frequency.parse(frequency),
        items=pl.DataFrame([ids, category, store]),
        starts=int(parts[0].seen["first"][0]) + launched,
        offsets=np.concatenate([[0], np.cumsum(periods - launched)]).astype(np.int64),
        history=past - launched,
        sales=join("sales"),
        covariates={name: Covariate(name, "known", join(name)) for name in (PRICE, PROMOTION)},
        available=join("available") if "available" in parts[0].seen else None,
    )


def order_lines(panel: Panel, *, returns: float = 0.04, seed: int = 0) -> pl.DataFrame:
    """The sales of a small shop as order lines: order_id, timestamp, item_id, quantity, price, customer_id.

    The lines of positive quantity add up to the sales of every item and period. Beside them, a share `returns` of them
    comes back in part or whole up to three weeks later, as a line of negative quantity at the price once paid.

    Raises:
        ConfigError: returns is no share from 0 to 1.

    >>> garden = shop(items=2, periods=30)
    >>> lines = order_lines(garden)
    >>> float(lines.filter(pl.col("quantity") > 0)["quantity"].sum()) == float(np.nansum(garden.sales))
    True
    """
    if not 0 <= returns <= 1:
        raise ConfigError(f"returns is a share from 0 to 1, not {returns}")
    generator = np.random.default_rng(seed)
    rows = np.repeat(np.arange(len(panel.sales)), np.nan_to_num(panel.sales).astype(np.int64))
    begins = np.ones(len(rows), bool)
    begins[1:] = (rows[1:] != rows[:-1]) | (generator.random(max(len(rows) - 1, 0)) < 0.6)
    first = np.flatnonzero(begins)
    line_rows, quantity = rows[first], np.diff(np.append(first, len(rows)))
    owners = panel.owners[line_rows]
    seconds = generator.random(len(first))
    stamps = _moments(panel, owners, line_rows - panel.offsets[owners], seconds)
    price = panel.covariates[PRICE].values[line_rows] if PRICE in panel.covariates else np.full(len(first), np.nan)
    customers = np.minimum(generator.pareto(1.2, len(first)) * 20, max(len(first) // 3, 1)).astype(np.int64)
    back = np.flatnonzero(generator.random(len(first)) < returns)
    delay = generator.integers(1, 21, len(back)) * np.timedelta64(86_400, "s")
    lines = pl.DataFrame(
        {
            TIMESTAMP: np.concatenate([stamps, stamps[back] + delay]),
            ITEM: panel.items[ITEM][np.concatenate([owners, owners[back]]).tolist()],
            "quantity": np.concatenate([quantity, -generator.integers(1, quantity[back] + 1)]),
            PRICE: np.round(np.concatenate([price, price[back]]).astype(float), 2),
            "customer_id": np.concatenate([customers, customers[back]]) + 1000,
        }
    ).sort(TIMESTAMP)
    order = pl.struct(pl.col(TIMESTAMP).dt.date(), "customer_id", pl.col("quantity") > 0).rank("dense")
    return lines.select(order.alias("order_id"), TIMESTAMP, ITEM, "quantity", PRICE, "customer_id")


def _moments(panel: Panel, owners: Array, positions: Array, share: Array) -> Array:
    """A moment within the period of each line, to the second; within 8 to 22 o'clock where the period has days."""
    grid = replace(panel.frequency, day=1) if panel.frequency.unit == "month" else panel.frequency
    begin = grid.timestamps(panel.starts[owners] + positions)
    length = grid.timestamps(panel.starts[owners] + positions + 1) - begin
    days = length / np.timedelta64(1, "D")
    whole = np.floor(share * days)
    offset = np.where(days >= 1, whole + (8 + 14 * (share * days - whole)) / 24, share * days)
    return np.asarray(begin + (offset * 86_400).astype(np.int64) * np.timedelta64(1, "s"))
