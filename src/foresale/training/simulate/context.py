"""What all ingredients share: the settings, the random numbers and the calendar of a block of series."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from foresale.training.simulate.calendar import PER_YEAR, SimulatedCalendar
from foresale.training.simulate.config import SimulationConfig
from foresale.training.simulate.rng import Rng


@dataclass(frozen=True)
class SimulationContext:
    """A block of N series of T periods in the making.

    Attributes:
        config: the settings.
        rng: the random numbers.
        calendar: the calendar of each series.
        irregularity: [N, 1] factor on everything irregular, such as trends and noise.
    """

    config: SimulationConfig
    rng: Rng
    calendar: SimulatedCalendar
    irregularity: Tensor

    @property
    def count(self) -> int:
        """Number of series N."""
        return self.calendar.start.shape[0]

    @property
    def length(self) -> int:
        """Number of periods T."""
        return self.calendar.length

    @property
    def per_year(self) -> float:
        """Periods in a year."""
        return PER_YEAR[self.config.unit]

    @property
    def steps(self) -> Tensor:
        """[T] the number of each period, from 0."""
        return torch.arange(self.length, device=self.rng.device)

    @property
    def progress(self) -> Tensor:
        """[T] from 0 at the first period to 1 at the last."""
        return self.steps / max(self.length - 1, 1)

    def rows(self, probability: float) -> Tensor:
        """The series that an ingredient is switched on for."""
        return self.rng.rows(self.count, probability=probability)


Ingredient = Callable[[SimulationContext, Tensor], Tensor]


def one_of(context: SimulationContext, rows: Tensor, kinds: Sequence[Ingredient], weights: Sequence[float]) -> Tensor:
    """[n, T] one of several kinds of an ingredient for each of the chosen series."""
    kind = context.rng.choose(rows.shape[0], weights=weights)
    total = torch.zeros(rows.shape[0], context.length, device=rows.device)
    for number, make in enumerate(kinds):
        chosen = (kind == number).nonzero().squeeze(1)
        if chosen.numel():
            total[chosen] = make(context, rows[chosen])
    return total


def soften(values: Tensor, limit: float) -> Tensor:
    """Values bent so that none goes beyond ±`limit`; small ones stay as they are."""
    return (values / limit).tanh_().mul_(limit)


def effect_sizes(context: SimulationContext, count: int) -> Tensor:
    """[n, 1] logarithms of the factors that covariates have, half of them mostly mild, half of any size."""
    low, high = (math.log(factor) for factor in context.config.effect)
    mild, any_ = (
        context.rng.log_uniform(count, 1, low=low, high=high),
        context.rng.uniform(count, 1, low=low, high=high),
    )
    return torch.where(context.rng.chance(count, 1, probability=0.5), mild, any_)


def add(total: Tensor, context: SimulationContext, probability: float, make: Ingredient) -> None:
    """Add an ingredient to the running total [N, T] of the series that it is switched on for."""
    rows = context.rows(probability)
    if rows.numel():
        total.index_add_(0, rows, make(context, rows))
