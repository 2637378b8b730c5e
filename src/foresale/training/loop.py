"""Training on the windows of a panel: one story from windows to weights."""

import logging
import time
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor

from foresale.features.windows import Windows
from foresale.models.network import NetworkModule
from foresale.models.tensors import tensor, tensors_of
from foresale.training.checkpoint import load_checkpoint, save_checkpoint
from foresale.training.options import TrainOptions
from foresale.training.progress import Watcher
from foresale.training.sampling import Sampling
from foresale.training.trainer import Trainer, decayed_groups, rate_at

logger = logging.getLogger(__name__)
_AVERAGE: Final = 0.98
"""How slowly the averaged weights follow: runs are of some hundred steps."""
_SMOOTHING: Final = 0.95
"""Share of the smoothed training loss that a step leaves as it was."""
_CHECKPOINT_SECONDS: Final = 20.0
"""Between two checkpoints: what a killed run loses."""


def start(network: NetworkModule) -> Trainer[NetworkModule]:
    """A fresh run."""
    return Trainer.start(network, decayed_groups(network), average=_AVERAGE, smoothing=_SMOOTHING)


def fit(
    network: NetworkModule,
    windows: Windows,
    sampling: Sampling,
    options: TrainOptions,
    *,
    steps: int,
    stage: str = "training",
    watch: Watcher | None = None,
    checkpoint: Path | None = None,
) -> Trainer[NetworkModule]:
    """Train a network on windows, and return it with the weights that validated best.

    The same seed gives the same weights. With a `checkpoint` path, a run that was killed goes on from its last
    checkpoint and ends with the same weights as one that was not.
    """
    state = start(network)
    if checkpoint is not None and checkpoint.exists():
        load_checkpoint(checkpoint, state)
    began, saved, first = time.monotonic(), time.monotonic(), state.step
    with torch.random.fork_rng(devices=[]):
        while state.step < steps and state.stale < options.patience:
            _step(state, windows, sampling, options, steps=steps)
            if state.step % options.validate_every == 0 or state.step == steps:
                _validate(state, windows, sampling)
            if checkpoint is not None and time.monotonic() - saved > _CHECKPOINT_SECONDS:
                save_checkpoint(checkpoint, state)
                saved = time.monotonic()
            if watch is not None:
                spent = time.monotonic() - began
                left = spent / (state.step - first) * (steps - state.step)
                watch(state.progress(stage, steps=steps, seconds=spent, left=left))
    network.load_state_dict(state.best_weights or state.averaged.state_dict())
    network.eval()
    return state


def _step(
    state: Trainer[NetworkModule], windows: Windows, sampling: Sampling, options: TrainOptions, *, steps: int
) -> None:
    generator = np.random.default_rng([options.seed, state.step])
    torch.manual_seed(options.seed * 1_000_003 + state.step)
    items, positions = sampling.draw(options.batch, generator)
    batch = tensors_of(windows.batch(items, positions))
    actual, known = map(tensor, windows.actual(items, positions))
    known = known & _learnable(windows, sampling, items, positions)
    state.module.train()
    state.take(state.module.loss(batch, actual, known), rate=rate_at(state.step, steps=steps, peak=options.rate))


def _learnable(windows: Windows, sampling: Sampling, items: np.ndarray, positions: np.ndarray) -> Tensor:
    """[B, H] where the horizon of a window may be learnt from: not where it is kept for validation, nor the future."""
    limit = windows.panel.history.copy()
    limit[sampling.held] -= windows.horizon
    room = torch.from_numpy(limit[items] - positions)
    return torch.arange(windows.horizon) < room[:, None]


@torch.no_grad()
def _validate(state: Trainer[NetworkModule], windows: Windows, sampling: Sampling) -> None:
    """Score the averaged weights on the held-out last horizons.

    Where nothing is held out, the smoothed training loss has to do.
    """
    value = state.smooth
    if sampling.held.size:
        network = state.averaged.eval()
        batch = tensors_of(windows.batch(sampling.held, sampling.held_positions))
        actual, known = map(tensor, windows.actual(sampling.held, sampling.held_positions))
        value = float(network.loss(batch, actual, known))
    state.check(value)
    logger.debug("step %d: loss %.4f, validation %.4f", state.step, state.smooth, value)
