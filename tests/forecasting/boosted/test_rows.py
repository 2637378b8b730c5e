"""Rows are drawn within the history and within the horizon."""

import numpy as np
import polars as pl
from hypothesis import given, settings, strategies as st

from foresale.core.errors import TooShortError
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.forecasting.boosted.rows import sampled


@settings(max_examples=40)
@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=8),
    st.integers(1, 20),
    st.integers(1, 300),
    st.sampled_from(["day", "week", "month"]),
)
def test_every_target_is_known_and_seen_from_before_it(lengths: list[int], horizon: int, most: int, unit: str) -> None:
    history = np.array(lengths)
    offsets = np.concatenate([[0], np.cumsum(history + 3)])
    sales = np.ones(offsets[-1], np.float32)
    items = pl.DataFrame({"item_id": [str(number) for number in range(history.size)]})
    panel = Panel(Frequency(unit), items, np.zeros_like(history), offsets, history, sales)
    try:
        item, seen, steps = sampled(
            panel, horizon=horizon, most=most, repeats=horizon, generator=np.random.default_rng(0)
        )
    except TooShortError:
        assert history.max() < 2
        return
    assert 1 <= item.size <= most
    assert (np.diff(item) >= 0).all()
    assert (seen >= 1).all()
    assert ((steps >= 1) & (steps <= horizon)).all()
    assert (seen + steps <= history[item]).all()
