"""Profiles of the day, the week, the month and the year, each random, and how they change."""

import math
from typing import Final

import torch
from torch import Tensor

from foresale.training.simulate.clock import YEAR_BINS, YEARS
from foresale.training.simulate.dice import Dice
from foresale.training.simulate.scene import Scene, soften
from foresale.training.simulate.spectrum import frequencies, gaussian_process, smooth_weights

_LIMIT: Final = 2.0
_HARMONICS: Final = 6
_BUMPS: Final = 4
_CHRISTMAS: Final = 0.975


def weekly(scene: Scene, rows: Tensor) -> Tensor:
    """[n, T] a profile of the days of the week; its size may change slowly, or it may turn into another one."""
    count, dice = rows.shape[0], scene.dice
    low, high = scene.config.weekly_size
    weekday = scene.clock.read(scene.clock.table.weekday, rows)
    season = week_profile(dice, count).mul_(dice.log_uniform(count, 1, low=low, high=high)).gather(1, weekday)
    changing = dice.rows(count, probability=0.35)
    if changing.numel():
        season[changing] *= slow_factor(scene, changing.shape[0])
    turning = dice.rows(count, probability=0.1)
    if turning.numel():
        other = week_profile(dice, turning.shape[0]).mul_(0.3).gather(1, weekday[turning])
        middle = dice.uniform(turning.shape[0], 1)
        weight = torch.sigmoid((scene.progress - middle) / 0.03)
        season[turning] += weight * (other - season[turning])
    return season


def week_profile(dice: Dice, count: int) -> Tensor:
    """[n, 7] profiles of mean 0 and variance 1: weekend up or down, any, one day apart."""
    kind = dice.choose(count, weights=(0.4, 0.1, 0.35, 0.15))[:, None]
    weekend = torch.tensor([-0.8, -0.9, -0.7, -0.3, 0.4, 1.6, 1.0], device=dice.device)
    noise = dice.normal(count, 7)
    single = torch.zeros(count, 7, device=dice.device).scatter_(1, dice.integers(count, 1, low=0, high=6), 2.5)
    single = single * dice.sign(count, 1) + 0.2 * noise
    profile = torch.where(kind == 0, weekend + 0.4 * noise, torch.where(kind == 1, 0.3 * noise - weekend, noise))
    return standardised(torch.where(kind == 3, single, profile))


def standardised(profile: Tensor) -> Tensor:
    """Rows of mean 0 and standard deviation 1."""
    centred = profile - profile.mean(dim=1, keepdim=True)
    return centred / centred.square().mean(dim=1, keepdim=True).sqrt_().clamp_(min=1e-6)


def slow_factor(scene: Scene, count: int) -> Tensor:
    """[n, T] a positive factor around 1 that changes slowly."""
    grid = frequencies(scene.length, scene.dice.device)
    weights = smooth_weights(grid, scene.length * scene.dice.log_uniform(count, low=0.1, high=0.5))
    path = gaussian_process(scene.dice, weights, scene.length)
    return path.mul_(scene.dice.uniform(count, 1, low=0.1, high=0.6)).exp_()


def daily(scene: Scene, rows: Tensor) -> Tensor:
    """[n, T] a profile of the hours of the day: one or two peaks, another one at the weekend for some."""
    count, dice = rows.shape[0], scene.dice
    hour = scene.clock.read(scene.clock.table.hour, rows)
    profile = _day_profile(dice, count)
    other = torch.where(dice.chance(count, 1, probability=0.4), _day_profile(dice, count), profile)
    weekend = scene.clock.read(scene.clock.table.weekday, rows) >= 5
    return torch.cat([profile, other], dim=1).gather(1, hour + 24 * weekend)


def _day_profile(dice: Dice, count: int) -> Tensor:
    hours = torch.arange(24, device=dice.device)
    total = 0.15 * dice.normal(count, 24)
    for peak in range(2):
        middle = dice.uniform(count, 1, low=8.0, high=21.0)
        width = dice.log_uniform(count, 1, low=1.0, high=6.0)
        away = (hours - middle + 12).remainder(24) - 12
        height = dice.uniform(count, 1, low=0.3, high=1.0) * (1.0 if peak == 0 else 0.8)
        total += height * torch.exp(-0.5 * (away / width).square())
    return standardised(total) * dice.log_uniform(count, 1, low=0.15, high=1.4)


def monthly(scene: Scene, rows: Tensor) -> Tensor:
    """[n, T] pay days once or twice a month; for months the number of their days, and a quarter's end."""
    count, dice = rows.shape[0], scene.dice
    if scene.config.unit == "month":
        days = scene.clock.read(scene.clock.table.days, rows) / 30.437
        quarter = scene.clock.read(scene.clock.table.bin, rows).remainder(3) == 2
        size = 0.15 * dice.normal(count, 1) * dice.chance(count, 1, probability=0.3)
        return days.log_().mul_(dice.uniform(count, 1, low=0.8, high=1.5)) + size * quarter
    grid = torch.arange(31, device=dice.device)
    table = torch.zeros(count, 31, device=dice.device)
    days = torch.tensor([0, 0, 4, 14, 24, 29], device=dice.device)
    for peak in range(2):
        place = days[dice.integers(count, 1, low=0, high=5)]
        after = (grid - place).remainder(31)
        size = dice.log_uniform(count, 1, low=0.05, high=0.6) * (1 if peak == 0 else dice.uniform(count, 1).round_())
        table += size * torch.exp(-after / dice.log_uniform(count, 1, low=0.7, high=6.0))
    return table.gather(1, scene.clock.read(scene.clock.table.monthday, rows))


