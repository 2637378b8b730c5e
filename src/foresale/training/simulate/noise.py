"""From expected demand to what was sold: correlated noise, counts, heavy tails, packs, and demand now and then."""

import math
from typing import Final

import torch
from torch import Tensor

from foresale.training.simulate.context import SimulationContext
from foresale.training.simulate.season import slow_factor
from foresale.training.simulate.spectrum import arma_weights, frequencies, gaussian_process, seasonal_weights

_PACKS: Final = (2.0, 4.0, 6.0, 10.0, 12.0, 24.0)
_LOWEST_WHOLE: Final = 0.6  # mean units of series that are whole numbers
_LARGEST: Final = 1e8  # units: what 32 bits can count, with room


def correlated_noise(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, T] ARMA noise on the logarithm of demand, some of it correlated over the season too."""
    count, rng, config = rows.shape[0], context.rng, context.config
    grid = frequencies(context.length, rows.device)
    weights = arma_weights(grid, rng, count)
    seasonal = rng.rows(count, probability=0.35)
    if seasonal.numel():
        season = {"hour": 24.0, "day": 7.0, "week": context.per_year, "month": 12.0}[config.unit]
        persistence = rng.uniform(seasonal.shape[0], low=0.2, high=0.9)
        period = torch.full_like(persistence, season)
        weights[seasonal] *= seasonal_weights(grid, period, persistence)
    low, high = config.correlated_size
    return gaussian_process(rng, weights, context.length).mul_(rng.log_uniform(count, 1, low=low, high=high))


def observe(context: SimulationContext, mean: Tensor) -> Tensor:
    """[N, T] sales drawn around a mean [N, T] ≥ 0, by the kind of observation that each series has."""
    config, rng = context.config, context.rng
    values = mean.clone()
    if sum(config.observations) > 0:
        kinds = rng.choose(context.count, weights=config.observations)
        low, high = config.dispersion
        spread = rng.log_uniform(context.count, 1, low=low, high=high) * context.irregularity
        for number, draw in enumerate((_poisson, _negative_binomial, _lognormal, _gamma, _normal, _student)):
            rows = (kinds == number).nonzero().squeeze(1)
            if rows.numel():
                values[rows] = draw(context, mean[rows], _regimes(context, spread[rows]))
    _add_outliers(context, values, mean)
    _cap(context, values, mean)
    _round(context, values)
    return values.clamp_(0, _LARGEST)


def _regimes(context: SimulationContext, spread: Tensor) -> Tensor:
    """[n, 1] or [n, T] coefficients of variation, some of them wild at times and calm at others."""
    wild = context.rng.chance(spread.shape[0], 1, probability=context.config.regimes)
    if not bool(wild.any()):
        return spread
    return spread * torch.where(wild, slow_factor(context, spread.shape[0]).square_(), 1.0)


def _poisson(context: SimulationContext, mean: Tensor, _spread: Tensor) -> Tensor:
    return torch.poisson(mean.clamp(max=_LARGEST), generator=context.rng.generator)


def _negative_binomial(context: SimulationContext, mean: Tensor, spread: Tensor) -> Tensor:
    return _poisson(context, _gamma(context, mean, spread), spread)


def _lognormal(context: SimulationContext, mean: Tensor, spread: Tensor) -> Tensor:
    variance = torch.log1p(spread.square())
    return mean * (context.rng.normal(*mean.shape) * variance.sqrt() - 0.5 * variance).exp_()


def _gamma(context: SimulationContext, mean: Tensor, spread: Tensor) -> Tensor:
    """Gamma by the cube of a normal (Wilson and Hilferty 1931)."""
    ninth = spread.square() / 9
    return mean * (1 - ninth + context.rng.normal(*mean.shape) * ninth.sqrt()).clamp_(min=0).pow_(3)


def _normal(context: SimulationContext, mean: Tensor, spread: Tensor) -> Tensor:
    return mean + context.rng.normal(*mean.shape) * spread * _usual(mean)


def _student(context: SimulationContext, mean: Tensor, spread: Tensor) -> Tensor:
    degrees = context.rng.uniform(mean.shape[0], 1, low=2.1, high=8.0)
    return mean + context.rng.student(degrees, *mean.shape).clamp_(-30, 30) * (0.6 * spread) * _usual(mean)


def _usual(mean: Tensor) -> Tensor:
    """Noise grows with demand, but less than it: between the mean of the series and that of the period."""
    return (mean * mean.mean(dim=1, keepdim=True)).sqrt_()


def _add_outliers(context: SimulationContext, values: Tensor, mean: Tensor) -> None:
    rows = context.rows(context.config.outliers)
    if rows.numel():
        count, rng = rows.shape[0], context.rng
        hit = rng.uniform(count, context.length) < rng.log_uniform(count, 1, low=0.001, high=0.02)
        factor = rng.log_uniform(count, context.length, low=2.0, high=12.0)
        values[rows] = torch.where(hit, (mean[rows] * factor).ceil_(), values[rows])


def _cap(context: SimulationContext, values: Tensor, mean: Tensor) -> None:
    """A capacity around what the better periods sell."""
    rows = context.rows(context.config.capped)
    if rows.numel():
        usual = mean[rows].mean(dim=1, keepdim=True)
        capacity = (usual * context.rng.uniform(rows.shape[0], 1, low=1.0, high=2.5)).ceil_()
        values[rows] = torch.minimum(values[rows], capacity)


def _round(context: SimulationContext, values: Tensor) -> None:
    """Whole units for a share, and whole packs for a few, where the level is not so low that nothing would be left."""
    level = values.mean(dim=1)
    rows = context.rows(context.config.whole)
    rows = rows[level[rows] > _LOWEST_WHOLE]
    values[rows] = values[rows].round_()
    rows = context.rows(context.config.packs)
    packs = torch.tensor(_PACKS, device=values.device)
    pack = packs[context.rng.integers(rows.shape[0], low=0, high=len(_PACKS) - 1)]
    fits = level[rows] > _LOWEST_WHOLE * pack
    rows, pack = rows[fits], pack[fits, None]
    values[rows] = (values[rows] / pack).round_() * pack


def occurrences(context: SimulationContext, rows: Tensor) -> tuple[Tensor, Tensor]:
    """Sizes [n, T] of demand that comes now and then, as factors of the level, and their expected value [n, T].

    A correlated normal path below a threshold gives clumped occurrences. Their rate may fall to nothing (obsolescence),
    and their sizes are alike or lumpy.
    """
    count, rng = rows.shape[0], context.rng
    low, high = context.config.intermittent_rate
    rate = rng.log_uniform(count, 1, low=low, high=high).expand(-1, context.length)
    old = torch.where(rng.chance(count, 1, probability=0.15), rng.uniform(count, 1, low=0.3, high=1.0), 9.0)
    rate = rate * torch.sigmoid((old - context.progress) / 0.1)
    clumped = rng.uniform(count, 1, high=0.95) * rng.chance(count, 1, probability=0.5)
    grid = frequencies(context.length, rows.device)
    weights = (1 + clumped.square() - 2 * clumped * torch.cos(2 * math.pi * grid)).rsqrt()
    path = gaussian_process(rng, weights, context.length)
    happens = torch.special.ndtr(path) < rate
    lumpy = rng.uniform(count, 1, low=0.1, high=1.2) * rng.chance(count, 1, probability=0.6)
    sizes = (rng.normal(count, context.length) * lumpy - 0.5 * lumpy.square()).exp_()
    return sizes * happens, rate
