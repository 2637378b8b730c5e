"""Networks inside forecasters, laid open: what they are fed, and what they make of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from foresale.core.frequency import Index
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.features.inputs import InputSpec
from foresale.features.windows import Windows
from foresale.forecasting.effects.forecaster import EffectsForecaster
from foresale.forecasting.ensemble.forecaster import EnsembleForecaster
from foresale.forecasting.finetuned import FinetunedForecaster
from foresale.forecasting.neural import NeuralForecaster
from foresale.forecasting.opening import open_only
from foresale.forecasting.postprocessing import PostprocessedForecaster
from foresale.forecasting.pretrained import PretrainedForecaster, windows_of_sales
from foresale.networks.adapters import Adapted, AdapterInput, Beside
from foresale.networks.arrays import Arrays
from foresale.networks.batch import Batch
from foresale.networks.covariate_encoding import CovariateEncoding
from foresale.networks.network import Network


@dataclass(frozen=True)
class Probe:
    """One kind of network and the windows it is fed.

    Attributes:
        model: the name of the forecaster.
        networks: whose quantiles are averaged.
        adapter_input: the windows of the items, in their order.
        encoding: how the networks are told of covariates.
        flip: whether the forecasts of both signs of the sales are averaged.
        known: by channel known ahead, what it tells of.
        past: the same of the channels of the past.
    """

    model: str
    networks: tuple[Adapted, ...] = field(repr=False)
    adapter_input: AdapterInput[Arrays] = field(repr=False)
    encoding: CovariateEncoding
    flip: bool
    known: tuple[str, ...]
    past: tuple[str, ...] = ()


def inner(forecaster: Forecaster, panel: Panel, *, horizon: int) -> Iterator[tuple[Forecaster, Panel]]:
    """The forecasters that one is made of, each with the panel as it is given it; those that count most come first.

    A forecaster that completes or corrects another holds it as `forecaster`. Closed periods are unknown to what is
    completed, and what stands within the layer of effects sees sales without them.
    """
    if isinstance(forecaster, PostprocessedForecaster):
        panel = open_only(panel, forecaster.opening(panel, horizon=horizon))
    elif isinstance(forecaster, EffectsForecaster):
        panel = forecaster.effects(panel, horizon=horizon).removed(panel)
    wrapped: Forecaster | None = getattr(forecaster, "forecaster", None)
    if wrapped is not None:
        yield from inner(wrapped, panel, horizon=horizon)
    elif isinstance(forecaster, EnsembleForecaster):
        weights = forecaster.weights.mean(axis=(0, 1))
        for place in np.argsort(-weights, kind="stable"):
            if weights[place] > 0:
                yield from inner(forecaster.members[int(place)], panel, horizon=horizon)
    else:
        yield forecaster, panel


def probe(panel: Panel, forecaster: Forecaster, items: Index, *, horizon: int) -> Probe | None:
    """What the networks of a forecaster see of some items; None where it has none."""
    if isinstance(forecaster, NeuralForecaster):
        return _of_own(panel, forecaster, items, horizon)
    if isinstance(forecaster, PretrainedForecaster):
        return _of_pretrained(panel, forecaster, items, horizon)
    if isinstance(forecaster, FinetunedForecaster):
        return _of_finetuned(panel, forecaster, items, horizon)
    return None


def _of_own(panel: Panel, forecaster: NeuralForecaster, items: Index, horizon: int) -> Probe:
    windows = Windows(panel, forecaster.spec, context=forecaster.context, horizon=horizon)
    batch = windows.batch(items, panel.history[items])
    return Probe(
        forecaster.name,
        _alone(forecaster.networks),
        _nothing_beside(batch, CovariateEncoding()),
        CovariateEncoding(),
        False,
        _names(forecaster.spec, "known", batch.known.shape[-1]),
        _names(forecaster.spec, "past", batch.past.shape[-1]),
    )


def _of_pretrained(panel: Panel, forecaster: PretrainedForecaster, items: Index, horizon: int) -> Probe:
    specialist = forecaster.specialist(panel.frequency)
    windows = windows_of_sales(panel, context=specialist.span, horizon=horizon)
    shown = _nothing_beside(specialist.batch(windows, items, panel.history[items]), specialist.encoding)
    return Probe(
        forecaster.name, _alone(specialist.networks), shown, specialist.encoding, forecaster.flip, _covariates(shown)
    )


def _of_finetuned(panel: Panel, forecaster: FinetunedForecaster, items: Index, horizon: int) -> Probe:
    shown = forecaster.view.over(panel, horizon=horizon).adapter_input(items, panel.history[items])
    encoding = forecaster.view.specialist.encoding
    return Probe(forecaster.name, forecaster.networks, shown, encoding, forecaster.flip, _covariates(shown))


def _alone(networks: Sequence[Network]) -> tuple[Adapted, ...]:
    return tuple(Adapted(network, None) for network in networks)


def _nothing_beside(batch: Batch[Arrays], encoding: CovariateEncoding) -> AdapterInput[Arrays]:
    return AdapterInput(batch, encoding.turned(batch), Beside(batch.known[..., :0], batch.codes, batch.numbers))


def _covariates(shown: AdapterInput[Arrays]) -> tuple[str, ...]:
    channels: int = shown.batch.known.shape[-1]
    return ("covariates",) * channels


def _names(spec: InputSpec, role: str, width: int) -> tuple[str, ...]:
    """What each channel of a role tells of; those that are no covariate's are the calendar's."""
    names = [
        covariate.name for covariate in spec.covariates if covariate.role == role for _ in range(covariate.channels)
    ]
    return (*names, *["calendar"] * (width - len(names)))
