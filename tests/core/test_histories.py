import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.frequency import Frequency
from foresale.core.histories import Rhythm, chunks, folded, lower_median, sales_between
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop


@given(st.integers(1, 400), st.integers(0, 20), st.integers(0, 50))
@settings(max_examples=25, deadline=None)
def test_law_chunks_hold_every_cell_of_history_once(cells, future, seed):
    panel = shop(items=9, periods=50, seed=seed, config=ShopConfig(launches=0.7, future=future))
    parts = list(chunks(panel, cells=cells))
    rows = np.concatenate([chunk.rows[chunk.valid] for chunk in parts])
    assert sorted(rows.tolist()) == np.flatnonzero(panel.is_history).tolist()
    assert all(chunk.rows.size <= max(cells, chunk.rows.shape[1]) for chunk in parts)
    for chunk in parts:
        own = panel.owners[chunk.rows[chunk.valid]]
        assert np.array_equal(np.broadcast_to(chunk.items[:, None], chunk.rows.shape)[chunk.valid], own)
        grid = panel.starts[own] + panel.positions[chunk.rows[chunk.valid]]
        assert np.array_equal(chunk.grid[chunk.valid], grid)
        assert np.array_equal(np.isnan(chunk.matrix(panel.sales)), ~chunk.valid)


@given(st.lists(st.one_of(st.floats(-9, 9), st.just(float("nan"))), min_size=1, max_size=12))
def test_law_the_lower_median_is_a_value_with_half_of_all_at_or_below(values):
    median = lower_median(np.array([values]))[0]
    known = [value for value in values if value == value]
    if not known:
        assert np.isnan(median)
    else:
        assert median == sorted(known)[(len(known) - 1) // 2]


def test_folding_keeps_the_order_and_fills_with_unknown():
    pieces = folded(np.arange(5, dtype=np.float32)[None], 3)
    assert pieces.shape == (1, 2, 3)
    assert np.array_equal(pieces.ravel(), [0, 1, 2, 3, 4, np.nan], equal_nan=True)


@pytest.mark.parametrize(
    ("text", "pause", "spell"), [("D", 61, 1), ("W", 9, 1), ("MS", 2, 1), ("QS", 2, 1), ("h", 1461, 24)]
)
def test_two_months_and_nights_on_every_grid(text, pause, spell):
    rhythm = Rhythm.of(Frequency.parse(text))
    assert (rhythm.pause, rhythm.spell) == (pause, spell)
    assert rhythm.near >= 12
    assert rhythm.block == rhythm.near // 2


def test_sales_between_says_nothing_beyond_the_history():
    panel = Panel(
        Frequency("day"),
        pl.DataFrame({"item_id": ["tea"]}),
        np.array([19723]),
        np.array([0, 60]),
        np.array([60]),
        np.arange(60, dtype=np.float32),
    )
    before = sales_between(panel, item="tea", first=19721, last=19724)
    assert np.isnan(before[:2]).all()
    assert before[2:].tolist() == [0, 1]
    cut = sales_between(panel.back(5), item="tea", first=19777, last=19779)
    assert cut[0] == 54
    assert np.isnan(cut[1:]).all()
    assert np.isnan(sales_between(panel, item="coffee", first=19723, last=19726)).all()
