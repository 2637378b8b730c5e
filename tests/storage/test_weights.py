from pathlib import Path

import pytest
import torch

from foresale.core.errors import ModelError
from foresale.core.forecast import LEVELS
from foresale.models.network import Network, NetworkConfig
from foresale.storage.weights import load_weights, pretrained, save_weights


def network(backbone: str = "lstm") -> Network:
    torch.manual_seed(0)
    return Network(NetworkConfig(backbone, LEVELS, patch=7, width=16, lags=2))  # type: ignore[arg-type]


def test_weights_come_back_in_half_the_size(tmp_path: Path) -> None:
    made = network()
    save_weights(made, tmp_path / "day.safetensors", unit="day", story={"steps": 3})
    unit, loaded = load_weights(tmp_path / "day.safetensors")
    assert unit == "day"
    assert loaded.config == made.config
    for name, weight in made.state_dict().items():
        assert torch.allclose(weight, loaded.state_dict()[name], atol=1e-3), name
    size = (tmp_path / "day.safetensors").stat().st_size
    assert size < 2.2 * sum(weight.numel() for weight in made.parameters()) + 4096


def test_networks_of_one_unit_work_together(tmp_path: Path) -> None:
    for name, backbone in (("a", "lstm"), ("b", "transformer")):
        save_weights(network(backbone), tmp_path / f"{name}.safetensors", unit="day", story={})
    save_weights(network(), tmp_path / "c.safetensors", unit="week", story={})
    forecaster = pretrained(folder=tmp_path, countries=("CN",))
    assert {unit: len(specialist.networks) for unit, specialist in forecaster.specialists.items()} == {
        "day": 2,
        "week": 1,
    }
    assert forecaster.countries == ("CN",)


def test_what_is_no_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no pre-trained networks"):
        pretrained(folder=tmp_path)
    (tmp_path / "x.safetensors").write_bytes(b"nothing of the kind")
    with pytest.raises(ModelError, match="no pre-trained network"):
        pretrained(folder=tmp_path)
