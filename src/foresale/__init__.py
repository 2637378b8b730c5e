"""Foresale: seasonal demand forecasting for e-commerce, and the decisions that follow from it.

The names below load what they need when they are first used, so that `import foresale` is quick and needs neither
torch nor a data frame library.

>>> import foresale
>>> "forecast" in dir(foresale)
True
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from foresale.core.cores import wait_asleep

if TYPE_CHECKING:
    from foresale.core.errors import ConfigError, DataError, ForesaleError, ModelError
    from foresale.core.forecast import Forecast
    from foresale.core.frequency import Frequency
    from foresale.core.panel import Panel
    from foresale.data.read import panel, read
    from foresale.forecasting.naive import SeasonalNaive
    from foresale.narrate.sentences import sentences
    from foresale.plotting.plot import plot
    from foresale.storage.folder import load
    from foresale.workflows.clean import clean
    from foresale.workflows.evaluate import evaluate
    from foresale.workflows.forecast import forecast
    from foresale.workflows.inspect import inspect
    from foresale.workflows.plan import plan
    from foresale.workflows.simulate import simulate
    from foresale.workflows.train import train
    from foresale.workflows.trend import trend

wait_asleep()

__version__: Final = "0.1.0"

__all__ = [
    "ConfigError",
    "DataError",
    "Forecast",
    "ForesaleError",
    "Frequency",
    "ModelError",
    "Panel",
    "SeasonalNaive",
    "__version__",
    "clean",
    "evaluate",
    "forecast",
    "inspect",
    "load",
    "panel",
    "plan",
    "plot",
    "read",
    "sentences",
    "simulate",
    "train",
    "trend",
]

_HOMES: Final = {
    "ConfigError": "foresale.core.errors",
    "DataError": "foresale.core.errors",
    "Forecast": "foresale.core.forecast",
    "ForesaleError": "foresale.core.errors",
    "Frequency": "foresale.core.frequency",
    "ModelError": "foresale.core.errors",
    "Panel": "foresale.core.panel",
    "SeasonalNaive": "foresale.forecasting.naive",
    "clean": "foresale.workflows.clean",
    "evaluate": "foresale.workflows.evaluate",
    "forecast": "foresale.workflows.forecast",
    "inspect": "foresale.workflows.inspect",
    "load": "foresale.storage.folder",
    "panel": "foresale.data.read",
    "plan": "foresale.workflows.plan",
    "plot": "foresale.plotting.plot",
    "sentences": "foresale.narrate.sentences",
    "simulate": "foresale.workflows.simulate",
    "read": "foresale.data.read",
    "train": "foresale.workflows.train",
    "trend": "foresale.workflows.trend",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
