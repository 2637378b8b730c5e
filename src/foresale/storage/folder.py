"""A trained model as a folder: `model.json` says what it is, `weights-N.safetensors` hold its networks."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from foresale.core.errors import ModelError
from foresale.core.frequency import Frequency
from foresale.forecasting.neural import NeuralForecaster
from foresale.models.network import Network, NetworkConfig
from foresale.training.inputs import CovariateInput, InputSpec, StaticInput

FORMAT: Final = 1
_CARD: Final = "model.json"


def save(forecaster: NeuralForecaster, folder: Path) -> None:
    """Write a model folder beside its place and move it there, so that the old one or the new one is found there.

    Raises:
        ModelError: something that is no model folder stands in its place.
    """
    if folder.exists() and not (folder / _CARD).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise ModelError(f"{folder} exists and is no model folder. Choose another place, or remove it.")
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for number, network in enumerate(forecaster.networks):
        weights = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
        save_file(weights, part / f"weights-{number}.safetensors")
    card = {
        "format": FORMAT,
        "name": forecaster.name,
        "context": forecaster.context,
        "horizon": forecaster.horizon,
        "networks": [asdict(network.config) for network in forecaster.networks],
        "inputs": asdict(forecaster.spec),
        "losses": forecaster.losses,
    }
    (part / _CARD).write_text(json.dumps(card, indent=1, ensure_ascii=False), encoding="utf-8")
    old = _old(folder)
    if folder.exists():
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
    part.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def load(folder: str | Path) -> NeuralForecaster:
    """The forecaster that a model folder holds.

    Raises:
        ModelError: no model folder, one of a newer version, or a damaged one.
    """
    place = Path(folder)
    if not place.exists() and _old(place).is_dir():
        _old(place).rename(place)
    if not (place / _CARD).is_file():
        raise ModelError(f"{place} is no model folder: it has no {_CARD}. Make one with `foresale train`.")
    try:
        card = json.loads((place / _CARD).read_text(encoding="utf-8"))
        if card["format"] != FORMAT:
            raise ModelError(f"{place} has format {card['format']}, this version reads {FORMAT}. Update foresale.")
        networks = tuple(_network(place, number, config) for number, config in enumerate(card["networks"]))
        losses = tuple((int(m), int(step), float(loss), float(value)) for m, step, loss, value in card["losses"])
        return NeuralForecaster(card["name"], networks, _spec(card["inputs"]), card["context"], card["horizon"], losses)
    except (OSError, KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as error:
        raise ModelError(f"{place} is damaged ({error}). Train it anew.") from error


def _old(folder: Path) -> Path:
    """Where a model stands while the one that replaces it moves in; a kill right then leaves it there to be found."""
    return folder.with_name(folder.name + ".old.part")


def _network(folder: Path, number: int, config: dict[str, Any]) -> Network:
    tuples = {name: tuple(config[name]) for name in ("levels", "categories")}
    network = Network(NetworkConfig(**(config | tuples)))
    network.load_state_dict(load_file(folder / f"weights-{number}.safetensors"))
    return network.eval()


def _spec(inputs: dict[str, Any]) -> InputSpec:
    def labelled(entry: dict[str, Any]) -> dict[str, Any]:
        return entry | {"labels": tuple(entry["labels"])}

    return InputSpec(
        frequency=Frequency(**inputs["frequency"]),
        countries=tuple(inputs["countries"]),
        covariates=tuple(CovariateInput(**labelled(entry)) for entry in inputs["covariates"]),
        statics=tuple(StaticInput(**labelled(entry)) for entry in inputs["statics"]),
        lags=tuple(inputs["lags"]),
        calendar=inputs["calendar"],
        events_only=inputs["events_only"],
    )
