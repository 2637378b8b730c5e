"""Trained networks become a forecaster."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError, DataError, Fault, ModelError
from foresale.core.extras import needs_torch
from foresale.core.forecast import Forecast
from foresale.core.frequency import Index
from foresale.core.option_types import check_types
from foresale.core.panel import Panel
from foresale.features.inputs import InputSpec
from foresale.features.windows import Windows
from foresale.forecasting import naive
from foresale.networks.config import BackboneName
from foresale.networks.network import Network, mean_of_networks
from foresale.training.options import TrainOptions
from foresale.training.progress import Watcher

_MANY_TIMES_THE_LARGEST = 20.0
"""A median of so many times the largest sale is a network gone wrong, no peak."""


@dataclass(frozen=True)
class NeuralForecaster:
    """Networks trained on one kind of panel; their quantiles are averaged level by level.

    Attributes:
        name: how tables and pictures call it.
        networks: one or more networks of the same inputs.
        spec: how a panel becomes their inputs.
        context: periods of history they see.
        horizon: the horizon they were trained for.
        losses: (member, step, training loss, validation loss) at every validation of the training.
    """

    name: str
    networks: tuple[Network, ...] = field(repr=False)
    spec: InputSpec = field(repr=False)
    context: int
    horizon: int
    losses: tuple[tuple[int, int, float, float], ...] = field(default=(), repr=False)

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        """Quantiles of the `horizon` periods after each item's cutoff.

        An item without any known sales in the context, or whose forecast is no number, is forecast by seasonal naive.

        Raises:
            ConfigError: a horizon shorter than one period.
            ModelError: the panel has another frequency than the one trained on.
            DataError: a covariate is lacking, or a known one has no values over the horizon.
        """
        self._check(panel, horizon)
        windows = Windows(panel, self.spec, context=self.context, horizon=horizon)
        quantiles = np.concatenate([self._quantiles(windows, items) for items in windows.slices()])
        quantiles, fallbacks = fall_back(panel, quantiles, context=self.context, horizon=horizon)
        forecast = Forecast.of(panel, quantiles, model=self.name, fallbacks=fallbacks)
        return replace(forecast, notes=(*forecast.notes, *self._notes(panel, horizon)))

    def training_summary(self) -> tuple[str, ...]:
        """What was learnt, in sentences for a person."""
        best = [
            min(value for member, _, _, value in self.losses if member == number)
            for number in sorted({entry[0] for entry in self.losses})
        ]
        return tuple(f"Network {number + 1}: validation loss {loss:.4f}." for number, loss in enumerate(best))

    def to_frame(self) -> pl.DataFrame:
        """How the training went: member, step, and the mean pinball loss on scaled sales, training and validation."""
        return pl.DataFrame(
            list(self.losses),
            schema={"member": pl.Int64, "step": pl.Int64, "training": pl.Float64, "validation": pl.Float64},
            orient="row",
        )

    def _check(self, panel: Panel, horizon: int) -> None:
        if horizon < 1:
            raise ConfigError(f"a forecast has at least one step, not {horizon}")
        if panel.frequency != self.spec.frequency:
            trained, given = self.spec.frequency.name, panel.frequency.name
            raise ModelError(f"the model was trained on {trained} sales, these are {given}. Train one on them.")
        known = [covariate.name for covariate in self.spec.covariates if covariate.role == "known"]
        if known:
            check_future(panel, known, horizon=horizon)

    def _quantiles(self, windows: Windows, items: Index) -> npt.NDArray[np.float32]:
        batch = windows.batch(items, windows.panel.history[items])
        told = [network(batch) for network in self.networks]
        return mean_of_networks(told)

    def _notes(self, panel: Panel, horizon: int) -> Iterator[str]:
        lacking = self.spec.lacking(panel)
        if lacking:
            yield f"The model was trained with {', '.join(lacking)} of the items, which the data lack."
        unread = self.spec.unread(panel)
        if unread:
            yield f"Not read by the model, since hardly known when it was trained, or left out: {', '.join(unread)}."
        if horizon > self.horizon:
            yield f"The model was trained for {self.horizon} periods ahead; the later ones of {horizon} are less sure."


@dataclass(frozen=True)
class NetworkLearner:
    """Trains a network of one's own on the history of a panel.

    Attributes:
        backbone: "lstm" or "transformer".
        options: settings of the training.
        countries: whose public holidays and festivals count.
        watch: told about every step.
        checkpoints: a folder from which a training that was cut short goes on.
    """

    backbone: BackboneName
    options: TrainOptions = field(default_factory=TrainOptions)
    countries: tuple[str, ...] = ()
    watch: Watcher | None = field(default=None, compare=False, repr=False)
    checkpoints: Path | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        check_types(self)

    @property
    def name(self) -> str:
        """How tables and pictures call it."""
        return self.backbone

    def fit(self, panel: Panel, *, horizon: int) -> NeuralForecaster:
        """A network that has seen the history of a panel and nothing later.

        Raises:
            TooShortError: no item is long enough to learn from.
            ConfigError: an unknown country.
            MissingExtraError: torch is not installed.
        """
        needs_torch("training a network")
        from foresale.training.train import train_networks

        trained = train_networks(
            panel,
            backbone=self.backbone,
            horizon=horizon,
            countries=self.countries,
            options=self.options,
            watch=self.watch,
            checkpoints=self.checkpoints,
        )
        return NeuralForecaster(
            self.name, trained.networks, trained.windows.spec, trained.windows.context, horizon, trained.losses
        )


def check_future(panel: Panel, known: Sequence[str], *, horizon: int) -> None:
    """See that covariates known ahead are known over the horizon.

    Raises:
        DataError: some items have fewer future periods.
    """
    short = np.flatnonzero(panel.future < horizon)
    if short.size:
        first = int(short[0])
        place = f"item {panel.items[ITEM][first]}: {int(panel.future[first])} of {horizon} periods"
        cure = f"Give {', '.join(known)} for every item and step in the future file, or pass missing_future='carry'."
        raise DataError([Fault("items whose known covariates end too early", short.size, place, cure)])


def fall_back(
    panel: Panel, quantiles: npt.NDArray[np.float32], *, context: int, horizon: int
) -> tuple[npt.NDArray[np.float32], dict[str, str]]:
    """The quantiles with seasonal naive's in the place of those that are not to be used, and their items by name."""
    reasons = _reasons(panel, quantiles, context=context)
    if not reasons:
        return quantiles, {}
    instead, named = naive.fall_back(panel, reasons, horizon=horizon)
    whole = quantiles.copy()
    whole[list(reasons)] = instead
    return whole, named


def _reasons(panel: Panel, quantiles: npt.NDArray[np.float32], *, context: int) -> dict[int, str]:
    """By item position, why a network's forecast is not to be used."""
    known = np.isfinite(panel.sales) & panel.is_history
    seen = panel.item_counts(known & panel.since(panel.history - context))
    largest = np.maximum.reduceat(np.where(known, np.abs(panel.sales), 0), panel.offsets[:-1])
    broken = ~np.isfinite(quantiles).all(axis=(1, 2))
    median = quantiles[:, :, quantiles.shape[2] // 2]
    wild = ~broken & (median.max(axis=1) > _MANY_TIMES_THE_LARGEST * np.maximum(largest, 1))
    reasons = {int(item): f"no sales known in its last {context} periods" for item in np.flatnonzero(seen == 0)}
    reasons |= {int(item): "the network's forecast was no number" for item in np.flatnonzero(broken)}
    reasons |= {int(item): "the network's forecast was far beyond all it ever sold" for item in np.flatnonzero(wild)}
    return dict(sorted(reasons.items()))
