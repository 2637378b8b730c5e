"""From a panel to forecasts that add up, whatever the method; and paths in which every sum is one."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.errors import ConfigError, DataError
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.evaluation.backtest import backtest
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.reconcile import reconcile
from foresale.forecasting.reconcile.errors import past_errors, spread, variances
from foresale.forecasting.reconcile.hierarchical import HierarchicalForecast, moved
from foresale.forecasting.reconcile.reconcile import METHODS, Reconciled, reconciled

BY = ["category", "region", "category/region"]


def add_up(found: HierarchicalForecast) -> None:
    for level in found.hierarchy.levels:
        expected = level.sums(found.items.mean)
        np.testing.assert_allclose(found.level(level.name).mean, expected, rtol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_means_add_up_at_every_level(shelves, method) -> None:
    found = reconciled(shelves(unknown=0.05), SeasonalNaive(), horizon=7, hierarchy=BY, method=method)
    add_up(found)
    assert found.method == method
    assert list(found.groups) == ["total", *BY]


@given(st.integers(1, 9), st.integers(8, 40), st.sampled_from(METHODS), st.integers(0, 99))
@settings(deadline=None, max_examples=25)
def test_shops_of_any_size_add_up(shelves, items, periods, method, seed) -> None:
    panel = shelves(items, periods, seed=seed, unknown=0.3)
    add_up(reconciled(panel, SeasonalNaive(), horizon=5, hierarchy=[], method=method))


def test_bottom_up_leaves_the_items_untouched(shelves) -> None:
    panel = shelves()
    found = reconciled(panel, SeasonalNaive(), horizon=7, hierarchy=BY, method="bottom-up")
    alone = SeasonalNaive().forecast(panel, horizon=7)
    np.testing.assert_array_equal(found.items.quantiles, alone.quantiles)
    np.testing.assert_array_equal(found.items.mean, alone.mean)


def test_forecasts_that_add_up_by_themselves_are_not_moved(shelves) -> None:
    """The seasonal naive forecast of a sum is the sum of the seasonal naive forecasts."""
    panel = shelves()
    alone = SeasonalNaive().forecast(panel, horizon=7)
    for method in METHODS:
        found = reconciled(panel, SeasonalNaive(), horizon=7, hierarchy=BY, method=method)
        np.testing.assert_allclose(found.items.mean, alone.mean, rtol=1e-6)


def test_the_order_of_the_items_does_not_matter(shelves) -> None:
    panel = shelves(unknown=0.1)
    order = np.random.default_rng(0).permutation(len(panel))
    one = reconciled(panel, SeasonalNaive(), horizon=7, hierarchy=BY)
    other = reconciled(panel.select(order), SeasonalNaive(), horizon=7, hierarchy=BY)
    np.testing.assert_allclose(one.items.mean[order], other.items.mean, rtol=1e-5)
    for name, forecast in one.groups.items():
        np.testing.assert_allclose(forecast.mean, other.groups[name].mean, rtol=1e-5)


def test_nothing_after_the_cutoff_is_read(shelves) -> None:
    panel = shelves(periods=90)
    changed = panel.sales.copy()
    changed[(panel.positions >= 80) & panel.is_history] = 999
    one, other = (
        reconciled(p.back(10), SeasonalNaive(), horizon=7, hierarchy=BY) for p in (panel, replace(panel, sales=changed))
    )
    np.testing.assert_array_equal(one.items.quantiles, other.items.quantiles)
    np.testing.assert_array_equal(one.level("total").quantiles, other.level("total").quantiles)


class Knows:
    """A forecaster whose items are forecast too low by a half, and whose groups are forecast well."""

    name = "knows"

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        base = SeasonalNaive().forecast(panel, horizon=horizon)
        if "total" in panel.items["item_id"]:
            return base
        return moved(base, base.mean.astype(float) / 2)


def test_good_forecasts_of_groups_mend_bad_ones_of_items(shelves) -> None:
    panel = shelves(24, 120)
    right = SeasonalNaive().forecast(panel, horizon=7).mean.sum()
    errors = []
    for method in ("top-down", "mint", "wls-variance", "bottom-up"):
        found = reconciled(panel, Knows(), horizon=7, hierarchy=["category"], method=method)  # type: ignore[arg-type]
        errors.append(abs(float(found.items.mean.sum() / right) - 1))
    assert errors == sorted(errors)
    assert errors[1] < 0.25
    assert errors[-1] == pytest.approx(0.5)


def test_items_that_end_at_different_times_are_forecast_over_the_same_periods(shelves) -> None:
    panel = shelves()
    late = panel.back(np.where(np.arange(12) == 3, 5, 0))
    found = Reconciled(SeasonalNaive(), ("region",), windows=1).hierarchical(late, horizon=7)
    assert np.unique(found.items.starts).tolist() == np.unique(found.level("total").starts).tolist() == [19_070]
    assert "end before the latest period, forecast from there on like all: 1" in " ".join(found.items.notes)
    assert "not known over the whole horizon" not in " ".join(found.items.notes)
    assert "were estimated" in " ".join(found.items.notes)


def test_a_shop_too_short_for_windows_is_weighed_by_what_its_forecasts_say(shelves) -> None:
    panel = shelves(periods=9)
    assert past_errors(panel, SeasonalNaive(), SeasonalNaive().forecast(panel, horizon=7), windows=4).shape == (
        12,
        0,
        7,
    )
    add_up(reconciled(panel, SeasonalNaive(), horizon=7, hierarchy=BY))


class Sure:
    """Last week once more, with a spread that is asked for."""

    name = "sure"

    def __init__(self, *spreads: float) -> None:
        self._spreads = list(spreads)

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        base = SeasonalNaive().forecast(panel, horizon=horizon)
        around = np.linspace(-1, 1, 21, dtype=np.float32) * np.float32(self._spreads.pop(0))
        return replace(base, quantiles=np.maximum(base.median[:, :, None] + 1000 + around, 0))


def test_errors_are_those_of_the_forecasts_made_then(shelves) -> None:
    panel = shelves()
    model = Sure(100, 100, 100)
    errors = past_errors(panel, model, model.forecast(panel, horizon=7), windows=2)
    sales = panel.sales.reshape(12, 77)[:, :70]
    np.testing.assert_allclose(errors[:, 0], sales[:, 63:] - sales[:, 56:63], rtol=1e-5)
    np.testing.assert_allclose(errors[:, 1], sales[:, 56:63] - sales[:, 49:56], rtol=1e-5)


def test_errors_are_told_in_the_size_that_the_forecast_has_now(shelves) -> None:
    panel = shelves()
    model = Sure(50, 100, 1e-3)
    now = model.forecast(panel, horizon=7)
    errors = past_errors(panel, model, now, windows=2)
    sales = panel.sales.reshape(12, 77)[:, :70]
    np.testing.assert_allclose(errors[:, 0], (sales[:, 63:] - sales[:, 56:63]) / 2, rtol=1e-5)
    overconfident = np.sqrt(np.square(errors[:, 1]).mean(axis=1))
    np.testing.assert_allclose(overconfident, 2 * np.sqrt(np.square(spread(now)).mean(axis=1)), rtol=1e-5)


def test_a_series_without_windows_has_a_variance_in_proportion_to_the_others(shelves) -> None:
    panel = shelves(40)
    forecast = SeasonalNaive().forecast(panel, horizon=7)
    errors = past_errors(panel, SeasonalNaive(), forecast, windows=4)
    errors[0] = np.nan
    found = variances(errors, forecast)
    ratio = found / np.square(spread(forecast)).mean(axis=1)
    assert ratio[0] == pytest.approx(np.median(ratio[1:]), rel=0.3)


def test_the_table_names_level_and_groups(shelves) -> None:
    frame = reconciled(shelves(), SeasonalNaive(), horizon=7, hierarchy=BY).to_frame()
    assert frame.columns[:5] == ["level", "item_id", "category", "region", "timestamp"]
    assert frame.height == 7 * (12 + 1 + 3 + 2 + 6)
    sums = frame.group_by("level").agg(pl.col("mean").sum())["mean"]
    np.testing.assert_allclose(sums, sums[0], rtol=1e-5)
    items = frame.filter(level="items")
    assert items["category"].null_count() == items["region"].null_count() == 0


def test_forecasts_that_do_not_add_up_are_refused(shelves) -> None:
    found = reconciled(shelves(), SeasonalNaive(), horizon=7, hierarchy=["region"])
    total = replace(found.level("total"), mean=found.level("total").mean * np.float32(1.001))
    with pytest.raises(DataError, match=r"differ from the sum of their items: 1 .*total"):
        replace(found, groups={**found.groups, "total": total})
    with pytest.raises(DataError, match="levels that do not fit"):
        replace(found, groups={"total": found.level("total")})


def test_settings_that_cannot_be_are_refused(shelves) -> None:
    panel = shelves()
    with pytest.raises(ConfigError, match="unknown method 'magic'"):
        reconciled(panel, SeasonalNaive(), horizon=7, hierarchy=BY, method="magic")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="windows"):
        Reconciled(SeasonalNaive(), ("category",), windows=-1)
    with pytest.raises(ConfigError, match="no column colour"):
        reconciled(panel, SeasonalNaive(), horizon=7, hierarchy=["colour"])
    with pytest.raises(ConfigError, match="no level 'shelf'; there are: items, total"):
        reconciled(panel, SeasonalNaive(), horizon=7, hierarchy=[]).level("shelf")


def test_a_moved_forecast_has_the_new_mean_and_no_negative_sales(shelves) -> None:
    forecast = SeasonalNaive().forecast(shelves(), horizon=7)
    for factor in (0.0, 0.5, 1.5, 9.0):
        found = moved(forecast, forecast.mean.astype(float) * factor)
        np.testing.assert_allclose(found.mean, forecast.mean * factor, rtol=1e-6)
        assert (found.quantiles >= 0).all()
        if factor <= 2:
            np.testing.assert_allclose(found.median, forecast.median * factor, rtol=1e-6)
    nothing = moved(replace(forecast, quantiles=forecast.quantiles * 0, mean=forecast.mean * 0), forecast.mean + 1.0)
    np.testing.assert_allclose(nothing.median, forecast.mean + 1)


def test_as_a_forecaster_it_gives_the_items_and_its_name(shelves) -> None:
    panel = shelves(unknown=0.1)
    model = Reconciled(SeasonalNaive(), tuple(BY), groups=SeasonalNaive(season=1))
    alone, together = model.forecast(panel, horizon=7), model.hierarchical(panel, horizon=7)
    np.testing.assert_array_equal(alone.quantiles, together.items.quantiles)
    assert alone.model == model.name == "seasonal-naive, mint"
    own = reconciled(panel, SeasonalNaive(), horizon=7, hierarchy=BY).items
    assert (alone.mean != own.mean).any()


def test_a_backtest_takes_it_for_a_forecaster(shelves) -> None:
    table = backtest(shelves(), [Reconciled(SeasonalNaive(), ("category",))], horizon=7, windows=2).to_frame()
    assert table["model"].to_list() == ["seasonal-naive, mint", "seasonal-naive"]


def test_too_many_groups_are_refused(shelves, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "_MOST", 3)
    with pytest.raises(ConfigError, match="at most 3 groups can be reconciled, not 4"):
        reconciled(shelves(), SeasonalNaive(), horizon=7, hierarchy=["category"])
