"""Trends, level shifts and slow drifts, on the scale of the logarithm of demand."""

import torch
from torch import Tensor

from foresale.training.simulate.calendar import PER_WEEK
from foresale.training.simulate.context import SimulationContext, one_of
from foresale.training.simulate.spectrum import (
    frequencies,
    gaussian_process,
    rough_weights,
    seasonal_weights,
    smooth_weights,
)

_MOST_BENDS = 6  # of a trend, less than
_MOST_SHIFTS = 4  # of a level, less than


def trend(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, T] one of: straight, damped, bent, logistic, life cycle, local level, local trend."""
    kinds = (_straight, _damped, _bent, _logistic, _life_cycle, _local_level, _local_trend)
    return one_of(context, rows, kinds, (0.2, 0.12, 0.2, 0.1, 0.1, 0.18, 0.1))


def _size(context: SimulationContext, rows: Tensor) -> Tensor:
    return context.rng.normal(rows.shape[0], 1) * context.config.trend_size


def _straight(context: SimulationContext, rows: Tensor) -> Tensor:
    return _size(context, rows) * (context.progress - 0.5)


def _damped(context: SimulationContext, rows: Tensor) -> Tensor:
    speed = context.rng.log_uniform(rows.shape[0], 1, low=2.0, high=30.0)
    return _size(context, rows) * -torch.expm1(-speed * context.progress)


def _bent(context: SimulationContext, rows: Tensor) -> Tensor:
    total = _straight(context, rows)
    bends = context.rng.integers(rows.shape[0], 1, low=1, high=_MOST_BENDS)
    for bend in range(_MOST_BENDS):
        place = context.rng.uniform(rows.shape[0], 1)
        slope = 2 * _size(context, rows) * (bends > bend)
        total += slope * (context.progress - place).clamp_(min=0)
    return total


def _logistic(context: SimulationContext, rows: Tensor) -> Tensor:
    middle = context.rng.uniform(rows.shape[0], 1)
    width = context.rng.log_uniform(rows.shape[0], 1, low=0.01, high=0.2)
    return 1.5 * _size(context, rows) * torch.sigmoid((context.progress - middle) / width)


def _life_cycle(context: SimulationContext, rows: Tensor) -> Tensor:
    peak = context.rng.uniform(rows.shape[0], 1, low=-0.1, high=1.0)
    rise = context.rng.log_uniform(rows.shape[0], 1, low=0.08, high=1.0)
    fall = context.rng.log_uniform(rows.shape[0], 1, low=0.15, high=2.0)
    away = context.progress - peak
    scaled = torch.where(away < 0, away / rise, away / fall).abs_()
    return -(scaled.square() / (1 + scaled)).clamp_(max=5.0)


def _local_level(context: SimulationContext, rows: Tensor) -> Tensor:
    size = context.rng.log_uniform(rows.shape[0], 1, low=0.15, high=2.0) * context.config.trend_size * 2
    walk = context.rng.normal(rows.shape[0], context.length).cumsum_(dim=1)
    return walk.mul_(size / context.length**0.5)


def _local_trend(context: SimulationContext, rows: Tensor) -> Tensor:
    size = context.rng.log_uniform(rows.shape[0], 1, low=0.2, high=2.5) * context.config.trend_size * 2
    walk = context.rng.normal(rows.shape[0], context.length).cumsum_(dim=1).cumsum_(dim=1)
    return walk.mul_(size / context.length**1.5)


def level_shifts(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, T] one to four jumps, some of which are taken back later."""
    count = rows.shape[0]
    total = torch.zeros(count, context.length, device=rows.device)
    shifts = context.rng.integers(count, 1, low=1, high=_MOST_SHIFTS)
    for shift in range(_MOST_SHIFTS):
        place = context.rng.uniform(count, 1)
        end = torch.where(
            context.rng.chance(count, 1, probability=0.4), place + context.rng.uniform(count, 1) * 0.3, 2.0
        )
        size = 0.5 * context.rng.normal(count, 1) * (shifts > shift)
        total += size * ((context.progress >= place) & (context.progress < end))
    return total


def drift(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, T] a Gaussian process: smooth, rough, or the sum of both."""
    count, rng = rows.shape[0], context.rng
    grid = frequencies(context.length, rows.device)
    low, high = context.config.drift_size
    smooth = smooth_weights(grid, context.length * rng.log_uniform(count, low=0.01, high=0.4))
    rough = rough_weights(
        grid, context.length * rng.log_uniform(count, low=0.01, high=0.5), rng.uniform(count, low=0.3, high=2.0)
    )
    share = rng.uniform(count, 1, low=-0.5, high=1.5).clamp_(0, 1)
    size = rng.log_uniform(count, 1, low=low, high=high)
    return gaussian_process(rng, _unit(smooth) * share + _unit(rough) * (1 - share), context.length).mul_(size)


def _unit(weights: Tensor) -> Tensor:
    return weights / weights[:, 1:].square().sum(dim=1, keepdim=True).sqrt_().clamp_(min=1e-12)


def evolving_season(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, T] a season that is similar from one time to the next but not the same."""
    count, rng = rows.shape[0], context.rng
    grid = frequencies(context.length, rows.device)
    periods = torch.tensor(_periods(context), device=rows.device)
    period = periods[rng.integers(count, low=0, high=len(periods) - 1)]
    weights = seasonal_weights(grid, period, rng.uniform(count, low=0.8, high=0.995))
    soft = smooth_weights(grid, period * rng.log_uniform(count, low=0.02, high=0.3))
    size = rng.log_uniform(count, 1, low=0.03, high=0.4)
    return gaussian_process(rng, weights * soft, context.length).mul_(size)


def _periods(context: SimulationContext) -> list[float]:
    week = float(PER_WEEK[context.config.unit])
    short = {"hour": [24.0, week], "day": [week], "week": [], "month": []}[context.config.unit]
    return short + [context.per_year] * (context.length > context.per_year) or [context.length / 2]
