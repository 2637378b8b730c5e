"""Heads turn states into what is asked for, and own the loss that teaches it."""

import torch
from torch import Tensor, nn

from foresale.models.blocks import ResidualMLP
from foresale.models.losses import pinball, weighted


class QuantileHead(nn.Module):
    """States [B, T, D] of horizon tokens → quantiles [B, T × patch, Q], on the scaled values."""

    levels: Tensor

    def __init__(self, width: int, *, patch: int, levels: tuple[float, ...], dropout: float) -> None:
        super().__init__()
        self.patch = patch
        self.register_buffer("levels", torch.tensor(levels), persistent=False)
        self.out = ResidualMLP(width, width, patch * len(levels), dropout)

    def forward(self, states: Tensor) -> Tensor:
        """Quantiles of every step of the horizon tokens, not yet in order."""
        batch, tokens, _ = states.shape
        out: Tensor = self.out(states)
        return out.view(batch, tokens * self.patch, -1)

    def loss(self, quantiles: Tensor, actual: Tensor, weight: Tensor) -> Tensor:
        """Pinball loss (Koenker and Bassett 1978), a scalar: quantiles [B, H, Q], actual and weight [B, H]."""
        return weighted(pinball(quantiles, actual, levels=self.levels), weight)
