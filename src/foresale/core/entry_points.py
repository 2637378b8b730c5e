"""What other packages add: objects by the name of an entry point."""

from importlib.metadata import entry_points
from typing import Any

from foresale.core.errors import ConfigError


def names_in(group: str) -> tuple[str, ...]:
    """Names that installed packages have in a group of entry points, each once; no module is imported.

    >>> names_in("foresale.nothing")
    ()
    """
    return tuple(dict.fromkeys(point.name for point in entry_points(group=group)))


def modules_in(group: str) -> tuple[str, ...]:
    """The modules that the entry points of a group lead to."""
    return tuple(dict.fromkeys(point.module for point in entry_points(group=group)))


def load_point(group: str, name: str) -> Any:
    """The object that an entry point leads to.

    Raises:
        ConfigError: no such name, or one that leads to different objects.

    >>> load_point("foresale.nothing", "mine")
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: no installed package has 'mine' among its foresale.nothing
    """
    points = {point.value: point for point in entry_points(group=group) if point.name == name}
    if not points:
        raise ConfigError(f"no installed package has {name!r} among its {group}")
    if len(points) > 1:
        raise ConfigError(f"several packages have {name!r} among their {group}: {', '.join(sorted(points))}. Keep one.")
    return points.popitem()[1].load()
