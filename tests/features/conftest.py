"""Small panels of random sales, prices and promotions."""

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
import pytest

from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel

MakePanel = Callable[..., Panel]


@pytest.fixture(name="make_panel", scope="session")
def make_panel_fixture() -> MakePanel:
    """Makes a panel of given lengths and a future, with a known price, a known promotion and a past one."""

    def make(lengths: Sequence[int], *, seed: int = 0, future: int = 3) -> Panel:
        random = np.random.default_rng(seed)
        sizes = np.asarray(lengths, np.int64) + future
        offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        rows = int(offsets[-1])
        hidden = np.arange(rows) - np.repeat(offsets[:-1], sizes) >= np.repeat(sizes - future, sizes)
        series = {
            "sales": random.poisson(1.5, rows),
            "sell_price": random.choice([5.0, 4.0, 2.5], rows),
            "onpromotion": random.random(rows) < 0.3,
            "deal_seen": random.random(rows) < 0.3,
        }
        arrays = {name: values.astype(np.float32) for name, values in series.items()}
        for values in arrays.values():
            values[random.random(rows) < 0.1] = np.nan
        for name in ("sales", "deal_seen"):
            arrays[name][hidden] = np.nan
        roles = {"sell_price": "known", "onpromotion": "known", "deal_seen": "past"}
        return Panel(
            frequency=Frequency.parse("D"),
            items=pl.DataFrame({"item_id": [f"i{at}" for at in range(sizes.size)],
                                "shelf": ["a" if at % 2 else None for at in range(sizes.size)]}),
            starts=random.integers(19_000, 19_010, sizes.size),
            offsets=offsets,
            history=sizes - future,
            sales=arrays["sales"],
            covariates={name: Covariate(name, role, arrays[name]) for name, role in roles.items()},  # type: ignore[arg-type]
        )  # fmt: skip

    return make
