"""What a head is taught by: how far what it says lies from what was sold."""

import torch
from torch import Tensor

_LEAST: float = 1e-6


def weighted(losses: Tensor, weight: Tensor) -> Tensor:
    """The mean of losses [B, …] by weights [B, …] of 0 or more.

    >>> float(weighted(torch.tensor([1.0, 5.0, 9.0]), torch.tensor([1.0, 1.0, 0.0])))
    3.0
    """
    return (losses * weight).sum() / weight.sum().clamp(min=_LEAST)


def pinball(quantiles: Tensor, actual: Tensor, *, levels: Tensor, censored: Tensor | None = None) -> Tensor:
    """Pinball loss [B, H] (Koenker and Bassett 1978) of quantiles [B, H, Q], averaged over the levels [Q].

    Where sales are censored [B, H], more might have been sold: only quantiles below them are wrong (Powell 1986).

    >>> median = torch.tensor([0.5])
    >>> pinball(torch.tensor([[[3.0], [9.0]]]), torch.tensor([[5.0, 5.0]]), levels=median).tolist()
    [[1.0, 2.0]]
    >>> pinball(torch.tensor([[[3.0], [9.0]]]), torch.tensor([[5.0, 5.0]]), levels=median,
    ...         censored=torch.tensor([[True, True]])).tolist()
    [[1.0, 0.0]]
    """
    error = actual[..., None] - quantiles
    above = (levels - 1) * error
    if censored is not None:
        above = torch.where(censored[..., None], 0.0, above)
    return torch.maximum(levels * error, above).mean(dim=-1)
