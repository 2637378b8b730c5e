"""The models of the package `statsforecast`, item after item: for comparison, and for panels of a few hundred items."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from foresale.core.errors import MissingExtraError
from foresale.core.forecast import LEVELS
from foresale.core.panel import Panel, Values
from foresale.forecasting.naive import recent_sales
from foresale.forecasting.statistical.seasons import context_of

logger = logging.getLogger(__name__)

_HALF: Final = len(LEVELS) // 2
_BANDS: Final = tuple(round(100 * (1 - 2 * level)) for level in LEVELS[_HALF - 1 :: -1])
"""Central intervals in percent, the narrowest first: 10, 20, …, 90, 98."""


class _Model(Protocol):
    """What is used of a model of the package."""

    def forecast(self, y: npt.NDArray[Any], h: int, *, level: list[int] | None = None) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Packaged:
    """A model of `statsforecast` with its own prediction intervals.

    Attributes:
        model: the name of its class.
        seasonal: whether it is told the season.
    """

    model: str
    seasonal: bool = True

    def quantiles(self, panel: Panel, *, horizon: int) -> Values:
        """[N, H, Q] in units per period, NaN for the items on which the model fails.

        Raises:
            MissingExtraError: `statsforecast` is not installed.
        """
        season = panel.frequency.season
        make = _maker(self.model, season if self.seasonal else None)
        found = np.full((len(panel), horizon, len(LEVELS)), np.nan, np.float32)
        for item in range(len(panel)):
            history = _whole(recent_sales(panel, np.array([item]), most=context_of(season))[0], season)
            if history.size:
                found[item] = _one(make(), history, horizon=horizon)
        return found


def _maker(name: str, season: int | None) -> Callable[[], _Model]:
    try:
        kind = getattr(import_module("statsforecast.models"), name)
    except ImportError as error:
        raise MissingExtraError(purpose=f"{name} of statsforecast", extra="baselines") from error
    return lambda: kind() if season is None else kind(season_length=season)


def _whole(values: Values, season: int) -> npt.NDArray[np.float64]:
    """The sales from the first known one on; what is unknown is that of the season before, else the last known."""
    known = np.flatnonzero(np.isfinite(values))
    if not known.size:
        return np.empty(0)
    whole = values[known[0] :].astype(np.float64)
    for at in np.flatnonzero(np.isnan(whole)):
        whole[at] = whole[at - season] if at >= season else whole[at - 1]
    return whole


def _one(model: _Model, history: npt.NDArray[np.float64], *, horizon: int) -> npt.NDArray[np.floating]:
    """[H, Q] of one item, NaN where the model fails, whatever it fails with."""
    try:
        told = model.forecast(history, horizon, level=list(_BANDS))
    except Exception as error:  # a fitter can fail in any way, and one item never stops the others
        logger.debug("a model of statsforecast failed: %s", error)
        return np.full((horizon, len(LEVELS)), np.nan)
    lower = [told[f"lo-{band}"] for band in reversed(_BANDS)]
    upper = [told[f"hi-{band}"] for band in _BANDS]
    return np.stack([*lower, told["mean"], *upper], axis=1)
