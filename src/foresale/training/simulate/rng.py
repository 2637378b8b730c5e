"""Random numbers of every kind the simulator needs, all from one generator."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Rng:
    """Draws from one seeded generator, on its device.

    >>> rng = Rng(torch.Generator().manual_seed(0))
    >>> rng.uniform(2, 3, low=5.0, high=6.0).shape
    torch.Size([2, 3])
    """

    generator: torch.Generator

    @property
    def device(self) -> torch.device:
        """Where the numbers are made."""
        return self.generator.device

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0) -> Tensor:
        """Numbers spread evenly from `low` to `high`."""
        return torch.empty(shape, device=self.device).uniform_(low, high, generator=self.generator)

    def log_uniform(self, *shape: int, low: float, high: float) -> Tensor:
        """Positive numbers whose logarithm is spread evenly: as often between 1 and 10 as between 10 and 100."""
        return self.uniform(*shape, low=math.log(low), high=math.log(high)).exp_()

    def normal(self, *shape: int) -> Tensor:
        """Standard normal numbers."""
        return torch.empty(shape, device=self.device).normal_(generator=self.generator)

    def sign(self, *shape: int) -> Tensor:
        """−1 or 1, as likely."""
        return torch.where(self.uniform(*shape) < 0.5, -1.0, 1.0)

    def student(self, degrees: Tensor, *shape: int) -> Tensor:
        """Student's t with `degrees` of freedom, broadcast to `shape` (polar method, Bailey 1994)."""
        radius = (degrees * (self.uniform(*shape, low=1e-6).pow_(-2.0 / degrees) - 1.0)).sqrt_()
        return radius.mul_(torch.cos(self.uniform(*shape, high=2 * math.pi)))

    def integers(self, *shape: int, low: int, high: int) -> Tensor:
        """int64 from `low` to `high`, both included."""
        return torch.randint(low, high + 1, shape, generator=self.generator, device=self.device)

    def chance(self, *shape: int, probability: float) -> Tensor:
        """bool, true with a probability."""
        return self.uniform(*shape) < probability

    def rows(self, count: int, *, probability: float) -> Tensor:
        """Which of `count` rows an ingredient is switched on for, in order."""
        if probability <= 0:
            return torch.zeros(0, dtype=torch.int64, device=self.device)
        return self.chance(count, probability=probability).nonzero().squeeze(1)

    def choose(self, count: int, *, weights: Sequence[float]) -> Tensor:
        """[count] int64 positions in `weights`, each as likely as its weight."""
        shares = torch.tensor(weights, dtype=torch.float32, device=self.device)
        return torch.multinomial(shares, count, replacement=True, generator=self.generator)
