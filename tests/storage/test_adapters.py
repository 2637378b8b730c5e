import json
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from foresale.core.errors import ModelError
from foresale.core.forecast import LEVELS
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.forecasting.finetuned import FinetunedForecaster, FinetuneLearner
from foresale.forecasting.pretrained import PretrainedForecaster, Specialist
from foresale.models.network import NetworkModule
from foresale.networks.config import NetworkConfig
from foresale.networks.tuning import METHODS, Method
from foresale.storage.adapters import Shelf, fingerprint, label_of, load_adapter, save_adapter
from foresale.storage.folder import load, save
from foresale.training.finetune.options import FinetuneOptions
from foresale.training.pretrain.options import CONTEXT, LAGS, PATCH

SMALL = FinetuneOptions(
    method="full", steps=8, batch=8, validate_every=4, validated=10, pool=40, rate=0.01, precision="float32"
)


def start(seed: int = 0) -> PretrainedForecaster:
    torch.manual_seed(seed)
    network = NetworkModule(NetworkConfig("lstm", LEVELS, patch=PATCH["day"], width=16, lags=2, dropout=0.0))
    with torch.no_grad():
        for weight in network.parameters():
            weight.copy_(weight.half())
    return PretrainedForecaster({"day": Specialist((network.learnt(),), CONTEXT["day"], LAGS["day"])})


@pytest.fixture(scope="module")
def panel() -> Panel:
    return shop(items=8, periods=250, seed=8, config=ShopConfig(future=14, launches=0, stockouts=0.0))


def fitted(panel: Panel, method: Method = "full", seed: int = 0) -> FinetunedForecaster:
    return FinetuneLearner(start(), replace(SMALL, method=method, seed=seed)).fit(panel, horizon=14)


@pytest.fixture(scope="module")
def tuned(panel: Panel) -> FinetunedForecaster:
    found = fitted(panel)
    assert found.tuned[0].share > 0
    return found


@pytest.mark.parametrize("method", METHODS)
def test_a_loaded_adapter_forecasts_the_same(panel: Panel, tmp_path: Path, method: Method) -> None:
    tuned = fitted(panel, method)
    save_adapter(tuned, tmp_path / "shop.safetensors")
    loaded = load_adapter(tmp_path / "shop.safetensors", start=start())
    assert loaded.tuned[0].losses == tuned.tuned[0].losses
    assert loaded.view.inputs == tuned.view.inputs
    one, two = (model.forecast(panel, horizon=14).quantiles for model in (tuned, loaded))
    assert np.array_equal(one, two)
    assert [path.name for path in tmp_path.iterdir()] == ["shop.safetensors"]


def test_a_folder_stands_alone(panel: Panel, tuned: FinetunedForecaster, tmp_path: Path) -> None:
    save(tuned, tmp_path / "model")
    loaded = load(tmp_path / "model")
    one, two = (model.forecast(panel, horizon=14).quantiles for model in (tuned, loaded))
    assert np.array_equal(one, two)
    save(tuned, tmp_path / "model")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model"]


def test_a_low_rank_is_smaller_than_all_weights(panel: Panel, tuned: FinetunedForecaster, tmp_path: Path) -> None:
    low = FinetuneLearner(start(), replace(SMALL, method="lora", rank=1)).fit(panel, horizon=14)
    sizes = [save_adapter(model, tmp_path / f"{n}.safetensors").size for n, model in enumerate((tuned, low))]
    assert sizes[1] < 0.8 * sizes[0]


def test_versions_count_up_by_name(tuned: FinetunedForecaster, tmp_path: Path) -> None:
    path = tmp_path / "shop.safetensors"
    assert save_adapter(tuned, path).version == 1
    assert save_adapter(tuned, path).version == 2
    assert save_adapter(tuned, path, name="winter").version == 1
    assert label_of(path).name == "winter"
    assert label_of(path).method == "full"


def test_adapters_are_swapped_in_a_running_process(panel: Panel, tuned: FinetunedForecaster, tmp_path: Path) -> None:
    other = fitted(panel, seed=5)
    save_adapter(tuned, tmp_path / "one.safetensors")
    save_adapter(other, tmp_path / "two.safetensors")
    shelf = Shelf(start())
    before = shelf.current.forecast(panel, horizon=14).quantiles
    assert [shelf.add(tmp_path / f"{name}.safetensors") for name in ("one", "two")] == ["one", "two"]
    seen = []
    for name in ("one", "two", "one"):
        shelf.attach(name)
        assert shelf.name == name
        seen.append(shelf.current.forecast(panel, horizon=14).quantiles)
    shelf.detach()
    assert np.array_equal(shelf.current.forecast(panel, horizon=14).quantiles, before)
    assert np.array_equal(seen[0], tuned.forecast(panel, horizon=14).quantiles)
    assert np.array_equal(seen[1], other.forecast(panel, horizon=14).quantiles)
    assert np.array_equal(seen[2], seen[0])
    assert not np.allclose(seen[0], seen[1])
    with pytest.raises(ModelError, match="no adapter 'three' on the shelf: there are one, two"):
        shelf.attach("three")


def test_an_adapter_belongs_to_its_networks(tuned: FinetunedForecaster, tmp_path: Path) -> None:
    save_adapter(tuned, tmp_path / "shop.safetensors")
    assert fingerprint(start(1).specialists["day"].networks[0]) != fingerprint(start().specialists["day"].networks[0])
    with pytest.raises(ModelError, match="other networks"):
        load_adapter(tmp_path / "shop.safetensors", start=start(1))


def test_what_cannot_be_read_is_said(tuned: FinetunedForecaster, tmp_path: Path) -> None:
    path = tmp_path / "shop.safetensors"
    path.write_bytes(b"no adapter")
    with pytest.raises(ModelError, match="no adapter"):
        load_adapter(path)
    with pytest.raises(ModelError, match="no adapter"):
        save_adapter(tuned, path)
    assert path.read_bytes() == b"no adapter"
    path.unlink()
    save_adapter(tuned, path)
    whole = path.read_bytes()
    size = struct.unpack("<Q", whole[:8])[0]
    header = json.loads(whole[8 : 8 + size])
    card = json.loads(header["__metadata__"]["adapter"])

    def rewritten(**changes: object) -> bytes:
        head = json.dumps(header | {"__metadata__": {"adapter": json.dumps(card | changes)}}).encode()
        return struct.pack("<Q", len(head)) + head + whole[8 + size :]

    path.write_bytes(rewritten(format=99))
    with pytest.raises(ModelError, match="format 99"):
        load_adapter(path, start=start())
    path.write_bytes(rewritten(members=[{}]))
    with pytest.raises(ModelError, match="damaged"):
        load_adapter(path, start=start())
