"""From a pre-trained network to what a shop taught it: small steps, checked on the newest horizons."""

import copy
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call

from foresale.core.frequency import Index
from foresale.models.adapters import Adapted, AdapterConfig, InputAdapter, Shown
from foresale.models.lora import WeightChange
from foresale.models.network import Network
from foresale.models.scaling import InstanceScale
from foresale.training.finetune.options import FinetuneOptions
from foresale.training.finetune.plan import Plan
from foresale.training.loop import rate_at
from foresale.training.progress import Progress, Watcher

logger = logging.getLogger(__name__)
_SHARES = (1.0, 0.75, 0.5, 0.25)
_AT_ONCE = 200


@dataclass(frozen=True)
class Example:
    """Windows to learn from.

    Attributes:
        shown: what is known at their positions.
        actual: [B, H] what was sold then, in units.
        known: [B, H] bool, where that is known.
    """

    shown: Shown
    actual: Tensor
    known: Tensor

    def of(self, chosen: slice) -> "Example":
        """Some of the windows."""
        return Example(self.shown.of(chosen), self.actual[chosen], self.known[chosen])


Examples = Callable[[Index, Index], Example]
"""The windows of items [B] at positions [B]."""


class Tuning(nn.Module):
    """What learns: a change of the weights, and adapters of what enters beside the sales.

    Attributes:
        change: what is added to the weights of the network.
        inputs: the adapter, or None where there is nothing to read.
    """

    def __init__(self, change: WeightChange, inputs: InputAdapter | None) -> None:
        super().__init__()
        self.change = change
        self.inputs = inputs

    @classmethod
    def fresh(cls, network: Network, options: FinetuneOptions, *, reads: AdapterConfig) -> "Tuning":
        """One that leaves the network as it is."""
        config = network.config
        inputs = InputAdapter(reads, patch=config.patch, width=config.width) if reads.reads else None
        return cls(WeightChange(network, options.method, rank=options.rank), inputs)

    def adapted(self, network: Network) -> Adapted:
        """The network with all that was learnt, standing alone."""
        return Adapted(self.change.merged(network), copy.deepcopy(self.inputs)).eval()

    def shortened(self, share: float) -> "Tuning":
        """A part of the way from the network as it was (Wortsman et al. 2022)."""
        copied = copy.deepcopy(self)
        copied.change.scaled(share)
        if copied.inputs is not None:
            copied.inputs.scaled(share)
        return copied


@dataclass(frozen=True)
class Tuned:
    """What a fine-tuning leaves.

    Attributes:
        tuning: what was learnt.
        share: how much of it is kept, 0 where the network was better as it was.
        before: validation loss of the network as it was.
        after: validation loss of what is kept.
        losses: (step, training loss, validation loss) at every validation.
    """

    tuning: Tuning
    share: float
    before: float
    after: float
    losses: tuple[tuple[int, float, float], ...]


@dataclass
class _Run:
    network: Network
    tuning: Tuning
    average: Tuning
    optimizer: torch.optim.AdamW
    step: int = 0
    smooth: float = math.nan
    best: float = math.inf
    stale: int = 0
    best_tuning: Tuning | None = None
    losses: list[tuple[int, float, float]] = field(default_factory=list)


def tune(network: Network, examples: Examples, plan: Plan, options: FinetuneOptions, *, reads: AdapterConfig,
         watch: Watcher | None = None) -> Tuned:  # fmt: skip
    """What a network learns from the windows of a plan.

    The validation windows choose the step, and then how far to go from the old weights to the new ones; where nothing
    is better than the network as it was, nothing is kept.
    """
    checks = examples(plan.held, plan.held_positions)
    began = time.monotonic()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(options.seed)
        run = _begin(network, options, reads)
        run.best = validate(run.tuning.adapted(network), checks, flip=False)
        while run.step < options.steps and run.stale < options.patience:
            done = _done(run.step, time.monotonic() - began, options)
            if done >= 1:
                break
            _step(run, examples, plan, options, done=done)
            if run.step % options.validate_every == 0 or run.step == options.steps:
                _check(run, checks)
            if watch is not None:
                watch(_progress(run, options, time.monotonic() - began))
    return _kept(run, checks)


