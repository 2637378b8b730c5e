"""Long series are cut into windows with their lags, some of them short on purpose."""

from dataclasses import dataclass

import torch
from torch import Tensor

from foresale.models.batch import Batch
from foresale.training.pretrain.options import CONTEXT, HORIZONS, LAGS, PretrainOptions


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

    batch: Batch
    context: Tensor
    hidden: Tensor
    actual: Tensor
    known: Tensor


def cut(series: Tensor, options: PretrainOptions, *, generator: torch.Generator) -> Task:
    """Windows of one length and horizon from series [N, T], as many from each as the options say.

    Half of the windows see all of the context; the rest begin later, as items that were launched lately, down to a
    single period. Of the context, a span is hidden in some.
    """
    context, horizon = CONTEXT[options.unit], _horizon(options, generator)
    lags, longest = LAGS[options.unit], max(LAGS[options.unit])
    earliest, latest = context + longest, series.shape[1] - horizon
    parts = []
    for _ in range(options.cuts):
        position = int(torch.randint(earliest, latest + 1, (1,), generator=generator))
        window = series[:, position - context - longest : position + horizon]
        visible = _visible(len(series), context, longest, generator=generator)
        age = torch.arange(window.shape[1] - horizon, -horizon, -1)
        window = torch.where(age <= visible[:, None], window, torch.nan)
        parts.append(window)
    windows = torch.cat(parts)
    known = torch.isfinite(windows)
    filled = torch.where(known, windows, 0.0)
    inside = slice(longest, longest + context)
    hidden = (
        _spans(known[:, inside], generator=generator)
        if options.objectives.spans
        else torch.zeros_like(known[:, inside])
    )
    shown = known.clone()
    shown[:, inside] &= ~hidden
    before = slice(longest + context)
    batch = Batch.of_series(torch.where(shown, filled, 0.0)[:, before], shown[:, before], horizon=horizon, lags=lags)
    task = Task(batch, filled[:, inside], hidden, filled[:, longest + context :], known[:, longest + context :])
    return _useful(task)


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


def _useful(task: Task) -> Task:
    """Only the windows that show something and have something to learn."""
    keep = task.batch.observed.any(dim=1) & task.known.any(dim=1)
    if bool(keep.all()):
        return task
    batch = Batch(**{name: value[keep] for name, value in vars(task.batch).items()})
    return Task(batch, task.context[keep], task.hidden[keep], task.actual[keep], task.known[keep])
