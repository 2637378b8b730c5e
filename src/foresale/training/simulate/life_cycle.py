"""What a record does not tell of demand: launches, ends, gaps and empty shelves."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from foresale.training.simulate.calendar import PER_WEEK
from foresale.training.simulate.context import SimulationContext


@dataclass(frozen=True)
class Life:
    """How long the series of a block live, and what of it is recorded.

    Attributes:
        factor: [N, T] on demand: 0 before a launch and after the end, in between while it grows or fades.
        unknown: [N, T] bool, not recorded.
        empty: [N, T] bool, without stock and recorded as zero.
    """

    factor: Tensor
    unknown: Tensor
    empty: Tensor


def simulate_life(context: SimulationContext) -> Life:
    """Launches and ends, gaps and stock-outs of a block."""
    factor = torch.ones(context.count, context.length, device=context.rng.device)
    unknown = torch.zeros(context.count, context.length, dtype=torch.bool, device=context.rng.device)
    empty = torch.zeros_like(unknown)
    _launch(context, factor, unknown)
    _end(context, factor)
    _gaps(context, unknown)
    _stockouts(context, unknown, empty)
    return Life(factor, unknown, empty)


def _launch(context: SimulationContext, factor: Tensor, unknown: Tensor) -> None:
    rows = context.rows(context.config.launch)
    if not rows.numel():
        return
    count, rng = rows.shape[0], context.rng
    place = rng.uniform(count, 1, high=0.9) ** 1.5
    since = context.progress - place
    speed = rng.log_uniform(count, 1, low=5.0, high=300.0)
    slow = rng.chance(count, 1, probability=0.5)
    hype = rng.log_uniform(count, 1, low=0.3, high=3.0) * rng.chance(count, 1, probability=0.25)
    grown = torch.where(slow, -torch.expm1(-speed * since - 0.05), 1.0) + hype * torch.exp(-speed * since)
    factor[rows] *= torch.where(since >= 0, grown, 0.0)
    zeros = rng.chance(count, 1, probability=context.config.launch_zeros)
    unknown[rows] |= (since < 0) & ~zeros


def _end(context: SimulationContext, factor: Tensor) -> None:
    rows = context.rows(context.config.ending)
    if rows.numel():
        count, rng = rows.shape[0], context.rng
        left = rng.uniform(count, 1, low=0.4, high=1.05) - context.progress
        fade = rng.log_uniform(count, 1, low=0.003, high=0.3)
        factor[rows] *= -torch.expm1(-(left / fade).clamp_(min=0))


def _gaps(context: SimulationContext, unknown: Tensor) -> None:
    rows = context.rows(context.config.gaps)
    if rows.numel():
        count, rng = rows.shape[0], context.rng
        cells = rng.chance(count, 1, probability=0.5)
        share = rng.log_uniform(count, 1, low=0.003, high=0.3)
        single = rng.uniform(count, context.length) < share
        blocks = _blocks(context, count, longest=0.15)
        unknown[rows] |= torch.where(cells, single, blocks)


def _stockouts(context: SimulationContext, unknown: Tensor, empty: Tensor) -> None:
    rows = context.rows(context.config.stockouts)
    if rows.numel():
        blocks = _blocks(context, rows.shape[0], longest=0.15) | _blocks(context, rows.shape[0], longest=0.03)
        hidden = context.rng.chance(rows.shape[0], 1, probability=context.config.stockout_unknown)
        unknown[rows] |= blocks & hidden
        empty[rows] |= blocks & ~hidden


def _blocks(context: SimulationContext, count: int, *, longest: float) -> Tensor:
    """[n, T] bool, one to five blocks of very different length, at most a share `longest` of the series."""
    rng = context.rng
    hit = torch.zeros(count, context.length, dtype=torch.bool, device=rng.device)
    shortest = 1 / context.length
    number = rng.integers(count, 1, low=1, high=5)
    for block in range(5):
        begin = rng.uniform(count, 1)
        size = rng.log_uniform(count, 1, low=shortest, high=max(longest, 2 * shortest))
        hit |= (context.progress >= begin) & (context.progress < begin + size) & (number > block)
    return hit


def degenerate(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, T] series with next to nothing in them: all zero, constant, hardly ever different, or tiny counts."""
    count, rng = rows.shape[0], context.rng
    kind = rng.choose(count, weights=(0.3, 0.2, 0.2, 0.3))[:, None]
    level = rng.log_uniform(count, 1, low=1.0, high=2000.0).round_()
    rare = rng.uniform(count, context.length)
    near = level + (rare < 0.01) * rng.normal(count, 1).sign_()
    tiny = (rare < rng.log_uniform(count, 1, low=0.002, high=0.05)) * rng.integers(count, 1, low=1, high=3)
    return torch.where(kind == 0, 0.0, torch.where(kind == 1, level, torch.where(kind == 2, near, tiny.float())))


def foreign(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, T] what is no retail: mixes of sines, random walks, and noise around them; a share may be negative."""
    count, rng = rows.shape[0], context.rng
    total = rng.log_uniform(count, 1, low=0.01, high=1.0) * rng.normal(count, context.length)
    number = rng.integers(count, 1, low=0, high=4)
    week = float(max(PER_WEEK[context.config.unit], 4))
    for wave in range(4):
        period = rng.log_uniform(count, 1, low=3.0, high=context.length / 2)
        period = torch.where(
            rng.chance(count, 1, probability=0.4), week * rng.integers(count, 1, low=1, high=4), period
        )
        phase = rng.uniform(count, 1, high=2 * math.pi)
        total += rng.normal(count, 1) * (number > wave) * torch.sin(context.steps * (2 * math.pi / period) + phase)
    walk = rng.normal(count, context.length).cumsum_(dim=1) * (3 * rng.uniform(count, 1) / context.length**0.5)
    total += walk * rng.chance(count, 1, probability=0.5)
    signed = rng.chance(count, 1, probability=context.config.signed)
    lowest = total.min(dim=1, keepdim=True).values - rng.log_uniform(count, 1, low=0.1, high=20.0)
    shifted = torch.where(signed, total + 2 * rng.normal(count, 1), total - lowest)
    return shifted * rng.log_uniform(count, 1, low=0.1, high=1000.0)
