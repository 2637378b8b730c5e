"""A fitted model as a folder: `model.json` says what it is, beside it stand its arrays, networks and trees."""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError, MissingExtraError, ModelError
from foresale.core.files import whole_folder
from foresale.core.protocols import Forecaster
from foresale.forecasting.effects.forecaster import EffectsForecaster
from foresale.storage.adapters import ENDING, effects_of, load_adapter
from foresale.storage.codecs import Parts, decode, encode

FORMAT: Final = 5  # of the folder
_READ: Final = (4, FORMAT)
"""Formats that are read: in the fourth some classes and fields had other names (`codecs`)."""
_CARD: Final = "model.json"
_ARRAYS: Final = "arrays.npz"
_PARTS: Final = (
    rf"{re.escape(_CARD)}|{re.escape(_ARRAYS)}|(network|tuned|weights)-\w+\.safetensors|trees-\d+\.txt|frame-\d+\.arrow|"
    r"adapter\.safetensors|networks|\.foresale-\w+\.part"
)
"""Names of all that a model folder may hold, those of earlier versions among them."""
_MADE: Final = frozenset({"model", "recommender"})
"""Parts of a card, one of which tells what the folder holds."""


def save(forecaster: Forecaster, folder: str | Path) -> None:
    """Write a fitted model to a folder; `load` gives back one whose forecasts are the same to the bit.

    It is written beside its place and moved there, so that the old one or the new one is found there. It stands alone:
    the networks that it began with are in it. The sales that it was learnt from are not: a loaded model forecasts from
    those it is given.

    Raises:
        ConfigError: no forecaster, or no path.
        ModelError: something that is no model folder stands in its place, or a forecaster of a class that is not kept
            in folders (see `foresale.storable`).
        OSError: the disk is full, or the place cannot be written.
    """
    if not isinstance(forecaster, Forecaster) or isinstance(forecaster, type):
        raise ConfigError(f"what is saved is a fitted forecaster, not a {type(forecaster).__name__}")
    parts = Parts()
    write_folder(folder, {"name": forecaster.name, "model": encode(forecaster, parts)}, parts)


def write_folder(folder: str | Path, card: Mapping[str, Any], parts: Parts, *, packed: bool = True) -> None:
    """Write what a card tells, and what stands beside it, to a folder.

    Args:
        folder: where it goes.
        card: what `decode` reads.
        parts: the arrays and files that the card names.
        packed: whether arrays are compressed, which takes a second for 30 MB.

    Raises:
        ConfigError: no path.
        ModelError: something that is no model folder stands in its place.
        OSError: the disk is full, or the place cannot be written.
    """
    place = _path(folder)
    check_place(place)
    place = place.resolve()
    with whole_folder(place, old=_old(place)) as part:
        files = parts.files | ({_ARRAYS: _as_bytes(parts.arrays, packed=packed)} if parts.arrays else {})
        for name, data in files.items():
            (part / name).write_bytes(data)
        digests = {name: _digest(files[name]) for name in sorted(files)}
        text = json.dumps({"format": FORMAT, **card, "files": digests}, indent=1, ensure_ascii=False, allow_nan=False)
        (part / _CARD).write_text(text, encoding="utf-8")


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
        raise ModelError(
            f"{folder} holds more than a model: {', '.join(others[:3])}. Choose another place, or move that."
        )


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


def load(folder: str | Path) -> Forecaster:
    """The forecaster that a model folder holds, or an adapter file makes of the networks of the package.

    Raises:
        ConfigError: no path.
        ModelError: no model folder, one of another version, or a damaged one.
        MissingExtraError: a model of trees, where lightgbm is not installed.
    """
    place = _path(folder)
    if place.is_file() and place.suffix == ENDING:
        tuned, effects = load_adapter(place), effects_of(place)
        return tuned if effects is None else EffectsForecaster(tuned, effects)
    found = read_folder(place, "model", cure="`foresale fit`")
    if not isinstance(found, Forecaster):
        raise ModelError(f"{place} holds no forecaster. Fit it anew.")
    return found


def read_folder(folder: str | Path, part: str, *, cure: str) -> Any:
    """What a part of the card of a folder tells.

    Args:
        folder: where it stands.
        part: of the card, such as "model".
        cure: what makes such a folder.

    Raises:
        ConfigError: no path.
        ModelError: no such folder, one of another version, or a damaged one.
        MissingExtraError: a model of trees, where lightgbm is not installed.
    """
    place = _path(folder)
    if not place.exists() and _old(place).is_dir():
        with suppress(OSError):  # the run that put it there moved its own in
            _old(place).rename(place)
    if not (place / _CARD).is_file():
        raise ModelError(f"{place} is no model folder: it has no {_CARD}. Make one with {cure}.")
    try:
        card = _card(place)
        parts = _parts(place, card["files"])
        found = decode(card[part], parts) if part in card or not set(card) & _MADE else None
    except (ModelError, MissingExtraError):
        raise
    except Exception as error:  # whatever a stranger's card leads to
        raise ModelError(f"{place} is damaged ({error}). Fit it anew.") from error
    if found is None:
        raise ModelError(f"{place} holds no {part}. Make one with {cure}.")
    return found


def _path(folder: str | Path) -> Path:
    if not isinstance(folder, str | PathLike):
        raise ConfigError(f"a model folder is a path, not {folder!r}")
    return Path(folder)


def _card(place: Path) -> dict[str, Any]:
    """What a folder says of itself.

    Raises:
        ModelError: it was written by another version.
    """
    card: dict[str, Any] = json.loads((place / _CARD).read_text(encoding="utf-8"))
    if card["format"] not in _READ:
        raise ModelError(f"{place} has format {card['format']}, this version reads {FORMAT}. Fit it anew.")
    return card


def _parts(place: Path, digests: Mapping[str, Any]) -> Parts:
    """What stands beside the card, where it is as it was written.

    Raises:
        ValueError: a file that was changed or cut off.
    """
    files, arrays = {}, {}
    for name, digest in digests.items():
        if Path(name).name != name or _digest(data := (place / name).read_bytes()) != digest:
            raise ValueError(f"{name} is not as it was written")
        files[name] = data
    if _ARRAYS in files:
        with np.load(BytesIO(files.pop(_ARRAYS)), allow_pickle=False) as found:
            arrays = dict(found)
    return Parts(arrays, files)


def _as_bytes(arrays: Mapping[str, npt.NDArray[Any]], *, packed: bool) -> bytes:
    whole = BytesIO()
    write = np.savez_compressed if packed else np.savez
    write(whole, **arrays)  # type: ignore[arg-type]
    return whole.getvalue()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _old(folder: Path) -> Path:
    """Where a model stands while the one that replaces it moves in; a kill right then leaves it there to be found."""
    return folder.with_name(folder.name + ".old.part")
