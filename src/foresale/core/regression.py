"""What all regressions end in: the solution of their normal equations, and a step towards it that is not too long."""

import numpy as np

from foresale.core.arrays import TINY, Floating, Numbers


def solved(information: Numbers, score: Numbers) -> Numbers:
    """[…, K] the coefficients at which information […, K, K] times them is the score […, K], or [..., K, R] of several.

    With the precision of a normal prior in the information, and that times its mean in the score, they are the most
    likely ones a posteriori (Lindley and Smith 1972).

    >>> solved(np.array([[4.0, 0.0], [0.0, 2.0]]), np.array([2.0, 2.0])).tolist()
    [0.5, 1.0]
    """
    several = score.ndim == information.ndim
    found = np.linalg.solve(information, score if several else score[..., None])
    return np.asarray(found if several else found[..., 0], np.float64)


def least_squares(columns: Floating, target: Floating) -> Numbers:
    """[K] the coefficients of columns [T, K] nearest to a target [T], the smallest where several are as near.

    >>> least_squares(np.ones((3, 1)), np.array([1.0, 2.0, 3.0])).round(6).tolist()
    [2.0]
    """
    return np.asarray(np.linalg.lstsq(columns, target, rcond=None)[0])


def no_longer_than(step: Numbers, felt: Floating | float, most: float) -> Numbers:
    """[…, K] a step of coefficients, shortened where its largest effect, felt […] on a logarithm, is above the most.

    Newton's method on the exponential of far-out columns runs away without it.

    >>> no_longer_than(np.array([[4.0], [1.0]]), np.array([4.0, 1.0]), 2.0).tolist()
    [[2.0], [1.0]]
    """
    return np.asarray(np.minimum(1, most / np.maximum(np.asarray(felt), TINY))[..., None] * step)
