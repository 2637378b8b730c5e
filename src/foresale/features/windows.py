"""Statistics of what stood before each column of a matrix [n, L], row by row; NaN is unknown and left out.

Nothing here looks to the right: column t of a result depends on the columns up to t only, which keeps the future out
of every feature built on it.
"""

from typing import Final

import numpy as np

from foresale.features.blocks import Matrix

_SEGMENT: Final = 64


def shifted(matrix: Matrix, steps: int) -> Matrix:
    """The value `steps` columns before, NaN where there is none.

    >>> shifted(np.array([[1.0, 2.0, 3.0]]), 2).tolist()
    [[nan, nan, 1.0]]
    """
    result = np.full_like(matrix, np.nan)
    result[:, steps:] = matrix[:, : matrix.shape[1] - steps] if steps < matrix.shape[1] else matrix[:, :0]
    return result


def rolling_sum(matrix: Matrix, window: int) -> Matrix:
    """Sum over the last `window` columns and this one; the matrix must be free of NaN.

    >>> rolling_sum(np.array([[1.0, 2.0, 3.0, 4.0]]), 2).tolist()
    [[1.0, 3.0, 5.0, 7.0]]
    """
    total = np.cumsum(matrix, axis=1)
    result = total.copy()
    result[:, window:] -= total[:, :-window]
    return result


def rolling_mean(matrix: Matrix, window: int) -> Matrix:
    """Mean of the known values among the last `window` columns, this one included.

    >>> rolling_mean(np.array([[2.0, np.nan, 4.0, 6.0]]), 2).tolist()
    [[2.0, 2.0, 4.0, 5.0]]
    """
    known = ~np.isnan(matrix)
    count = rolling_sum(known.astype(np.float64), window)
    total = rolling_sum(np.where(known, matrix, 0), window)
    return np.asarray(total / np.where(count > 0, count, np.nan))


def rolling_std(matrix: Matrix, window: int) -> Matrix:
    """Standard deviation (of the population) of the known values among the last `window` columns.

    Values are taken from each row's first known one, so that squares of large numbers do not drown a small spread.

    >>> rolling_std(np.array([[1.0, 3.0, np.nan, 3.0]]), 2).tolist()
    [[0.0, 1.0, 0.0, 0.0]]
    """
    known = ~np.isnan(matrix)
    first = matrix[np.arange(len(matrix)), np.argmax(known, axis=1)]
    centred = matrix - first[:, None]
    variance = rolling_mean(centred**2, window) - rolling_mean(centred, window) ** 2
    return np.sqrt(np.maximum(variance, 0))


def rolling_max(matrix: Matrix, window: int) -> Matrix:
    """Largest known value among the last `window` columns, this one included.

    Windows of 1, 2, 4, … columns are joined, so the cost grows with the logarithm of the window.

    >>> rolling_max(np.array([[3.0, 1.0, np.nan, 2.0]]), 3).tolist()
    [[3.0, 3.0, 3.0, 2.0]]
    """
    result, width = matrix, 1
    while width < window:
        step = min(width, window - width)
        result, width = np.fmax(result, shifted(result, step)), width + step
    return result


def rolling_min(matrix: Matrix, window: int) -> Matrix:
    """Smallest known value among the last `window` columns, this one included.

    >>> rolling_min(np.array([[3.0, 1.0, np.nan, 2.0]]), 2).tolist()
    [[3.0, 1.0, 1.0, 2.0]]
    """
    return -rolling_max(-matrix, window)


def faded_mean(matrix: Matrix, half_life: float) -> Matrix:
    """Mean of the known values up to this column, each weighted by 2^(-age / half_life).

    >>> faded_mean(np.array([[0.0, 3.0, np.nan]]), 1).round(2).tolist()
    [[0.0, 2.0, 2.0]]
    """
    known = ~np.isnan(matrix)
    weight = _faded_sum(known.astype(np.float64), half_life)
    total = _faded_sum(np.where(known, matrix, 0), half_life)
    seen = np.maximum.accumulate(known, axis=1)
    return np.where(seen, total / np.where(weight > 0, weight, np.nan), np.nan)


def _faded_sum(matrix: Matrix, half_life: float) -> Matrix:
    """Sum of 2^(-age / half_life) x, in segments of columns: one product inside each, a carry between them."""
    count, length = matrix.shape
    segments = -(-length // _SEGMENT)
    padded = np.zeros((count, segments * _SEGMENT))
    padded[:, :length] = matrix
    age = np.arange(_SEGMENT)
    decay = np.where(age >= age[:, None], 0.5 ** (np.maximum(age - age[:, None], 0) / half_life), 0.0)
    inner = padded.reshape(count, segments, _SEGMENT) @ decay
    fade = 0.5 ** ((age + 1) / half_life)
    for segment in range(1, segments):
        inner[:, segment] += inner[:, segment - 1, -1:] * fade
    return np.asarray(inner.reshape(count, -1)[:, :length])


def columns_since(happened: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> Matrix:
    """Columns since it last happened, 0 where it happens, NaN before the first time.

    >>> columns_since(np.array([[False, True, False, False]])).tolist()
    [[nan, 0.0, 1.0, 2.0]]
    """
    column = np.arange(happened.shape[1])
    last = np.maximum.accumulate(np.where(happened, column, -1), axis=1)
    return np.where(last >= 0, column - last, np.nan)


def columns_until(happens: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> Matrix:
    """Columns until it happens next, 0 where it happens, NaN after the last time. For what is known ahead only.

    >>> columns_until(np.array([[False, False, True, False]])).tolist()
    [[2.0, 1.0, 0.0, nan]]
    """
    return columns_since(happens[:, ::-1])[:, ::-1]
