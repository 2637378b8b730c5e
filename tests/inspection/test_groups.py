"""What groups sell together adds up, and is surer than the sum of its parts' extremes."""

from dataclasses import replace

import numpy as np
import pytest

from foresale.core.hierarchy import Hierarchy
from foresale.data.synthetic import ShopConfig, shop
from foresale.forecasting.naive import SeasonalNaive
from foresale.inspection.groups import group_forecast


@pytest.fixture(scope="module")
def made():
    panel = shop(items=9, periods=120, seed=1, config=ShopConfig(launches=0))
    forecast = SeasonalNaive().forecast(panel, horizon=7)
    hierarchy = Hierarchy.of(panel, ["category"])
    return forecast, hierarchy, group_forecast(forecast, hierarchy)


def test_means_add_up(made) -> None:
    forecast, hierarchy, found = made
    assert np.allclose(found.steps.mean, hierarchy.sums(forecast.mean.astype(float)), rtol=1e-5)
    assert np.allclose(found.means[0], found.means[1:].sum())


def test_a_sum_is_narrower_than_its_parts_at_their_extremes(made) -> None:
    forecast, _, found = made
    low, high = (forecast.quantile(level).sum(axis=0) for level in (0.05, 0.95))
    total = found.steps
    assert (total.quantile(0.95)[0] - total.quantile(0.05)[0] < high - low).all()
    assert (total.quantile(0.05)[0] < total.mean[0]).all()
    assert (total.mean[0] < total.quantile(0.95)[0]).all()


def test_a_group_of_one_item_has_its_quantiles(made) -> None:
    forecast, _, _ = made
    alone = replace(
        forecast,
        items=forecast.items[:1],
        starts=forecast.starts[:1],
        quantiles=forecast.quantiles[:1],
        mean=forecast.mean[:1],
    )
    panel = shop(items=9, periods=120, seed=1, config=ShopConfig(launches=0)).select([0])
    found = group_forecast(alone, Hierarchy.of(panel, []), paths=400)
    spread = forecast.quantile(0.9)[0] - forecast.quantile(0.1)[0]
    assert (np.abs(found.steps.quantile(0.9)[0] - forecast.quantile(0.9)[0]) < 0.2 * spread + 0.5).all()


def test_an_item_that_ended_earlier_counts_from_its_own_steps(made) -> None:
    forecast, hierarchy, _ = made
    starts = forecast.starts.copy()
    starts[0] -= 3
    found = group_forecast(replace(forecast, starts=starts), hierarchy)
    others = forecast.mean[1:].sum(axis=0)
    own = np.concatenate([forecast.mean[0, 3:], np.zeros(3)])
    assert np.allclose(found.steps.mean[0], others + own, rtol=1e-4)
