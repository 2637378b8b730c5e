"""What networks looked at, by integrated gradients (Sundararajan, Taly and Yan 2017), with captum."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import torch
from captum.attr import IntegratedGradients
from torch import Tensor

from foresale.core.arrays import Numbers
from foresale.models.adapters import AdaptedModule
from foresale.models.tensors import tensor
from foresale.networks.adapters import Adapted, AdapterInput, Beside
from foresale.networks.arrays import Arrays
from foresale.networks.batch import Batch
from foresale.networks.covariate_encoding import CovariateEncoding

_AT_ONCE: Final = 256
"""Windows of which gradients are kept at a time."""


def integrated_gradients(
    networks: Sequence[Adapted], shown: AdapterInput[Arrays], *, encoding: CovariateEncoding, flip: bool, steps: int
) -> tuple[dict[str, Numbers], Numbers]:
    """What each input of B windows adds to the mean of the median over the horizon, and that of plain windows [B].

    In plain windows every day sold the average. What all inputs add comes to the difference between both forecasts.

    Args:
        networks: whose quantiles are averaged.
        shown: the windows.
        encoding: how the networks are told of covariates.
        flip: whether the forecasts of both signs of the sales are averaged.
        steps: of the integral.
    """
    batch = shown.batch.mapped(tensor)
    modules = tuple(AdaptedModule.of(network) for network in networks)
    asked = _Asked(modules, batch, shown.beside.mapped(tensor), encoding, flip)
    names = [name for name in ("values", "lags", "known", "past") if getattr(batch, name).numel()]
    given = tuple(getattr(batch, name) for name in names)
    plain = tuple(_average(batch, name) for name in names)
    told = IntegratedGradients(asked).attribute(
        given, plain, additional_forward_args=(names,), n_steps=steps, internal_batch_size=max(_AT_ONCE, len(batch))
    )
    with torch.inference_mode():
        start = _numbers(asked(*plain, names))
    return {name: _numbers(part) for name, part in zip(names, told, strict=True)}, start


@dataclass(frozen=True)
class _Asked:
    """The mean over the horizon [B] of the median that networks make of inputs, which may stand many times over."""

    networks: tuple[AdaptedModule, ...]
    batch: Batch[Tensor]
    beside: Beside[Tensor]
    encoding: CovariateEncoding
    flip: bool

    def __call__(self, *arguments: Any) -> Tensor:
        *given, names = arguments
        times = len(given[0]) // len(self.batch)

        def repeated(value: Tensor) -> Tensor:
            return value.repeat(times, *([1] * (value.ndim - 1)))

        batch = replace(self.batch.mapped(repeated), **dict(zip(names, given, strict=True)))
        shown = AdapterInput(batch, self.encoding.turned(batch), self.beside.mapped(repeated))
        quantiles = torch.stack([network.quantiles(shown, flip=self.flip) for network in self.networks]).mean(dim=0)
        return quantiles[..., quantiles.shape[-1] // 2].mean(dim=1)


def _average(batch: Batch[Tensor], name: str) -> Tensor:
    """An input in which nothing stands out: the mean of the window's known sales, of a channel that of the past."""
    seen = batch.observed.to(batch.values.dtype)
    mean = (batch.values * seen).sum(dim=1) / seen.sum(dim=1).clamp(min=1)
    if name == "values":
        return torch.where(batch.observed, mean[:, None], batch.values)
    if name == "lags":
        return torch.where(batch.lags_observed, mean[:, None, None], batch.lags)
    channels: Tensor = getattr(batch, name)
    return channels[:, : batch.context].mean(dim=1, keepdim=True).expand_as(channels).clone()


def _numbers(part: Tensor) -> Numbers:
    numbers: Numbers = part.detach().double().numpy()
    return numbers
