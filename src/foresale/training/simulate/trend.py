"""Trends, level shifts and slow drifts, on the scale of the logarithm of demand."""

import torch
from torch import Tensor

from foresale.training.simulate.clock import PER_WEEK
from foresale.training.simulate.scene import Scene, one_of
from foresale.training.simulate.spectrum import (
    frequencies,
    gaussian_process,
    rough_weights,
    seasonal_weights,
    smooth_weights,
)

_MOST_BENDS = 6
_MOST_SHIFTS = 4


def trend(scene: Scene, rows: Tensor) -> Tensor:
    """[n, T] one of: straight, damped, bent, logistic, life cycle, local level, local trend."""
    kinds = (_straight, _damped, _bent, _logistic, _life_cycle, _local_level, _local_trend)
    return one_of(scene, rows, kinds, (0.2, 0.12, 0.2, 0.1, 0.1, 0.18, 0.1))


def _size(scene: Scene, rows: Tensor) -> Tensor:
    return scene.dice.normal(rows.shape[0], 1) * scene.config.trend_size


def _straight(scene: Scene, rows: Tensor) -> Tensor:
    return _size(scene, rows) * (scene.progress - 0.5)


def _damped(scene: Scene, rows: Tensor) -> Tensor:
    speed = scene.dice.log_uniform(rows.shape[0], 1, low=2.0, high=30.0)
    return _size(scene, rows) * -torch.expm1(-speed * scene.progress)


def _bent(scene: Scene, rows: Tensor) -> Tensor:
    total = _straight(scene, rows)
    bends = scene.dice.integers(rows.shape[0], 1, low=1, high=_MOST_BENDS)
    for bend in range(_MOST_BENDS):
        place = scene.dice.uniform(rows.shape[0], 1)
        slope = 2 * _size(scene, rows) * (bends > bend)
        total += slope * (scene.progress - place).clamp_(min=0)
    return total


def _logistic(scene: Scene, rows: Tensor) -> Tensor:
    middle = scene.dice.uniform(rows.shape[0], 1)
    width = scene.dice.log_uniform(rows.shape[0], 1, low=0.01, high=0.2)
    return 1.5 * _size(scene, rows) * torch.sigmoid((scene.progress - middle) / width)


def _life_cycle(scene: Scene, rows: Tensor) -> Tensor:
    peak = scene.dice.uniform(rows.shape[0], 1, low=-0.1, high=1.0)
    rise = scene.dice.log_uniform(rows.shape[0], 1, low=0.08, high=1.0)
    fall = scene.dice.log_uniform(rows.shape[0], 1, low=0.15, high=2.0)
    away = scene.progress - peak
    scaled = torch.where(away < 0, away / rise, away / fall).abs_()
    return -(scaled.square() / (1 + scaled)).clamp_(max=5.0)


def _local_level(scene: Scene, rows: Tensor) -> Tensor:
    size = scene.dice.log_uniform(rows.shape[0], 1, low=0.15, high=2.0) * scene.config.trend_size * 2
    walk = scene.dice.normal(rows.shape[0], scene.length).cumsum_(dim=1)
    return walk.mul_(size / scene.length**0.5)


def _local_trend(scene: Scene, rows: Tensor) -> Tensor:
    size = scene.dice.log_uniform(rows.shape[0], 1, low=0.2, high=2.5) * scene.config.trend_size * 2
    walk = scene.dice.normal(rows.shape[0], scene.length).cumsum_(dim=1).cumsum_(dim=1)
    return walk.mul_(size / scene.length**1.5)


def level_shifts(scene: Scene, rows: Tensor) -> Tensor:
    """[n, T] one to four jumps, some of which are taken back later."""
    count = rows.shape[0]
    total = torch.zeros(count, scene.length, device=rows.device)
    shifts = scene.dice.integers(count, 1, low=1, high=_MOST_SHIFTS)
    for shift in range(_MOST_SHIFTS):
        place = scene.dice.uniform(count, 1)
        end = torch.where(scene.dice.chance(count, 1, probability=0.4), place + scene.dice.uniform(count, 1) * 0.3, 2.0)
        size = 0.5 * scene.dice.normal(count, 1) * (shifts > shift)
        total += size * ((scene.progress >= place) & (scene.progress < end))
    return total


def drift(scene: Scene, rows: Tensor) -> Tensor:
    """[n, T] a Gaussian process: smooth, rough, or the sum of both."""
    count, dice = rows.shape[0], scene.dice
    grid = frequencies(scene.length, rows.device)
    low, high = scene.config.drift_size
    smooth = smooth_weights(grid, scene.length * dice.log_uniform(count, low=0.01, high=0.4))
    rough = rough_weights(grid, scene.length * dice.log_uniform(count, low=0.01, high=0.5),
                          dice.uniform(count, low=0.3, high=2.0))  # fmt: skip
    share = dice.uniform(count, 1, low=-0.5, high=1.5).clamp_(0, 1)
    size = dice.log_uniform(count, 1, low=low, high=high)
    return gaussian_process(dice, _unit(smooth) * share + _unit(rough) * (1 - share), scene.length).mul_(size)


def _unit(weights: Tensor) -> Tensor:
    return weights / weights[:, 1:].square().sum(dim=1, keepdim=True).sqrt_().clamp_(min=1e-12)


def evolving_season(scene: Scene, rows: Tensor) -> Tensor:
    """[n, T] a season that is similar from one time to the next but not the same."""
    count, dice = rows.shape[0], scene.dice
    grid = frequencies(scene.length, rows.device)
    periods = torch.tensor(_periods(scene), device=rows.device)
    period = periods[dice.integers(count, low=0, high=len(periods) - 1)]
    weights = seasonal_weights(grid, period, dice.uniform(count, low=0.8, high=0.995))
    soft = smooth_weights(grid, period * dice.log_uniform(count, low=0.02, high=0.3))
    size = dice.log_uniform(count, 1, low=0.03, high=0.4)
    return gaussian_process(dice, weights * soft, scene.length).mul_(size)


def _periods(scene: Scene) -> list[float]:
    week = float(PER_WEEK[scene.config.unit])
    short = {"hour": [24.0, week], "day": [week], "week": [], "month": []}[scene.config.unit]
    return short + [scene.per_year] * (scene.length > scene.per_year) or [scene.length / 2]
