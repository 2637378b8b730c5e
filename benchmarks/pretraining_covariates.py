"""Simulated windows that no network was trained on, with and without covariates, and who is told what of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import torch

from foresale.models.network import NetworkModule
from foresale.networks.covariate_encoding import CovariateEncoding
from foresale.networks.network import Network
from foresale.networks.scaling import InstanceScale
from foresale.training.pretrain.covariate_channels import CovariateChannels
from foresale.training.pretrain.options import PretrainOptions
from foresale.training.pretrain.series_stream import SeriesStream
from foresale.training.pretrain.windowing import WindowBatch, windows

_BATCHES = 6
_SEED = 777_000_777
_FAR = 6.0


@dataclass(frozen=True)
class CovariateVariant:
    """A network, and what it is told when it forecasts.

    Attributes:
        name: of the network.
        row: of the table.
        options: how it is trained.
        told: whether it is told of covariates when it forecasts; a network without channels by the closed form.
    """

    name: str
    row: str
    options: PretrainOptions
    told: bool


@dataclass(frozen=True)
class CutWindows:
    """Windows of simulated series that are no windows of training."""

    cuts: Sequence[WindowBatch]

    @classmethod
    def of(cls, options: PretrainOptions) -> "CutWindows":
        """The same ones for all variants of the options."""
        return cls(tuple(_held(options)))


def _held(options: PretrainOptions) -> Iterator[WindowBatch]:
    source = SeriesStream(options)
    for number in range(_BATCHES):
        generator = torch.Generator().manual_seed(_SEED + number)
        series, covariates = source.series(generator)
        yield windows(series, options, generator=generator, covariates=covariates)


def covariate_variants(base: PretrainOptions) -> list[CovariateVariant]:
    """Covariate simulation on and off, and the ways to tell of them."""
    networks = [
        ("not simulated", replace(base, covariates=0), "closed form"),
        ("simulated, not shown", base, "closed form"),
        ("simulated, slots", replace(base, encoding=CovariateEncoding(base.covariates)), "told"),
        ("simulated, regression shown", replace(base, encoding=CovariateEncoding(regression="shown")), "told"),
        ("simulated, regression removed", replace(base, encoding=CovariateEncoding(regression="removed")), "told"),
    ]
    return [
        CovariateVariant(name, f"{name}; {how if told else 'told nothing'}", options, told)
        for name, options, how in networks
        for told in (False, True)
    ]


@torch.inference_mode()
def held_out(network: Network, held: CutWindows, variant: CovariateVariant) -> tuple[float, float]:
    """Mean pinball loss on the scaled sales: of windows in whose horizon a covariate is known, and of the others."""
    module, loss, cells = NetworkModule.of(network), torch.zeros(2), torch.zeros(2)
    for cut in held.cuts:
        told = _told(cut, variant)
        task = cut.task(told)
        quantiles = _with_effects(told, module(task.batch))
        before = cut.visible.shape[1]
        first = before - task.batch.context
        seen = cut.visible[:, first:]
        scale = InstanceScale.of(cut.values[:, first:before] * seen, seen)
        error = scale.apply(cut.values[:, before:]).clamp(-_FAR, _FAR)[..., None] - scale.apply(quantiles)
        levels = module.head.levels
        pinball = torch.maximum(levels * error, (levels - 1) * error).mean(dim=-1) * task.known
        moved = cut.covariates[:, before:].any(dim=1).any(dim=1)
        for place, rows in enumerate((moved, ~moved)):
            loss[place] += pinball[rows].sum()
            cells[place] += task.known[rows].sum()
    with_them, without = (loss / cells).tolist()
    return with_them, without


def _with_effects(told: CovariateChannels, quantiles: torch.Tensor) -> torch.Tensor:
    """Quantiles [B, H, Q] of sales freed of what covariates add, with that added again."""
    if told.added is None:
        return quantiles
    added = told.added[:, -quantiles.shape[1] :]
    levels = [told.scale.undo(told.scale.apply(level) + added) for level in quantiles.unbind(dim=-1)]
    return torch.stack(levels, dim=-1)


def _told(cut: WindowBatch, variant: CovariateVariant) -> CovariateChannels:
    encoding = variant.options.encoding
    if not encoding.channels and variant.told:
        closed = cut.covariate_channels(CovariateEncoding(regression="removed"))
        return replace(closed, channels=closed.channels[..., :0])
    told = cut.covariate_channels(encoding)
    return told if variant.told else replace(told, channels=torch.zeros_like(told.channels), added=None)
