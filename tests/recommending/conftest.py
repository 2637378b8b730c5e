"""A shop whose customers have tastes and rhythms of their own, and what is learnt of it."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from foresale.core.interactions import Interactions
from foresale.data.interactions import read_interactions
from foresale.recommending.options import RecommendOptions
from foresale.recommending.recommender import Recommender


def order_frame(customers: int = 60, items: int = 25, days: int = 200, seed: int = 0) -> pl.DataFrame:
    """Order lines: each customer likes 6 of the items, and comes for 3 of them every one to four weeks."""
    draw = np.random.default_rng(seed)
    rows = []
    for customer in range(customers):
        taste, every = draw.permutation(items)[:6], int(draw.integers(7, 30))
        day = int(draw.integers(0, 40))
        while day < days:
            for item in draw.choice(taste, 3, replace=False):
                stamp = date(2024, 1, 1) + timedelta(days=day)
                rows.append((f"c{customer:02}", f"i{item:02}", f"Tea number {item}", stamp, 1 + day % 3, 5.0 + item))
            day += max(1, int(draw.normal(every, 3)))
    columns = ["customer", "sku", "item_name", "date", "quantity", "price"]
    return pl.DataFrame(rows, schema=columns, orient="row").sort("date", maintain_order=True)


@pytest.fixture(scope="session")
def lines() -> pl.DataFrame:
    return order_frame()


@pytest.fixture(scope="session")
def orders(lines: pl.DataFrame) -> Interactions:
    return read_interactions(lines)


@pytest.fixture(scope="session")
def options() -> RecommendOptions:
    return RecommendOptions(cutoffs=3, rounds=10, horizon=14)


@pytest.fixture(scope="session")
def recommender(orders: Interactions, options: RecommendOptions) -> Recommender:
    return Recommender.fit(orders, options=options)
