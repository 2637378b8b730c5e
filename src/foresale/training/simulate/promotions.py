"""When promotions run and how deep they are, and what they do to demand."""

from typing import Final

import torch
from torch import Tensor

from foresale.training.simulate.config import SimulatedUnit
from foresale.training.simulate.context import SimulationContext, effect_sizes

_MOST: Final = 40  # promotions in a series
# Shortest and longest promotion, and the shortest and longest time from one to the next.
_DURATION: Final[dict[SimulatedUnit, tuple[float, float]]] = {
    "hour": (12, 120),
    "day": (1, 16),
    "week": (1, 4),
    "month": (1, 3),
}
_CYCLE: Final[dict[SimulatedUnit, tuple[float, float]]] = {
    "hour": (60, 600),
    "day": (7, 120),
    "week": (3, 30),
    "month": (3, 18),
}
_MEMORY: Final[dict[SimulatedUnit, int]] = {"hour": 336, "day": 56, "week": 12, "month": 6}
_DIP: Final[dict[SimulatedUnit, int]] = {"hour": 24, "day": 5, "week": 2, "month": 1}


def promotion_depths(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, T] depth of the promotion that runs (0.05 to 0.7), 0 where none does: regular, in bursts, or at random.

    A series has one depth, a few usual ones, or any.
    """
    count, rng = rows.shape[0], context.rng
    cycle = rng.log_uniform(count, 1, low=_CYCLE[context.config.unit][0], high=_CYCLE[context.config.unit][1])
    loose = torch.where(rng.chance(count, 1, probability=0.35), 0.02, rng.uniform(count, 1, low=0.2, high=1.0))
    waits = cycle * (1 + loose * (rng.uniform(count, _MOST, low=1e-4).log_().neg_() - 1)).clamp_(min=0.15)
    low, high = _DURATION[context.config.unit]
    usual = rng.log_uniform(count, 1, low=low, high=high)
    spread = torch.where(rng.chance(count, 1, probability=0.5), 0.0, 0.5)
    lengths = (usual * (spread * rng.normal(count, _MOST)).exp_()).clamp_(low, high).round_()
    begin = (waits.cumsum_(dim=1) - cycle * rng.uniform(count, 1)).round_()
    end = torch.minimum(begin + lengths, torch.cat([begin[:, 1:], begin[:, -1:] + high], dim=1))
    return _between(begin, end, _depths(context, count), context.length)


def _depths(context: SimulationContext, count: int) -> Tensor:
    """[n, 40] depths of promotions, in steps of 5 %."""
    rng = context.rng
    middle = rng.uniform(count, 1, low=0.1, high=0.5)
    kind = rng.choose(count, weights=(0.4, 0.3, 0.3))[:, None]
    few = torch.where(rng.chance(count, _MOST, probability=0.5), 1.0, 0.5)
    factor = torch.where(kind == 0, 1.0, torch.where(kind == 1, few, rng.uniform(count, _MOST, low=0.3, high=1.4)))
    return ((middle * factor * 20).round_() / 20).clamp_(0.05, 0.7)


def _between(begin: Tensor, end: Tensor, values: Tensor, length: int) -> Tensor:
    """[n, T] each value from its begin until before its end, 0 elsewhere."""
    total = torch.zeros(begin.shape[0], length + 1, device=begin.device)
    total.scatter_add_(1, begin.clamp(0, length).to(torch.int64), values)
    total.scatter_add_(1, end.clamp(0, length).to(torch.int64), -values)
    running = total.cumsum_(dim=1)[:, :length]
    return torch.where(running > 0.01, running, 0.0)


def flag_blocks(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, T] 1 during random blocks of time, 0 elsewhere: events of any kind."""
    return (promotion_depths(context, rows) > 0).float()


def promotion_effect(context: SimulationContext, depth: Tensor, *, by_depth: Tensor) -> Tensor:
    """[n, T] on the logarithm of demand: lift (by the depth where asked, [n, 1]), fatigue, and a dip afterwards.

    Repeated promotions work less: the lift falls with the share of the last weeks under promotion.
    """
    count, rng, unit = depth.shape[0], context.rng, context.config.unit
    running = (depth > 0).float()
    lift = effect_sizes(context, count) * torch.where(rng.uniform(count, 1) < 0.93, 1.0, -0.5)
    usual = depth.sum(dim=1, keepdim=True) / running.sum(dim=1, keepdim=True).clamp(min=1)
    effect = lift * torch.where(by_depth, depth / usual.clamp(min=0.05), running)
    tired = rng.rows(count, probability=0.3)
    if tired.numel():
        recent = trailing_mean(running[tired], _MEMORY[unit])
        effect[tired] /= 1 + rng.uniform(tired.shape[0], 1, low=0.5, high=4.0) * recent
    dipping = rng.rows(count, probability=0.3)
    if dipping.numel():
        past = running[dipping] - trailing_mean(running[dipping], _DIP[unit] + 1)
        after = -past.clamp_(max=0) * (running[dipping] == 0)
        effect[dipping] -= after * lift[dipping].abs() * rng.uniform(dipping.shape[0], 1, low=0.1, high=0.8)
    return effect


def trailing_mean(values: Tensor, window: int) -> Tensor:
    """[n, T] mean of the last `window` periods, the present one included; zeros before the first."""
    total = values.cumsum(dim=1)
    total[:, window:] -= total[:, :-window].clone() if window < values.shape[1] else 0
    return total / window
