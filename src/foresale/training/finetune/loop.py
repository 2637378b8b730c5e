"""From a pre-trained network to what a shop taught it: small steps, checked on the newest horizons."""

import copy
import logging
import math
import time
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call

from foresale.models.adapters import Adapted, AdapterConfig
from foresale.models.losses import pinball, weighted
from foresale.models.network import Network
from foresale.models.precision import learning
from foresale.models.scaling import InstanceScale
from foresale.training.finetune.example import Example, Examples
from foresale.training.finetune.options import FinetuneOptions
from foresale.training.finetune.plan import Plan
from foresale.training.finetune.pool import Pool
from foresale.training.finetune.tuning import Tuned, Tuning
from foresale.training.loop import rate_at
from foresale.training.progress import Progress, Watcher

logger = logging.getLogger(__name__)
_SHARES = (1.0, 0.75, 0.5, 0.25)
_AT_ONCE = 200
_WORTH = 0.002
"""Least share by which the validation loss must fall for anything to be kept: less is chance."""


@dataclass
class _Run:
    network: Network
    tuning: Tuning
    average: Tuning
    optimizer: torch.optim.AdamW
    checks: Example | Pool
    pool: Example | Pool
    step: int = 0
    smooth: float = math.nan
    best: float = math.inf
    stale: int = 0
    best_tuning: Tuning | None = None
    losses: list[tuple[int, float, float]] = field(default_factory=list)


def tune(network: Network, examples: Examples, plan: Plan, options: FinetuneOptions, *, reads: AdapterConfig,
         start: Tuning | None = None, watch: Watcher | None = None) -> Tuned:  # fmt: skip
    """What a network learns from the windows of a plan, begun from a `start` that was learnt before where there is one.

    The validation windows choose the step, and then how far to go from the old weights to the new ones; where nothing
    is better than the network as it was, nothing is kept.
    """
    began, options = time.monotonic(), options.sized(plan.apart)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(options.seed)
        run = _begin(network, examples, plan, options, start or Tuning.fresh(network, options, reads=reads))
        run.best = validate(run.tuning.adapted(network), run.checks, flip=False)
        run.losses.append((0, run.best, run.best))
        run.best_tuning = start
        while run.step < options.most_steps and run.stale < options.patience:
            done = _done(run.step, time.monotonic() - began, options)
            if done >= 1:
                break
            _step(run, options, done=done)
            if run.step % options.validate_every == 0 or run.step == options.most_steps:
                _check(run)
            if watch is not None:
                watch(_progress(run, options, time.monotonic() - began))
    return _kept(run)


def _begin(network: Network, examples: Examples, plan: Plan, options: FinetuneOptions, start: Tuning) -> _Run:
    tuning = copy.deepcopy(start).requires_grad_(requires_grad=True)
    optimizer = torch.optim.AdamW(tuning.parameters(), lr=options.peak, betas=(0.9, 0.98), weight_decay=options.decay)
    average = copy.deepcopy(tuning).requires_grad_(requires_grad=False)
    checks, pool = examples(plan.held, plan.held_positions), _drawn(examples, plan, options)
    if options.method != "head":
        return _Run(network, tuning, average, optimizer, checks, pool)
    return _Run(network, tuning, average, optimizer, Pool.of(network, checks), Pool.of(network, pool))


def _drawn(examples: Examples, plan: Plan, options: FinetuneOptions) -> Example:
    """The windows that are learnt from, cut once: a step takes some of them."""
    items, positions = plan.draw(options.pool, np.random.default_rng([options.seed, 7]))
    parts = [slice(first, first + _AT_ONCE) for first in range(0, options.pool, _AT_ONCE)]
    return Example.joined([plan.learnt(examples(items[part], positions[part]), items[part], positions[part])
                           for part in parts])  # fmt: skip


def _done(step: int, seconds: float, options: FinetuneOptions) -> float:
    """Share of the run that is over, by its steps or its time, whichever is further."""
    by_time = seconds / options.seconds if options.seconds else 0.0
    return max(step / options.most_steps, by_time)


