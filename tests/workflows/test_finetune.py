from pathlib import Path

import numpy as np
import pytest

from foresale.core.errors import ConfigError
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.training.finetune.options import FinetuneOptions
from foresale.training.progress import Progress
from foresale.workflows.finetune import finetune
from foresale.workflows.forecast import forecast

OPTIONS = FinetuneOptions("head", steps=3, batch=8, validate_every=3, validated=8, pool=20)

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def panel() -> Panel:
    return shop(items=5, periods=200, seed=3, config=ShopConfig(future=7))


def test_an_adapter_and_a_folder_forecast_what_was_learnt(panel: Panel, tmp_path: Path) -> None:
    seen: list[Progress] = []
    found = finetune(panel, horizon=7, options=OPTIONS, output=tmp_path / "shop.safetensors", on_progress=seen.append)
    assert [progress.step for progress in seen] == [1, 2, 3]
    assert found.forecaster.to_frame()["step"].to_list() == [0, 3]
    finetune(panel, horizon=7, options=OPTIONS, output=tmp_path / "model")
    one, two = (forecast(panel, horizon=7, model=tmp_path / name) for name in ("shop.safetensors", "model"))
    assert np.array_equal(one.quantiles, two.quantiles)
    assert (one.model, two.model) == ("shop", "finetuned")


def test_what_cannot_be_is_said(panel: Panel) -> None:
    with pytest.raises(ConfigError, match="a panel, a path or a data frame"):
        finetune({"item_id": ["a"]}, horizon=7)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="at least one period"):
        finetune(panel, horizon=0)
