"""Scalers and their undoing."""

import json
from typing import get_args

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel, Values
from foresale.features.scale import Kind, Scaling, scale

KINDS = get_args(Kind)
NUMBERS = st.one_of(st.just(float("nan")), st.floats(-1e6, 1e6, width=32), st.integers(0, 9).map(float))
ITEMS = st.lists(st.lists(NUMBERS, min_size=1, max_size=12), min_size=1, max_size=5)


def _panel(series: list[list[float]]) -> Panel:
    sizes = [len(values) for values in series]
    return Panel(
        frequency=Frequency.parse("D"),
        items=pl.DataFrame({"item_id": list(range(len(series)))}),
        starts=np.zeros(len(series), np.int64),
        offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        history=np.array([max(size - 1, 1) for size in sizes]),
        sales=np.concatenate(series).astype(np.float32),
    )


@pytest.mark.parametrize("per_item", [True, False])
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(series=ITEMS)
def test_undo_gives_back_what_went_in(kind: Kind, per_item: bool, series: list[list[float]]) -> None:
    panel = _panel(series)
    scaled, scaling = scale(panel.sales, panel, kind=kind, per_item=per_item)
    assert (np.isnan(scaled) == np.isnan(panel.sales)).all()
    level = np.nanmax(np.abs(panel.sales), initial=0)
    np.testing.assert_allclose(scaling.undo(scaled, panel.owners), panel.sales, rtol=1e-9, atol=1e-12 + 1e-9 * level)


@pytest.mark.parametrize("kind", KINDS)
@given(series=ITEMS)
def test_state_survives_json_exactly(kind: Kind, series: list[list[float]]) -> None:
    panel = _panel(series)
    scaled, scaling = scale(panel.sales, panel, kind=kind)
    again = Scaling.from_dict(json.loads(json.dumps(scaling.to_dict())))
    assert again.kind == kind
    np.testing.assert_array_equal(again.scale(panel.sales, panel.owners), scaled)


def _history(panel: Panel, item: int) -> Values:
    values = panel.sales[panel.rows(item)]
    return values[~np.isnan(values)].astype(np.float64)  # type: ignore[return-value]


@settings(max_examples=60, deadline=None)
@given(series=ITEMS)
def test_centers_and_spreads_are_those_of_history(series: list[list[float]]) -> None:
    panel = _panel(series)
    for kind in ("standard", "minmax", "robust"):
        _, scaling = scale(panel.sales, panel, kind=kind)  # type: ignore[arg-type]
        for item in range(len(panel)):
            past = _history(panel, item)
            center, spread = _plain(past, kind)
            assert scaling.center[item] == pytest.approx(center, rel=1e-6, abs=1e-6)
            assert scaling.spread[item] == pytest.approx(spread, rel=1e-6, abs=1e-6)


def _plain(past: np.ndarray, kind: str) -> tuple[float, float]:
    if not past.size:
        return 0.0, 1.0
    low, high = np.quantile(past, [0.25, 0.75])
    center, spread = {
        "standard": (past.mean(), past.std()),
        "minmax": (past.min(), past.max() - past.min()),
        "robust": (np.median(past), high - low if high > low else past.std()),
    }[kind]
    return float(center), float(spread) if past.min() < past.max() else 1.0


def test_a_constant_series_scales_to_zero() -> None:
    panel = _panel([[7, 7, 7, 7], [0.1, 0.1, 0.1, 0.1]])
    for kind in KINDS:
        scaled, _ = scale(panel.sales, panel, kind=kind)
        assert np.abs(scaled).max() == 0


def test_an_item_without_history_is_left_as_it_is() -> None:
    panel = _panel([[float("nan"), float("nan"), 5.0], [1, 2, 3]])
    scaled, _ = scale(panel.sales, panel, kind="standard")
    assert scaled[2] == 5


def test_forecasts_of_any_shape_are_undone_too() -> None:
    panel = _panel([[0, 10, 10], [100, 300, 300]])
    _, scaling = scale(panel.sales, panel, kind="minmax")
    quantiles = np.array([[[0.0, 0.5], [1.0, 2.0]], [[0.0, 0.5], [1.0, 2.0]]])
    undone = scaling.undo(quantiles, np.arange(2))
    np.testing.assert_array_equal(undone[0], [[0, 5], [10, 20]])
    np.testing.assert_array_equal(undone[1], [[100, 200], [300, 500]])


def test_large_levels_with_small_spreads_keep_their_digits() -> None:
    panel = _panel([[16_000_000.0, 16_000_001.0, 16_000_002.0, 16_000_001.0]])
    scaled, scaling = scale(panel.sales, panel, kind="standard")
    np.testing.assert_array_equal(scaling.undo(scaled, panel.owners), panel.sales)
    assert scaled[1] == pytest.approx(0, abs=1e-9)


def test_arcsinh_draws_peaks_in() -> None:
    panel = _panel([[1, 2, 3, 2, 1, 1000, 2]])
    plain, _ = scale(panel.sales, panel, kind="standard")
    drawn, _ = scale(panel.sales, panel, kind="arcsinh")
    np.testing.assert_allclose(drawn, np.arcsinh(plain))


def test_wrong_states_are_refused() -> None:
    with pytest.raises(ConfigError, match="unknown scaling 'cube'"):
        Scaling("cube", np.zeros(1), np.ones(1))  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="above 0"):
        Scaling("standard", np.zeros(1), np.zeros(1))
    with pytest.raises(ConfigError, match="do not fit"):
        Scaling("standard", np.zeros(2), np.ones(1))
    with pytest.raises(ConfigError, match="format"):
        Scaling.from_dict({"kind": "standard"})
