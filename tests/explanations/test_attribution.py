"""What models looked at sums to their forecasts, and lies where it must."""

from collections.abc import Callable

import numpy as np
import pytest

from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.explanations.attribution import SALES_ROW, attribute
from foresale.features.inputs import InputSpec
from foresale.features.windows import Windows
from foresale.forecasting.boosted import BoostedLearner, BoostedOptions
from foresale.forecasting.effects.forecaster import EffectsForecaster
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.neural import NeuralForecaster
from foresale.forecasting.postprocessing import PostprocessedForecaster
from foresale.networks.config import NetworkConfig
from foresale.networks.network import Network
from foresale.plotting.plot import plot
from foresale.storage.weights import pretrained

HORIZON = 7
CONTEXT = 42

pytest.importorskip("captum")


@pytest.fixture(scope="module")
def panel() -> Panel:
    return shop(items=4, periods=120, seed=1, config=ShopConfig(future=HORIZON, launches=0, promotions=0.2))


@pytest.fixture(scope="module")
def network(panel: Panel, drawn: Callable[..., Network]) -> NeuralForecaster:
    """A network as it comes into the world: what it says is of no use, but it looks at everything."""
    spec = InputSpec.fit(panel)
    channels = Windows(panel, spec, context=CONTEXT, horizon=HORIZON).channels
    codes = tuple(len(static.labels) + 1 for static in spec.statics if static.labels)
    config = NetworkConfig("lstm", (0.1, 0.5, 0.9), width=16, layers=1, categories=codes, **channels)
    return NeuralForecaster("lstm", (drawn(config),), spec, CONTEXT, HORIZON, ())


def median_of(panel: Panel, network: NeuralForecaster, *, change: int | None = None) -> np.ndarray:
    """[N] mean over the horizon of the raw median, with one day of the context made busier."""
    batch = Windows(panel, network.spec, context=CONTEXT, horizon=HORIZON).batch(np.arange(len(panel)), panel.history)
    if change is not None:
        batch.values[:, change] *= 1.01
    return network.networks[0](batch)[..., 1].mean(axis=1)


def test_what_a_network_looked_at_sums_to_its_forecast(panel: Panel, network: NeuralForecaster):
    (found,) = attribute(panel, PostprocessedForecaster(network), horizon=HORIZON, steps=64)
    assert found.start + found.values.sum(axis=(1, 2)) == pytest.approx(median_of(panel, network), rel=1e-3, abs=1e-3)
    assert found.sources[0] == SALES_ROW
    assert {"price", "promotion", "calendar"} <= set(found.sources)
    assert found.timestamps.shape == (4, CONTEXT + HORIZON)
    assert (found.values[:, 0, CONTEXT:] == 0).all()


def test_some_items_have_what_they_have_among_all(panel: Panel, network: NeuralForecaster):
    (everything,) = attribute(panel, network, horizon=HORIZON)
    (some,) = attribute(panel, network, horizon=HORIZON, items=["item-3"])
    assert some.values[0] == pytest.approx(everything.values[2], abs=1e-4)


def test_later_sales_move_nothing(panel: Panel, network: NeuralForecaster):
    earlier = panel.back(20)
    (found,) = attribute(earlier, network, horizon=HORIZON)
    assert found.timestamps.max() <= panel.frequency.timestamps(earlier.cutoffs + HORIZON).max()
    assert np.isfinite(found.values).all()


def test_the_pretrained_networks_look_at_past_sales(panel: Panel):
    (found,) = attribute(panel, pretrained(), horizon=HORIZON, items=["item-1"])
    assert found.model == "pretrained"
    assert np.abs(found.values[0, 0]).sum() > 0
    assert plot(found).data[0].type == "heatmap"
    assert found.ranked()["moved"].is_sorted(descending=True)


def test_what_stands_within_the_layer_of_effects_looks_at_sales_without_them(panel: Panel, network: NeuralForecaster):
    layered = EffectsForecaster(network)
    freed = layered.effects(panel, horizon=HORIZON).removed(panel)
    assert not np.array_equal(freed.sales, panel.sales, equal_nan=True)
    (within,) = attribute(panel, PostprocessedForecaster(layered), horizon=HORIZON)
    (alone,) = attribute(freed, network, horizon=HORIZON)
    assert within.values == pytest.approx(alone.values, abs=1e-6)


def test_contributions_of_trees_sum_to_their_median(panel: Panel):
    pytest.importorskip("lightgbm")
    options = BoostedOptions(levels=(0.1, 0.9), rounds=5, rounds_around=1, folds=2, most_rows=1500, threads=1)
    trees = BoostedLearner(options=options).fit(panel, horizon=HORIZON)
    (found,) = attribute(panel, trees, horizon=HORIZON)
    decomposed = found.start + found.values.sum(axis=1)
    median = trees.forecast(panel, horizon=HORIZON).median
    assert np.maximum(decomposed, 0) == pytest.approx(median.astype(float), rel=1e-3, abs=1e-3)
    assert any(source.startswith("sales: ") for source in found.sources)
    assert found.to_frame().columns == ["item_id", "timestamp", "source", "value"]


def test_formulas_have_nothing_to_look_at(panel: Panel):
    assert attribute(panel, SeasonalNaive(), horizon=HORIZON) == ()
