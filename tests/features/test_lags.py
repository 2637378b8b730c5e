"""Lags and rolling statistics of a panel's sales."""

import numpy as np
import pytest

from foresale.core.errors import ConfigError
from foresale.core.panel import Panel
from foresale.features.lags import lag_features, lag_of


def test_lags_stay_inside_their_item(make_panel) -> None:  # type: ignore[no-untyped-def]
    panel: Panel = make_panel([5, 1, 8])
    found = lag_features(panel, lags=[1, 4], windows=[3])
    for item in range(len(panel)):
        rows = slice(int(panel.offsets[item]), int(panel.offsets[item + 1]))
        sales = panel.sales[rows]
        for lag in (1, 4):
            expected = np.concatenate([np.full(lag, np.nan, np.float32), sales])[: sales.size]
            np.testing.assert_array_equal(found[f"lag_{lag}"][rows], expected)
        assert np.isnan(found["mean_3"][rows][0])


def test_known_numbers(make_panel) -> None:  # type: ignore[no-untyped-def]
    from dataclasses import replace

    panel: Panel = make_panel([6], future=1)
    sales = np.array([2, 0, np.nan, 4, 0, 6, np.nan], np.float32)
    found = lag_features(replace(panel, sales=sales), lags=[2], windows=[3], horizon_gap=1)
    np.testing.assert_array_equal(found["lag_2"], [np.nan, np.nan, 2, 0, np.nan, 4, 0])
    np.testing.assert_allclose(found["mean_3"], [np.nan, 2, 1, 1, 2, 2, 10 / 3], rtol=1e-6)
    np.testing.assert_allclose(found["zeros_3"], [np.nan, 0, 0.5, 0.5, 0.5, 0.5, 1 / 3], rtol=1e-6)
    np.testing.assert_array_equal(found["max_3"], [np.nan, 2, 2, 2, 4, 4, 6])
    np.testing.assert_array_equal(found["min_3"], [np.nan, 2, 0, 0, 0, 0, 0])
    np.testing.assert_array_equal(found["since_sale"], [np.nan, 1, 2, 3, 1, 2, 1])
    np.testing.assert_allclose(found["std_3"][3:6], [1, 2, 2], rtol=1e-6)


def test_a_gap_moves_the_windows_back(make_panel) -> None:  # type: ignore[no-untyped-def]
    panel: Panel = make_panel([40])
    near = lag_features(panel, lags=[7], windows=[7], horizon_gap=1)
    far = lag_features(panel, lags=[7], windows=[7], horizon_gap=5)
    np.testing.assert_array_equal(far["lag_7"], near["lag_7"])
    np.testing.assert_array_equal(far["mean_7"][4:], near["mean_7"][:-4])
    np.testing.assert_array_equal(far["since_sale"][4:], near["since_sale"][:-4] + 4)


def test_some_rows_are_the_same_as_of_all(make_panel) -> None:  # type: ignore[no-untyped-def]
    panel: Panel = make_panel([9, 30])
    rows = np.array([3, 11, 40])
    some, every = lag_features(panel, rows=rows), lag_features(panel)
    assert some.keys() == every.keys()
    for name, values in some.items():
        np.testing.assert_array_equal(values, every[name][rows])


def test_what_would_see_the_future_is_refused_with_everything_wrong_named(make_panel) -> None:  # type: ignore[no-untyped-def]
    panel: Panel = make_panel([9])
    with pytest.raises(ConfigError, match=r"\[1, 6\] would see the future.*window.*\[0\]"):
        lag_features(panel, lags=[1, 6, 7], windows=[0], horizon_gap=7)
    with pytest.raises(ConfigError, match="gap"):
        lag_features(panel, horizon_gap=0)
    with pytest.raises(ConfigError, match="mode"):
        lag_features(panel, statistics=["mode"])  # type: ignore[list-item]


def test_lag_of_any_values() -> None:
    values = np.array([1, 2, 3, 10, 20], np.float32)
    np.testing.assert_array_equal(lag_of(values, np.array([0, 3, 5]), steps=2), [np.nan, np.nan, 1, np.nan, np.nan])
