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


def squared(mean: Tensor, actual: Tensor) -> Tensor:
    """Squared error [B, H]: taught by it, a head says the mean."""
    return (actual - mean).square()


def tweedie(log_mean: Tensor, actual: Tensor, *, power: float = 1.5) -> Tensor:
    """Tweedie loss [B, H] of the logarithm of the mean, for sales with many zeros (Jørgensen 1987).

    Minus the log-likelihood of a compound Poisson distribution with 1 < power < 2, without what the mean does not move:
    −y m^(1−p) / (1−p) + m^(2−p) / (2−p).
    """
    first = actual * torch.exp((1 - power) * log_mean) / (1 - power)
    second = torch.exp((2 - power) * log_mean) / (2 - power)
    return second - first


def negative_binomial(log_mean: Tensor, log_shape: Tensor, actual: Tensor) -> Tensor:
    """Minus the log-likelihood [B, H] of counts under a negative binomial of mean m and variance m + m² / r.

    log Γ(y + r) − log Γ(r) − log Γ(y + 1) + r log(r / (r + m)) + y log(m / (r + m)), all from log m and log r.

    >>> many = negative_binomial(torch.tensor([0.7]), torch.tensor([12.0]), torch.tensor([3.0]))
    >>> poisson = 0.7 * -3 + torch.exp(torch.tensor([0.7])) + torch.lgamma(torch.tensor([4.0]))
    >>> bool(torch.allclose(many, poisson, atol=2e-2))
    True
    """
    shape = log_shape.exp()
    total = torch.logaddexp(log_mean, log_shape)
    likelihood = (
        torch.lgamma(actual + shape)
        - torch.lgamma(shape)
        - torch.lgamma(actual + 1)
        + shape * (log_shape - total)
        + actual * (log_mean - total)
    )
    return -likelihood
