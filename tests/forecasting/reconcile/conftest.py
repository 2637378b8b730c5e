"""Panels of random sales in two crossed groupings."""

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel


@pytest.fixture(name="shelves", scope="session")
def shelves_fixture() -> Callable[..., Panel]:
    """Makes a panel of items with `category`, `region`, a known price and a promotion, and sales that vary together."""

    def make(items: int = 12, periods: int = 70, *, future: int = 7, seed: int = 0, unknown: float = 0.0) -> Panel:
        random = np.random.default_rng(seed)
        rows = items * (periods + future)
        week = np.tile(1 + 0.4 * np.sin(np.arange(periods + future) * 2 * np.pi / 7), items)
        luck = np.tile(random.gamma(20, 1 / 20, periods + future), items)
        level = np.repeat(random.gamma(2, 5, items), periods + future)
        sales = random.poisson(level * week * luck).astype(np.float32)
        sales[random.random(rows) < unknown] = np.nan
        hidden = np.tile(np.arange(periods + future) >= periods, items)
        sales[hidden] = np.nan
        price = random.choice([4.0, 5.0], rows).astype(np.float32)
        flag = (random.random(rows) < 0.2).astype(np.float32)
        known = {"price": price, "promotion": flag}
        return Panel(
            Frequency("day"),
            pl.DataFrame(
                {
                    "item_id": [f"i{at}" for at in range(items)],
                    "category": [f"c{at % 3}" for at in range(items)],
                    "region": ["north" if at % 4 < 2 else "south" for at in range(items)],
                }
            ),
            starts=np.full(items, 19_000),
            offsets=np.arange(items + 1) * (periods + future),
            history=np.full(items, periods),
            sales=sales,
            covariates={name: Covariate(name, "known", values) for name, values in known.items()},
        )

    return make
