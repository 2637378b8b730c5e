"""What a fine-tuning learnt, as one small safetensors file apart from the networks it began with.

The weights are in half precision, which holds exactly what is kept; the JSON header says how windows are read, which
networks it belongs to (by a fingerprint of their weights), and its name and version.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError, safe_open
from safetensors.numpy import load as arrays_of

from foresale.core.errors import ModelError
from foresale.forecasting.adapter_dataset import AdapterSpec
from foresale.forecasting.effects.layer import EffectOptions
from foresale.forecasting.finetuned import FinetunedForecaster
from foresale.forecasting.pretrained import PretrainedForecaster
from foresale.networks.files import bytes_of, write_arrays
from foresale.storage.codecs import Parts, decode, encode, tuned_card, tuned_of
from foresale.storage.specs import fingerprint, sized
from foresale.storage.weights import pretrained

FORMAT: Final = 3  # of the file
ENDING: Final = ".safetensors"


@dataclass(frozen=True)
class Label:
    """What an adapter is called: its name, which version of it, and how many bytes it takes."""

    name: str
    version: int
    method: str
    size: int


def save_adapter(
    forecaster: FinetunedForecaster, path: Path, *, name: str | None = None, effects: EffectOptions | None = None
) -> Label:
    """Write what a fine-tuned forecaster learnt to a file, which is there whole or not at all.

    `effects` says what was taken out of the sales that it learnt from, and has to be put back to its forecasts.

    Its name is that of the file unless another is given; its version is one more than that of the adapter of the same
    name that it takes the place of.

    Raises:
        ModelError: a file that is no adapter stands in its place.
    """
    check_adapter(path)
    called, version = name or path.stem, 1
    if path.exists():
        before = label_of(path)
        version = before.version + 1 if before.name == called else 1
    parts = Parts()
    card = _card(forecaster, called, version, effects, parts)
    own = {name: arrays_of(data) for name, data in parts.files.items()}
    arrays = {f"{name}/{key}": array for name, weights in own.items() for key, array in weights.items()}
    write_arrays(arrays, path, header={"adapter": json.dumps(card)})
    return label_of(path)


def check_adapter(path: Path) -> None:
    """Refuse a place for an adapter in which something else stands.

    Raises:
        ModelError: such a place.
    """
    if path.exists():
        try:
            label_of(path)
        except ModelError as error:
            raise ModelError(f"{path} exists and is no adapter. Choose another place, or remove it.") from error


def load_adapter(path: Path, *, start: PretrainedForecaster | None = None) -> FinetunedForecaster:
    """The forecaster that an adapter makes of the networks it was learnt from: those of the package, or of `start`.

    Raises:
        ModelError: no adapter, one of a newer version, a damaged one, or one of other networks.
    """
    card = _read_card(path)
    base = start or pretrained()
    try:
        frequency = decode(card["frequency"], Parts())
        specialist = base.specialist(frequency)
        if [fingerprint(network) for network in specialist.networks] != card["networks"]:
            raise ModelError(f"{path} was learnt from other networks than these. Fine-tune anew.")
        parts = _parts(path, [member["file"] for member in card["members"]])
        view = AdapterSpec(specialist, frequency, decode(card["inputs"], parts))
        pairs = zip(specialist.networks, card["members"], strict=True)
        tuned = tuple(tuned_of(member, network, parts) for network, member in pairs)
    except (OSError, KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as error:
        raise ModelError(f"{path} is damaged ({error}). Fine-tune anew.") from error
    return FinetunedForecaster(
        view, tuned, sized(card["horizon"], name="horizon"), flip=card["flip"], name=card["name"]
    )


def effects_of(path: Path) -> EffectOptions | None:
    """What was taken out of the sales that an adapter was learnt from, or None.

    Raises:
        ModelError: no adapter.
    """
    found = decode(_read_card(path)["effects"], Parts())
    assert found is None or isinstance(found, EffectOptions)
    return found


def label_of(path: Path) -> Label:
    """What an adapter file is called.

    Raises:
        ModelError: no adapter.
    """
    card = _read_card(path)
    return Label(card["name"], card["version"], card["members"][0]["method"], path.stat().st_size)


def _card(
    forecaster: FinetunedForecaster, name: str, version: int, effects: EffectOptions | None, parts: Parts
) -> dict[str, Any]:
    view = forecaster.view
    return {
        "format": FORMAT,
        "name": name,
        "version": version,
        "horizon": forecaster.horizon,
        "flip": forecaster.flip,
        "networks": [fingerprint(network) for network in view.specialist.networks],
        "frequency": encode(view.frequency, parts),
        "effects": encode(effects, parts),
        "inputs": encode(view.inputs, parts),
        "members": [tuned_card(tuned, parts) for tuned in forecaster.tuned],
    }


def _read_card(path: Path) -> dict[str, Any]:
    try:
        with safe_open(path, framework="numpy") as file:
            card: dict[str, Any] = json.loads(file.metadata()["adapter"])
    except (OSError, KeyError, TypeError, ValueError, SafetensorError) as error:
        raise ModelError(f"{path} is no adapter ({error}). Make one with `foresale finetune`.") from error
    if card.get("format") != FORMAT:
        raise ModelError(f"{path} has format {card.get('format')}, this version reads {FORMAT}. Update foresale.")
    return card


def _parts(path: Path, names: Sequence[str]) -> Parts:
    """The weights of an adapter, each network's as the file that a folder would have."""
    with safe_open(path, framework="numpy") as file:
        arrays = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    own = {
        name: {key.removeprefix(f"{name}/"): array for key, array in arrays.items() if key.startswith(f"{name}/")}
        for name in names
    }
    return Parts(files={name: bytes_of(weights) for name, weights in own.items()})


class Shelf:
    """Adapters over one set of networks, for a running process: one is in use at a time, or none.

    The networks themselves are never changed: without an adapter they forecast bit for bit as they came.

    Attributes:
        start: the networks as they came.
    """

    def __init__(self, start: PretrainedForecaster) -> None:
        self.start = start
        self._adapters: dict[str, FinetunedForecaster] = {}
        self._used: str | None = None

    @property
    def names(self) -> Sequence[str]:
        """The adapters on the shelf."""
        return tuple(self._adapters)

    @property
    def name(self) -> str:
        """How tables and pictures call what is in use."""
        return self.current.name

    @property
    def current(self) -> PretrainedForecaster | FinetunedForecaster:
        """What forecasts now."""
        return self.start if self._used is None else self._adapters[self._used]

    def add(self, path: Path, *, name: str | None = None) -> str:
        """Put an adapter file on the shelf, in the place of one of the same name; it is not in use yet.

        Raises:
            ModelError: no adapter, or one of other networks.
        """
        loaded = load_adapter(path, start=self.start)
        called = name or loaded.name
        self._adapters[called] = replace(loaded, name=called)
        return called

    def attach(self, name: str) -> None:
        """Use an adapter from now on.

        Raises:
            ModelError: there is none of that name.
        """
        if name not in self._adapters:
            raise ModelError(f"no adapter {name!r} on the shelf: there are {', '.join(self._adapters) or 'none'}.")
        self._used = name

    def detach(self) -> None:
        """Use the networks as they came."""
        self._used = None
