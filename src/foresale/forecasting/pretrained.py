"""Forecasts by networks that have never seen the shop: no training, only its history and what is known ahead."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from foresale.core.errors import ConfigError, ModelError
from foresale.core.forecast import Forecast
from foresale.core.frequency import Frequency, Index, Unit
from foresale.core.panel import Panel
from foresale.forecasting.neural import check_future, fall_back
from foresale.models.batch import Batch
from foresale.models.effects import Additive, Moments, effect
from foresale.models.network import Network
from foresale.training.inputs import InputSpec
from foresale.training.windows import Windows

NAME: Final = "pretrained"
_CELLS_AT_ONCE: Final = 600_000
_STRENGTHS: Final = (2.0, 8.0, 32.0, 128.0)
_POOLED_STRENGTH: Final = 8.0
_FEWEST_CONTEXTS: Final = 2
_WORTH: Final = 0.01
"""Share of the unexplained that the covariates must explain on the newest periods to be believed."""


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
        reader = _Covariates.fit(windows, horizon=horizon) if windows.channels["known"] else None
        parts = [self._quantiles(specialist, windows, reader, items) for items in _slices(panel, specialist, horizon)]
        quantiles = np.concatenate(parts)
        fallbacks = fall_back(panel, quantiles, context=specialist.span, horizon=horizon)
        forecast = Forecast.of(panel, quantiles, model=self.name, fallbacks=fallbacks)
        return replace(forecast, notes=(*forecast.notes, *(reader.notes() if reader else ())))

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
    def _quantiles(self, specialist: Specialist, windows: Windows, reader: "_Covariates | None",
                   items: Index) -> npt.NDArray[np.float32]:  # fmt: skip
        whole = windows.batch(items, windows.panel.history[items])
        values, added, scale = whole.values, None, None
        if reader is not None:
            scale, added = reader.effects(whole)
            values = torch.where(whole.observed, scale.undo(scale.apply(values) - added[:, : whole.context]), 0.0)
        batch = Batch.of_series(values, whole.observed, horizon=windows.horizon, lags=specialist.lags)
        total = torch.stack([self._one(network, batch) for network in specialist.networks]).mean(dim=0)
        if scale is not None and added is not None:
            total = scale.undo(scale.apply(total) + added[:, whole.context :, None])
        return total.numpy()

    def _one(self, network: Network, batch: Batch) -> Tensor:
        straight: Tensor = network(batch)
        if not self.flip:
            return straight
        turned: Tensor = network(batch.flipped())
        return (straight - turned.flip(-1)) / 2


def _slices(panel: Panel, specialist: Specialist, horizon: int) -> Iterator[Index]:
    size = max(_CELLS_AT_ONCE // (specialist.span + horizon), 1)
    for first in range(0, len(panel), size):
        yield np.arange(first, min(first + size, len(panel)))


@dataclass(frozen=True)
class _Covariates:
    """What the covariates of a panel do: the panel's coefficients, and how much an item's own history counts."""

    prior: Tensor
    strength: float
    season: int
    gain: float

    @classmethod
    @torch.inference_mode()
    def fit(cls, windows: Windows, *, horizon: int) -> "_Covariates | None":
        """Coefficients of the panel from the history before its newest periods, believed as far as they help there.

        The newest horizon of the history is held out; the strength that explains it best is chosen, and None is given
        where no strength explains enough of it.
        """
        panel = windows.panel
        season = panel.frequency.season if panel.frequency.unit != "week" else 1
        held = min(max(horizon, 2 * season), int(panel.history.max()) // (_FEWEST_CONTEXTS + 1))
        if held < 1 or windows.context <= season + held:
            return None
        early: list[Moments] = []
        late: list[Moments] = []
        size = max(_CELLS_AT_ONCE // windows.context, 1)
        for first in range(0, len(panel), size):
            items = np.arange(first, min(first + size, len(panel)))
            whole = windows.batch(items, panel.history[items])
            additive = Additive.of(whole.values, whole.observed).apply(whole.values)
            known = whole.known[:, : whole.context]
            early.append(_moments(additive, whole.observed, known, slice(None, whole.context - held), season))
            late.append(_moments(additive, whole.observed, known, slice(whole.context - held - season, None), season))
        before, after = _joined(early), _joined(late)
        prior = before.pooled().coefficients(strength=_POOLED_STRENGTH)
        nothing = float(after.squares.sum())
        errors = {s: float(after.error(before.coefficients(strength=s, prior=prior)).sum()) for s in _STRENGTHS}
        best = min(errors, key=lambda strength: errors[strength])
        gain = 1 - errors[best] / max(nothing, 1e-9)
        if not gain > _WORTH:
            return None
        whole_history = Moments(before.gram + after.gram, before.cross + after.cross, before.squares + after.squares)
        return cls(whole_history.pooled().coefficients(strength=_POOLED_STRENGTH), best, season, gain)

    def effects(self, whole: Batch) -> tuple[Additive, Tensor]:
        """The additive scale, and what the covariates add on it [B, L + H]."""
        scale = Additive.of(whole.values, whole.observed)
        known = whole.known[:, : whole.context]
        moments = Moments.of(scale.apply(whole.values), whole.observed, known, season=self.season)
        coefficients = moments.coefficients(strength=self.strength, prior=self.prior)
        return scale, effect(whole.known, coefficients, context=whole.context)

    def notes(self) -> Sequence[str]:
        """How much the covariates explained."""
        return (
            f"Covariates and the calendar explain {self.gain:.0%} of the newest changes; they are taken into account.",
        )


def _moments(additive: Tensor, observed: Tensor, known: Tensor, part: slice, season: int) -> Moments:
    return Moments.of(additive[:, part], observed[:, part], known[:, part], season=season)


def _joined(parts: Sequence[Moments]) -> Moments:
    return Moments(*(torch.cat([getattr(part, name) for part in parts]) for name in ("gram", "cross", "squares")))
