"""Gaussian processes by their spectrum: one inverse Fourier transform makes drifts, ARMA noise and moving seasons.

A stationary Gaussian process is white noise whose frequencies are weighted, so its length scale, its AR coefficients or
its seasonal period are only a curve over the frequencies (Wiener–Khinchin). The transform is a little longer than
the series, and the rest is cut off, so that the end does not meet the beginning.
"""

import math

import torch
from torch import Tensor

from foresale.training.simulate.rng import Rng

_SLACK = 1.2  # beyond the length, so that a series does not end as it begins


def transform_length(length: int) -> int:
    """The next length that a Fourier transform is fast for, at least a fifth longer than the series.

    >>> transform_length(1000)
    1200
    """
    size = math.ceil(length * _SLACK)
    while True:
        rest = size
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1 and size % 2 == 0:
            return size
        size += 1


def frequencies(length: int, device: torch.device) -> Tensor:
    """[F] cycles per period of the transform's frequencies, from 0 to 1/2."""
    size = transform_length(length)
    return torch.arange(size // 2 + 1, device=device) / size


def gaussian_process(rng: Rng, weights: Tensor, length: int) -> Tensor:
    """[n, T] draws of mean 0 and variance 1 from the square root of a spectrum, [n, F], its level left out."""
    size = transform_length(length)
    shaped = weights.clone()
    shaped[:, 0] = 0
    shaped[:, -1] = 0
    norm = shaped.square().sum(dim=1, keepdim=True).sqrt_().clamp_(min=1e-12)
    shaped *= (0.5 * size) / norm
    count, bins = shaped.shape
    noise = torch.view_as_complex(rng.normal(count, bins, 2))
    path: Tensor = torch.fft.irfft(noise * shaped, n=size)
    return path[:, :length]


def smooth_weights(grid: Tensor, scale: Tensor) -> Tensor:
    """[n, F] of the squared-exponential kernel with length scales [n] in periods."""
    return torch.exp(-((math.pi * scale[:, None] * grid).square()))


def rough_weights(grid: Tensor, scale: Tensor, order: Tensor) -> Tensor:
    """[n, F] of Matérn-like kernels with length scales [n]: 1/2 is an AR(1), more is smoother."""
    corner = 1.0 / (2 * math.pi * scale[:, None])
    return (1 + (grid / corner).square()).pow(-0.5 * (order[:, None] + 0.5))


def arma_weights(grid: Tensor, rng: Rng, count: int) -> Tensor:
    """[n, F] gain of random stable ARMA(2, 1) filters."""
    turn = 2 * math.pi * grid
    first = rng.uniform(count, 1, low=-0.3, high=0.97)
    second = rng.uniform(count, 1, low=-0.4, high=0.6) * rng.chance(count, 1, probability=0.4)
    average = rng.uniform(count, 1, low=-0.6, high=0.6) * rng.chance(count, 1, probability=0.4)
    cosine = torch.cos(turn)
    gain = 1 + average.square() + 2 * average * cosine
    for root in (first, second):
        gain = gain / (1 + root.square() - 2 * root * cosine)
    return gain.sqrt_()


def seasonal_weights(grid: Tensor, period: Tensor, persistence: Tensor) -> Tensor:
    """[n, F] gain of a seasonal AR(1): peaks at the season's harmonics, the narrower the more persistent."""
    angle = torch.cos(2 * math.pi * grid * period[:, None])
    root = persistence[:, None]
    return (1 + root.square() - 2 * root * angle).rsqrt()
