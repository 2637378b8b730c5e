"""Profiles of the day, the week, the month and the year, each random, and how they change."""

import math
from typing import Final

import torch
from torch import Tensor

from foresale.training.simulate.calendar import YEAR_BINS, YEARS
from foresale.training.simulate.context import SimulationContext, soften
from foresale.training.simulate.rng import Rng
from foresale.training.simulate.spectrum import frequencies, gaussian_process, smooth_weights

_LIMIT: Final = 2.0  # logarithm: a factor of 7
_HARMONICS: Final = 6  # waves of a smooth season
_BUMPS: Final = 4  # of a season, less than
_CHRISTMAS: Final = 0.975  # share of the year that is gone by then


def weekly(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, T] a profile of the days of the week; its size may change slowly, or it may turn into another one."""
    count, rng = rows.shape[0], context.rng
    low, high = context.config.weekly_size
    weekday = context.calendar.read(context.calendar.table.weekday, rows)
    season = week_profile(rng, count).mul_(rng.log_uniform(count, 1, low=low, high=high)).gather(1, weekday)
    changing = rng.rows(count, probability=0.35)
    if changing.numel():
        season[changing] *= slow_factor(context, changing.shape[0])
    turning = rng.rows(count, probability=0.1)
    if turning.numel():
        other = week_profile(rng, turning.shape[0]).mul_(0.3).gather(1, weekday[turning])
        middle = rng.uniform(turning.shape[0], 1)
        weight = torch.sigmoid((context.progress - middle) / 0.03)
        season[turning] += weight * (other - season[turning])
    return season


def week_profile(rng: Rng, count: int) -> Tensor:
    """[n, 7] profiles of mean 0 and variance 1: weekend up or down, any, one day apart."""
    kind = rng.choose(count, weights=(0.4, 0.1, 0.35, 0.15))[:, None]
    weekend = torch.tensor([-0.8, -0.9, -0.7, -0.3, 0.4, 1.6, 1.0], device=rng.device)
    noise = rng.normal(count, 7)
    single = torch.zeros(count, 7, device=rng.device).scatter_(1, rng.integers(count, 1, low=0, high=6), 2.5)
    single = single * rng.sign(count, 1) + 0.2 * noise
    profile = torch.where(kind == 0, weekend + 0.4 * noise, torch.where(kind == 1, 0.3 * noise - weekend, noise))
    return standardised(torch.where(kind == 3, single, profile))


def standardised(profile: Tensor) -> Tensor:
    """Rows of mean 0 and standard deviation 1."""
    centred = profile - profile.mean(dim=1, keepdim=True)
    return centred / centred.square().mean(dim=1, keepdim=True).sqrt_().clamp_(min=1e-6)


def slow_factor(context: SimulationContext, count: int) -> Tensor:
    """[n, T] a positive factor around 1 that changes slowly."""
    grid = frequencies(context.length, context.rng.device)
    weights = smooth_weights(grid, context.length * context.rng.log_uniform(count, low=0.1, high=0.5))
    path = gaussian_process(context.rng, weights, context.length)
    return path.mul_(context.rng.uniform(count, 1, low=0.1, high=0.6)).exp_()


def daily(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, T] a profile of the hours of the day: one or two peaks, another one at the weekend for some."""
    count, rng = rows.shape[0], context.rng
    hour = context.calendar.read(context.calendar.table.hour, rows)
    profile = _day_profile(rng, count)
    other = torch.where(rng.chance(count, 1, probability=0.4), _day_profile(rng, count), profile)
    weekend = context.calendar.read(context.calendar.table.weekday, rows) >= 5
    return torch.cat([profile, other], dim=1).gather(1, hour + 24 * weekend)


def _day_profile(rng: Rng, count: int) -> Tensor:
    hours = torch.arange(24, device=rng.device)
    total = 0.15 * rng.normal(count, 24)
    for peak in range(2):
        middle = rng.uniform(count, 1, low=8.0, high=21.0)
        width = rng.log_uniform(count, 1, low=1.0, high=6.0)
        away = (hours - middle + 12).remainder(24) - 12
        height = rng.uniform(count, 1, low=0.3, high=1.0) * (1.0 if peak == 0 else 0.8)
        total += height * torch.exp(-0.5 * (away / width).square())
    return standardised(total) * rng.log_uniform(count, 1, low=0.15, high=1.4)


def monthly(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, T] pay days once or twice a month; for months the number of their days, and a quarter's end."""
    count, rng = rows.shape[0], context.rng
    if context.config.unit == "month":
        days = context.calendar.read(context.calendar.table.days, rows) / 30.437
        quarter = context.calendar.read(context.calendar.table.bin, rows).remainder(3) == 2
        size = 0.15 * rng.normal(count, 1) * rng.chance(count, 1, probability=0.3)
        return days.log_().mul_(rng.uniform(count, 1, low=0.8, high=1.5)) + size * quarter
    grid = torch.arange(31, device=rng.device)
    table = torch.zeros(count, 31, device=rng.device)
    days = torch.tensor([0, 0, 4, 14, 24, 29], device=rng.device)
    for peak in range(2):
        place = days[rng.integers(count, 1, low=0, high=5)]
        after = (grid - place).remainder(31)
        size = rng.log_uniform(count, 1, low=0.05, high=0.6) * (1 if peak == 0 else rng.uniform(count, 1).round_())
        table += size * torch.exp(-after / rng.log_uniform(count, 1, low=0.7, high=6.0))
    return table.gather(1, context.calendar.read(context.calendar.table.monthday, rows))


