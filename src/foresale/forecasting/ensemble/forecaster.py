"""Many forecasters as one: their quantiles are averaged level by level, then calibrated."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.arrays import TINY
from foresale.core.columns import ITEM
from foresale.core.errors import ForesaleError
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.forecasting.calibration import Calibration
from foresale.forecasting.ensemble.segments import NAMES, segments
from foresale.forecasting.ensemble.weights import level_weights
from foresale.forecasting.names import AUTO
from foresale.forecasting.whole_units import TRACE, nothing_below

logger = logging.getLogger(__name__)
_SAID: Final = 0.005
"""Weights below are not worth a word."""


@dataclass(frozen=True)
class EnsembleForecaster:
    """Members, what each counts, and how far off their mix was.

    Attributes:
        members: the forecasters.
        weights: [G, 3, M] what each counts, by segment and band of levels; they sum to 1 over the members.
        calibration: the correction of the mix, or None where nothing could be measured.
        notes: how the weights came about, in sentences for a person.
    """

    members: tuple[Forecaster, ...]
    weights: npt.NDArray[np.float64] = field(repr=False)
    calibration: Calibration | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How tables and pictures call it."""
        return AUTO

    def to_frame(self) -> pl.DataFrame:
        """The weights: segment, member, and what it counts in the lower tail, the middle and the upper tail."""
        rows = [
            (NAMES[group], member.name, *(float(weight) for weight in self.weights[group, :, place]))
            for group in range(len(self.weights))
            for place, member in enumerate(self.members)
        ]
        return pl.DataFrame(rows, schema=["segment", "member", "lower", "middle", "upper"], orient="row")

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        """Quantiles of the `horizon` periods after each item's cutoff.

        A member that fails is left out and named in the notes; one that fell back for an item counts only where all
        did.

        Raises:
            Exception: every member failed; that of the first one.
        """
        said, failed = self._said(panel, horizon)
        mixed = mix(panel, said, level_weights(self.weights)[:, list(said)])
        found = mixed if self.calibration is None else self.calibration.apply(mixed)
        notes = dict.fromkeys((*found.notes, *self.notes, *failed))
        return replace(found, model=AUTO, notes=tuple(notes))

    def _said(self, panel: Panel, horizon: int) -> tuple[dict[int, Forecast], list[str]]:
        said: dict[int, Forecast] = {}
        failed, first = list[str](), None
        counting = self.weights.max(axis=(0, 1)) > 0
        for place, member in enumerate(self.members):
            if not counting[place]:
                continue
            try:
                said[place] = member.forecast(panel, horizon=horizon)
            except Exception as error:
                first = first or error
                failed.append(left_out(member.name, error))
        if not said:
            raise first or ForesaleError("an ensemble without members cannot forecast")
        return said, failed


def left_out(name: str, error: Exception, *, how: str = "was left out") -> str:
    """Why a member does not take part, in a sentence; what is no refusal of ours is logged with where it arose.

    >>> left_out("trees", ForesaleError("no tree can grow"))
    'trees was left out: no tree can grow'
    """
    if isinstance(error, ForesaleError):
        return f"{name} {how}: {error}"
    logger.warning("%s failed", name, exc_info=error)
    return f"{name} {how}: {type(error).__name__}: {error}"


def mix(panel: Panel, said: "dict[int, Forecast]", weights: npt.NDArray[np.float32]) -> Forecast:
    """Forecasts averaged, level by level; `weights` [G, M, Q] by the segment of the item.

    Where a member fell back for an item, the others take its weight; where all did, the first one's forecast stands.
    """
    forecasts = list(said.values())
    groups = segments(panel)
    able = np.stack([~_fallen(forecast) for forecast in forecasts])
    total = np.zeros_like(forecasts[0].quantiles)
    added = np.zeros((len(panel), weights.shape[2]), np.float32)
    alone: npt.NDArray[np.bool_] = ~np.logical_or.reduce(able)
    for place, forecast in enumerate(forecasts):
        own = weights[groups, place] * able[place][:, None]
        total += own[:, None, :] * forecast.quantiles
        added += own
    spare = ~alone & (added.min(axis=1) <= 0)
    for place, forecast in enumerate(forecasts):
        own = (spare & able[place])[:, None].astype(np.float32) * np.float32(1e-6)
        total += own[:, None, :] * forecast.quantiles
        added = added + own
    quantiles = np.where(alone[:, None, None], forecasts[0].quantiles, total / np.maximum(added, TINY)[:, None, :])
    fallbacks = {item: why for item, why in forecasts[0].fallbacks.items() if item in _names(panel, alone)}
    found = nothing_below(TRACE, Forecast.of(panel, quantiles, model=AUTO, fallbacks=fallbacks), panel)
    return replace(found, notes=tuple(dict.fromkeys(note for forecast in forecasts for note in forecast.notes)))


def _fallen(forecast: Forecast) -> npt.NDArray[np.bool_]:
    """[N] whether a simpler model stood in."""
    if not forecast.fallbacks:
        return np.zeros(forecast.items.height, bool)
    return forecast.items[ITEM].cast(pl.String).is_in(list(forecast.fallbacks)).to_numpy()


def _names(panel: Panel, chosen: npt.NDArray[np.bool_]) -> set[str]:
    return set(panel.items[ITEM].cast(pl.String).filter(pl.Series(chosen)).to_list())


def described(
    members: tuple[Forecaster, ...], weights: npt.NDArray[np.float64], counts: npt.NDArray[np.int64]
) -> Iterator[str]:
    """The weights in a sentence for each segment that has items; `counts` [G] says how many."""
    for group, name in enumerate(NAMES):
        if not counts[group]:
            continue
        mean = weights[group].mean(axis=0)
        parts = [f"{members[place].name} {mean[place]:.0%}" for place in np.argsort(-mean) if mean[place] >= _SAID]
        items = "item" if counts[group] == 1 else "items"
        yield f"Weights for {counts[group]:,} {name} {items}: {', '.join(parts)}."
