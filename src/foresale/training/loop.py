"""The training loop: one story from windows to weights."""

import copy
import logging
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from foresale.models.network import Network
from foresale.training.checkpoint import Trained, TrainState, load_checkpoint, save_checkpoint
from foresale.training.options import TrainOptions
from foresale.training.progress import Progress, Watcher
from foresale.training.sampling import Sampling
from foresale.training.windows import Windows

logger = logging.getLogger(__name__)
_AVERAGE = 0.98
_CHECKPOINT_SECONDS = 20.0


def start(network: Trained, *, rate: float) -> TrainState[Trained]:
    """A fresh run: norms, biases and embeddings are not decayed."""
    plain = [p for name, p in network.named_parameters() if p.ndim < 2 or "tables" in name]
    decayed = [p for name, p in network.named_parameters() if p.ndim >= 2 and "tables" not in name]
    groups = [{"params": decayed, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98))
    return TrainState(network, copy.deepcopy(network).requires_grad_(requires_grad=False), optimizer)


def fit(network: Network, windows: Windows, sampling: Sampling, options: TrainOptions, *, steps: int,
        stage: str = "training", watch: Watcher | None = None, checkpoint: Path | None = None
        ) -> TrainState[Network]:  # fmt: skip
    """Train a network on windows, and return it with the weights that validated best.

    The same seed gives the same weights. With a `checkpoint` path, a run that was killed goes on from its last
    checkpoint and ends with the same weights as one that was not.
    """
    state = start(network, rate=options.rate)
    if checkpoint is not None and checkpoint.exists():
        load_checkpoint(checkpoint, state)
    began, saved, first = time.monotonic(), time.monotonic(), state.step
    with torch.random.fork_rng(devices=[]):
        while state.step < steps and state.stale < options.patience:
            loss = _step(state, windows, sampling, options, steps=steps)
            state.smooth = loss if math.isnan(state.smooth) else 0.95 * state.smooth + 0.05 * loss
            if state.step % options.validate_every == 0 or state.step == steps:
                _validate(state, windows, sampling)
            if checkpoint is not None and time.monotonic() - saved > _CHECKPOINT_SECONDS:
                save_checkpoint(checkpoint, state)
                saved = time.monotonic()
            if watch is not None:
                spent = time.monotonic() - began
                left = spent / (state.step - first) * (steps - state.step)
                best = state.best if math.isfinite(state.best) else None
                watch(Progress(stage, state.step, steps, state.smooth, best, spent, left))
    network.load_state_dict(state.best_weights or state.average.state_dict())
    network.eval()
    return state


def rate_at(step: int, *, steps: int, peak: float) -> float:
    """Linear warm-up over the first twentieth of the steps, then a cosine down to a hundredth of the peak.

    >>> [round(rate_at(step, steps=100, peak=1.0), 2) for step in (0, 4, 50, 99)]
    [0.2, 1.0, 0.55, 0.01]
    """
    warm = max(steps // 20, 1)
    if step < warm:
        return peak * (step + 1) / warm
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(steps - warm, 1))))


def _step(
    state: TrainState[Network], windows: Windows, sampling: Sampling, options: TrainOptions, *, steps: int
) -> float:
    generator = np.random.default_rng([options.seed, state.step])
    torch.manual_seed(options.seed * 1_000_003 + state.step)
    for group in state.optimizer.param_groups:
        group["lr"] = rate_at(state.step, steps=steps, peak=options.rate)
    items, positions = sampling.draw(options.batch, generator)
    batch = windows.batch(items, positions)
    actual, known = windows.actual(items, positions)
    known = known & _learnable(windows, sampling, items, positions)
    state.network.train()
    loss = state.network.loss(batch, actual, known)
    state.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(state.network.parameters(), 1.0)
    state.optimizer.step()
    state.step += 1
    decay = min(_AVERAGE, state.step / (state.step + 10))
    with torch.no_grad():
        for mean, weight in zip(state.average.parameters(), state.network.parameters(), strict=True):
            mean.lerp_(weight, 1 - decay)
    return float(loss.detach())


def _learnable(windows: Windows, sampling: Sampling, items: np.ndarray, positions: np.ndarray) -> Tensor:
    """[B, H] where the horizon of a window may be learnt from: not where it is kept for validation, nor the future."""
    limit = windows.panel.history.copy()
    limit[sampling.held] -= windows.horizon
    room = torch.from_numpy(limit[items] - positions)
    return torch.arange(windows.horizon) < room[:, None]


@torch.no_grad()
def _validate(state: TrainState[Network], windows: Windows, sampling: Sampling) -> None:
    """Score the averaged weights on the held-out last horizons; keep them if they are the best so far.

    Where nothing is held out, the smoothed training loss has to do.
    """
    value = state.smooth
    if sampling.held.size:
        state.average.eval()
        batch = windows.batch(sampling.held, sampling.held_positions)
        actual, known = windows.actual(sampling.held, sampling.held_positions)
        value = float(state.average.loss(batch, actual, known))
    state.losses.append((state.step, state.smooth, value))
    if value < state.best:
        state.best, state.stale = value, 0
        state.best_weights = {name: weight.clone() for name, weight in state.average.state_dict().items()}
    else:
        state.stale += 1
    logger.debug("step %d: loss %.4f, validation %.4f", state.step, state.smooth, value)
