"""Ends of intervals where tests are turned round: how far an effect may lie from its estimate."""

from collections.abc import Callable
from typing import Final

_FARTHEST: Final = 64.0
"""Steps beyond which nothing can be ruled out."""


def last_within(allowed: Callable[[float], bool], *, start: float, close: float, relative: bool = False) -> float:
    """About the farthest distance that is allowed, where what lies farther than one that is not is not allowed either.

    Args:
        allowed: whether a distance is; zero is.
        start: a first guess, doubled until it is not allowed.
        close: how close is close enough.
        relative: whether that is a share of the distance.

    >>> round(last_within(lambda far: far < 5, start=1.0, close=1e-6), 4)
    5.0
    >>> last_within(lambda far: True, start=1.0, close=1e-6)
    inf
    """
    near, far = 0.0, start
    while allowed(far):
        near, far = far, 2 * far
        if far > _FARTHEST:
            return float("inf")
    while far - near > close * (far if relative else 1.0):
        middle = (near + far) / 2
        near, far = (middle, far) if allowed(middle) else (near, middle)
    return far
