"""From a pre-trained network to what a shop taught it: small steps, checked on the newest horizons."""

import copy
import logging
import time
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.func import functional_call

from foresale.models.adapters import AdaptedModule
from foresale.models.losses import pinball, weighted
from foresale.models.network import NetworkModule
from foresale.models.precision import learning
from foresale.models.tensors import tensor
from foresale.models.threads import learning_threads
from foresale.networks.adapters import AdapterConfig
from foresale.networks.network import Network
from foresale.networks.scaling import InstanceScale
from foresale.networks.tuning import Tuned, Tuning
from foresale.training.finetune.example import Example, Examples
from foresale.training.finetune.feature_cache import AT_ONCE, FeatureCache
from foresale.training.finetune.options import FinetuneOptions
from foresale.training.finetune.plan import Plan
from foresale.training.finetune.tuning import TuningModule
from foresale.training.progress import Progress, Watcher
from foresale.training.trainer import Trainer, rate_at

logger = logging.getLogger(__name__)
_SHARES: Final = (1.0, 0.75, 0.5, 0.25)
"""How far to go from the old weights to the new: as far as the validation windows say."""
_SMOOTHING: Final = 0.9
"""Share of the smoothed training loss that a step leaves as it was: runs are short."""
_WORTH: Final = 0.002
"""Least share by which the validation loss must fall for anything to be kept: less is chance."""


@dataclass(frozen=True)
class _Run:
    """A network that stays as it is, what is learnt of it, and the windows that it is learnt and checked on."""

    network: NetworkModule
    trainer: Trainer[TuningModule]
    checks: Example[Tensor] | FeatureCache
    pool: Example[Tensor] | FeatureCache


