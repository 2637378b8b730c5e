"""Forecasts by networks that have never seen the shop: no training, only its history and what is known ahead."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import TINY, Numbers, Values
from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError, ModelError
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.frequency import Frequency, Index, Unit
from foresale.core.panel import Panel
from foresale.core.quantiles import pinball
from foresale.features.inputs import InputSpec
from foresale.features.windows import Windows
from foresale.forecasting.names import PRETRAINED
from foresale.forecasting.neural import fall_back
from foresale.forecasting.whole_units import HALF, nothing_below
from foresale.networks.adapters import both_signs
from foresale.networks.arrays import Arrays
from foresale.networks.batch import Batch, batch_of_series
from foresale.networks.covariate_encoding import CovariateEncoding
from foresale.networks.network import Network, mean_of_networks

_SAMPLE: Final = 256
"""Items on whose past windows the length of the context is chosen."""
_PAST_WINDOWS: Final = 8
_SHARPNESS: Final = 50.0
"""A length whose loss is a fiftieth larger than the least has a weight of 1/e of its."""
_LEAST_WEIGHT: Final = 0.05
_DIGITS: Final = 6
"""Of weights: the order in which losses are summed must not show in a forecast."""


@dataclass(frozen=True)
class Specialist:
    """Networks for the periods of one unit.

    Attributes:
        networks: their quantiles are averaged.
        context: periods of history they see.
        lags: how many periods back the lagged sales lie.
        encoding: how they are told of covariates.
        shorter: lengths of context that are tried beside the whole one.
        validation_horizon: periods of the past windows that they are compared on; None where there is none to try.
    """

    networks: tuple[Network, ...] = field(repr=False)
    context: int
    lags: tuple[int, ...]
    encoding: CovariateEncoding = field(default_factory=CovariateEncoding)
    shorter: tuple[int, ...] = ()
    validation_horizon: int | None = None

    @property
    def span(self) -> int:
        """Periods of history that are read, lags included."""
        return self.context + max(self.lags)

    def batch(self, windows: Windows, items: Index, positions: Index) -> Batch[Arrays]:
        """What the networks are shown of items [B] at positions [B]: their sales, and nothing of covariates."""
        whole = windows.batch(items, positions)
        batch = batch_of_series(whole.values, whole.observed, horizon=windows.horizon, lags=self.lags)
        return replace(batch, known=np.zeros((*batch.known.shape[:2], self.encoding.channels), np.float32))


@dataclass(frozen=True)
class PretrainedForecaster:
    """Pre-trained networks, one set for each unit of periods.

    They read sales alone: what events do to them is told by the layer of effects around a model
    (`forecasting.effects`). Each network forecasts the sales and the sales with their sign turned; both are averaged.
    How much of its history a shop is best forecast from is told by its newest windows (`_contexts`): where the trade
    has changed, what lies far back misleads.

    Attributes:
        specialists: by unit.
        flip: whether the turned sales are forecast too.
    """

    specialists: Mapping[Unit, Specialist]
    flip: bool = True

    @property
    def name(self) -> str:
        """How tables and pictures call it."""
        return PRETRAINED

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        """Quantiles of the `horizon` periods after each item's cutoff; an item needs no more than one known value.

        Raises:
            ConfigError: a horizon shorter than one period.
            ModelError: no network for periods of this unit.
        """
        if horizon < 1:
            raise ConfigError(f"a forecast has at least one step, not {horizon}")
        specialist = self.specialist(panel.frequency)
        windows = windows_of_sales(panel, context=specialist.span, horizon=horizon)
        quantiles = self._quantiles(specialist, windows)
        quantiles, fallbacks = fall_back(panel, quantiles, context=specialist.span, horizon=horizon)
        return nothing_below(HALF, Forecast.of(panel, quantiles, model=self.name, fallbacks=fallbacks), panel)

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

    def _quantiles(self, specialist: Specialist, windows: Windows) -> Values:
        """[N, H, Q] in units, not yet cut off at zero."""
        quantiles = np.zeros((len(windows.panel), windows.horizon, len(LEVELS)), np.float32)
        contexts = self._contexts(specialist, windows.panel)
        for items in slices_of_like_history(windows):
            batch = specialist.batch(windows, items, windows.panel.history[items])
            for context, weight in contexts:
                quantiles[items] += weight * self._asked(specialist, batch.newest(context))
        return quantiles

    def _contexts(self, specialist: Specialist, panel: Panel) -> list[tuple[int, float]]:
        """How many of the newest periods are seen, and the weight of that: by the loss over the newest past windows.

        A weight falls off with the mean loss, as of forecasters that are weighed by their past (Vovk 1990). Only
        lengths that some item has the history for are tried, on a sample of the items.
        """
        horizon = specialist.validation_horizon
        if horizon is None:
            return [(specialist.context, 1.0)]
        scale = panel.seasonal_scale()
        usable = np.flatnonzero(np.isfinite(scale) & (scale > 0) & (panel.history > 2 * horizon))
        longest = int(panel.history[usable].max(initial=0)) - horizon
        tried = [length for length in specialist.shorter if length < min(longest, specialist.context)]
        if not tried:
            return [(specialist.context, 1.0)]
        named = usable[panel.items[ITEM][usable].cast(pl.String).arg_sort().to_numpy()]
        contexts = (specialist.context, *tried)
        windows = windows_of_sales(panel, context=specialist.span, horizon=horizon)
        losses = self._past_losses(specialist, windows, named[:: -(-named.size // _SAMPLE)], scale, contexts)
        weights = np.exp(-_SHARPNESS * (losses / np.maximum(losses.min(), TINY) - 1))
        weights = np.where(weights < _LEAST_WEIGHT * weights.max(), 0.0, weights)
        found = zip(contexts, (weights / weights.sum()).round(_DIGITS).tolist(), strict=True)
        return [(context, weight) for context, weight in found if weight > 0]

    def _past_losses(
        self, specialist: Specialist, windows: Windows, items: Index, scale: Numbers, contexts: tuple[int, ...]
    ) -> Numbers:
        """[C] by length of context, the mean scaled quantile loss of some items over their newest past windows."""
        history, horizon = windows.panel.history[items], windows.horizon
        losses: list[list[Numbers]] = [[] for _ in contexts]
        for back in range(1, _PAST_WINDOWS + 1):
            some = history - back * horizon >= max(horizon, back)
            if not some.any():
                break
            asked, at = items[some], history[some] - back * horizon
            batch = specialist.batch(windows, asked, at)
            actual, known = windows.actual(asked, at)
            for context, own in zip(contexts, losses, strict=True):
                error = actual[..., None] - self._asked(specialist, batch.newest(context))
                own.append((pinball(error, np.array(LEVELS)).mean(axis=2) / scale[asked][:, None])[known])
        together = [np.concatenate(own) for own in losses]
        return np.array([float(own.mean()) if own.size else 1.0 for own in together])

    def _asked(self, specialist: Specialist, batch: Batch[Arrays]) -> Values:
        """[B, H, Q] the mean of the networks' quantiles."""
        told = [self._one(specialist, network, batch) for network in specialist.networks]
        return mean_of_networks(told)

    def _one(self, specialist: Specialist, network: Network, batch: Batch[Arrays]) -> Values:
        if not self.flip:
            return network(batch)
        straight, turned = np.split(network(batch.joined(specialist.encoding.turned(batch))), 2)
        both: Values = both_signs(straight, turned)
        return both


def windows_of_sales(panel: Panel, *, context: int, horizon: int) -> Windows:
    """Windows of the sales of a panel, without any covariate or calendar."""
    plain = replace(panel, covariates={}, available=None)
    spec = replace(InputSpec.fit(plain, covariates=False, calendar=False), lags=())
    return Windows(plain, spec, context=context, horizon=horizon)


def slices_of_like_history(windows: Windows) -> Iterator[Index]:
    """All items, a few at a time, those of like history together: so, short ones are cheap."""
    order = np.argsort(windows.panel.history, kind="stable")
    return (order[places] for places in windows.slices())
