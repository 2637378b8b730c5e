from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from foresale.core.errors import ModelError
from foresale.core.forecast import LEVELS
from foresale.networks.config import NetworkConfig
from foresale.networks.covariate_encoding import CovariateEncoding
from foresale.networks.network import Network
from foresale.storage.weights import load_weights, pretrained, save_weights

Making = Callable[..., Network]


@pytest.fixture(scope="module")
def network(drawn: Callable[..., Network]) -> Making:
    def of(backbone: str = "lstm", known: int = 0) -> Network:
        return drawn(NetworkConfig(backbone, LEVELS, patch=7, width=16, lags=2, known=known))  # type: ignore[arg-type]

    return of


def test_weights_come_back_in_half_the_size(tmp_path: Path, network: Making) -> None:
    made = network()
    save_weights(made, tmp_path / "day.safetensors", unit="day", story={"steps": 3})
    weights = load_weights(tmp_path / "day.safetensors")
    loaded = weights.network
    assert (weights.unit, weights.encoding) == ("day", CovariateEncoding())
    assert loaded.config == made.config
    for name, weight in made.weights.items():
        assert np.allclose(weight, loaded.weights[name], atol=1e-3), name
    size = (tmp_path / "day.safetensors").stat().st_size
    assert size < 2.2 * sum(weight.size for weight in made.weights.values()) + 4096


def test_networks_of_one_unit_work_together(tmp_path: Path, network: Making) -> None:
    for name, backbone in (("a", "lstm"), ("b", "transformer")):
        save_weights(network(backbone), tmp_path / f"{name}.safetensors", unit="day", story={})
    save_weights(network(), tmp_path / "c.safetensors", unit="week", story={})
    forecaster = pretrained(folder=tmp_path)
    assert {unit: len(specialist.networks) for unit, specialist in forecaster.specialists.items()} == {
        "day": 2,
        "week": 1,
    }


def test_what_is_no_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no pre-trained networks"):
        pretrained(folder=tmp_path)
    (tmp_path / "x.safetensors").write_bytes(b"nothing of the kind")
    with pytest.raises(ModelError, match="no pre-trained network"):
        pretrained(folder=tmp_path)


def test_how_a_network_is_told_of_covariates_is_kept(tmp_path: Path, network: Making) -> None:
    encoding = CovariateEncoding(2, "removed")
    made = network(known=encoding.channels)
    save_weights(made, tmp_path / "day.safetensors", unit="day", story={}, encoding=encoding)
    assert pretrained(folder=tmp_path).specialists["day"].encoding == encoding
    save_weights(network(), tmp_path / "other.safetensors", unit="day", story={})
    with pytest.raises(ModelError, match="told of covariates in different ways"):
        pretrained(folder=tmp_path)


def test_weights_from_before_there_was_such_a_choice_are_told_of_none(tmp_path: Path, network: Making) -> None:
    path = tmp_path / "day.safetensors"
    save_weights(network(), path, unit="day", story={})
    with safe_open(path, framework="numpy") as file:
        header = {name: text for name, text in file.metadata().items() if name != "reading"}
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    save_file(arrays, path, metadata=header)
    assert load_weights(path).encoding == CovariateEncoding()