def tune(
    network: Network,
    examples: Examples,
    plan: Plan,
    options: FinetuneOptions,
    *,
    reads: AdapterConfig,
    start: Tuning | None = None,
    watch: Watcher | None = None,
) -> Tuned:
    """What a network learns from the windows of a plan, begun from a `start` that was learnt before where there is one.

    The validation windows choose the step, and then how far to go from the old weights to the new ones; where nothing
    is better than the network as it was, nothing is kept.
    """
    began, options = time.monotonic(), options.sized(plan.apart)
    with learning_threads(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(options.seed)
        module = NetworkModule.of(network)
        tuning = TuningModule.of(start, module) if start else TuningModule.fresh(module, options, reads=reads)
        run = _begin(module, examples, plan, options, tuning)
        trainer = run.trainer
        trainer.best = validate(trainer.module.adapted(module), run.checks, flip=False)
        trainer.losses.append((0, trainer.best, trainer.best))
        trainer.best_weights = {} if start is None else tuning.state_dict()
        while trainer.step < options.most_steps and trainer.stale < options.patience:
            done = _done(trainer.step, time.monotonic() - began, options)
            if done >= 1:
                break
            _step(run, options, done=done)
            if trainer.step % options.validate_every == 0 or trainer.step == options.most_steps:
                trainer.check(validate(trainer.averaged.adapted(module), run.checks, flip=False))
                logger.info("step %d: loss %.4f, validation %.4f", *trainer.losses[-1])
            if watch is not None:
                watch(_progress(trainer, options, time.monotonic() - began))
        return _kept(run)


def _begin(
    network: NetworkModule, examples: Examples, plan: Plan, options: FinetuneOptions, start: TuningModule
) -> _Run:
    tuning = copy.deepcopy(start).requires_grad_(requires_grad=True)
    groups = [{"params": list(tuning.parameters()), "weight_decay": options.decay}]
    trainer = Trainer.start(tuning, groups, average=options.average, smoothing=_SMOOTHING)
    checks, pool = examples(plan.held, plan.held_positions).mapped(tensor), _drawn(examples, plan, options)
    if options.method != "head":
        return _Run(network, trainer, checks, pool)
    return _Run(network, trainer, FeatureCache.of(network, checks), FeatureCache.of(network, pool))


def _drawn(examples: Examples, plan: Plan, options: FinetuneOptions) -> Example[Tensor]:
    """The windows that are learnt from, cut once: a step takes some of them."""
    items, positions = plan.draw(options.pool, np.random.default_rng([options.seed, 7]))
    parts = [slice(first, first + AT_ONCE) for first in range(0, options.pool, AT_ONCE)]
    cut = [plan.learnt(examples(items[part], positions[part]), items[part], positions[part]) for part in parts]
    return Example.joined(cut).mapped(tensor)


def _done(step: int, seconds: float, options: FinetuneOptions) -> float:
    """Share of the run that is over, by its steps or its time, whichever is further."""
    by_time = seconds / options.seconds if options.seconds else 0.0
    return max(step / options.most_steps, by_time)


def _step(run: _Run, options: FinetuneOptions, *, done: float) -> None:
    generator = np.random.default_rng([options.seed, run.trainer.step])
    run.trainer.module.train()
    chosen = torch.from_numpy(generator.integers(options.pool, size=options.per_step))
    drawn = run.pool.take(chosen) if isinstance(run.pool, FeatureCache) else run.pool.of(chosen)
    run.trainer.take(_loss(run, drawn, options), rate=rate_at(round(1000 * done), steps=1000, peak=options.peak))


def _loss(run: _Run, drawn: Example[Tensor] | FeatureCache, options: FinetuneOptions) -> Tensor:
    """The pinball loss on scaled sales; every other step learns from sales with their sign turned."""
    turned, tuning = run.trainer.step % 2 == 1, run.trainer.module
    example = drawn.example if isinstance(drawn, FeatureCache) else drawn
    states = None if isinstance(drawn, Example) else drawn.turned if turned else drawn.straight
    frozen = {name: weight.detach() for name, weight in run.network.named_parameters()}
    weights = {f"network.{name}": w for name, w in (frozen | tuning.change.weights(run.network)).items()}
    precision = options.precision if states is None else "float32"
    with learning(precision, run.network.config.backbone):
        scaled, scale = functional_call(
            AdaptedModule(run.network, tuning.inputs),
            weights,
            (example.adapter_input,),
            {"turned": turned, "states": states},
        )
    levels = run.network.head.levels
    actual = scale.apply(-example.actual if turned else example.actual)
    if turned:
        scaled, actual = -scaled.flip(-1), -actual
    losses = pinball(scaled, actual, levels=levels, censored=example.censored)
    return weighted(losses, example.known * example.weight[:, None])


def _kept(run: _Run) -> Tuned:
    """As much of the best weights as does best on the validation windows."""
    trainer, network = run.trainer, run.network
    zero, learnt = trainer.module.shortened(0.0), copy.deepcopy(trainer.averaged)
    start = validate(zero.adapted(network), run.checks, flip=True)
    found = Tuned(zero.learnt(), 0.0, start, start, tuple(trainer.losses))
    if trainer.best_weights:
        learnt.load_state_dict(trainer.best_weights)
    for share in _SHARES:
        tuning = learnt.shortened(share)
        value = validate(tuning.adapted(network), run.checks, flip=True)
        if value < min(found.after, (1 - _WORTH) * start):
            found = Tuned(tuning.learnt(), share, start, value, tuple(trainer.losses))
    return found


@torch.inference_mode()
def validate(adapted: AdaptedModule, checks: Example[Tensor] | FeatureCache, *, flip: bool) -> float:
    """Mean pinball loss over known periods, each window by the spread of its context and by its weight."""
    levels = adapted.network.head.levels
    total, count = 0.0, 0.0
    whole = checks.example if isinstance(checks, FeatureCache) else checks
    for first in range(0, len(whole.actual), AT_ONCE):
        places = torch.arange(first, min(first + AT_ONCE, len(whole.actual)))
        part = whole.of(places)
        pool = checks.take(places) if isinstance(checks, FeatureCache) else None
        quantiles = adapted.quantiles(
            part.adapter_input, flip=flip, states=(pool.straight, pool.turned) if pool else None
        )
        losses = pinball(quantiles, part.actual, levels=levels, censored=part.censored)
        spread = InstanceScale.of(part.adapter_input.batch.values, part.adapter_input.batch.observed).scale
        weight = part.known * part.weight[:, None]
        total += float((losses / spread * weight).sum())
        count += float(weight.sum())
    return total / max(count, 1.0)


def _progress(trainer: Trainer[TuningModule], options: FinetuneOptions, seconds: float) -> Progress:
    done = _done(trainer.step, seconds, options)
    left = seconds * (1 - done) / max(done, 1e-9)
    return trainer.progress("fine-tuning", steps=options.most_steps, seconds=seconds, left=left)