def yearly(scene: Scene, rows: Tensor) -> Tensor:
    """[n, T] a profile of the year whose size differs from year to year and whose dates shift a little."""
    low, high = scene.config.yearly_size
    size = scene.dice.log_uniform(rows.shape[0], 1, low=low, high=high)
    table = standardised(_year_profile(scene, rows.shape[0])).mul_(size)
    return through_years(scene, rows, soften(table, _LIMIT), vary=0.3, shift=0.015)


def _year_profile(scene: Scene, count: int) -> Tensor:
    """[n, G] a few harmonics, and bumps that build up and fall off at different speed, many of them at Christmas."""
    dice, bins = scene.dice, YEAR_BINS[scene.config.unit]
    phase = torch.arange(bins, device=dice.device) / bins
    order = torch.arange(1, _HARMONICS + 1, device=dice.device)
    waves = torch.cat(
        [torch.cos(2 * math.pi * order[:, None] * phase), torch.sin(2 * math.pi * order[:, None] * phase)]
    )
    decay = order.repeat(2) ** -dice.uniform(count, 1, low=0.7, high=3.0)
    smooth = standardised((dice.normal(count, 2 * _HARMONICS) * decay) @ waves)
    number = dice.integers(count, 1, low=0, high=_BUMPS)
    total = smooth * (dice.chance(count, 1, probability=0.75) | (number == 0))
    for bump in range(_BUMPS):
        place = dice.uniform(count, 1)
        if bump == 0:
            place = torch.where(
                dice.chance(count, 1, probability=0.6), _CHRISTMAS + 0.01 * dice.normal(count, 1), place
            )
        away = (phase - place + 0.5).remainder(1.0) - 0.5
        before = dice.log_uniform(count, 1, low=0.008, high=0.12)
        after = dice.log_uniform(count, 1, low=0.004, high=0.06)
        shape = torch.exp(-torch.where(away < 0, -away / before, away / after))
        height = dice.log_uniform(count, 1, low=0.5, high=5.0) * torch.where(dice.uniform(count, 1) < 0.8, 1.0, -0.5)
        total += height * shape * (number > bump)
    return total


def fixed_events(scene: Scene, rows: Tensor) -> Tensor:
    """[n, T] sharp peaks or dips on the same dates of every year, with a build-up before and a dip after."""
    count, dice, bins = rows.shape[0], scene.dice, YEAR_BINS[scene.config.unit]
    grid = torch.arange(bins, device=dice.device)
    table = torch.zeros(count, bins, device=dice.device)
    number = dice.integers(count, 1, low=1, high=5)
    for event in range(5):
        away = (grid - dice.integers(count, 1, low=0, high=bins - 1) + bins // 2).remainder(bins) - bins // 2
        before = dice.log_uniform(count, 1, low=0.2, high=4.0)
        size = dice.log_uniform(count, 1, low=0.15, high=1.8) * torch.where(dice.uniform(count, 1) < 0.7, 1.0, -1.0)
        peak = torch.where(away <= 0, torch.exp(away.clamp(max=0) / before), 0.0)
        dip = torch.where((away > 0) & (away < 4), -0.3 * dice.uniform(count, 1), 0.0)
        table += size * (peak + dip) * (number > event)
    return through_years(scene, rows, soften(table, _LIMIT), vary=0.25, shift=0.0)


def through_years(scene: Scene, rows: Tensor, table: Tensor, *, vary: float, shift: float) -> Tensor:
    """[n, T] a table of the year [n, G] read along the calendar; for many it differs from year to year."""
    count, dice, bins = rows.shape[0], scene.dice, table.shape[1]
    years = YEARS + math.ceil(scene.length / scene.per_year) + 2
    year = scene.clock.read(scene.clock.table.year, rows)
    place = scene.clock.read(scene.clock.table.bin, rows)
    if shift:
        loose = dice.uniform(count, 1, high=shift) * dice.chance(count, 1, probability=0.5)
        moved = (dice.normal(count, years) * loose * bins).round_().to(torch.int64)
        place = (place + moved.gather(1, year)).remainder_(bins)
    season = table.gather(1, place)
    loose = dice.uniform(count, 1, high=vary) * dice.chance(count, 1, probability=0.6)
    trend = dice.normal(count, 1) * 0.08 * dice.chance(count, 1, probability=0.3)
    size = (dice.normal(count, years) * loose + trend * torch.arange(years, device=dice.device)).exp_()
    return season.mul_(size.clamp_(0.1, 3.0).gather(1, year))


def opening(scene: Scene, rows: Tensor) -> Tensor:
    """[n, T] 1 where a shop is open, 0 at night (hours)."""
    count, dice = rows.shape[0], scene.dice
    opens = dice.integers(count, 1, low=5, high=12)
    closes = dice.integers(count, 1, low=16, high=25)
    hour = scene.clock.read(scene.clock.table.hour, rows)
    late = hour + 24 * (hour < closes - 24)
    return ((late >= opens) & (late < closes)).float()


def closed_day(scene: Scene, rows: Tensor) -> Tensor:
    """[n, T] 0 on one day of the week, mostly Sunday; a few shops open on it later, or close on it only later."""
    count, dice = rows.shape[0], scene.dice
    day = torch.where(dice.chance(count, 1, probability=0.75), 6, dice.integers(count, 1, low=0, high=6))
    closed = scene.clock.read(scene.clock.table.weekday, rows) == day
    change = torch.where(dice.chance(count, 1, probability=0.2), dice.uniform(count, 1), -1.0)
    later = scene.progress >= change
    return 1.0 - (closed & (later | dice.chance(count, 1, probability=0.3) & ~later)).float()
