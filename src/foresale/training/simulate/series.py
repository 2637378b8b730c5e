"""Series made on the fly, no two alike, that look like the demand of many shops."""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from foresale.core.errors import ConfigError
from foresale.training.simulate.calendar import PER_YEAR, YEARS, SimulatedCalendar
from foresale.training.simulate.config import SimulationConfig
from foresale.training.simulate.context import SimulationContext, add, soften
from foresale.training.simulate.covariates import simulate_effects
from foresale.training.simulate.events import closures, moving_events, one_offs
from foresale.training.simulate.life_cycle import degenerate, foreign, simulate_life
from foresale.training.simulate.noise import correlated_noise, observe, occurrences
from foresale.training.simulate.rng import Rng
from foresale.training.simulate.season import closed_day, daily, fixed_events, monthly, opening, weekly, yearly
from foresale.training.simulate.trend import drift, evolving_season, level_shifts, trend

_CELLS: Final = 400_000  # periods at a time, which a processor's cache holds
_LARGEST_SHAPE: Final = 2.5  # logarithm: a factor of 12
_LARGEST_EVENT: Final = 3.0  # logarithm: a factor of 20
_ADDED: Final = 0.7  # how much of its shape a series has that adds where others multiply


@dataclass(frozen=True)
class Simulated:
    """N simulated series of T periods.

    Attributes:
        values: [N, T] float32 sales in units, NaN where unknown.
        expected: [N, T] float32 their expected value without noise; also where the values are unknown.
        covariates: [N, T, K] float32 known ahead, in their own units: flags 0 or 1, depths of promotions as shares,
            prices relative to their mean, temperatures in °C, amounts. An unused channel is all 0.
        start: [N] int64 first period of each series, counted from a Monday, 1 January: hour of the day, weekday and
            phase of the year follow from it.
    """

    values: Tensor
    expected: Tensor
    covariates: Tensor
    start: Tensor


def simulate(
    count: int,
    length: int,
    config: SimulationConfig,
    *,
    generator: torch.Generator,
    device: torch.device | str | None = None,
) -> Simulated:
    """`count` series of `length` periods, made on the generator's device and moved to `device`.

    Raises:
        ConfigError: no series, or fewer than 8 periods.

    >>> made = simulate(5, 100, SimulationConfig.of("day"), generator=torch.Generator().manual_seed(1))
    >>> made.values.shape, made.covariates.shape, bool(made.expected.isfinite().all())
    (torch.Size([5, 100]), torch.Size([5, 100, 3]), True)
    """
    if count < 1 or length < 8:
        raise ConfigError(f"at least 1 series of 8 periods are simulated, not {count} of {length}")
    size = max(_CELLS // length, 16)
    blocks = [_block(min(size, count - done), length, config, Rng(generator)) for done in range(0, count, size)]
    joined = [torch.cat(parts) for parts in zip(*blocks, strict=True)]
    return Simulated(*(part.to(device or generator.device) for part in joined))


def _block(count: int, length: int, config: SimulationConfig, rng: Rng) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """A block small enough for the processor's cache: values, expected, covariates, start."""
    start = rng.integers(count, low=0, high=int(YEARS * PER_YEAR[config.unit]))
    level, irregularity = _level_and_turmoil(config, rng, count)
    context = SimulationContext(config, rng, SimulatedCalendar.of(config.unit, start, length), irregularity)
    effects = simulate_effects(context)
    life = simulate_life(context)
    mean = level * _composed(context, effects.log_factor) * effects.open * life.factor
    mean *= _open(context)
    mean.clamp_(max=5 * config.level[1])
    noisy = torch.zeros_like(mean)
    add(noisy, context, config.correlated, correlated_noise)
    moved = mean * noisy.mul_(context.irregularity).exp_()
    rows = context.rows(config.intermittent)
    if rows.numel():
        sizes, rate = occurrences(context, rows)
        moved[rows] *= sizes
        mean[rows] *= rate
    values = observe(context, moved)
    for probability, make in ((config.foreign, foreign), (config.degenerate, degenerate)):
        rows = context.rows(probability)
        if rows.numel():
            values[rows] = mean[rows] = make(context, rows)
            life.empty[rows] = False
            effects.channels[rows] *= rng.chance(rows.shape[0], 1, 1, probability=0.3)
    values.masked_fill_(life.empty, 0.0).masked_fill_(life.unknown, torch.nan)
    return values, mean, effects.channels, start


def _level_and_turmoil(config: SimulationConfig, rng: Rng, count: int) -> tuple[Tensor, Tensor]:
    """[N, 1] levels, log-normal within their range, and turmoil, which is less where the level is high."""
    exponent = rng.normal(count, 1) * config.level_spread
    low, high = config.irregularity
    irregularity = rng.log_uniform(count, 1, low=low, high=high) * 10 ** (-config.calmer * exponent)
    return (config.level_median * 10**exponent).clamp_(*config.level), irregularity.clamp_(0.5 * low, high)


def _composed(context: SimulationContext, log_factor: Tensor) -> Tensor:
    """[N, T] trend, seasons, events and covariates as one factor of the level: multiplied, added, or both."""
    config = context.config
    slow = torch.zeros(context.count, context.length, device=context.rng.device)
    for probability, make in ((config.trend, trend), (config.shift, level_shifts), (config.drift, drift)):
        add(slow, context, probability, make)
    shape = slow.mul_(context.irregularity)
    for probability, make in (
        (config.evolving, evolving_season),
        (config.daily, daily),
        (config.weekly, weekly),
        (config.monthly, monthly),
        (config.yearly, yearly),
    ):
        add(shape, context, probability, make)
    for probability, make in (
        (config.fixed_events, fixed_events),
        (config.moving_events, moving_events),
        (config.one_offs, one_offs),
    ):
        add(log_factor, context, probability, make)
    shape, log_factor = soften(shape, _LARGEST_SHAPE), log_factor.clamp_(-_LARGEST_EVENT, _LARGEST_EVENT)
    kind = context.rng.choose(context.count, weights=config.compositions)[:, None]
    effects = log_factor.exp()
    added = (1 + _ADDED * shape).clamp_(min=0)
    both = torch.where(kind == 1, added * effects, (added + effects - 1).clamp_(min=0))
    return torch.where(kind == 0, (shape + log_factor).exp_(), both)


def _open(context: SimulationContext) -> Tensor:
    """[N, T] 1 where a shop is open, 0 where it is closed."""
    config = context.config
    total = torch.ones(context.count, context.length, device=context.rng.device)
    for probability, make in ((config.opening, opening), (config.closed_day, closed_day), (config.closures, closures)):
        rows = context.rows(probability)
        if rows.numel():
            total[rows] *= make(context, rows)
    return total
