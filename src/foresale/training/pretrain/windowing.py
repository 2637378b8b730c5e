"""Long series are cut into windows with their lags, some of them short on purpose."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from foresale.models.tensors import tensors_of
from foresale.networks.batch import Batch, batch_of_series
from foresale.networks.covariate_encoding import CovariateEncoding
from foresale.training.pretrain.covariate_channels import DIFFERENCES, CovariateChannels, tell
from foresale.training.pretrain.options import CONTEXT, HORIZONS, LAGS, PretrainedUnit, PretrainOptions


@dataclass(frozen=True)
class Task:
    """A batch, what lies hidden in its context, and what followed.

    Attributes:
        batch: what the network is shown.
        context: [B, L] the context as it was.
        hidden: [B, L] bool, where the batch hides what was known.
        actual: [B, H] what followed.
        known: [B, H] bool, where it is known.
    """

    batch: Batch[Tensor]
    context: Tensor
    hidden: Tensor
    actual: Tensor
    known: Tensor


@dataclass(frozen=True)
class WindowBatch:
    """Windows before it is settled what a network is told of them: M periods for the lags, L of context, H to come.

    Attributes:
        unit: of the periods.
        values: [B, M + L + H] sales, 0 where unknown.
        known: [B, M + L + H] bool, where they are known.
        visible: [B, M + L] bool, where they are shown.
        covariates: [B, M + L + H, K] known ahead.
    """

    unit: PretrainedUnit
    values: Tensor
    known: Tensor
    visible: Tensor
    covariates: Tensor

    def covariate_channels(self, encoding: CovariateEncoding) -> CovariateChannels:
        """What a network is told of the covariates."""
        before = self.visible.shape[1]
        values = torch.where(self.visible, self.values[:, :before], 0.0)
        return tell(encoding, values, self.visible, self.covariates, season=DIFFERENCES[self.unit])

    def task(self, told: CovariateChannels) -> Task:
        """The windows as a network sees them; where sales are freed of covariates, those to come are, too."""
        context, before = CONTEXT[self.unit], self.visible.shape[1]
        first, horizon = before - context, self.values.shape[1] - before
        values = torch.where(self.known, told.adjusted(self.values), 0.0)
        seen = torch.where(self.visible, values[:, :before], 0.0)
        batch = tensors_of(batch_of_series(seen.numpy(), self.visible.numpy(), horizon=horizon, lags=LAGS[self.unit]))
        return Task(
            batch=replace(batch, known=told.channels[:, first:]),
            context=values[:, first:before],
            hidden=self.known[:, first:before] & ~self.visible[:, first:],
            actual=values[:, before:],
            known=self.known[:, before:],
        )


def cut(
    series: Tensor, options: PretrainOptions, *, generator: torch.Generator, covariates: Tensor | None = None
) -> Task:
    """What a step learns from: windows of series [N, T], told of their covariates [N, T, K] as the options say."""
    made = windows(series, options, generator=generator, covariates=covariates)
    return made.task(made.covariate_channels(options.encoding))


def windows(
    series: Tensor, options: PretrainOptions, *, generator: torch.Generator, covariates: Tensor | None = None
) -> WindowBatch:
    """Windows of one length and horizon from series [N, T], as many from each as the options say.

    Half of the windows see all of the context; the rest begin later, as items that were launched lately, down to a
    single period. Of the context, a span is hidden in some. Windows that show nothing, or have nothing to learn, are
    left out.
    """
    context, horizon = CONTEXT[options.unit], _horizon(options, generator)
    longest = max(LAGS[options.unit])
    earliest, latest = context + longest, series.shape[1] - horizon
    parts, beside = [], []
    for _ in range(options.cuts):
        position = int(torch.randint(earliest, latest + 1, (1,), generator=generator))
        place = slice(position - context - longest, position + horizon)
        window = series[:, place]
        visible = _visible(len(series), context, longest, generator=generator)
        age = torch.arange(window.shape[1] - horizon, -horizon, -1)
        parts.append(torch.where(age <= visible[:, None], window, torch.nan))
        beside.append(series.new_zeros(*window.shape, 0) if covariates is None else covariates[:, place])
    values = torch.cat(parts)
    known = torch.isfinite(values)
    shown = known[:, : longest + context].clone()
    if options.objectives.spans:
        shown[:, longest:] &= ~_spans(known[:, longest : longest + context], generator=generator)
    useful = shown[:, longest:].any(dim=1) & known[:, longest + context :].any(dim=1)
    filled = torch.where(known, values, 0.0)
    return WindowBatch(options.unit, filled[useful], known[useful], shown[useful], torch.cat(beside)[useful])


def _horizon(options: PretrainOptions, generator: torch.Generator) -> int:
    low, high = HORIZONS[options.unit]
    return int(torch.randint(low, high + 1, (1,), generator=generator))


def _visible(count: int, context: int, longest: int, *, generator: torch.Generator) -> Tensor:
    """[N] how many periods before the position each window may look back."""
    whole = torch.rand(count, generator=generator) < 0.5
    share = torch.rand(count, generator=generator)
    short = torch.exp(share * torch.log(torch.tensor(float(context + longest)))).long()
    return torch.where(whole, context + longest, short.clamp(min=1))


def _spans(known: Tensor, *, generator: torch.Generator) -> Tensor:
    """[B, L] one hidden span in half of the windows, of up to a quarter of the context."""
    count, length = known.shape
    size = (torch.rand(count, generator=generator) * length / 4).long() + 1
    first = (torch.rand(count, generator=generator) * (length - size)).long()
    chosen = torch.rand(count, generator=generator) < 0.5
    place = torch.arange(length)
    inside = (place >= first[:, None]) & (place < (first + size)[:, None])
    return known & inside & chosen[:, None]
