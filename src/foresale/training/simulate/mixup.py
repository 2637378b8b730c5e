"""Endless new series from a few real ones: mixes of one to three, each brought to one level first (TSMixup)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from foresale.core.errors import ConfigError
from foresale.core.option_types import check_types
from foresale.training.simulate.rng import Rng


@dataclass(frozen=True)
class MixOptions:
    """How mixed series may differ from their parts.

    Attributes:
        most: parts of a mix, at most.
        concentration: of the Dirichlet weights; more is more even.
        seasons: a part may begin up to so many whole seasons later.
        season: periods in a season.
        amplitude: standard deviation of the logarithm of a mix's level.
        noise: highest coefficient of variation of lognormal noise; each mix has its own below it.

    Raises:
        ConfigError: a number out of its range.
    """

    most: int = 3
    concentration: float = 1.5
    seasons: int = 0
    season: int = 1
    amplitude: float = 0.0
    noise: float = 0.0

    def __post_init__(self) -> None:
        check_types(self)
        if self.most < 1 or self.season < 1 or self.concentration <= 0:
            raise ConfigError("most and season are at least 1, concentration is above 0")
        if min(self.seasons, self.amplitude, self.noise) < 0:
            raise ConfigError("seasons, amplitude and noise are not below 0")


def mix(values: Tensor, weights: Tensor) -> Tensor:
    """Convex combinations of parts [N, M, T] with weights [N, M], at the level of the heaviest part: [N, T].

    Each part is divided by its mean absolute value first. A period is known where every part with a weight is.

    >>> parts = torch.tensor([[[1.0, 3.0], [200.0, torch.nan]]])
    >>> mix(parts, torch.tensor([[0.4, 0.6]]))
    tensor([[160., nan]])
    """
    known = values.isfinite()
    size = values.abs().nan_to_num(0.0)
    level = size.sum(dim=2) / known.sum(dim=2).clamp(min=1)
    scaled = values / torch.where(level > 0, level, 1.0)[:, :, None]
    used = torch.where((weights > 0)[:, :, None], scaled * weights[:, :, None], 0.0)
    heaviest = level.gather(1, weights.argmax(dim=1, keepdim=True))
    return used.sum(dim=1) * torch.where(heaviest > 0, heaviest, 1.0)


def draw_mixes(pool: Tensor, count: int, *, generator: torch.Generator, options: MixOptions | None = None) -> Tensor:
    """[count, T] mixes of one to `most` series of a pool [P, T + shift], shift = seasons × season.

    Raises:
        ConfigError: the pool's series are shorter than the shift.
    """
    chosen, rng = options or MixOptions(), Rng(generator)
    length = pool.shape[1] - chosen.seasons * chosen.season
    if length < 1:
        raise ConfigError(f"series of {pool.shape[1]} periods cannot shift by {chosen.seasons * chosen.season}")
    item = rng.integers(count, chosen.most, low=0, high=pool.shape[0] - 1)
    begin = rng.integers(count, 1, low=0, high=chosen.seasons) * chosen.season
    steps = begin + torch.arange(length, device=pool.device)
    parts = pool[item[:, :, None], steps[:, None, :].expand(-1, chosen.most, -1)]
    mixed = mix(parts, _weights(rng, count, chosen))
    if chosen.amplitude:
        mixed = mixed * (chosen.amplitude * rng.normal(count, 1)).exp_()
    if chosen.noise:
        spread = rng.uniform(count, 1, high=chosen.noise)
        mixed = mixed * (spread * rng.normal(count, length) - 0.5 * spread.square()).exp_()
    return mixed


def _weights(rng: Rng, count: int, options: MixOptions) -> Tensor:
    """[count, most] weights that sum to 1, of one to `most` parts, each number as likely."""
    ninth = 1 / (9 * options.concentration)
    gamma = (1 - ninth + rng.normal(count, options.most) * ninth**0.5).clamp_(min=0.05).pow_(3)
    number = rng.integers(count, 1, low=1, high=options.most)
    used = gamma * (torch.arange(options.most, device=rng.device) < number)
    shares: Tensor = used / used.sum(dim=1, keepdim=True)
    return shares
