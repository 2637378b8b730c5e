"""What a network is fed: a context, and what is known over the context and the horizon."""

from dataclasses import dataclass, fields

import torch
from torch import Tensor


@dataclass(frozen=True)
class Batch:
    """B windows of L past and H coming periods.

    Unknown values are 0 where the mask beside them is False.

    Attributes:
        values: [B, L] sales of the context, in units.
        observed: [B, L] bool, whether the sales are known.
        lags: [B, L + H, G] sales a year (two years, …) before each period, in units.
        lags_observed: [B, L + H, G] bool.
        known: [B, L + H, K] covariates known ahead, scaled.
        past: [B, L, P] covariates of the past only, scaled.
        codes: [B, C] int64 codes of the static categories.
        numbers: [B, N] static numbers, scaled.

    Raises:
        ValueError: shapes that do not fit together.
    """

    values: Tensor
    observed: Tensor
    lags: Tensor
    lags_observed: Tensor
    known: Tensor
    past: Tensor
    codes: Tensor
    numbers: Tensor

    def __post_init__(self) -> None:
        batch, context = self.values.shape
        steps = self.known.shape[1]
        fits = (
            self.observed.shape == (batch, context)
            and steps > context
            and self.lags.shape == self.lags_observed.shape
            and self.lags.shape[:2] == self.known.shape[:2] == (batch, steps)
            and self.past.shape[:2] == (batch, context)
            and self.codes.shape[0] == self.numbers.shape[0] == batch
        )
        if not fits:
            shapes = {field.name: tuple(getattr(self, field.name).shape) for field in fields(self)}
            raise ValueError(f"batch shapes do not fit together: {shapes}")

    @property
    def context(self) -> int:
        """Length L of the context."""
        return self.values.shape[1]

    @property
    def horizon(self) -> int:
        """Number of steps H to forecast."""
        return self.known.shape[1] - self.values.shape[1]

    def to(self, device: torch.device) -> "Batch":
        """The batch on another device."""
        return Batch(**{field.name: getattr(self, field.name).to(device, non_blocking=True) for field in fields(self)})
