"""What a fine-tuning learnt, as one small safetensors file apart from the networks it began with.

The tensors are in half precision; the JSON header says how windows are read, which networks it belongs to (by a
fingerprint of their weights), and its name and version.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from foresale.core.errors import ModelError
from foresale.core.frequency import Frequency
from foresale.forecasting.effects.layer import EffectOptions
from foresale.forecasting.finetuned import FinetunedForecaster
from foresale.forecasting.pretrained import PretrainedForecaster, Specialist
from foresale.forecasting.sight import View
from foresale.models.adapters import AdapterConfig, InputAdapter
from foresale.models.lora import WeightChange
from foresale.models.network import Network
from foresale.models.tensors import write_tensors
from foresale.storage.specs import effect_options, sized, spec_of
from foresale.storage.weights import pretrained
from foresale.training.finetune.tuning import Tuned, Tuning

FORMAT: Final = 2
ENDING: Final = ".safetensors"


@dataclass(frozen=True)
class Label:
    """What an adapter is called: its name, which version of it, and how many bytes it takes."""

    name: str
    version: int
    method: str
    size: int


def save_adapter(forecaster: FinetunedForecaster, path: Path, *, name: str | None = None,
                 effects: EffectOptions | None = None) -> Label:  # fmt: skip
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
    tensors: dict[str, Tensor] = {}
    for number, tuned in enumerate(forecaster.tuned):
        weights = tuned.tuning.state_dict()
        tensors |= {f"{number}/{key}": tensor.half().contiguous().clone() for key, tensor in weights.items()}
    write_tensors(tensors, path, header={"adapter": json.dumps(_card(forecaster, called, version, effects))})
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
        frequency = Frequency(**card["frequency"])
        specialist = base.specialist(frequency)
        if [fingerprint(network) for network in specialist.networks] != card["networks"]:
            raise ModelError(f"{path} was learnt from other networks than these. Fine-tune anew.")
        with safe_open(path, framework="pt") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        inputs = None if card["inputs"] is None else spec_of(card["inputs"])
        view = View(specialist, frequency, inputs)
        tuned = tuple(_members(card, specialist, tensors))
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
    return effect_options(_read_card(path)["effects"])


def label_of(path: Path) -> Label:
    """What an adapter file is called.

    Raises:
        ModelError: no adapter.
    """
    card = _read_card(path)
    return Label(card["name"], card["version"], card["members"][0]["method"], path.stat().st_size)


def fingerprint(network: Network) -> str:
    """A short name of the weights of a network: the same weights, the same name."""
    digest = hashlib.sha256()
    for name, weight in sorted(network.state_dict().items()):
        digest.update(name.encode())
        digest.update(weight.detach().float().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]


def _card(forecaster: FinetunedForecaster, name: str, version: int, effects: EffectOptions | None) -> dict[str, Any]:
    view = forecaster.view
    return {
        "format": FORMAT,
        "name": name,
        "version": version,
        "horizon": forecaster.horizon,
        "flip": forecaster.flip,
        "networks": [fingerprint(network) for network in view.specialist.networks],
        "frequency": asdict(view.frequency),
        "effects": None if effects is None else asdict(effects),
        "inputs": None if view.inputs is None else asdict(view.inputs),
        "members": [_member_card(tuned) for tuned in forecaster.tuned],
    }


def _member_card(tuned: Tuned) -> dict[str, Any]:
    change, inputs = tuned.tuning.change, tuned.tuning.inputs
    measured = {key: getattr(tuned, key) for key in ("share", "before", "after", "losses")}
    reads = None if inputs is None else asdict(inputs.config)
    return {"method": change.method, "rank": change.rank, "reads": reads, **measured}


def _read_card(path: Path) -> dict[str, Any]:
    try:
        with safe_open(path, framework="pt") as file:
            card: dict[str, Any] = json.loads(file.metadata()["adapter"])
    except (OSError, KeyError, TypeError, ValueError, SafetensorError) as error:
        raise ModelError(f"{path} is no adapter ({error}). Make one with `foresale finetune`.") from error
    if card.get("format") != FORMAT:
        raise ModelError(f"{path} has format {card.get('format')}, this version reads {FORMAT}. Update foresale.")
    return card


def _members(card: Mapping[str, Any], specialist: Specialist, tensors: Mapping[str, Tensor]) -> Iterator[Tuned]:
    for number, (network, entry) in enumerate(zip(specialist.networks, card["members"], strict=True)):
        with torch.random.fork_rng(devices=[]):
            change = WeightChange(network, entry["method"], rank=sized(entry["rank"], name="rank"))
            inputs = None if entry["reads"] is None else _inputs(entry["reads"], network)
        tuning = Tuning(change, inputs).requires_grad_(requires_grad=False)
        prefix = f"{number}/"
        weights = {key.removeprefix(prefix): value.float() for key, value in tensors.items() if key.startswith(prefix)}
        tuning.load_state_dict(weights)
        losses = tuple((int(step), float(loss), float(value)) for step, loss, value in entry["losses"])
        yield Tuned(tuning, entry["share"], entry["before"], entry["after"], losses)


def _inputs(reads: dict[str, Any], network: Network) -> InputAdapter:
    config = AdapterConfig(**reads | {"categories": tuple(reads["categories"])})
    return InputAdapter(config, patch=network.config.patch, width=network.config.width)


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
