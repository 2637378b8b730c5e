"""A head for a task of its own learns from the states of a frozen backbone."""

import copy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from foresale.models.adapters import Adapted
from foresale.models.network import Network
from foresale.models.scaling import InstanceScale
from foresale.models.tasks import Task, TaskHead
from foresale.training.finetune.example import Examples
from foresale.training.finetune.options import FinetuneOptions
from foresale.training.finetune.plan import Plan
from foresale.training.finetune.pool import Pool
from foresale.training.loop import rate_at


@dataclass(frozen=True)
class TaughtHead:
    """A head, and what learning brought it.

    Attributes:
        head: with the weights that did best on the validation windows, the first ones included.
        before: validation loss of what the pre-trained quantiles say.
        after: validation loss of the head.
    """

    head: TaskHead
    before: float
    after: float


@dataclass(frozen=True)
class _Told:
    """What a head is told of windows: states, pre-trained quantiles, scale; and what followed."""

    states: Tensor
    quantiles: Tensor
    scale: InstanceScale
    actual: Tensor
    known: Tensor

    @classmethod
    @torch.no_grad()
    def of(cls, network: Network, pool: Pool) -> "_Told":
        both = (pool.straight, pool.turned)
        quantiles = Adapted(network, None).eval().quantiles(pool.shown, flip=True, states=both)
        return cls(pool.straight[0], quantiles, pool.straight[1], pool.example.actual, pool.example.known)

    def take(self, chosen: Tensor) -> "_Told":
        scale = InstanceScale(self.scale.location[chosen], self.scale.scale[chosen])
        return _Told(self.states[chosen], self.quantiles[chosen], scale, self.actual[chosen], self.known[chosen])

    def loss(self, head: TaskHead) -> Tensor:
        return head.loss(head(self.states, self.quantiles, self.scale), self.actual, self.known, self.scale)


def teach(network: Network, task: Task, examples: Examples, plan: Plan, options: FinetuneOptions) -> TaughtHead:
    """A head of a task over a network that stays as it is.

    The validation windows choose the step; where nothing is better than what the pre-trained quantiles say, that stays.
    """
    items, positions = plan.draw(options.pool, np.random.default_rng([options.seed, 7]))
    pool = _Told.of(network, Pool.of(network, plan.learnt(examples(items, positions), items, positions)))
    checks = _Told.of(network, Pool.of(network, examples(plan.held, plan.held_positions)))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(options.seed)
        config = network.config
        head = TaskHead(task, width=config.width, patch=config.patch, levels=network.head.levels)
        return _taught(head, pool, checks, options)


def _taught(head: TaskHead, pool: _Told, checks: _Told, options: FinetuneOptions) -> TaughtHead:
    optimizer = torch.optim.AdamW(head.parameters(), lr=options.peak, weight_decay=options.decay)
    best = before = _value(head, checks)
    kept, stale = copy.deepcopy(head), 0
    generator = np.random.default_rng([options.seed, 11])
    for step in range(options.most_steps):
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, steps=options.most_steps, peak=options.peak)
        chosen = torch.from_numpy(generator.integers(len(pool.actual), size=4 * options.batch))
        loss = pool.take(chosen).loss(head)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(head.parameters(), 1.0)
        optimizer.step()
        if (step + 1) % options.validate_every and step + 1 < options.most_steps:
            continue
        value = _value(head, checks)
        kept, best, stale = (copy.deepcopy(head), value, 0) if value < best else (kept, best, stale + 1)
        if stale >= options.patience:
            break
    return TaughtHead(kept.eval(), before, best)


@torch.no_grad()
def _value(head: TaskHead, checks: _Told) -> float:
    return float(checks.loss(head))
