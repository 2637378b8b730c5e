"""How far sales lie from a point forecast: from what the same method was wrong by at earlier cutoffs."""

from typing import Final

import numpy as np

from foresale.core.arrays import Values
from foresale.core.forecast import LEVELS
from foresale.core.quantiles import at_ranks

_LEVELS: Final = np.array(LEVELS, np.float32)


def chosen_steps(horizon: int, longest: int) -> tuple[int, ...]:
    """Steps ahead at which errors are measured: a few, close together at the beginning, none beyond `longest`.

    >>> chosen_steps(28, 100), chosen_steps(3, 100), chosen_steps(28, 9)
    ((1, 2, 4, 8, 14, 28), (1, 2, 3), (1, 2, 4, 8))
    """
    wanted = {1, 2, 4, 8, horizon // 2, horizon}
    return tuple(sorted({step for step in wanted if 1 <= step <= max(min(horizon, longest), 1)}))


def error_quantiles(errors: Values) -> tuple[Values, Values]:
    """[Q, n] quantiles of errors [O, n] at the forecast levels, NaN errors left out; and [n] how many there are.

    A new error is the r-th smallest of n or less with probability r / (n + 1), so the rank of level p is p (n + 1).

    >>> ranks, count = error_quantiles(np.arange(1, 20, dtype=np.float32)[:, None])
    >>> float(ranks[10, 0]), float(ranks[0, 0]), int(count[0])
    (10.0, 1.0, 19)
    """
    if not len(errors):
        return np.zeros((_LEVELS.size, errors.shape[1]), np.float32), np.zeros(errors.shape[1], np.float32)
    ordered = np.sort(errors, axis=0)
    count = np.isfinite(errors).sum(axis=0)
    return at_ranks(ordered, _LEVELS[:, None] * (count + 1) - 1, count), count.astype(np.float32)


def between_steps(known: Values, steps: tuple[int, ...], *, horizon: int) -> Values:
    """[H, …] what is known at some steps [S, …], drawn straight between them; beyond the last it grows as √h.

    >>> between_steps(np.array([[1.0], [3.0]], np.float32), (1, 3), horizon=12)[[0, 1, 2, 11], 0].tolist()
    [1.0, 2.0, 3.0, 6.0]
    """
    ahead = np.arange(1, horizon + 1)
    at = np.clip(np.searchsorted(steps, ahead), 1, max(len(steps) - 1, 1)) if len(steps) > 1 else np.zeros(horizon, int)
    shape = (horizon, *[1] * (known.ndim - 1))
    growth = np.sqrt(np.maximum(ahead / steps[-1], 1)).astype(np.float32).reshape(shape)
    if len(steps) == 1:
        return np.asarray(known[at] * growth, np.float32)
    left, right = np.array(steps)[at - 1], np.array(steps)[at]
    share = np.clip((ahead - left) / (right - left), 0, 1).astype(np.float32).reshape(shape)
    return np.asarray((known[at - 1] * (1 - share) + known[at] * share) * growth, np.float32)
