"""Optional parts: packages that only some wishes need, and the command that installs them."""

from importlib import import_module
from types import ModuleType

from foresale.core.errors import MissingExtraError


def optional_module(name: str, *, purpose: str, extra: str) -> ModuleType:
    """A module of a package that only an extra of Foresale installs.

    Args:
        name: the module, e.g. "lightgbm".
        purpose: what needs it, in words that begin a sentence.
        extra: the extra that installs it.

    Raises:
        MissingExtraError: it is not installed, or cannot be loaded.

    >>> optional_module("no_such_package", purpose="a sentence", extra="train")
    Traceback (most recent call last):
        ...
    foresale.core.errors.MissingExtraError: a sentence needs an optional part: pip install 'foresale[train]'
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingExtraError(purpose=purpose, extra=extra) from error


def needs_torch(purpose: str) -> None:
    """See that networks can learn here; they forecast without torch.

    Raises:
        MissingExtraError: torch is not installed.
    """
    optional_module("torch", purpose=purpose, extra="train")
