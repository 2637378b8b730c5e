"""A trained model as a folder: `model.json` says what it is, `weights-N.safetensors` hold its networks."""

import json
import os
import re
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError
from safetensors.torch import load_file

from foresale.core.errors import ModelError
from foresale.core.files import whole_folder
from foresale.forecasting.effects.forecaster import EffectsForecaster
from foresale.forecasting.effects.layer import EffectOptions
from foresale.forecasting.finetuned import FinetunedForecaster
from foresale.forecasting.neural import NeuralForecaster
from foresale.models.network import Network
from foresale.models.tensors import write_tensors
from foresale.storage.adapters import ENDING, effects_of, load_adapter, save_adapter
from foresale.storage.specs import effect_options, network_of, sized, spec_of
from foresale.storage.weights import pretrained, save_weights

FORMAT: Final = 2
Model = NeuralForecaster | FinetunedForecaster
"""What learnt from the sales of a shop, and may be kept."""
_CARD: Final = "model.json"
_ADAPTER: Final = f"adapter{ENDING}"
_BASE: Final = "networks"
"""Where a folder of a fine-tuned model keeps the networks that it began with."""
_PARTS: Final = rf"{re.escape(_CARD)}|weights-\d+\{ENDING}|{re.escape(_ADAPTER)}|{_BASE}|\.foresale-\w+\.part"
"""Names of all that a model folder may hold."""


def save(forecaster: Model | EffectsForecaster, folder: str | Path) -> None:
    """Write a model folder beside its place and move it there, so that the old one or the new one is found there.

    A fine-tuned model is kept with the networks that it began with, so that it stands alone.

    Raises:
        ModelError: something that is no model folder stands in its place.
        OSError: the disk is full, or the place cannot be written.
    """
    check_place(Path(folder))
    place = Path(folder).resolve()
    model, effects = unwrapped(forecaster)
    with whole_folder(place, old=_old(place)) as part:
        if isinstance(model, FinetunedForecaster):
            _write_finetuned(model, part, name=place.name, effects=effects)
        else:
            _write_trained(model, part, effects)


def check_place(folder: Path) -> None:
    """Refuse a place for a model in which a folder of something else stands, or that is no place for one.

    Raises:
        ModelError: it holds what is no part of a model, or the folder one works in.
    """
    place = folder.resolve()
    if Path.cwd().is_relative_to(place):
        raise ModelError(f"{folder} is, or holds, the folder that you work in. Name a folder for the model alone.")
    names = _names(place)
    if names and _CARD not in names:
        raise ModelError(f"{folder} exists and is no model folder. Choose another place, or remove it.")
    others = [name for name in names if not re.fullmatch(_PARTS, name)]
    if others:
        raise ModelError(f"{folder} holds more than a model: {', '.join(others[:3])}. Choose another place, or move "
                         "that.")  # fmt: skip


def _names(place: Path) -> list[str]:
    """What stands in a folder; the name of a file itself.

    Another run may move the folder away and empty it while it is listed: it is then listed anew.
    """
    while True:
        try:
            before = place.stat()
            names = sorted(path.name for path in place.iterdir())
            if os.path.samestat(before, place.stat()):
                return names
        except FileNotFoundError:
            return []
        except NotADirectoryError:
            return [place.name] if place.is_file() else []


def _write_trained(forecaster: NeuralForecaster, part: Path, effects: EffectOptions | None) -> None:
    for number, network in enumerate(forecaster.networks):
        weights = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
        write_tensors(weights, part / f"weights-{number}.safetensors")
    card = {
        "format": FORMAT,
        "name": forecaster.name,
        "context": forecaster.context,
        "horizon": forecaster.horizon,
        "networks": [asdict(network.config) for network in forecaster.networks],
        "inputs": asdict(forecaster.spec),
        "losses": forecaster.losses,
        "effects": None if effects is None else asdict(effects),
    }
    (part / _CARD).write_text(json.dumps(card, indent=1, ensure_ascii=False), encoding="utf-8")


def _write_finetuned(forecaster: FinetunedForecaster, part: Path, *, name: str,
                     effects: EffectOptions | None) -> None:  # fmt: skip
    specialist = forecaster.view.specialist
    unit = forecaster.unit
    for number, network in enumerate(specialist.networks):
        path = part / _BASE / f"{unit}-{number}{ENDING}"
        save_weights(network, path, unit=unit, story={}, reading=specialist.reading)
    save_adapter(forecaster, part / _ADAPTER, name=name, effects=effects)
    (part / _CARD).write_text(json.dumps({"format": FORMAT, "adapter": _ADAPTER, "networks": _BASE}), encoding="utf-8")


def load(folder: str | Path) -> Model | EffectsForecaster:
    """The forecaster that a model folder holds, or an adapter file makes of the networks of the package.

    Raises:
        ModelError: no model folder, one of a newer version, or a damaged one.
    """
    place = Path(folder)
    if place.is_file() and place.suffix == ENDING:
        return _wrapped(load_adapter(place), effects_of(place))
    if not place.exists() and _old(place).is_dir():
        with suppress(OSError):  # the run that put it there moved its own in
            _old(place).rename(place)
    if not (place / _CARD).is_file():
        raise ModelError(f"{place} is no model folder: it has no {_CARD}. Make one with `foresale train`.")
    try:
        card = json.loads((place / _CARD).read_text(encoding="utf-8"))
        if card["format"] != FORMAT:
            raise ModelError(f"{place} has format {card['format']}, this version reads {FORMAT}. Update foresale.")
        if "adapter" in card:
            adapter = place / card["adapter"]
            return _wrapped(
                load_adapter(adapter, start=pretrained(folder=place / card["networks"])), effects_of(adapter)
            )
        networks = tuple(_network(place, number, config) for number, config in enumerate(card["networks"]))
        losses = tuple((int(m), int(step), float(loss), float(value)) for m, step, loss, value in card["losses"])
        inputs = spec_of(card["inputs"])
        context, horizon = (sized(card[name], name=name) for name in ("context", "horizon"))
        model = NeuralForecaster(card["name"], networks, inputs, context, horizon, losses)
        return _wrapped(model, effect_options(card["effects"]))
    except (OSError, KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as error:
        raise ModelError(f"{place} is damaged ({error}). Train it anew.") from error


def unwrapped(forecaster: Model | EffectsForecaster) -> tuple[Model, EffectOptions | None]:
    """What learnt, and what was taken out of the sales that it learnt from, or None.

    Raises:
        ModelError: a forecaster that is not kept in folders.
    """
    if not isinstance(forecaster, EffectsForecaster):
        return forecaster, None
    if not isinstance(forecaster.forecaster, NeuralForecaster | FinetunedForecaster):
        raise ModelError(f"{forecaster.name} is not kept in a folder: only networks are that learnt from sales.")
    return forecaster.forecaster, forecaster.options


def _wrapped(model: Model, effects: EffectOptions | None) -> Model | EffectsForecaster:
    return model if effects is None else EffectsForecaster(model, effects)


def _old(folder: Path) -> Path:
    """Where a model stands while the one that replaces it moves in; a kill right then leaves it there to be found."""
    return folder.with_name(folder.name + ".old.part")


def _network(folder: Path, number: int, config: dict[str, Any]) -> Network:
    return network_of(config, load_file(folder / f"weights-{number}.safetensors"))
