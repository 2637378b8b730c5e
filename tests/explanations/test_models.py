"""Every kind of forecaster is explained, and what promotions do is found in networks that have never seen the shop."""

from dataclasses import replace

import numpy as np
import pytest

from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, simulate_shop
from foresale.explanations import explain
from foresale.forecasting.effects.forecaster import EffectsForecaster
from foresale.forecasting.ensemble.forecaster import EnsembleForecaster
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.postprocessing import PostprocessedForecaster
from foresale.forecasting.statistical import STATISTICAL, statistical
from foresale.narrate.sentences import sentences
from foresale.storage.weights import pretrained

HORIZON = 14
CONFIG = ShopConfig(future=HORIZON, launches=0, promotions=0.2, intermittent=0, stockouts=0)


@pytest.fixture(scope="module")
def panel() -> Panel:
    return simulate_shop(items=4, periods=250, seed=1, config=CONFIG).panel


def check(panel: Panel, forecaster: object) -> None:
    found = explain(panel, forecaster, horizon=HORIZON)
    assert found.ahead.sum(axis=2) == pytest.approx(found.forecast.mean.astype(np.float64), rel=1e-6, abs=1e-9)
    assert all(sentences(found, item) for item in found.forecast.items["item_id"])


@pytest.mark.parametrize("name", STATISTICAL)
def test_statistical_models_are_explained_and_read_no_covariates(panel: Panel, name: str):
    found = explain(panel, statistical(name), horizon=HORIZON)
    assert found.ahead.sum(axis=2) == pytest.approx(found.forecast.mean.astype(np.float64), rel=1e-6, abs=1e-9)
    assert found.read == {"price": False, "promotion": False}


def test_an_ensemble_that_holds_newcomers_is_explained(panel: Panel):
    sales = panel.sales.copy()
    sales[panel.offsets[1] : panel.offsets[2]] = np.nan
    members = (SeasonalNaive(), pretrained())
    mixed = EnsembleForecaster(members, np.full((3, 3, 2), 0.5))
    check(replace(panel, sales=sales), PostprocessedForecaster(mixed))


def test_the_lift_of_promotions_is_recovered_from_networks_that_never_saw_the_shop():
    shop = simulate_shop(items=12, periods=400, seed=2, config=CONFIG)
    panel = shop.panel
    found = explain(panel, EffectsForecaster(pretrained()), horizon=HORIZON)
    names = [part.name for part in found.components]
    added = found.ahead[..., [names.index("price"), names.index("promotion")]].sum(axis=2)
    rows = (panel.offsets[:-1] + panel.history)[:, None] + np.arange(HORIZON)
    on = panel.covariates["promotion"].values[rows] > 0
    price = panel.covariates["price"].values
    baseline = np.array([np.median(price[panel.rows(item)][-91:]) for item in range(len(panel))])
    known = 1.2 * (price[rows] / baseline[:, None]) ** -2.0
    lift = found.values / (found.values - added)
    assert on.any(axis=1).sum() >= 6
    errors = [np.median(np.abs(lift[item, on[item]] / known[item, on[item]] - 1)) for item in np.flatnonzero(on.any(1))]
    assert np.median(errors) < 0.2
