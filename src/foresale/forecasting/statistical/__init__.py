"""Statistical forecasters: exponential smoothing and methods for intermittent demand, over all items at once."""

from typing import Final

from foresale.core.errors import ConfigError
from foresale.core.protocols import Forecaster
from foresale.forecasting.statistical.exponential import Drifting, Smoothing, Trended
from foresale.forecasting.statistical.forecaster import Method, StatisticalForecaster
from foresale.forecasting.statistical.hurdle import Hurdle
from foresale.forecasting.statistical.intermittent import adida, croston, tsb

_METHODS: Final[dict[str, Method]] = {
    "ets": Smoothing(Trended()),
    "theta": Smoothing(Drifting()),
    "mstl": Smoothing(Trended(gammas=(0.0,)), years=True),
    "croston": Hurdle(croston),
    "tsb": Hurdle(tsb),
    "adida": Hurdle(adida),
}
STATISTICAL: Final[tuple[str, ...]] = tuple(_METHODS)
"""Names of the statistical forecasters; none needs training."""


def statistical(name: str) -> Forecaster:
    """The statistical forecaster of a name.

    Raises:
        ConfigError: an unknown name.

    >>> statistical("ets").name
    'ets'
    """
    if name not in _METHODS:
        raise ConfigError(f"unknown statistical model {name!r}: there are {', '.join(STATISTICAL)}.")
    return StatisticalForecaster(name, _METHODS[name])
