"""Covariates known ahead and what they do to demand, so that a network can learn to read an effect from the context."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from foresale.training.simulate.context import SimulationContext, soften
from foresale.training.simulate.events import flagged_events
from foresale.training.simulate.promotions import flag_blocks, promotion_depths, promotion_effect
from foresale.training.simulate.spectrum import frequencies, gaussian_process, rough_weights

_MOST_PRICES: Final = 5  # changes of a price
_LIMIT: Final = 2.3  # logarithm: a factor of 10
_WORKING: Final = 0.8  # share of the flags that do something to demand


@dataclass(frozen=True)
class Effects:
    """Covariates of a block and their effects.

    Attributes:
        channels: [N, T, K] what is known ahead.
        log_factor: [N, T] sum of the effects on the logarithm of demand.
        open: [N, T] 0 where a covariate tells that nothing is sold.
    """

    channels: Tensor
    log_factor: Tensor
    open: Tensor


@dataclass(frozen=True)
class Driver:
    """One covariate [n, T], its effect on the logarithm of demand [n, T], and where it closes the shop."""

    signal: Tensor
    effect: Tensor
    open: Tensor | None = None


Maker = Callable[[SimulationContext, Tensor, Tensor], Driver]


def simulate_effects(context: SimulationContext) -> Effects:
    """Up to K different covariates for each series; some without effect, some whose effect is there but not they."""
    count, rng, config = context.count, context.rng, context.config
    channels = torch.zeros(count, context.length, config.covariates, device=rng.device)
    total = torch.zeros(count, context.length, device=rng.device)
    open_ = torch.ones(count, context.length, device=rng.device)
    free = rng.chance(count, probability=config.covariate_free)
    silent = free & rng.chance(count, probability=config.covariate_silent)
    kinds = _draw_kinds(context, silent)
    if not config.covariates or not bool((kinds >= 0).any()):
        return Effects(channels, total, open_)
    depth = _shared_promotions(context, kinds)
    for number, (make, _) in enumerate(_MAKERS):
        rows, channel = (kinds == number).nonzero(as_tuple=True)
        if rows.numel():
            driver = make(context, rows, depth[rows])
            works = ~free[rows] & rng.chance(rows.shape[0], probability=_WORKING)
            total.index_add_(0, rows, driver.effect * works[:, None])
            if driver.open is not None:
                open_[rows] = torch.where(works[:, None], open_[rows] * driver.open, open_[rows])
            shown = ~works | ~rng.chance(rows.shape[0], probability=config.hidden)
            channels[rows, :, channel] = driver.signal * shown[:, None]
    return Effects(channels, soften(total, _LIMIT), open_)


def _draw_kinds(context: SimulationContext, silent: Tensor) -> Tensor:
    """[N, K] which covariate each channel holds, none twice; −1 is none."""
    count, rng, wanted = context.count, context.rng, context.config.covariates
    weights = torch.tensor([weight for _, weight in _MAKERS], device=rng.device)
    score = weights.log() - rng.uniform(count, len(_MAKERS), low=1e-6).log_().neg_().log_()
    order = score.argsort(dim=1, descending=True)[:, :wanted]
    number = torch.maximum(*(rng.integers(count, 1, low=1, high=max(wanted, 1)) for _ in range(2)))
    used = (torch.arange(order.shape[1], device=rng.device) < number) & ~silent[:, None]
    kinds = torch.full((count, wanted), -1, device=rng.device)
    kinds[:, : order.shape[1]] = torch.where(used, order, -1)
    return kinds.gather(1, rng.uniform(count, wanted).argsort(dim=1))


def _shared_promotions(context: SimulationContext, kinds: Tensor) -> Tensor:
    """[N, T] one schedule of promotions a series, so that its flag, its depth and its price agree."""
    depth = torch.zeros(context.count, context.length, device=kinds.device)
    rows = ((kinds >= 0) & (kinds <= _LAST_PROMOTED)).any(dim=1).nonzero().squeeze(1)
    if rows.numel():
        depth[rows] = promotion_depths(context, rows)
    return depth


def _promotion_flag(context: SimulationContext, rows: Tensor, depth: Tensor) -> Driver:
    by_depth = context.rng.chance(rows.shape[0], 1, probability=0.3)
    return Driver((depth > 0).float(), promotion_effect(context, depth, by_depth=by_depth))


def _promotion_depth(context: SimulationContext, rows: Tensor, depth: Tensor) -> Driver:
    by_depth = context.rng.chance(rows.shape[0], 1, probability=0.8)
    return Driver(depth, promotion_effect(context, depth, by_depth=by_depth))


def _price(context: SimulationContext, rows: Tensor, depth: Tensor) -> Driver:
    """The price relative to its usual one: steps up and down, and the promotions; its effect is an elasticity."""
    count, rng = rows.shape[0], context.rng
    price = torch.ones(count, context.length, device=rows.device)
    number = rng.integers(count, 1, low=0, high=_MOST_PRICES)
    for change in range(_MOST_PRICES):
        step = (0.12 * rng.normal(count, 1) * (number > change)).clamp_(-0.4, 0.4).exp_()
        price *= torch.where(context.progress >= rng.uniform(count, 1), step, 1.0)
    price *= 1 - depth * rng.chance(count, 1, probability=0.75)
    low, high = context.config.elasticity
    elasticity = rng.uniform(count, 1, low=low, high=high)
    price = (price / price.mean(dim=1, keepdim=True)).clamp_(0.2, 3.0)
    return Driver(price, -elasticity * price.log())


def _holiday_flag(context: SimulationContext, rows: Tensor, _depth: Tensor) -> Driver:
    flags, response = flagged_events(context, rows)
    return Driver(flags, response)


def _open_flag(context: SimulationContext, rows: Tensor, _depth: Tensor) -> Driver:
    """Whether a shop is open: closed days of the week, and a few others; for some 1 is closed."""
    count, rng = rows.shape[0], context.rng
    closed = rng.uniform(count, context.length) < rng.log_uniform(count, 1, low=0.002, high=0.05)
    if context.config.unit in {"hour", "day"}:
        day = torch.where(rng.chance(count, 1, probability=0.6), 6, -1)
        closed |= context.calendar.read(context.calendar.table.weekday, rows) == day
    signal = torch.where(rng.chance(count, 1, probability=0.5), closed, ~closed).float()
    return Driver(signal, torch.zeros_like(signal), (~closed).float())


def _blocks(context: SimulationContext, rows: Tensor, _depth: Tensor) -> Driver:
    """A flag for longer times such as school holidays or a campaign, with a milder effect."""
    flags = flag_blocks(context, rows)
    size = context.rng.normal(rows.shape[0], 1) * 0.5
    return Driver(flags, size * flags)


def _temperature(context: SimulationContext, rows: Tensor, _depth: Tensor) -> Driver:
    """Like a temperature in °C: a yearly wave and weather; demand rises or falls with it and saturates."""
    count, rng = rows.shape[0], context.rng
    phase = (context.calendar.start[rows][:, None] + context.steps) / context.per_year + 0.08 * rng.normal(count, 1)
    weather = _noise(context, count, low=2.0, high=12.0)
    degrees = 12 - rng.uniform(count, 1, low=2, high=12) * torch.cos(2 * math.pi * phase) + 4 * weather
    if context.config.unit == "hour":
        hour = context.calendar.read(context.calendar.table.hour, rows)
        degrees -= 4 * torch.cos((hour - 3) * (2 * math.pi / 24))
    middle = rng.uniform(count, 1, low=0, high=25)
    size = 0.6 * rng.normal(count, 1)
    return Driver(degrees, size * torch.tanh((degrees - middle) / rng.uniform(count, 1, low=3, high=12)))


def _amount(context: SimulationContext, rows: Tensor, _depth: Tensor) -> Driver:
    """An amount of effort, such as articles on promotion or money for advertising, with falling returns."""
    count, rng = rows.shape[0], context.rng
    wave = _noise(context, count, low=1.0, high=20.0)
    scale = rng.log_uniform(count, 1, low=1.0, high=100.0)
    amount = (scale * (wave - rng.uniform(count, 1, low=-1.5, high=1.0)).clamp_(min=0)).round_()
    lift = rng.log_uniform(count, 1, low=0.1, high=0.9)
    return Driver(amount, lift * torch.log1p(3 * amount / scale))


def _distractor(context: SimulationContext, rows: Tensor, _depth: Tensor) -> Driver:
    """Something slow or noisy that demand knows nothing of: a price index, a fuel price, a sensor."""
    count, rng = rows.shape[0], context.rng
    wave = _noise(context, count, low=0.5, high=float(context.length))
    wave = torch.where(rng.chance(count, 1, probability=0.3), (wave > 1.0).float(), wave)
    signal = wave * rng.log_uniform(count, 1, low=0.1, high=50.0) + rng.uniform(count, 1, high=100.0).round_()
    return Driver(signal, torch.zeros_like(signal))


def _noise(context: SimulationContext, count: int, *, low: float, high: float) -> Tensor:
    """[n, T] standard normal, correlated over `low` to `high` periods."""
    grid = frequencies(context.length, context.rng.device)
    scale = context.rng.log_uniform(count, low=low, high=max(high, low))
    weights = rough_weights(grid, scale, torch.full_like(scale, 0.5))
    return gaussian_process(context.rng, weights, context.length)


_MAKERS: Final[tuple[tuple[Maker, float], ...]] = (
    (_promotion_flag, 1.6),
    (_promotion_depth, 0.8),
    (_price, 1.2),
    (_holiday_flag, 1.0),
    (_open_flag, 0.4),
    (_blocks, 0.6),
    (_temperature, 0.6),
    (_amount, 0.6),
    (_distractor, 0.5),
)
_LAST_PROMOTED: Final = 2  # kinds up to it are promotions