def yearly(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, T] a profile of the year whose size differs from year to year and whose dates shift a little."""
    low, high = context.config.yearly_size
    size = context.rng.log_uniform(rows.shape[0], 1, low=low, high=high)
    table = standardised(_year_profile(context, rows.shape[0])).mul_(size)
    return through_years(context, rows, soften(table, _LIMIT), vary=0.3, shift=0.015)


def _year_profile(context: SimulationContext, count: int) -> Tensor:
    """[n, G] a few harmonics, and bumps that build up and fall off at different speed, many of them at Christmas."""
    rng, bins = context.rng, YEAR_BINS[context.config.unit]
    phase = torch.arange(bins, device=rng.device) / bins
    order = torch.arange(1, _HARMONICS + 1, device=rng.device)
    waves = torch.cat(
        [torch.cos(2 * math.pi * order[:, None] * phase), torch.sin(2 * math.pi * order[:, None] * phase)]
    )
    decay = order.repeat(2) ** -rng.uniform(count, 1, low=0.7, high=3.0)
    smooth = standardised((rng.normal(count, 2 * _HARMONICS) * decay) @ waves)
    number = rng.integers(count, 1, low=0, high=_BUMPS)
    total = smooth * (rng.chance(count, 1, probability=0.75) | (number == 0))
    for bump in range(_BUMPS):
        place = rng.uniform(count, 1)
        if bump == 0:
            place = torch.where(rng.chance(count, 1, probability=0.6), _CHRISTMAS + 0.01 * rng.normal(count, 1), place)
        away = (phase - place + 0.5).remainder(1.0) - 0.5
        before = rng.log_uniform(count, 1, low=0.008, high=0.12)
        after = rng.log_uniform(count, 1, low=0.004, high=0.06)
        shape = torch.exp(-torch.where(away < 0, -away / before, away / after))
        height = rng.log_uniform(count, 1, low=0.5, high=5.0) * torch.where(rng.uniform(count, 1) < 0.8, 1.0, -0.5)
        total += height * shape * (number > bump)
    return total


def fixed_events(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, T] sharp peaks or dips on the same dates of every year, with a build-up before and a dip after."""
    count, rng, bins = rows.shape[0], context.rng, YEAR_BINS[context.config.unit]
    grid = torch.arange(bins, device=rng.device)
    table = torch.zeros(count, bins, device=rng.device)
    number = rng.integers(count, 1, low=1, high=5)
    for event in range(5):
        away = (grid - rng.integers(count, 1, low=0, high=bins - 1) + bins // 2).remainder(bins) - bins // 2
        before = rng.log_uniform(count, 1, low=0.2, high=4.0)
        size = rng.log_uniform(count, 1, low=0.15, high=1.8) * torch.where(rng.uniform(count, 1) < 0.7, 1.0, -1.0)
        peak = torch.where(away <= 0, torch.exp(away.clamp(max=0) / before), 0.0)
        dip = torch.where((away > 0) & (away < 4), -0.3 * rng.uniform(count, 1), 0.0)
        table += size * (peak + dip) * (number > event)
    return through_years(context, rows, soften(table, _LIMIT), vary=0.25, shift=0.0)


def through_years(context: SimulationContext, rows: Tensor, table: Tensor, *, vary: float, shift: float) -> Tensor:
    """[n, T] a table of the year [n, G] read along the calendar; for many it differs from year to year."""
    count, rng, bins = rows.shape[0], context.rng, table.shape[1]
    years = YEARS + math.ceil(context.length / context.per_year) + 2
    year = context.calendar.read(context.calendar.table.year, rows)
    place = context.calendar.read(context.calendar.table.bin, rows)
    if shift:
        loose = rng.uniform(count, 1, high=shift) * rng.chance(count, 1, probability=0.5)
        moved = (rng.normal(count, years) * loose * bins).round_().to(torch.int64)
        place = (place + moved.gather(1, year)).remainder_(bins)
    season = table.gather(1, place)
    loose = rng.uniform(count, 1, high=vary) * rng.chance(count, 1, probability=0.6)
    trend = rng.normal(count, 1) * 0.08 * rng.chance(count, 1, probability=0.3)
    size = (rng.normal(count, years) * loose + trend * torch.arange(years, device=rng.device)).exp_()
    return season.mul_(size.clamp_(0.1, 3.0).gather(1, year))


def opening(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, T] 1 where a shop is open, 0 at night (hours)."""
    count, rng = rows.shape[0], context.rng
    opens = rng.integers(count, 1, low=5, high=12)
    closes = rng.integers(count, 1, low=16, high=25)
    hour = context.calendar.read(context.calendar.table.hour, rows)
    late = hour + 24 * (hour < closes - 24)
    return ((late >= opens) & (late < closes)).float()


def closed_day(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, T] 0 on one day of the week, mostly Sunday; a few shops open on it later, or close on it only later."""
    count, rng = rows.shape[0], context.rng
    day = torch.where(rng.chance(count, 1, probability=0.75), 6, rng.integers(count, 1, low=0, high=6))
    closed = context.calendar.read(context.calendar.table.weekday, rows) == day
    change = torch.where(rng.chance(count, 1, probability=0.2), rng.uniform(count, 1), -1.0)
    later = context.progress >= change
    return 1.0 - (closed & (later | rng.chance(count, 1, probability=0.3) & ~later)).float()
