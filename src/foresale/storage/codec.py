"""What forecasters are made of, as JSON beside arrays, networks and trees, and back: known classes only, never code."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from importlib import import_module
from typing import Any, Final, Protocol, TypeVar

import numpy as np

from foresale.core.entry_points import modules_in
from foresale.core.errors import ModelError
from foresale.forecasting.registered import GROUP

_IS: Final = "is"
_Class = TypeVar("_Class", bound=type)
Card = Any
"""What JSON holds: numbers, text, lists and mappings."""


@dataclass
class Parts:
    """What stands beside the JSON of a model.

    Attributes:
        arrays: by number.
        files: by name, what is kept as a file of its own: bytes of safetensors, text of trees.
    """

    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def keep(self, array: np.ndarray) -> str:
        """Keep an array, and say under which number."""
        name = str(len(self.arrays))
        self.arrays[name] = np.asarray(array, order="C")
        return name


class Codec(Protocol):
    """How objects of a class become a card, with what stands beside it, and become themselves again."""

    def encode(self, value: Any, parts: Parts) -> dict[str, Card]:
        """What has to be known to make it again."""
        ...

    def decode(self, card: Mapping[str, Card], parts: Parts) -> Any:
        """The object that a card tells.

        Raises:
            KeyError, TypeError, ValueError, RuntimeError: a card that tells none.
        """
        ...


@dataclass(frozen=True)
class FieldsCodec:
    """The codec of a dataclass: field by field.

    Attributes:
        kind: the class.
        forget: fields that only spare time, such as the panel that was learnt from.
        check: refuses values that nobody can have written.
        former: names of fields in older folders, and what they are called now.
    """

    kind: type
    forget: tuple[str, ...] = ()
    check: Callable[[Mapping[str, Any]], object] = lambda values: values
    former: Mapping[str, str] = field(default_factory=dict)

    def encode(self, value: Any, parts: Parts) -> dict[str, Card]:
        """Every field that is told when the object is made, but for those to forget."""
        names = [each.name for each in fields(self.kind) if each.init and each.name not in self.forget]
        return {name: encode(getattr(value, name), parts) for name in names}

    def decode(self, card: Mapping[str, Card], parts: Parts) -> Any:
        """The object of these fields."""
        values = {self.former.get(name, name): decode(each, parts) for name, each in card.items()}
        self.check(values)
        return self.kind(**values)


_CODECS: Final[dict[str, Codec]] = {}
_NAMES: Final[dict[type, str]] = {}


def register(kind: type, codec: Codec | None = None, *, name: str = "", former: str = "") -> None:
    """Let models hold objects of a class, which cards call by its name, and once by another.

    Raises:
        ModelError: another class has this name.
    """
    called = name or kind.__name__
    if called in _CODECS and _NAMES.get(kind) != called:
        raise ModelError(f"two classes are called {called!r} in model folders. Rename one.")
    _CODECS[called] = FieldsCodec(kind) if codec is None else codec
    _NAMES[kind] = called
    if former:
        _CODECS[former] = _CODECS[called]


def storable(kind: _Class) -> _Class:
    """A class decorator of other packages: forecasters that are dataclasses of it can be saved and loaded.

    Fields may be numbers, text, dates of numpy, arrays, tuples, mappings, and objects of classes that are storable too.
    What loads a model finds the class by the entry points of `foresale.forecasters`: it imports their modules.

    Raises:
        ModelError: no dataclass, or another class of this name.

    >>> @storable
    ... @dataclass(frozen=True)
    ... class Doubled:
    ...     factor: float = 2.0
    >>> decode(encode(Doubled(3.0), parts := Parts()), parts)
    Doubled(factor=3.0)
    """
    if not is_dataclass(kind):
        raise ModelError(f"{kind.__name__} is no dataclass, so that its parts are not known.")
    name = f"{kind.__module__}.{kind.__name__}"
    for older in [known for known, called in _NAMES.items() if called == name]:  # as where a notebook's cell runs again
        del _NAMES[older], _CODECS[name]
    register(kind, name=name)
    return kind


def encode(value: Any, parts: Parts) -> Card:
    """A value as JSON, exact to the bit; arrays and files go to `parts`.

    Raises:
        ModelError: something of a class that no model holds.

    >>> encode((1, 0.5, {"tea": None}), Parts())
    [1, 0.5, {'tea': None}]
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, bytes):
        return {_IS: "bytes", "of": value.hex()}
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {_IS: "float", "of": repr(float(value))}
    if type(value) in _NAMES:
        name = _NAMES[type(value)]
        return {_IS: name, "of": _CODECS[name].encode(value, parts)}
    if isinstance(value, np.ndarray | np.generic):
        return _array(value, parts)
    if isinstance(value, tuple | list):
        return [encode(each, parts) for each in value]
    if isinstance(value, frozenset | set):
        return {_IS: "set", "of": [encode(each, parts) for each in sorted(value)]}
    if isinstance(value, Mapping):
        if all(isinstance(key, str) and key != _IS for key in value):
            return {key: encode(each, parts) for key, each in value.items()}
        return {_IS: "map", "of": [[encode(key, parts), encode(each, parts)] for key, each in value.items()]}
    raise ModelError(f"a {type(value).__name__} is not kept in model folders: see foresale.storable.")


def decode(card: Card, parts: Parts) -> Any:
    """The value that a card tells; lists become tuples.

    Raises:
        ModelError: a class that no model holds.
        KeyError, TypeError, ValueError, RuntimeError: a card that tells nothing.

    >>> decode([1, 0.5, {"tea": None}], Parts())
    (1, 0.5, {'tea': None})
    """
    if isinstance(card, list):
        return tuple(decode(each, parts) for each in card)
    if not isinstance(card, dict):
        return card
    if _IS not in card:
        return {key: decode(each, parts) for key, each in card.items()}
    name, of = card[_IS], card["of"]
    plain = _PLAIN.get(name)
    return plain(of, parts) if plain is not None else _codec(name).decode(of, parts)


def _array(value: Any, parts: Parts) -> Card:
    array = np.asarray(value)
    if array.dtype.hasobject:
        raise ModelError("arrays of objects are not kept in model folders.")
    return {_IS: "array" if isinstance(value, np.ndarray) else "number", "of": parts.keep(array)}


_PLAIN: Final[Mapping[str, Callable[[Any, Parts], Any]]] = {
    "float": lambda of, _: float(of),
    "bytes": lambda of, _: bytes.fromhex(of),
    "set": lambda of, parts: frozenset(decode(of, parts)),
    "map": lambda of, parts: {decode(key, parts): decode(each, parts) for key, each in of},
    "array": lambda of, parts: parts.arrays[of],
    "number": lambda of, parts: parts.arrays[of][()],
}


def _codec(name: str) -> Codec:
    """The codec of a class by its name; classes of other packages are known once their entry points are loaded."""
    if name not in _CODECS:
        for module in modules_in(GROUP):
            if module.split(".")[0] == name.split(".")[0]:
                import_module(module)
    if name not in _CODECS:
        raise ModelError(f"nothing here knows what a {name} is. Install what made the model, or update foresale.")
    return _CODECS[name]
