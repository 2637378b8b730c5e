"""Networks inside forecasters, laid open: what they are fed, and what they make of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from foresale.core.frequency import Index
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.forecasting.effects.forecaster import EffectsForecaster
from foresale.forecasting.ensemble.forecaster import EnsembleForecaster
from foresale.forecasting.finetuned import FinetunedForecaster
from foresale.forecasting.neural import NeuralForecaster
from foresale.forecasting.opening import open_only
from foresale.forecasting.postprocessing import PostprocessedForecaster
from foresale.forecasting.pretrained import PretrainedForecaster, windows_of_sales
from foresale.models.adapters import Shown
from foresale.models.batch import Batch
from foresale.training.inputs import InputSpec
from foresale.training.windows import Windows


@dataclass(frozen=True)
class Probe:
    """One kind of network and the windows it is fed.

    Attributes:
        model: the name of the forecaster.
        batch: the windows of the items, in their order.
        median: a batch → the median [B, H] in units.
        known: by channel known ahead, what it tells of.
        past: the same of the channels of the past.
    """

    model: str
    batch: Batch = field(repr=False)
    median: Callable[[Batch], Tensor] = field(repr=False)
    known: tuple[str, ...]
    past: tuple[str, ...]


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
    networks = [network.eval() for network in forecaster.networks]

    def median(shown: Batch) -> Tensor:
        return _middle(torch.stack([network(shown) for network in networks]).mean(dim=0))

    return Probe(forecaster.name, batch, median, _names(forecaster.spec, "known", batch.known.shape[-1]),
                 _names(forecaster.spec, "past", batch.past.shape[-1]))  # fmt: skip


def _of_pretrained(panel: Panel, forecaster: PretrainedForecaster, items: Index, horizon: int) -> Probe:
    specialist = forecaster.specialist(panel.frequency)
    windows = windows_of_sales(panel, context=specialist.span, horizon=horizon)
    batch = specialist.sees(windows, items, panel.history[items])
    networks = [network.eval() for network in specialist.networks]

    def median(shown: Batch) -> Tensor:
        turned = specialist.reading.turned(shown)
        both = [(network(shown) - network(turned).flip(-1)) / 2 if forecaster.flip else network(shown)
                for network in networks]  # fmt: skip
        return _middle(torch.stack(both).mean(dim=0))

    return Probe(forecaster.name, batch, median, ("covariates",) * batch.known.shape[-1], ())


def _of_finetuned(panel: Panel, forecaster: FinetunedForecaster, items: Index, horizon: int) -> Probe:
    sight = forecaster.view.over(panel, horizon=horizon)
    shown = sight.shown(items, panel.history[items])
    reading = forecaster.view.specialist.reading
    networks = [network.eval() for network in forecaster.networks]

    def median(batch: Batch) -> Tensor:
        times = len(batch.values) // len(shown.batch.values)
        beside = replace(shown.beside, **{name: _repeated(getattr(shown.beside, name), times)
                                          for name in ("known", "codes", "numbers")})  # fmt: skip
        seen = Shown(batch, reading.turned(batch), beside)
        both = torch.stack([network.quantiles(seen, flip=forecaster.flip) for network in networks]).mean(dim=0)
        return _middle(both)

    return Probe(forecaster.name, shown.batch, median, ("covariates",) * shown.batch.known.shape[-1], ())


def _repeated(values: Tensor, times: int) -> Tensor:
    return values.repeat(times, *([1] * (values.ndim - 1)))


def _middle(quantiles: Tensor) -> Tensor:
    return quantiles[..., quantiles.shape[-1] // 2]


def _names(spec: InputSpec, role: str, width: int) -> tuple[str, ...]:
    """What each channel of a role tells of; those that are no covariate's are the calendar's."""
    names = [covariate.name for covariate in spec.covariates if covariate.role == role
             for _ in range(covariate.channels)]  # fmt: skip
    return (*names, *["calendar"] * (width - len(names)))