def _step(run: _Run, options: FinetuneOptions, *, done: float) -> None:
    generator = np.random.default_rng([options.seed, run.step])
    for group in run.optimizer.param_groups:
        group["lr"] = rate_at(round(1000 * done), steps=1000, peak=options.peak)
    run.tuning.train()
    chosen = torch.from_numpy(generator.integers(options.pool, size=options.per_step))
    drawn = run.pool.take(chosen) if isinstance(run.pool, Pool) else run.pool.of(chosen)
    loss = _loss(run, drawn, options)
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


def _loss(run: _Run, drawn: Example | Pool, options: FinetuneOptions) -> Tensor:
    """The pinball loss on scaled sales; every other step learns from sales with their sign turned."""
    turned = run.step % 2 == 1
    example = drawn.example if isinstance(drawn, Pool) else drawn
    states = None if isinstance(drawn, Example) else drawn.turned if turned else drawn.straight
    frozen = {name: weight.detach() for name, weight in run.network.named_parameters()}
    weights = {f"network.{name}": w for name, w in (frozen | run.tuning.change.weights(run.network)).items()}
    precision = options.precision if states is None else "float32"
    with learning(precision, run.network.config.backbone):
        scaled, scale = functional_call(
            Adapted(run.network, run.tuning.inputs), weights, (example.shown,), {"turned": turned, "states": states}
        )
    levels = run.network.head.levels
    actual = scale.apply(-example.actual if turned else example.actual)
    if turned:
        scaled, actual = -scaled.flip(-1), -actual
    losses = pinball(scaled, actual, levels=levels, censored=example.censored)
    return weighted(losses, example.known * example.weight[:, None])


def _check(run: _Run) -> None:
    """Score the averaged weights; keep them if they are the best so far."""
    value = validate(run.average.adapted(run.network), run.checks, flip=False)
    run.losses.append((run.step, run.smooth, value))
    logger.info("step %d: loss %.4f, validation %.4f", run.step, run.smooth, value)
    if value < run.best:
        run.best, run.stale, run.best_tuning = value, 0, copy.deepcopy(run.average)
    else:
        run.stale += 1


def _kept(run: _Run) -> Tuned:
    """As much of the best weights as does best on the validation windows."""
    zero = run.tuning.shortened(0.0)
    start = validate(zero.adapted(run.network), run.checks, flip=True)
    found = Tuned(zero, 0.0, start, start, tuple(run.losses))
    learnt = run.best_tuning or run.average
    for share in _SHARES:
        tuning = learnt.shortened(share)
        value = validate(tuning.adapted(run.network), run.checks, flip=True)
        if value < min(found.after, (1 - _WORTH) * start):
            found = Tuned(tuning, share, start, value, tuple(run.losses))
    return found


@torch.inference_mode()
def validate(adapted: Adapted, checks: Example | Pool, *, flip: bool) -> float:
    """Mean pinball loss over known periods, each window by the spread of its context and by its weight."""
    levels = adapted.network.head.levels
    total, count = 0.0, 0.0
    whole = checks.example if isinstance(checks, Pool) else checks
    for first in range(0, len(whole.actual), _AT_ONCE):
        places = torch.arange(first, min(first + _AT_ONCE, len(whole.actual)))
        part = whole.of(places)
        pool = checks.take(places) if isinstance(checks, Pool) else None
        quantiles = adapted.quantiles(part.shown, flip=flip, states=(pool.straight, pool.turned) if pool else None)
        losses = pinball(quantiles, part.actual, levels=levels, censored=part.censored)
        spread = InstanceScale.of(part.shown.batch.values, part.shown.batch.observed).scale
        weight = part.known * part.weight[:, None]
        total += float((losses / spread * weight).sum())
        count += float(weight.sum())
    return total / max(count, 1.0)


def _progress(run: _Run, options: FinetuneOptions, seconds: float) -> Progress:
    done = _done(run.step, seconds, options)
    left = seconds * (1 - done) / max(done, 1e-9)
    best = run.best if math.isfinite(run.best) else None
    return Progress("fine-tuning", run.step, options.most_steps, run.smooth, best, seconds, left)
