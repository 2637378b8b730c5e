import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import foresale
from foresale.core.errors import ModelError
from foresale.core.panel import Covariate, Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.forecasting.effects.fitting import Term
from foresale.forecasting.neural import NeuralForecaster
from foresale.storage.codecs import Parts, decode
from foresale.storage.folder import load, save
from foresale.training.options import TrainOptions
from foresale.training.train import train_networks


@pytest.fixture(scope="module")
def panel() -> Panel:
    made = shop(items=6, periods=200, config=ShopConfig(future=7, launches=0))
    codes = np.arange(made.sales.size, dtype=np.float32) % 3
    return replace(made, covariates={**made.covariates, "theme": Covariate("theme", "known", codes, ("a", "b", "c"))})


@pytest.fixture(scope="module")
def forecaster(panel: Panel) -> NeuralForecaster:
    options = TrainOptions(steps=3, batch=16, width=16, layers=1, members=2)
    networks, windows, _ = train_networks(panel, backbone="lstm", horizon=7, countries=("CN",), options=options)
    return NeuralForecaster("lstm", networks, windows.spec, windows.context, 7)


def test_a_loaded_model_forecasts_the_same(forecaster: NeuralForecaster, panel: Panel, tmp_path: Path) -> None:
    save(forecaster, tmp_path / "model")
    loaded = load(tmp_path / "model")
    assert loaded.spec == forecaster.spec
    one, two = (model.forecast(panel, horizon=7) for model in (forecaster, loaded))
    assert np.array_equal(one.quantiles, two.quantiles)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model"]


def test_a_loaded_model_goes_on_from_new_sales(forecaster: NeuralForecaster, panel: Panel, tmp_path: Path) -> None:
    save(forecaster, tmp_path / "model")
    month_ago = panel.back(30)
    forecast = load(tmp_path / "model").forecast(month_ago, horizon=7)
    assert np.array_equal(forecast.starts, month_ago.cutoffs + 1)


def test_saving_again_replaces_the_whole(forecaster: NeuralForecaster, tmp_path: Path) -> None:
    save(forecaster, tmp_path / "model")
    save(replace(forecaster, networks=forecaster.networks[:1]), tmp_path / "model")
    assert [path.suffix for path in sorted((tmp_path / "model").iterdir())] == [".json", ".safetensors"]


def test_another_folder_is_not_overwritten(forecaster: NeuralForecaster, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    with pytest.raises(ModelError, match="no model folder"):
        save(forecaster, tmp_path / "thesis")
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "years of work"


def test_what_lies_in_a_model_folder_is_not_thrown_away(forecaster: NeuralForecaster, tmp_path: Path) -> None:
    save(forecaster, tmp_path / "model")
    (tmp_path / "model" / "sales.csv").write_text("years of work")
    with pytest.raises(ModelError, match=r"more than a model: sales\.csv"):
        save(forecaster, tmp_path / "model")
    assert (tmp_path / "model" / "sales.csv").exists()


@pytest.mark.parametrize("place", ["/", ".", "..", ""])
def test_the_folder_that_one_works_in_is_no_place(
    forecaster: NeuralForecaster, tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    with pytest.raises(ModelError, match="folder that you work in"):
        save(forecaster, Path(place))


def test_models_that_are_saved_to_one_place_at_once_do_not_disturb_one_another(
    forecaster: NeuralForecaster, tmp_path: Path
) -> None:
    """Each looks at what the others are just moving away; 120 tries, and the last one is whole."""
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(save, forecaster, str(tmp_path / "model")) for _ in range(120)]:
            done.result()
    assert isinstance(load(tmp_path / "model"), NeuralForecaster)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model"]


def test_everybody_may_read_what_the_umask_lets_them(forecaster: NeuralForecaster, tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        save(forecaster, tmp_path / "model")
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "model").iterdir()} == {0o644}


def test_what_cannot_be_read_is_said(forecaster: NeuralForecaster, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model\.json"):
        load(tmp_path)
    save(forecaster, tmp_path / "model")
    card = json.loads((tmp_path / "model" / "model.json").read_text())
    (tmp_path / "model" / "model.json").write_text(json.dumps(card | {"format": 99}))
    with pytest.raises(ModelError, match="format 99"):
        load(tmp_path / "model")
    (tmp_path / "model" / "model.json").write_text(json.dumps(card))
    told = card["model"]["of"]
    network = told["networks"][0]
    shapes = [{"width": 10**9}, {"width": 40_000}, {"layers": 10_000}]
    nets = [{"is": "Network", "of": {**network["of"], "config": network["of"]["config"] | shape}} for shape in shapes]
    for wrong in ({"context": 10**12}, {"horizon": -1}, {"context": "long"}, *({"networks": [net]} for net in nets)):
        model = {"is": "NeuralForecaster", "of": told | wrong}
        (tmp_path / "model" / "model.json").write_text(json.dumps(card | {"model": model}))
        with pytest.raises(ModelError, match="damaged"):
            load(tmp_path / "model")
    (tmp_path / "model" / "model.json").write_text(json.dumps(card))
    next((tmp_path / "model").glob("network-*")).write_bytes(b"cut off")
    with pytest.raises(ModelError, match="damaged"):
        load(tmp_path / "model")


def test_a_folder_of_the_fourth_format_is_read(panel: Panel, tmp_path: Path) -> None:
    """Its classes and fields had other names."""
    made = foresale.fit(panel, horizon=7, model="pretrained")
    save(made, tmp_path / "model")
    path = tmp_path / "model" / "model.json"
    before = (
        path.read_text().replace('"is": "CovariateEncoding"', '"is": "Reading"').replace('"encoding":', '"reading":')
    )
    path.write_text(before.replace('"format": 5', '"format": 4'))
    assert '"reading":' in before
    one, two = (model.forecast(panel, horizon=7) for model in (made, load(tmp_path / "model")))
    assert np.array_equal(one.quantiles, two.quantiles)
    term = {"is": "Term", "of": {"source": None, "believed": None}}
    assert decode(term, Parts()) == Term(None)


def test_a_kill_between_the_old_and_the_new_model_leaves_the_old(forecaster: NeuralForecaster, tmp_path: Path) -> None:
    save(forecaster, tmp_path / "model")
    (tmp_path / "model").rename(tmp_path / "model.old.part")
    assert load(tmp_path / "model").spec == forecaster.spec
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model"]
