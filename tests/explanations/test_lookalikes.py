"""Windows that were planted are found, and only history is looked through."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.data.synthetic import shop
from foresale.explanations.lookalikes import lookalikes
from foresale.forecasting.naive import SeasonalNaive
from foresale.plotting.plot import plot


def planted(given_forecast) -> tuple[Panel, object, np.ndarray]:
    """Noise with one shape in it: in i0 at day 40, three times as large in i1 at day 100; it ends i0 and goes on."""
    generator = np.random.default_rng(0)
    shape = 20 + 15 * np.sin(np.arange(28) / 3) + np.arange(28)
    sales = generator.uniform(0, 60, (3, 200))
    sales[0, 40:68] = shape
    sales[1, 100:128] = 3 * shape
    sales[0, -14:] = shape[:14]
    items = pl.DataFrame({"item_id": ["i0", "i1", "i2"]})
    rows = sales.astype(np.float32).ravel()
    panel = Panel(Frequency("day"), items, np.full(3, 1000), np.arange(4) * 200, np.full(3, 200), rows)
    forecast = given_forecast(np.tile(shape[14:], (3, 1))).forecast(panel, horizon=14)
    return panel, forecast, shape


def test_planted_windows_are_found_whatever_their_size(given_forecast):
    panel, forecast, shape = planted(given_forecast)
    found = lookalikes(panel, forecast, items=["i0"], recent=14, count=4)
    best = found.frame.head(2).sort("like")
    assert best["like"].to_list() == ["i0", "i1"]
    assert best["own"].to_list() == [True, False]
    assert best["similarity"].to_list() == pytest.approx([1, 1], abs=1e-5)
    assert best["ratio"].to_list() == pytest.approx([1, 1 / 3], rel=1e-3)
    starts = panel.frequency.timestamps(np.array([1040, 1100]))
    assert best["start"].to_numpy().tolist() == starts.tolist()
    assert found.windows[0] == pytest.approx(shape * found.windows[0].mean() / shape.mean(), rel=1e-3)


def test_similarity_is_the_correlation_of_the_shapes():
    panel = shop(items=5, periods=150, seed=2)
    found = lookalikes(panel, SeasonalNaive().forecast(panel, horizon=10), count=4)
    for item, similarity, window in zip(found.frame["item_id"], found.frame["similarity"], found.windows, strict=True):
        place = panel.items["item_id"].index_of(item)
        both = np.stack([found.wanted[place], window])
        if np.isfinite(both).all():
            assert similarity == pytest.approx(np.corrcoef(both)[0, 1], abs=1e-5)


def test_own_windows_do_not_overlap_by_more_than_half(given_forecast):
    panel, forecast, _ = planted(given_forecast)
    own = lookalikes(panel, forecast, items=["i2"], recent=14, count=8).frame.filter(pl.col("own"))
    days = np.sort(own["start"].to_numpy().astype("datetime64[D]").astype(int))
    assert len(days) > 2
    assert np.diff(days).min() > 14


def test_windows_lie_within_histories(given_forecast):
    panel = shop(items=4, periods=100).back(np.array([0, 10, 40, 5]))
    later = replace(panel, sales=np.where(panel.is_history, panel.sales, 50).astype(np.float32))
    forecast = SeasonalNaive().forecast(panel, horizon=7)
    for each in (panel, later):
        found = lookalikes(each, forecast, count=3)
        assert np.isfinite(found.windows).mean() > 0.7
        assert found.frame["start"].to_numpy().max() < panel.frequency.timestamps(panel.cutoffs).max()
    assert lookalikes(panel, forecast).frame.equals(lookalikes(later, forecast).frame)


def test_short_histories_have_no_lookalikes_and_nothing_wanted_is_refused():
    panel = shop(items=2, periods=9)
    forecast = SeasonalNaive().forecast(panel, horizon=14)
    found = lookalikes(panel, forecast)
    assert found.frame.height == 0
    assert len(plot(found).data) == 1
    with pytest.raises(ConfigError, match="at least one window"):
        lookalikes(panel, forecast, count=0)
