"""What happens on a date: holidays that move, closures, and spikes that never come again."""

import math
from typing import Final

import torch
from torch import Tensor

from foresale.training.simulate.config import SimulatedUnit
from foresale.training.simulate.context import SimulationContext, effect_sizes

# Periods that an event is felt before and after it, and the scale of both.
_LEAD: Final[dict[SimulatedUnit, int]] = {"hour": 48, "day": 10, "week": 2, "month": 1}
_LAG: Final[dict[SimulatedUnit, int]] = {"hour": 36, "day": 10, "week": 3, "month": 1}
_MOST_ONE_OFFS: Final = 5  # in a series
_LUNAR_STEP: Final = -10.875  # days by which twelve months of the moon are shorter than a year
_LUNAR_MONTH: Final = 29.53  # days from new moon to new moon


def place_responses(places: Tensor, kernels: Tensor, *, lead: int, length: int) -> Tensor:
    """[n, T] the sum of responses [n, E, L] that begin `lead` periods before their places [n, E].

    Places may lie outside of the series; what falls outside is left out.
    """
    count, events, width = kernels.shape
    steps = places[:, :, None] - lead + torch.arange(width, device=places.device)
    inside = (steps >= 0) & (steps < length)
    steps = torch.where(inside, steps, length).reshape(count, events * width)
    total = torch.zeros(count, length + 1, device=places.device)
    return total.scatter_add_(1, steps, kernels.reshape(count, events * width))[:, :length]


def moving_places(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, Y] where a holiday lies in each year: on lunar dates, like Easter, or in a fixed week.

    A lunar date comes about 11 days earlier every year and jumps back a month (as Eid, Diwali or the Chinese New
    Year do); Easter lies anywhere in five weeks.
    """
    count, rng, per_year = rows.shape[0], context.rng, context.per_year
    years = math.ceil(context.length / per_year) + 2
    first = torch.floor(context.calendar.start[rows] / per_year)
    number = first[:, None] + torch.arange(years, device=rows.device)
    lunar = (number * _LUNAR_STEP + 30 * rng.uniform(count, 1)).remainder(_LUNAR_MONTH) - _LUNAR_MONTH / 2
    free = rng.uniform(count, years, low=-17, high=17)
    kind = rng.choose(count, weights=(0.4, 0.35, 0.25))[:, None]
    days = torch.where(kind == 0, lunar, torch.where(kind == 1, free, 0.0))
    place = (number + rng.uniform(count, 1)) * per_year + days * per_year / 365.2425
    return place.round().to(torch.int64) - context.calendar.start[rows][:, None]


def event_kernels(context: SimulationContext, count: int) -> Tensor:
    """[n, L] a build-up before, the day itself, and what follows: an after-glow or a dip."""
    rng, lead, lag = context.rng, _LEAD[context.config.unit], _LAG[context.config.unit]
    away = torch.arange(-lead, lag + 1, device=rng.device)
    before = rng.log_uniform(count, 1, low=0.15, high=0.5 * lead)
    after = rng.log_uniform(count, 1, low=0.15, high=0.5 * lag)
    day = effect_sizes(context, count).clamp_(max=3) * torch.where(rng.uniform(count, 1) < 0.7, 1.0, -1.0)
    build = day.abs() * torch.where(rng.uniform(count, 1) < 0.8, 0.8, -0.4)
    tail = day * torch.where(rng.uniform(count, 1) < 0.5, 0.5, -0.4)
    shape = build * torch.exp(away.clamp(max=0) / before) * (away < 0)
    return shape + tail * torch.exp(-away.clamp(min=0) / after) * (away > 0) + day * (away == 0)


def moving_events(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, T] one to three yearly events whose dates move, of similar size every year."""
    count, rng = rows.shape[0], context.rng
    total = torch.zeros(count, context.length, device=rows.device)
    number = rng.integers(count, low=1, high=3)
    for event in range(3):
        some = (number > event).nonzero().squeeze(1)
        if some.numel():
            total[some] += _yearly_responses(context, rows[some], moving_places(context, rows[some]))
    return total


def _yearly_responses(context: SimulationContext, rows: Tensor, places: Tensor) -> Tensor:
    kernel = event_kernels(context, rows.shape[0])[:, None, :]
    sizes = (0.2 * context.rng.normal(*places.shape)).exp_()[:, :, None]
    return place_responses(places, kernel * sizes, lead=_LEAD[context.config.unit], length=context.length)


def flagged_events(context: SimulationContext, rows: Tensor) -> tuple[Tensor, Tensor]:
    """Flags [n, T] of one to six yearly events that share one response, and that response [n, T]."""
    count, rng = rows.shape[0], context.rng
    number = rng.integers(count, 1, low=1, high=6)
    places = torch.cat([torch.where(number > event, moving_places(context, rows), -1) for event in range(6)], dim=1)
    ones = torch.ones(count, places.shape[1], 1, device=rows.device)
    flags = place_responses(places, ones, lead=0, length=context.length).clamp_(max=1)
    return flags, _yearly_responses(context, rows, places)


def one_offs(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, T] one to five spikes or dips at any time, which come at once and fade."""
    count, rng = rows.shape[0], context.rng
    width = 3 * _LAG[context.config.unit]
    places = rng.integers(count, _MOST_ONE_OFFS, low=0, high=context.length - 1)
    size = rng.log_uniform(count, _MOST_ONE_OFFS, 1, low=0.2, high=2.0)
    size = size * torch.where(rng.uniform(count, _MOST_ONE_OFFS, 1) < 0.7, 1.0, -1.0)
    number = rng.integers(count, 1, low=1, high=_MOST_ONE_OFFS)
    shown = torch.arange(_MOST_ONE_OFFS, device=rows.device) < number
    fade = rng.log_uniform(count, _MOST_ONE_OFFS, 1, low=0.1, high=width / 3)
    kernels = size * shown[..., None] * torch.exp(-torch.arange(width, device=rows.device) / fade)
    return place_responses(places, kernels, lead=0, length=context.length)


def closures(context: SimulationContext, rows: Tensor) -> Tensor:
    """[n, T] 0 on one to four dates of every year, for a few periods; 1 elsewhere."""
    count, rng = rows.shape[0], context.rng
    open_ = torch.ones(count, context.length, device=rows.device)
    number = rng.integers(count, 1, low=1, high=4)
    longest = {"hour": 24, "day": 3, "week": 2, "month": 1}[context.config.unit]
    for closure in range(4):
        places = torch.where(number > closure, moving_places(context, rows), -longest - 1)
        width = rng.integers(count, 1, 1, low=24 if context.config.unit == "hour" else 1, high=longest)
        kernels = (torch.arange(longest, device=rows.device) < width).float().expand(-1, places.shape[1], -1)
        open_ *= place_responses(places, kernels, lead=0, length=context.length) == 0
    return open_
