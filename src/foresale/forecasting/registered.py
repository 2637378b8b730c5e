"""Forecasters of other packages, found by their entry points."""

from importlib.metadata import EntryPoint, entry_points
from typing import Final

from foresale.core.errors import ConfigError
from foresale.core.protocols import Forecaster, Learner
from foresale.forecasting.ready import Ready

GROUP: Final = "foresale.forecasters"
"""The group of entry points, as in `[project.entry-points."foresale.forecasters"]`: a name and a learner, a forecaster,
or what makes one when it is called without arguments."""


def registered_names() -> tuple[str, ...]:
    """Names of the models of other packages that are installed here, each once.

    >>> isinstance(registered_names(), tuple)
    True
    """
    return tuple(dict.fromkeys(point.name for point in entry_points(group=GROUP)))


def registered_points() -> tuple[EntryPoint, ...]:
    """The entry points themselves, of which no module is imported yet."""
    return tuple(entry_points(group=GROUP))


def registered(name: str) -> Learner:
    """The learner of a name that another package has; a forecaster that learns nothing is one as it is.

    Raises:
        ConfigError: no such name, one that two packages have, or one that leads to no forecaster.

    >>> registered("mine")
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: no installed package has a model 'mine'
    """
    points = {point.value: point for point in registered_points() if point.name == name}
    if not points:
        raise ConfigError(f"no installed package has a model {name!r}")
    if len(points) > 1:
        raise ConfigError(
            f"several packages have a model {name!r}: {', '.join(sorted(points))}. Uninstall all but one."
        )
    value, point = points.popitem()
    found = point.load()
    is_made = isinstance(found, Learner | Forecaster) and not isinstance(found, type)
    made = found() if callable(found) and not is_made else found
    if isinstance(made, Learner):
        return made
    if not isinstance(made, Forecaster):
        raise ConfigError(f"{value}, the model {name!r}, is a {type(made).__name__}, no forecaster and no learner")
    return Ready(made)
