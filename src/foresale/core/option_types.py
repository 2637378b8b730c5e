"""Options of a wrong type, refused where they are told rather than where they fail."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date
from functools import cache, wraps
from numbers import Integral, Real
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, Literal, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

from foresale.core.errors import ConfigError
from foresale.core.protocols import Forecaster, Learner

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")

_WORDS: Final[Mapping[Any, str]] = {
    int: "a whole number",
    float: "a number",
    str: "text",
    bool: "True or False",
    NoneType: "None",
    date: "a date",
    Path: "a path",
    object: "anything",
    Forecaster: "a forecaster",
    Learner: "a learner",
}


def check_types(options: Any) -> None:
    """See that every field of a dataclass of options is of the type it declares.

    Numbers, text, flags, dates, choices, other options and lists of them are checked, numpy's numbers among them; what
    is declared as anything else is not.

    Raises:
        ConfigError: every field of another type, with what it should be.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Options:
    ...     steps: int | None = None
    ...     names: tuple[str, ...] = ()
    >>> check_types(Options(3, ("a",)))
    >>> check_types(Options("3", "a"))
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: steps is a whole number or None, not '3'; names is a list of text, not 'a'
    """
    _refuse({name: (hint, getattr(options, name)) for name, hint in _hints(type(options)).items()})


def check_not_negative(options: Any, *names: str) -> None:
    """See that fields of options, where they are told, are not below zero.

    Raises:
        ConfigError: the first that is, or is no number.

    >>> from types import SimpleNamespace
    >>> check_not_negative(SimpleNamespace(gap=0, slots=None, budget=-1.0), "gap", "slots", "budget")
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: budget is not negative: -1.0
    """
    for name in names:
        value = getattr(options, name)
        if value is not None and not value >= 0:
            raise ConfigError(f"{name} is not negative: {value}")


def check_between(options: Any, *names: str) -> None:
    """See that fields of options, where they are told, lie between 0 and 1, neither of them included.

    Raises:
        ConfigError: the first that does not.

    >>> from types import SimpleNamespace
    >>> check_between(SimpleNamespace(ending=None, margin=40), "ending", "margin")
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: margin lies between 0 and 1, not 40
    """
    for name in names:
        value = getattr(options, name)
        if value is not None and not 0 < value < 1:
            raise ConfigError(f"{name} lies between 0 and 1, not {value}")


def checked(verb: Callable[_Given, _Result]) -> Callable[_Given, _Result]:
    """A verb that refuses settings, which it takes by keyword, of another type than it declares.

    Beside what `check_types` knows, paths, forecasters, learners and functions are checked.

    >>> @checked
    ... def look(panel: object, *, horizon: int, countries: Sequence[str] = ()) -> int:
    ...     return horizon
    >>> look(None, horizon=7, countries="US")
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: countries is a list of text, not 'US'
    """

    @cache
    def hints() -> dict[str, Any]:
        return get_type_hints(verb)

    @wraps(verb)
    def run(*given: _Given.args, **settings: _Given.kwargs) -> _Result:
        _refuse({name: (hints()[name], value) for name, value in settings.items() if name in hints()})
        return verb(*given, **settings)

    return run


def check_horizon(horizon: object) -> None:
    """See that a horizon is a number of periods.

    Raises:
        ConfigError: no whole number, or none of at least 1.

    >>> check_horizon("7")
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: a horizon is a whole number of periods, not '7'
    """
    if not _PLAIN[int](horizon):
        raise ConfigError(f"a horizon is a whole number of periods, not {horizon!r}")
    if int(horizon) < 1:  # type: ignore[call-overload]
        raise ConfigError(f"a horizon has at least one period, not {horizon}")


def check_kind(options: object, kind: type) -> None:
    """See that options are of the class they have to be, not a mapping or a text of the same names.

    Raises:
        ConfigError: they are not.

    >>> check_kind({"gaps": "zero"}, Exception)
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: options are Exception(...), not {'gaps': 'zero'}
    """
    if not isinstance(options, kind):
        raise ConfigError(f"options are {kind.__name__}(...), not {options!r}")


def _refuse(told: Mapping[str, tuple[Any, object]]) -> None:
    """Name every value, by its name, that is not of the type beside it."""
    wrong = [
        f"{name} is {_said(hint)}, not {value!r}" for name, (hint, value) in told.items() if not _fits(value, hint)
    ]
    if wrong:
        raise ConfigError("; ".join(wrong))


def _hints(kind: type) -> dict[str, Any]:
    names = kind.__dataclass_fields__  # type: ignore[attr-defined]
    return {name: hint for name, hint in get_type_hints(kind).items() if name in names}


_PLAIN: Final[Mapping[Any, Callable[[object], bool]]] = {
    int: lambda value: isinstance(value, Integral) and not isinstance(value, bool),
    float: lambda value: isinstance(value, Real) and not isinstance(value, bool),
    str: lambda value: isinstance(value, str),
    bool: lambda value: isinstance(value, bool),
    NoneType: lambda value: value is None,
}


def _fits(value: object, hint: Any) -> bool:
    if hint in _PLAIN:
        return _PLAIN[hint](value)
    if hint in {date, Path, Forecaster, Learner} or (isinstance(hint, type) and is_dataclass(hint)):
        return isinstance(value, hint)
    origin = get_origin(hint)
    if origin in {Union, UnionType}:
        return any(_fits(value, part) for part in get_args(hint))
    if origin is Literal:
        return isinstance(value, str | int | NoneType)  # which one of them is checked where the choices are told
    if origin in {tuple, Sequence}:
        part = get_args(hint)[0]
        if not isinstance(value, Collection) or isinstance(value, str | bytes | Mapping):
            return False
        return (origin is Sequence or isinstance(value, Sequence)) and all(_fits(one, part) for one in value)
    if origin is Mapping:
        name, part = get_args(hint)
        return isinstance(value, Mapping) and all(_fits(k, name) and _fits(v, part) for k, v in value.items())
    if origin is Callable:
        return callable(value)
    return True


def _said(hint: Any) -> str:
    """A type in words."""
    if hint in _WORDS:
        return _WORDS[hint]
    origin = get_origin(hint)
    if origin in {Union, UnionType}:
        return " or ".join(dict.fromkeys(map(_said, get_args(hint))))
    if origin is Literal:
        return f"one of {', '.join(map(str, get_args(hint)))}"
    if origin in {tuple, Sequence}:
        return f"a list of {_said(get_args(hint)[0])}"
    if origin is Callable:
        return "a function"
    return getattr(origin or hint, "__name__", str(hint))
