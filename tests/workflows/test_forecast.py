from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from foresale.core.errors import ConfigError, ModelError
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.forecasting.naive import SeasonalNaive
from foresale.plotting.plot import plot
from foresale.storage.folder import load
from foresale.training.options import TrainOptions
from foresale.training.progress import Progress
from foresale.workflows.evaluate import evaluate
from foresale.workflows.forecast import forecast
from foresale.workflows.train import train

OPTIONS = TrainOptions(steps=4, batch=32, width=16, layers=1)


@pytest.fixture(scope="module")
def panel() -> Panel:
    return shop(items=6, periods=200, seed=3, config=ShopConfig(future=7))


@pytest.mark.train
@pytest.mark.parametrize("model", ["lstm", "transformer"])
def test_a_folder_forecasts_what_its_training_would(model: str, panel: Panel, tmp_path: Path) -> None:
    seen: list[Progress] = []
    train(panel, horizon=7, model=model, options=OPTIONS, output=tmp_path / "model", on_progress=seen.append)
    assert [progress.step for progress in seen] == [1, 2, 3, 4]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model"]
    trained = load(tmp_path / "model").forecaster
    course = trained.to_frame()
    assert course["step"].to_list() == [4]
    assert plot(trained).data[0].y[0] == course["validation"][0]
    kept = forecast(panel, horizon=7, model=tmp_path / "model")
    fresh = forecast(panel, horizon=7, model=model, options=OPTIONS)
    assert np.array_equal(kept.quantiles, fresh.quantiles)


@pytest.mark.train
def test_too_short_to_train_on_is_forecast_by_a_simpler_model_and_said() -> None:
    found = forecast(shop(items=3, periods=12), horizon=30, model="lstm", options=OPTIONS)
    assert found.quantiles.shape == (3, 30, 21)
    assert len(found.fallbacks) == 3
    assert all("seasonal-naive" in reason for reason in found.fallbacks.values())


def test_an_empty_shelf_is_not_forecast_as_no_demand() -> None:
    panel = shop(items=4, periods=200, seed=1, config=ShopConfig(launches=0, stockouts=0.0))
    sales = panel.sales.copy()
    available = np.ones_like(sales)
    last_week = np.arange(int(panel.offsets[1]) - 7, int(panel.offsets[1]))
    sales[last_week], available[last_week] = 0, 0
    emptied = replace(panel, sales=sales, available=available)
    found = forecast(emptied, horizon=7, model="seasonal-naive")
    assert found.median[0].sum() > 0.3 * panel.sales[last_week].sum() > 0


@dataclass
class Recording:
    """Forecasts by seasonal naive, and keeps what it was shown."""

    seen: list[Panel]
    name: str = "recording"

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        self.seen.append(panel)
        return SeasonalNaive().forecast(panel, horizon=horizon)


def test_an_item_had_no_demand_before_it_was_sold() -> None:
    panel = shop(items=3, periods=300, seed=2, config=ShopConfig(launches=0, stockouts=0.0))
    sales = panel.sales.copy()
    sales[:280], sales[280:300] = 0, 40
    recording = Recording([])
    forecast(replace(panel, sales=sales), horizon=7, model=recording)
    shown = recording.seen[0].sales[:300]
    assert np.isnan(shown[:280]).all()
    assert shown[280:].tolist() == [40.0] * 20


def test_settings_that_cannot_be(panel: Panel, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="unknown model 'prophet'"):
        forecast(panel, horizon=7, model="prophet")
    with pytest.raises(ConfigError, match="at least one period"):
        forecast(panel, horizon=0)
    with pytest.raises(ConfigError, match="unknown network 'gru'"):
        train(panel, horizon=7, model="gru")
    with pytest.raises(ModelError, match="no model folder"):
        forecast(panel, horizon=7, model=tmp_path)


@pytest.mark.train
def test_a_backtest_of_networks_and_forecasters(panel: Panel, tmp_path: Path) -> None:
    train(panel.back(40), horizon=7, options=OPTIONS, output=tmp_path / "mine")
    scores = evaluate(panel, horizon=7, windows=2, models=["lstm", tmp_path / "mine"], options=OPTIONS)
    frame = scores.to_frame()
    assert sorted(frame["model"].to_list()) == ["lstm", "mine", "seasonal-naive"]
    assert np.isfinite(frame["mase"].to_numpy()).all()


def test_models_of_one_name_are_not_silently_one(panel: Panel) -> None:
    with pytest.raises(ConfigError, match="two models are called 'recording'"):
        evaluate(panel, horizon=7, windows=1, models=[Recording([]), Recording([])])