def _begin(network: Network, options: FinetuneOptions, reads: AdapterConfig) -> _Run:
    tuning = Tuning.fresh(network, options, reads=reads)
    optimizer = torch.optim.AdamW(tuning.parameters(), lr=options.peak, betas=(0.9, 0.98), weight_decay=options.decay)
    return _Run(network, tuning, copy.deepcopy(tuning).requires_grad_(requires_grad=False), optimizer)


def _done(step: int, seconds: float, options: FinetuneOptions) -> float:
    """Share of the run that is over, by its steps or its time, whichever is further."""
    by_time = seconds / options.seconds if options.seconds else 0.0
    return max(step / options.steps, by_time)


def _step(run: _Run, examples: Examples, plan: Plan, options: FinetuneOptions, *, done: float) -> None:
    generator = np.random.default_rng([options.seed, run.step])
    for group in run.optimizer.param_groups:
        group["lr"] = rate_at(round(1000 * done), steps=1000, peak=options.peak)
    items, positions = plan.draw(options.batch, generator)
    example = examples(items, positions)
    known = example.known & torch.from_numpy(plan.learnable(items, positions))
    run.tuning.train()
    adapted = Adapted(run.network, run.tuning.inputs)
    frozen = {name: weight.detach() for name, weight in run.network.named_parameters()}
    weights = {f"network.{name}": w for name, w in (frozen | run.tuning.change.weights(run.network)).items()}
    turned = run.step % 2 == 1
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.precision == "bfloat16"):
        scaled, scale = functional_call(adapted, weights, (example.shown,), {"turned": turned})
    actual = scale.apply(-example.actual if turned else example.actual)
    loss = run.network.head.loss(scaled, actual, known.to(scaled.dtype))
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(run.tuning.parameters(), 1.0)
    run.optimizer.step()
    run.step += 1
    decay = min(options.average, run.step / (run.step + 10))
    with torch.no_grad():
        for mean, weight in zip(run.average.parameters(), run.tuning.parameters(), strict=True):
            mean.lerp_(weight, 1 - decay)
    value = float(loss.detach())
    run.smooth = value if math.isnan(run.smooth) else 0.9 * run.smooth + 0.1 * value


def _check(run: _Run, checks: Example) -> None:
    """Score the averaged weights; keep them if they are the best so far."""
    value = validate(run.average.adapted(run.network), checks, flip=False)
    run.losses.append((run.step, run.smooth, value))
    logger.info("step %d: loss %.4f, validation %.4f", run.step, run.smooth, value)
    if value < run.best:
        run.best, run.stale, run.best_tuning = value, 0, copy.deepcopy(run.average)
    else:
        run.stale += 1


def _kept(run: _Run, checks: Example) -> Tuned:
    """As much of the best weights as does best on the validation windows."""
    zero = run.tuning.shortened(0.0)
    start = validate(zero.adapted(run.network), checks, flip=True)
    found = Tuned(zero, 0.0, start, start, tuple(run.losses))
    learnt = run.best_tuning or run.average
    for share in _SHARES:
        tuning = learnt.shortened(share)
        value = validate(tuning.adapted(run.network), checks, flip=True)
        if value < found.after:
            found = Tuned(tuning, share, start, value, tuple(run.losses))
    return found


@torch.inference_mode()
def validate(adapted: Adapted, checks: Example, *, flip: bool) -> float:
    """Mean pinball loss over known periods, each window by the spread of its context."""
    levels = adapted.network.head.levels
    total, count = 0.0, 0.0
    for first in range(0, len(checks.actual), _AT_ONCE):
        part = checks.of(slice(first, first + _AT_ONCE))
        error = part.actual[..., None] - adapted.quantiles(part.shown, flip=flip)
        pinball = torch.maximum(levels * error, (levels - 1) * error).mean(dim=-1)
        spread = InstanceScale.of(part.shown.batch.values, part.shown.batch.observed).scale
        total += float((pinball / spread * part.known).sum())
        count += float(part.known.sum())
    return total / max(count, 1.0)


def _progress(run: _Run, options: FinetuneOptions, seconds: float) -> Progress:
    done = _done(run.step, seconds, options)
    left = seconds * (1 - done) / max(done, 1e-9)
    best = run.best if math.isfinite(run.best) else None
    return Progress("fine-tuning", run.step, options.steps, run.smooth, best, seconds, left)
