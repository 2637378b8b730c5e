"""Pre-trained weights: half-precision safetensors, each with its network's shape and its story in the header."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
from safetensors import SafetensorError, safe_open

from foresale.core.errors import ModelError
from foresale.core.frequency import Unit
from foresale.forecasting.pretrained import PretrainedForecaster, Specialist
from foresale.networks.covariate_encoding import CovariateEncoding
from foresale.networks.files import write_arrays
from foresale.networks.network import Network
from foresale.storage.specs import network_of
from foresale.training.pretrain.options import CONTEXT, LAGS, SHORTER, VALIDATION_HORIZON

_SHIPPED: Final = "weights"


@dataclass(frozen=True)
class Weights:
    """A pre-trained network, the unit of the periods it is for, and how it is told of covariates."""

    unit: Unit
    network: Network
    encoding: CovariateEncoding


def save_weights(
    network: Network, path: Path, *, unit: Unit, story: Mapping[str, Any], encoding: CovariateEncoding | None = None
) -> None:
    """Write a pre-trained network in half precision; `story` says on what and for how long it was trained."""
    halves = {name: weight.astype(np.float16) for name, weight in network.weights.items()}
    header = {
        "unit": unit,
        "config": json.dumps(asdict(network.config)),
        "story": json.dumps(dict(story)),
        "reading": json.dumps(asdict(encoding or CovariateEncoding())),
    }
    write_arrays(halves, path, header=header)


def check_weights(path: Path) -> None:
    """Refuse a place for weights in which something else stands.

    Raises:
        ModelError: such a place.
    """
    if path.exists():
        try:
            load_weights(path)
        except ModelError as error:
            what = "exists and is no pre-trained network"
            raise ModelError(f"{path} {what}. Choose another place, or remove it.") from error


def load_weights(path: Path) -> Weights:
    """A pre-trained network in single precision; one that says nothing of covariates is told of none.

    Raises:
        ModelError: a file that is no pre-trained network.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            header = file.metadata()
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        network = network_of(json.loads(header["config"]), arrays)
        encoding = CovariateEncoding(**json.loads(header.get("reading", "{}")))
    except (OSError, KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as error:
        raise ModelError(f"{path} is no pre-trained network ({error}). Install foresale again.") from error
    return Weights(cast("Unit", header["unit"]), network, encoding)


def pretrained(*, folder: Path | None = None) -> PretrainedForecaster:
    """The forecaster whose networks came with the package, or lie in a folder.

    Raises:
        ModelError: no networks there, or damaged ones.
    """
    if folder is not None:
        found = sorted(folder.glob("*.safetensors"))
        loaded = [load_weights(path) for path in found]
    else:
        with as_file(files("foresale") / _SHIPPED) as place:
            loaded = [load_weights(path) for path in sorted(place.glob("*.safetensors"))]
    if not loaded:
        raise ModelError(f"no pre-trained networks in {folder or 'the package'}.")
    units = dict.fromkeys(weights.unit for weights in loaded)
    specialists = {unit: _specialist([weights for weights in loaded if weights.unit == unit]) for unit in units}
    return PretrainedForecaster(specialists)


def _specialist(members: Sequence[Weights]) -> Specialist:
    unit, encoding = members[0].unit, members[0].encoding
    if any(member.encoding != encoding for member in members):
        raise ModelError(f"the networks for periods of a {unit} are told of covariates in different ways. Part them.")
    return Specialist(
        tuple(member.network for member in members),
        CONTEXT[unit],
        LAGS[unit],
        encoding,
        shorter=SHORTER[unit],
        validation_horizon=VALIDATION_HORIZON.get(unit),
    )
