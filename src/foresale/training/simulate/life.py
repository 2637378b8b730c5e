"""What a record does not tell of demand: launches, ends, gaps and empty shelves."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from foresale.training.simulate.clock import PER_WEEK
from foresale.training.simulate.scene import Scene


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


def simulate_life(scene: Scene) -> Life:
    """Launches and ends, gaps and stock-outs of a block."""
    factor = torch.ones(scene.count, scene.length, device=scene.dice.device)
    unknown = torch.zeros(scene.count, scene.length, dtype=torch.bool, device=scene.dice.device)
    empty = torch.zeros_like(unknown)
    _launch(scene, factor, unknown)
    _end(scene, factor)
    _gaps(scene, unknown)
    _stockouts(scene, unknown, empty)
    return Life(factor, unknown, empty)


def _launch(scene: Scene, factor: Tensor, unknown: Tensor) -> None:
    rows = scene.rows(scene.config.launch)
    if not rows.numel():
        return
    count, dice = rows.shape[0], scene.dice
    place = dice.uniform(count, 1, high=0.9) ** 1.5
    since = scene.progress - place
    speed = dice.log_uniform(count, 1, low=5.0, high=300.0)
    slow = dice.chance(count, 1, probability=0.5)
    hype = dice.log_uniform(count, 1, low=0.3, high=3.0) * dice.chance(count, 1, probability=0.25)
    grown = torch.where(slow, -torch.expm1(-speed * since - 0.05), 1.0) + hype * torch.exp(-speed * since)
    factor[rows] *= torch.where(since >= 0, grown, 0.0)
    zeros = dice.chance(count, 1, probability=scene.config.launch_zeros)
    unknown[rows] |= (since < 0) & ~zeros


def _end(scene: Scene, factor: Tensor) -> None:
    rows = scene.rows(scene.config.ending)
    if rows.numel():
        count, dice = rows.shape[0], scene.dice
        left = dice.uniform(count, 1, low=0.4, high=1.05) - scene.progress
        fade = dice.log_uniform(count, 1, low=0.003, high=0.3)
        factor[rows] *= -torch.expm1(-(left / fade).clamp_(min=0))


def _gaps(scene: Scene, unknown: Tensor) -> None:
    rows = scene.rows(scene.config.gaps)
    if rows.numel():
        count, dice = rows.shape[0], scene.dice
        cells = dice.chance(count, 1, probability=0.5)
        share = dice.log_uniform(count, 1, low=0.003, high=0.3)
        single = dice.uniform(count, scene.length) < share
        blocks = _blocks(scene, count, longest=0.15)
        unknown[rows] |= torch.where(cells, single, blocks)


def _stockouts(scene: Scene, unknown: Tensor, empty: Tensor) -> None:
    rows = scene.rows(scene.config.stockouts)
    if rows.numel():
        blocks = _blocks(scene, rows.shape[0], longest=0.15) | _blocks(scene, rows.shape[0], longest=0.03)
        hidden = scene.dice.chance(rows.shape[0], 1, probability=scene.config.stockout_unknown)
        unknown[rows] |= blocks & hidden
        empty[rows] |= blocks & ~hidden


def _blocks(scene: Scene, count: int, *, longest: float) -> Tensor:
    """[n, T] bool, one to five blocks of very different length, at most a share `longest` of the series."""
    dice = scene.dice
    hit = torch.zeros(count, scene.length, dtype=torch.bool, device=dice.device)
    shortest = 1 / scene.length
    number = dice.integers(count, 1, low=1, high=5)
    for block in range(5):
        begin = dice.uniform(count, 1)
        size = dice.log_uniform(count, 1, low=shortest, high=max(longest, 2 * shortest))
        hit |= (scene.progress >= begin) & (scene.progress < begin + size) & (number > block)
    return hit


def degenerate(scene: Scene, rows: Tensor) -> Tensor:
    """[n, T] series with next to nothing in them: all zero, constant, hardly ever different, or tiny counts."""
    count, dice = rows.shape[0], scene.dice
    kind = dice.choose(count, weights=(0.3, 0.2, 0.2, 0.3))[:, None]
    level = dice.log_uniform(count, 1, low=1.0, high=2000.0).round_()
    rare = dice.uniform(count, scene.length)
    near = level + (rare < 0.01) * dice.normal(count, 1).sign_()
    tiny = (rare < dice.log_uniform(count, 1, low=0.002, high=0.05)) * dice.integers(count, 1, low=1, high=3)
    return torch.where(kind == 0, 0.0, torch.where(kind == 1, level, torch.where(kind == 2, near, tiny.float())))


def foreign(scene: Scene, rows: Tensor) -> Tensor:
    """[n, T] what is no retail: mixes of sines, random walks, and noise around them; a share may be negative."""
    count, dice = rows.shape[0], scene.dice
    total = dice.log_uniform(count, 1, low=0.01, high=1.0) * dice.normal(count, scene.length)
    number = dice.integers(count, 1, low=0, high=4)
    week = float(max(PER_WEEK[scene.config.unit], 4))
    for wave in range(4):
        period = dice.log_uniform(count, 1, low=3.0, high=scene.length / 2)
        period = torch.where(
            dice.chance(count, 1, probability=0.4), week * dice.integers(count, 1, low=1, high=4), period
        )
        phase = dice.uniform(count, 1, high=2 * math.pi)
        total += dice.normal(count, 1) * (number > wave) * torch.sin(scene.steps * (2 * math.pi / period) + phase)
    walk = dice.normal(count, scene.length).cumsum_(dim=1) * (3 * dice.uniform(count, 1) / scene.length**0.5)
    total += walk * dice.chance(count, 1, probability=0.5)
    signed = dice.chance(count, 1, probability=scene.config.signed)
    lowest = total.min(dim=1, keepdim=True).values - dice.log_uniform(count, 1, low=0.1, high=20.0)
    shifted = torch.where(signed, total + 2 * dice.normal(count, 1), total - lowest)
    return shifted * dice.log_uniform(count, 1, low=0.1, high=1000.0)
