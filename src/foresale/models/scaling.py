"""Series of any size become numbers of one size, and back."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class InstanceScale:
    """Location and scale of each window, [B, 1], and the arcsinh that tames what lies far out.

    >>> values = torch.tensor([[0.0, 10.0, 1000.0]])
    >>> scale = InstanceScale.of(values, torch.ones(1, 3, dtype=torch.bool))
    >>> bool(torch.allclose(scale.undo(scale.apply(values)), values, rtol=1e-4, atol=1e-3))
    True
    """

    location: Tensor
    scale: Tensor

    @classmethod
    def of(cls, values: Tensor, observed: Tensor) -> "InstanceScale":
        """Mean and standard deviation of the observed values [B, L] of each window.

        A constant window is scaled by its level, an empty one by 1, so that every window can be scaled.
        """
        weight = observed.to(values.dtype)
        count = weight.sum(dim=1, keepdim=True).clamp(min=1)
        location = (values * weight).sum(dim=1, keepdim=True) / count
        variance = ((values - location).square() * weight).sum(dim=1, keepdim=True) / count
        level = location.abs()
        scale = torch.maximum(variance.sqrt(), 0.05 * level)
        return cls(location, torch.where(scale > 1e-6, scale, torch.ones_like(scale)))

    def _fit(self, like: Tensor) -> tuple[Tensor, Tensor]:
        shape = (-1, *([1] * (like.ndim - 1)))
        return self.location.view(shape), self.scale.view(shape)

    def apply(self, values: Tensor) -> Tensor:
        """Values [B, …] in units → scaled."""
        location, scale = self._fit(values)
        return torch.arcsinh((values - location) / scale)

    def undo(self, scaled: Tensor) -> Tensor:
        """Scaled [B, …] → units; far-out values are bounded so that none overflows."""
        location, scale = self._fit(scaled)
        return torch.sinh(scaled.clamp(-12, 12)) * scale + location
