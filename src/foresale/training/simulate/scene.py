"""What all ingredients share: the settings, the random numbers and the calendar of a block of series."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from foresale.training.simulate.clock import PER_YEAR, Clock
from foresale.training.simulate.config import SimulationConfig
from foresale.training.simulate.dice import Dice


@dataclass(frozen=True)
class Scene:
    """A block of N series of T periods in the making.

    Attributes:
        config: the settings.
        dice: the random numbers.
        clock: the calendar of each series.
        turmoil: [N, 1] factor on everything irregular, such as trends and noise.
    """

    config: SimulationConfig
    dice: Dice
    clock: Clock
    turmoil: Tensor

    @property
    def count(self) -> int:
        """Number of series N."""
        return self.clock.start.shape[0]

    @property
    def length(self) -> int:
        """Number of periods T."""
        return self.clock.length

    @property
    def per_year(self) -> float:
        """Periods in a year."""
        return PER_YEAR[self.config.unit]

    @property
    def steps(self) -> Tensor:
        """[T] the number of each period, from 0."""
        return torch.arange(self.length, device=self.dice.device)

    @property
    def progress(self) -> Tensor:
        """[T] from 0 at the first period to 1 at the last."""
        return self.steps / max(self.length - 1, 1)

    def rows(self, probability: float) -> Tensor:
        """The series that an ingredient is switched on for."""
        return self.dice.rows(self.count, probability=probability)


Ingredient = Callable[[Scene, Tensor], Tensor]


def one_of(scene: Scene, rows: Tensor, kinds: Sequence[Ingredient], weights: Sequence[float]) -> Tensor:
    """[n, T] one of several kinds of an ingredient for each of the chosen series."""
    kind = scene.dice.choose(rows.shape[0], weights=weights)
    total = torch.zeros(rows.shape[0], scene.length, device=rows.device)
    for number, make in enumerate(kinds):
        chosen = (kind == number).nonzero().squeeze(1)
        if chosen.numel():
            total[chosen] = make(scene, rows[chosen])
    return total


def soften(values: Tensor, limit: float) -> Tensor:
    """Values bent so that none goes beyond ±`limit`; small ones stay as they are."""
    return (values / limit).tanh_().mul_(limit)


def lifts(scene: Scene, count: int) -> Tensor:
    """[n, 1] logarithms of the factors that covariates have, half of them mostly mild, half of any size."""
    low, high = (math.log(factor) for factor in scene.config.effect)
    mild, any_ = scene.dice.log_uniform(count, 1, low=low, high=high), scene.dice.uniform(count, 1, low=low, high=high)
    return torch.where(scene.dice.chance(count, 1, probability=0.5), mild, any_)


def add(total: Tensor, scene: Scene, probability: float, make: Ingredient) -> None:
    """Add an ingredient to the running total [N, T] of the series that it is switched on for."""
    rows = scene.rows(probability)
    if rows.numel():
        total.index_add_(0, rows, make(scene, rows))
