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
from foresale.core.frequency import Frequency, Index, Unit
from foresale.core.panel import Panel
from foresale.forecasting.covariates import CovariateEffects, Freed
from foresale.forecasting.neural import check_future, fall_back
from foresale.forecasting.trials import Trials
from foresale.forecasting.whole_units import HALF, nothing_below
from foresale.models.batch import Batch
from foresale.models.network import Network
from foresale.training.inputs import InputSpec
from foresale.training.pretrain.reading import Reading, fitted, standardised
from foresale.training.windows import Windows

NAME: Final = "pretrained"


@dataclass(frozen=True)
class Specialist:
    """Networks for the periods of one unit.

    Attributes:
        networks: their quantiles are averaged.
        context: periods of history they see.
        lags: how many periods back the lagged sales lie.
        reading: how they are told of covariates.
    """

    networks: tuple[Network, ...] = field(repr=False)
    context: int
    lags: tuple[int, ...]
    reading: Reading = field(default_factory=Reading)

    @property
    def span(self) -> int:
        """Periods of history that are read, lags included."""
        return self.context + max(self.lags)

    def sees(self, windows: Windows, items: Index, positions: Index, effects: CovariateEffects | None
             ) -> tuple[Batch, Freed]:  # fmt: skip
        """What the networks are shown of items [B] at positions [B], and the way back to sales with effects."""
        whole = windows.batch(items, positions)
        freed = Freed.of(whole, effects)
        told = _told(self.reading, whole, freed, effects)
        if self.reading.given_raw:
            freed = Freed(whole.values)
        batch = Batch.of_series(freed.values, whole.observed, horizon=windows.horizon, lags=self.lags)
        return replace(batch, known=told[:, -batch.known.shape[1] :]), freed


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
        specialist = self.specialist(panel.frequency)
        if self.covariates and panel.known:
            check_future(panel, [covariate.name for covariate in panel.known], horizon=horizon)
        windows = Windows(panel, self.spec(panel), context=specialist.span, horizon=horizon)
        effects, note = self.effects(specialist, windows)
        quantiles = self._quantiles(specialist, windows, effects)
        quantiles, fallbacks = fall_back(panel, quantiles, context=specialist.span, horizon=horizon)
        made = Forecast.of(panel, quantiles, model=self.name, fallbacks=fallbacks)
        forecast = nothing_below(HALF, made, panel)
        return replace(forecast, notes=(*forecast.notes, *note, *self._unread(panel, windows)))

    def _unread(self, panel: Panel, windows: Windows) -> Iterator[str]:
        hardly = [c.name for c in panel.known if c.name in windows.spec.unread(panel)]
        if self.covariates and hardly:
            yield f"Known ahead, but not read, since unknown over most of the history: {', '.join(hardly)}."

    def effects(self, specialist: Specialist, windows: Windows) -> tuple[CovariateEffects | None, tuple[str, ...]]:
        """The effects that make forecasts of periods that have passed better, or None, and sentences about them."""
        return Trials(windows, lambda then, effects: self._quantiles(specialist, then, effects)).believed()

    def specialist(self, frequency: Frequency) -> Specialist:
        """The networks for a frequency, with lags of as many of its periods; minutes are left to those of hours."""
        unit: Unit = "hour" if frequency.unit == "minute" else frequency.unit
        if unit not in self.specialists:
            raise ModelError(
                f"no pre-trained network for periods of a {unit}: there are {', '.join(self.specialists)}."
            )
        found = self.specialists[unit]
        parts = 60 if frequency.unit == "minute" else 1
        return replace(found, lags=tuple(max(lag * parts // frequency.count, 1) for lag in found.lags))

    def spec(self, panel: Panel) -> InputSpec:
        """Which covariates and which days of the calendar may have effects."""
        known = {covariate.name: covariate for covariate in panel.known} if self.covariates else {}
        fitted = InputSpec.fit(replace(panel, covariates=known), countries=self.countries, calendar=self.calendar)
        return replace(fitted, lags=(), statics=(), events_only=True)

    @torch.inference_mode()
    def _quantiles(self, specialist: Specialist, windows: Windows, effects: CovariateEffects | None
                   ) -> npt.NDArray[np.float32]:  # fmt: skip
        """[N, H, Q] in units, not yet cut off at zero."""
        quantiles = np.empty((len(windows.panel), windows.horizon, len(LEVELS)), np.float32)
        for items in slices_of_like_history(windows):
            batch, freed = specialist.sees(windows, items, windows.panel.history[items], effects)
            total = torch.stack([self._one(specialist, network, batch) for network in specialist.networks]).mean(dim=0)
            quantiles[items] = freed.restored(total).numpy()
        return quantiles

    def _one(self, specialist: Specialist, network: Network, batch: Batch) -> Tensor:
        straight: Tensor = network(batch)
        if not self.flip:
            return straight
        turned: Tensor = network(specialist.reading.turned(batch))
        return (straight - turned.flip(-1)) / 2


def slices_of_like_history(windows: Windows) -> Iterator[Index]:
    """All items, a few at a time, those of like history together: so, short ones are cheap."""
    order = np.argsort(windows.panel.history, kind="stable")
    return (order[places] for places in windows.slices())


def _told(reading: Reading, whole: Batch, freed: Freed, effects: CovariateEffects | None) -> Tensor:
    """[B, L + H, C] what networks are told of the covariates that are believed to have effects."""
    if effects is None or freed.added is None:
        return whole.known.new_zeros(*whole.known.shape[:2], reading.channels)
    parts = [fitted(standardised(whole.known[..., effects.channels], whole.observed), reading.slots)]
    if reading.regression != "none":
        parts.append(freed.added[..., None])
    return torch.cat(parts, dim=-1)
