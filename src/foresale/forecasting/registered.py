"""Forecasters of other packages, found by their entry points."""

from typing import Final

from foresale.core.entry_points import load_point
from foresale.core.errors import ConfigError
from foresale.core.protocols import Forecaster, Learner
from foresale.forecasting.fitted import as_learner

GROUP: Final = "foresale.forecasters"
"""The group of entry points, as in `[project.entry-points."foresale.forecasters"]`: a name and a learner, a forecaster,
or what makes one when it is called without arguments."""


def registered(name: str) -> Learner:
    """The learner of a name that another package has; a forecaster that learns nothing is one as it is.

    Raises:
        ConfigError: no such name, one that two packages have, or one that leads to no forecaster.

    >>> registered("mine")
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: no installed package has 'mine' among its foresale.forecasters
    """
    found = load_point(GROUP, name)
    is_made = isinstance(found, Learner | Forecaster) and not isinstance(found, type)
    made = found() if callable(found) and not is_made else found
    if not isinstance(made, Learner | Forecaster):
        raise ConfigError(f"the model {name!r} is a {type(made).__name__}, no forecaster and no learner")
    return as_learner(made)
