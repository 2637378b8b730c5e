"""From expected demand to what was sold: correlated noise, counts, heavy tails, packs, and demand now and then."""

import math
from typing import Final

import torch
from torch import Tensor

from foresale.training.simulate.scene import Scene
from foresale.training.simulate.season import slow_factor
from foresale.training.simulate.spectrum import arma_weights, frequencies, gaussian_process, seasonal_weights

_PACKS: Final = (2.0, 4.0, 6.0, 10.0, 12.0, 24.0)
_LOWEST_WHOLE: Final = 0.6
_LARGEST: Final = 1e8


def correlated_noise(scene: Scene, rows: Tensor) -> Tensor:
    """[n, T] ARMA noise on the logarithm of demand, some of it correlated over the season too."""
    count, dice, config = rows.shape[0], scene.dice, scene.config
    grid = frequencies(scene.length, rows.device)
    weights = arma_weights(grid, dice, count)
    seasonal = dice.rows(count, probability=0.35)
    if seasonal.numel():
        season = {"hour": 24.0, "day": 7.0, "week": scene.per_year, "month": 12.0}[config.unit]
        persistence = dice.uniform(seasonal.shape[0], low=0.2, high=0.9)
        period = torch.full_like(persistence, season)
        weights[seasonal] *= seasonal_weights(grid, period, persistence)
    low, high = config.correlated_size
    return gaussian_process(dice, weights, scene.length).mul_(dice.log_uniform(count, 1, low=low, high=high))


def observe(scene: Scene, mean: Tensor) -> Tensor:
    """[N, T] sales drawn around a mean [N, T] ≥ 0, by the kind of observation that each series has."""
    config, dice = scene.config, scene.dice
    values = mean.clone()
    if sum(config.observations) > 0:
        kinds = dice.choose(scene.count, weights=config.observations)
        low, high = config.dispersion
        spread = dice.log_uniform(scene.count, 1, low=low, high=high) * scene.turmoil
        for number, draw in enumerate((_poisson, _negative_binomial, _lognormal, _gamma, _normal, _student)):
            rows = (kinds == number).nonzero().squeeze(1)
            if rows.numel():
                values[rows] = draw(scene, mean[rows], _regimes(scene, spread[rows]))
    _add_outliers(scene, values, mean)
    _cap(scene, values, mean)
    _round(scene, values)
    return values.clamp_(0, _LARGEST)


def _regimes(scene: Scene, spread: Tensor) -> Tensor:
    """[n, 1] or [n, T] coefficients of variation, some of them wild at times and calm at others."""
    wild = scene.dice.chance(spread.shape[0], 1, probability=scene.config.regimes)
    if not bool(wild.any()):
        return spread
    return spread * torch.where(wild, slow_factor(scene, spread.shape[0]).square_(), 1.0)


def _poisson(scene: Scene, mean: Tensor, _spread: Tensor) -> Tensor:
    return torch.poisson(mean.clamp(max=_LARGEST), generator=scene.dice.generator)


def _negative_binomial(scene: Scene, mean: Tensor, spread: Tensor) -> Tensor:
    return _poisson(scene, _gamma(scene, mean, spread), spread)


def _lognormal(scene: Scene, mean: Tensor, spread: Tensor) -> Tensor:
    variance = torch.log1p(spread.square())
    return mean * (scene.dice.normal(*mean.shape) * variance.sqrt() - 0.5 * variance).exp_()


def _gamma(scene: Scene, mean: Tensor, spread: Tensor) -> Tensor:
    """Gamma by the cube of a normal (Wilson and Hilferty 1931)."""
    ninth = spread.square() / 9
    return mean * (1 - ninth + scene.dice.normal(*mean.shape) * ninth.sqrt()).clamp_(min=0).pow_(3)


def _normal(scene: Scene, mean: Tensor, spread: Tensor) -> Tensor:
    return mean + scene.dice.normal(*mean.shape) * spread * _usual(mean)


def _student(scene: Scene, mean: Tensor, spread: Tensor) -> Tensor:
    degrees = scene.dice.uniform(mean.shape[0], 1, low=2.1, high=8.0)
    return mean + scene.dice.student(degrees, *mean.shape).clamp_(-30, 30) * (0.6 * spread) * _usual(mean)


def _usual(mean: Tensor) -> Tensor:
    """Noise grows with demand, but less than it: between the mean of the series and that of the period."""
    return (mean * mean.mean(dim=1, keepdim=True)).sqrt_()


def _add_outliers(scene: Scene, values: Tensor, mean: Tensor) -> None:
    rows = scene.rows(scene.config.outliers)
    if rows.numel():
        count, dice = rows.shape[0], scene.dice
        hit = dice.uniform(count, scene.length) < dice.log_uniform(count, 1, low=0.001, high=0.02)
        factor = dice.log_uniform(count, scene.length, low=2.0, high=12.0)
        values[rows] = torch.where(hit, (mean[rows] * factor).ceil_(), values[rows])


def _cap(scene: Scene, values: Tensor, mean: Tensor) -> None:
    """A capacity around what the better periods sell."""
    rows = scene.rows(scene.config.capped)
    if rows.numel():
        usual = mean[rows].mean(dim=1, keepdim=True)
        capacity = (usual * scene.dice.uniform(rows.shape[0], 1, low=1.0, high=2.5)).ceil_()
        values[rows] = torch.minimum(values[rows], capacity)


def _round(scene: Scene, values: Tensor) -> None:
    """Whole units for a share, and whole packs for a few, where the level is not so low that nothing would be left."""
    level = values.mean(dim=1)
    rows = scene.rows(scene.config.whole)
    rows = rows[level[rows] > _LOWEST_WHOLE]
    values[rows] = values[rows].round_()
    rows = scene.rows(scene.config.packs)
    packs = torch.tensor(_PACKS, device=values.device)
    pack = packs[scene.dice.integers(rows.shape[0], low=0, high=len(_PACKS) - 1)]
    fits = level[rows] > _LOWEST_WHOLE * pack
    rows, pack = rows[fits], pack[fits, None]
    values[rows] = (values[rows] / pack).round_() * pack


def occurrences(scene: Scene, rows: Tensor) -> tuple[Tensor, Tensor]:
    """Sizes [n, T] of demand that comes now and then, as factors of the level, and their expected value [n, T].

    A correlated normal path below a threshold gives clumped occurrences. Their rate may fall to nothing (obsolescence),
    and their sizes are alike or lumpy.
    """
    count, dice = rows.shape[0], scene.dice
    low, high = scene.config.intermittent_rate
    rate = dice.log_uniform(count, 1, low=low, high=high).expand(-1, scene.length)
    old = torch.where(dice.chance(count, 1, probability=0.15), dice.uniform(count, 1, low=0.3, high=1.0), 9.0)
    rate = rate * torch.sigmoid((old - scene.progress) / 0.1)
    clumped = dice.uniform(count, 1, high=0.95) * dice.chance(count, 1, probability=0.5)
    grid = frequencies(scene.length, rows.device)
    weights = (1 + clumped.square() - 2 * clumped * torch.cos(2 * math.pi * grid)).rsqrt()
    path = gaussian_process(dice, weights, scene.length)
    happens = torch.special.ndtr(path) < rate
    lumpy = dice.uniform(count, 1, low=0.1, high=1.2) * dice.chance(count, 1, probability=0.6)
    sizes = (dice.normal(count, scene.length) * lumpy - 0.5 * lumpy.square()).exp_()
    return sizes * happens, rate
