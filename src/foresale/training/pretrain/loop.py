"""The pre-training loop."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from foresale.core.forecast import LEVELS
from foresale.models.precision import learning
from foresale.networks.config import NetworkConfig
from foresale.networks.covariate_encoding import CovariateEncoding
from foresale.networks.network import Network
from foresale.training.checkpoint import load_checkpoint, save_checkpoint
from foresale.training.pretrain.objectives import Pretraining
from foresale.training.pretrain.options import LAGS, PATCH, PretrainOptions
from foresale.training.pretrain.series_stream import SeriesStream
from foresale.training.pretrain.windowing import Task
from foresale.training.progress import Progress, Watcher
from foresale.training.trainer import Trainer, decayed_groups

logger = logging.getLogger(__name__)
_SAVE_SECONDS: Final = 60.0
"""Between two checkpoints: what a killed run loses."""
_VALIDATION_BATCHES: Final = 8
"""Batches of windows that are kept to validate on."""
_WARM_STEPS: Final = 300
"""Steps over which the learning rate rises."""
_SMOOTHING: Final = 0.98
"""Share of the smoothed training loss that a step leaves as it was."""
_DECAY: Final = 0.4
"""Share of the run, at its end, over which the learning rate falls."""


@dataclass(frozen=True)
class Clock:
    """How far a run is, by its steps or by its minutes over all its parts."""

    options: PretrainOptions

    def done(self, step: int, seconds: float) -> float:
        """Share of the run that is over, 1 at its end."""
        if self.options.steps is not None:
            return step / self.options.steps
        assert self.options.minutes is not None
        return seconds / (60 * self.options.minutes)

    def rate(self, step: int, seconds: float) -> float:
        """The learning rate: warmed up, then constant, then falling in a straight line to 1 % of its peak.

        >>> clock = Clock(PretrainOptions(steps=10_000, rate=1.0))
        >>> [round(clock.rate(step, 0.0), 3) for step in (0, 299, 5_000, 8_000, 10_000)]
        [0.003, 1.0, 1.0, 0.505, 0.01]
        """
        warm = min((step + 1) / _WARM_STEPS, 1.0)
        left = (1 - min(self.done(step, seconds), 1.0)) / _DECAY
        return self.options.rate * warm * max(min(left, 1.0) * 0.99 + 0.01, 0.01)


def pretrain(
    options: PretrainOptions,
    *,
    corpus: Tensor | None = None,
    checkpoint: Path | None = None,
    watch: Watcher | None = None,
    device: str = "cpu",
) -> Network:
    """A network that has seen many series and no shop: its averaged weights at the end of the run.

    With a `checkpoint`, a run that was stopped goes on from there, with the windows that would have come next.

    Raises:
        ModelError: the checkpoint is one of another run.
    """
    source = SeriesStream(options, corpus)
    state, spent = _begin(options, checkpoint, device)
    clock = Clock(options)
    if options.compiled:
        state.module.network.backbone.compile()
    checks: list[Task] = []
    began = saved = time.monotonic()
    for task in _tasks(source, state.step):
        seconds = spent + time.monotonic() - began
        if clock.done(state.step, seconds) >= 1:
            break
        _step(state, task, options, rate=clock.rate(state.step, seconds), device=device)
        if state.step % options.validate_every == 0:
            checks = checks or [source.validation(number) for number in range(_VALIDATION_BATCHES)]
            state.best = validate(state.averaged, checks, options, device=device)
            state.losses.append((state.step, state.smooth, state.best))
            logger.info("step %d, %.0f s: loss %.4f, validation %.4f", state.step, seconds, state.smooth, state.best)
        if checkpoint is not None and time.monotonic() - saved > _SAVE_SECONDS:
            save_checkpoint(checkpoint, state, seconds=seconds)
            saved = time.monotonic()
        if watch is not None:
            watch(_progress(options, state, clock, seconds))
    if checkpoint is not None:
        save_checkpoint(checkpoint, state, seconds=spent + time.monotonic() - began)
    return state.averaged.network.learnt()


def _begin(options: PretrainOptions, checkpoint: Path | None, device: str) -> tuple[Trainer[Pretraining], float]:
    config = NetworkConfig(
        backbone=options.backbone,
        levels=LEVELS,
        patch=PATCH[options.unit],
        width=options.width,
        layers=options.layers,
        dropout=0.0,
        forget=0.0,
        lags=len(LAGS[options.unit]),
        known=options.encoding.channels,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(options.seed)
        module = Pretraining(config, options.objectives).to(device)
        state = Trainer.start(module, decayed_groups(module), average=options.average, smoothing=_SMOOTHING)
    spent = 0.0
    if checkpoint is not None and checkpoint.exists():
        spent = load_checkpoint(checkpoint, state)
    return state, spent


def _tasks(source: SeriesStream, first: int) -> Iterator[Task]:
    """The windows of the steps from `first` on, made ahead by other processes where there are any."""
    steps = range(first, 2**31)
    workers = source.options.workers
    ahead = {"prefetch_factor": 8, "persistent_workers": True} if workers else {}
    yield from DataLoader(source, sampler=steps, batch_size=None, num_workers=workers, **ahead)  # type: ignore[arg-type]


def _step(state: Trainer[Pretraining], task: Task, options: PretrainOptions, *, rate: float, device: str) -> None:
    state.module.train()
    shown = _turned(task, options.encoding) if state.step % 4 == 0 else task
    loss = _loss(state.module, moved(shown, device), options, device=device)
    state.take(loss, rate=rate, accumulate=options.accumulate)


def _turned(task: Task, encoding: CovariateEncoding) -> Task:
    """Series with their sign turned, from which every fourth step learns, as forecasting averages over both."""
    return replace(task, batch=encoding.turned(task.batch), context=-task.context, actual=-task.actual)


def _loss(model: Pretraining, task: Task, options: PretrainOptions, *, device: str) -> Tensor:
    with learning(options.precision, options.backbone, device=device):
        return model.total(task)


def moved(task: Task, device: str) -> Task:
    """The task on another device."""
    if device == "cpu":
        return task
    place = torch.device(device)
    rest = (part.to(place) for part in (task.context, task.hidden, task.actual, task.known))
    return Task(task.batch.mapped(lambda part: part.to(place, non_blocking=True)), *rest)


@torch.no_grad()
def validate(model: Pretraining, checks: list[Task], options: PretrainOptions, *, device: str) -> float:
    """Mean loss of the horizon over the validation batches."""
    model.eval()
    losses = []
    for task in checks:
        with learning(options.precision, options.backbone, device=device):
            losses.append(float(model.loss(moved(task, device))["horizon"]))
    return sum(losses) / len(losses)


def _progress(options: PretrainOptions, state: Trainer[Pretraining], clock: Clock, seconds: float) -> Progress:
    done = clock.done(state.step, seconds)
    return state.progress(
        f"pre-training {options.unit} {options.backbone}",
        steps=options.steps or round(state.step / max(done, 1e-9)),
        seconds=seconds,
        left=seconds * (1 - done) / max(done, 1e-9),
    )
