"""Forecasts by networks that have never seen the shop: no training, only its history and what is known ahead."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from foresale.core.errors import ConfigError, ModelError
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.frequency import Frequency, Unit
from foresale.core.panel import Panel
from foresale.forecasting.covariates import CovariateEffects
from foresale.forecasting.neural import check_future, fall_back
from foresale.models.batch import Batch
from foresale.models.network import Network
from foresale.training.inputs import InputSpec
from foresale.training.windows import Windows

NAME: Final = "pretrained"
_NOTHING: Final = "nothing"
_TRIALS: Final = 2
_TRIED: Final = 300
_WORTH: Final = 0.003


@dataclass(frozen=True)
class Specialist:
    """Networks for the periods of one unit.

    Attributes:
        networks: their quantiles are averaged.
        context: periods of history they see.
        lags: how many periods back the lagged sales lie.
    """

    networks: tuple[Network, ...] = field(repr=False)
    context: int
    lags: tuple[int, ...]

    @property
    def span(self) -> int:
        """Periods of history that are read, lags included."""
        return self.context + max(self.lags)


@dataclass(frozen=True)
class PretrainedForecaster:
    """Pre-trained networks, one set for each unit of periods, on sales freed of what covariates did to them.

    What promotions, prices, holidays and festivals did is estimated from the history of the panel in closed form
    (`models.effects`), taken out of the history, and put back over the horizon where they are known ahead. Each network
    forecasts the sales and the sales with their sign turned; both are averaged.

    Attributes:
        specialists: by unit.
        countries: whose public holidays and festivals count.
        covariates: whether covariates are read.
        calendar: whether festivals and public holidays are read.
        flip: whether the turned sales are forecast too.
    """

    specialists: Mapping[Unit, Specialist]
    countries: tuple[str, ...] = ()
    covariates: bool = True
    calendar: bool = True
    flip: bool = True

    @property
    def name(self) -> str:
        """How tables and pictures call it."""
        return NAME

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        """Quantiles of the `horizon` periods after each item's cutoff; an item needs no more than one known value.

        Raises:
            ConfigError: a horizon shorter than one period.
            ModelError: no network for periods of this unit.
            DataError: a known covariate has no values over the horizon.
        """
        if horizon < 1:
            raise ConfigError(f"a forecast has at least one step, not {horizon}")
        specialist = self._specialist(panel.frequency)
        if self.covariates and panel.known:
            check_future(panel, [covariate.name for covariate in panel.known], horizon=horizon)
        windows = Windows(panel, self._spec(panel), context=specialist.span, horizon=horizon)
        effects, note = self._effects(specialist, windows)
        quantiles = self._quantiles(specialist, windows, effects)
        fallbacks = fall_back(panel, quantiles, context=specialist.span, horizon=horizon)
        forecast = Forecast.of(panel, quantiles, model=self.name, fallbacks=fallbacks)
        return replace(forecast, notes=(*forecast.notes, *note, *self._unread(panel, windows)))

    def _unread(self, panel: Panel, windows: Windows) -> Iterator[str]:
        hardly = [c.name for c in panel.known if c.name in windows.spec.unread(panel)]
        if self.covariates and hardly:
            yield f"Known ahead, but not read, since unknown over most of the history: {', '.join(hardly)}."

    def _effects(self, specialist: Specialist, windows: Windows) -> tuple[CovariateEffects | None, tuple[str, ...]]:
        """The effects that make the forecast of the newest periods better, or None, and a sentence about them.

        The newest horizons before the cutoff are forecast for a sample of the items as if they were not known, with the
        effects of nothing, of the covariates, of the calendar and of both.
        """
        horizon, losses, cells = windows.horizon, dict[str, float](), 0
        tried: Tensor | None = None
        for back in range(1, _TRIALS + 1):
            able = np.flatnonzero(windows.panel.history > (back + 1) * horizon)
            if not able.size or not windows.channels["known"]:
                break
            chosen = able[:: -(-able.size // _TRIED)]
            past = windows.panel.select(chosen).back(back * horizon)
            then = Windows(past, windows.spec, context=specialist.span, horizon=horizon)
            fitted = {
                effects.name: effects for effects in CovariateEffects.candidates(then, horizon=horizon, tried=tried)
            }
            if losses and fitted.keys() != losses.keys() - {_NOTHING}:
                break
            channels = [effects.channels for effects in fitted.values()]
            tried = torch.unique(torch.cat(channels)) if channels else torch.zeros(0, dtype=torch.int64)
            actual, known = (part.numpy() for part in windows.actual(chosen, past.history))
            cells += int(known.sum())
            for name, effects in ({_NOTHING: None} | fitted).items():
                loss = _loss(actual, known, self._quantiles(specialist, then, effects))
                losses[name] = losses.get(name, 0.0) + loss
        candidates = CovariateEffects.candidates(windows, horizon=horizon, tried=tried) if cells else []
        candidates = [effects for effects in candidates if effects.name in losses]
        if not candidates or not losses[_NOTHING] > 0:
            return None, ()
        best = min(candidates, key=lambda effects: losses[effects.name])
        gain = 1 - losses[best.name] / losses[_NOTHING]
        if gain < _WORTH + 1 / cells**0.5:
            return None, ()
        return best, (
            f"Effects of {best.name} made the newest forecasts {gain:.0%} better; they are taken into account.",
        )

    def _specialist(self, frequency: Frequency) -> Specialist:
        """The networks for a frequency, with lags of as many of its periods; minutes are left to those of hours."""
        unit: Unit = "hour" if frequency.unit == "minute" else frequency.unit
        if unit not in self.specialists:
            raise ModelError(
                f"no pre-trained network for periods of a {unit}: there are {', '.join(self.specialists)}."
            )
        found = self.specialists[unit]
        parts = 60 if frequency.unit == "minute" else 1
        return replace(found, lags=tuple(max(lag * parts // frequency.count, 1) for lag in found.lags))

    def _spec(self, panel: Panel) -> InputSpec:
        known = {covariate.name: covariate for covariate in panel.known} if self.covariates else {}
        fitted = InputSpec.fit(replace(panel, covariates=known), countries=self.countries, calendar=self.calendar)
        return replace(fitted, lags=(), statics=(), events_only=True)

    @torch.inference_mode()
    def _quantiles(self, specialist: Specialist, windows: Windows, effects: CovariateEffects | None
                   ) -> npt.NDArray[np.float32]:  # fmt: skip
        """[N, H, Q] in units, not yet cut off at zero."""
        parts = []
        for items in windows.slices():
            whole = windows.batch(items, windows.panel.history[items])
            values, added, scale = whole.values, None, None
            if effects is not None:
                scale, added = effects.of(whole)
                values = torch.where(whole.observed, scale.undo(scale.apply(values) - added[:, : whole.context]), 0.0)
            batch = Batch.of_series(values, whole.observed, horizon=windows.horizon, lags=specialist.lags)
            total = torch.stack([self._one(network, batch) for network in specialist.networks]).mean(dim=0)
            if scale is not None and added is not None:
                total = scale.undo(scale.apply(total) + added[:, whole.context :, None])
            parts.append(total.numpy())
        return np.concatenate(parts)

    def _one(self, network: Network, batch: Batch) -> Tensor:
        straight: Tensor = network(batch)
        if not self.flip:
            return straight
        turned: Tensor = network(batch.flipped())
        return (straight - turned.flip(-1)) / 2


def _loss(actual: npt.NDArray[np.float32], known: npt.NDArray[np.bool_], quantiles: npt.NDArray[np.float32]) -> float:
    """Pinball loss [N, H] × [N, H, Q] summed over known cells, each item by the size of its sales."""
    error = actual[..., None] - np.maximum(np.sort(quantiles, axis=2), 0)
    levels = np.asarray(LEVELS, np.float32)
    pinball = np.maximum(levels * error, (levels - 1) * error).mean(axis=2)
    size = (np.abs(actual) * known).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    sold = size > 0
    return float((pinball * known)[sold].sum(axis=1) @ (1 / size[sold]))
