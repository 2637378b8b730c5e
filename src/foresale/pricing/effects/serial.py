"""Slopes in the course of time, where what is left over hangs together from one period to the next."""

from typing import Final

import numpy as np

from foresale.core.arrays import Flags, Numbers

BLUR: Final = 4
"""Periods over which errors may still hang together after whitening: a month of weeks."""
_ROUNDS: Final = 3
_STEADIEST: Final = 0.95


def serial_slopes(x: Numbers, y: Numbers, z: Numbers, seen: Flags) -> tuple[Numbers, Numbers]:
    """[K] slopes of y on columns, told by as many instruments, and [K, K] the covariance of their errors.

    What is left over is taken to follow its last value (Cochrane and Orcutt 1949); what then still hangs together is
    counted in the errors (Newey and West 1987). Of least squares the columns are their own instruments.

    Args:
        x: [K, T] columns, means taken out.
        y: [T].
        z: [K, T] instruments.
        seen: [T] what was observed; of the others x, y and z are 0.

    >>> draw = np.random.default_rng(0)
    >>> x = draw.normal(size=(1, 200))
    >>> slopes, covariance = serial_slopes(x, -2 * x[0] + draw.normal(size=200) / 10, x, np.ones(200, bool))
    >>> bool(abs(slopes[0] + 2) < 4 * covariance[0, 0] ** 0.5)
    True
    """
    rho, values = 0.0, np.zeros(len(x))
    both = np.concatenate([[seen[0]], seen[1:] & seen[:-1]])
    for _ in range(_ROUNDS):
        xs, ys, zs = (_whitened(part, rho) * np.where(rho > 0, both, seen) for part in (x, y, z))
        values = np.linalg.pinv(zs @ xs.T, rcond=1e-10) @ (zs @ ys)
        left = y - values @ x
        before = (left[1:] * left[:-1] * both[1:]).sum() / max(float((left[:-1] ** 2 * both[1:]).sum()), 1e-300)
        rho = float(np.clip(before + (1 + 3 * before) / max(seen.sum(), 8), 0, _STEADIEST))
    return values, _covariance(xs, ys - values @ xs, zs)


def _whitened(values: Numbers, rho: float) -> Numbers:
    """Values less `rho` times the one before; the first has none before it."""
    moved = values.copy()
    moved[..., 1:] -= rho * values[..., :-1]
    moved[..., 0] *= np.sqrt(1 - rho**2)
    return moved


def _covariance(x: Numbers, left: Numbers, z: Numbers) -> Numbers:
    bread = np.linalg.pinv(z @ x.T, rcond=1e-10)
    scores = z * left
    meat = scores @ scores.T
    for lag in range(1, min(BLUR, left.size - 1) + 1):
        step = scores[:, lag:] @ scores[:, :-lag].T
        meat += (1 - lag / (BLUR + 1)) * (step + step.T)
    freedom = max(left.size - x.shape[0] - 1, 1) / left.size
    covariance = bread @ meat @ bread.T / freedom
    plain = bread @ (z @ z.T) @ bread.T * (left @ left) / max(left.size - x.shape[0] - 1, 1)
    return _larger(covariance, plain)


def _larger(one: Numbers, other: Numbers) -> Numbers:
    """The covariance with the larger variances: of few periods, robust ones are often too small."""
    scale = np.sqrt(np.maximum(np.diag(other) / np.maximum(np.diag(one), 1e-300), 1.0))
    return np.asarray(one * np.outer(scale, scale))
