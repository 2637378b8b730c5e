"""Series of any size become numbers of one size, and back."""

from dataclasses import dataclass
from typing import Any, Generic

from foresale.networks.arrays import AnyArray, namespace

_LEAST_SPREAD = 0.05
"""Of its level: a window that hardly moves is scaled by this much of it."""
_FAR = 12.0
"""Scaled values beyond it are drawn in before they become units, so that none overflows."""


@dataclass(frozen=True)
class InstanceScale(Generic[AnyArray]):
    """Location and scale of each window, [B, 1], and the arcsinh that tames what lies far out.

    >>> import numpy as np
    >>> values = np.array([[0.0, 10.0, 1000.0]], np.float32)
    >>> scale = InstanceScale.of(values, np.ones((1, 3), bool))
    >>> bool(np.allclose(scale.undo(scale.apply(values)), values, rtol=1e-4, atol=1e-3))
    True
    """

    location: AnyArray
    scale: AnyArray

    @classmethod
    def of(cls, values: Any, observed: Any) -> "InstanceScale[Any]":
        """Mean and standard deviation of the observed values [B, L] of each window.

        A constant window is scaled by its level, an empty one by 1, so that every window can be scaled.
        """
        library = namespace(values)
        count = library.asarray(observed.sum(axis=1, keepdims=True).clip(min=1), dtype=values.dtype)
        location = (values * observed).sum(axis=1, keepdims=True) / count
        variance = ((values - location) ** 2 * observed).sum(axis=1, keepdims=True) / count
        scale = library.maximum(variance**0.5, _LEAST_SPREAD * abs(location))
        return cls(location, library.where(scale > 1e-6, scale, library.ones_like(scale)))

    def _fit(self, like: Any) -> tuple[Any, Any]:
        shape = (-1, *([1] * (len(like.shape) - 1)))
        return self.location.reshape(shape), self.scale.reshape(shape)  # type: ignore[attr-defined]

    def apply(self, values: Any) -> Any:
        """Values [B, …] in units → scaled."""
        location, scale = self._fit(values)
        return namespace(values).arcsinh((values - location) / scale)

    def undo(self, scaled: Any) -> Any:
        """Scaled [B, …] → units; far-out values are bounded so that none overflows."""
        location, scale = self._fit(scaled)
        return namespace(scaled).sinh(scaled.clip(-_FAR, _FAR)) * scale + location
