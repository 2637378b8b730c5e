"""What a network is fed: a context, and what is known over the context and the horizon."""

from dataclasses import dataclass, fields, replace

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

    @classmethod
    def of_series(cls, values: Tensor, observed: Tensor, *, horizon: int, lags: tuple[int, ...]) -> "Batch":
        """Windows of sales alone, with their lags, from longer series.

        Args:
            values: [B, M + L] sales up to the position, M being the longest lag; 0 where unknown.
            observed: [B, M + L] bool, whether they are known.
            horizon: steps H to forecast.
            lags: how many periods back the lagged sales lie; beyond the shortest one, steps of the horizon see none.
        """
        longest = max(lags)
        context = values.shape[1] - longest
        later, unknown = values.new_zeros(len(values), horizon), observed.new_zeros(len(values), horizon)
        long, seen = torch.cat([values, later], dim=1), torch.cat([observed, unknown], dim=1)
        slices = [slice(longest - lag, longest - lag + context + horizon) for lag in lags]
        return cls(
            values=values[:, longest:],
            observed=observed[:, longest:],
            lags=torch.stack([long[:, part] for part in slices], dim=-1),
            lags_observed=torch.stack([seen[:, part] for part in slices], dim=-1),
            known=values.new_zeros(len(values), context + horizon, 0),
            past=values.new_zeros(len(values), context, 0),
            codes=torch.zeros(len(values), 0, dtype=torch.int64),
            numbers=values.new_zeros(len(values), 0),
        )

    def newest(self, periods: int) -> "Batch":
        """The newest periods of the context alone, and all of the horizon; lags reach as far back as they did.

        >>> series = torch.arange(6.0)[None]
        >>> batch = Batch.of_series(series, series > 0, horizon=1, lags=(2,))
        >>> batch.values.tolist(), batch.newest(1).values.tolist(), batch.newest(1).lags[..., 0].tolist()
        ([[2.0, 3.0, 4.0, 5.0]], [[5.0]], [[3.0, 4.0]])
        """
        seen = slice(self.context - periods, None)
        told = {name: getattr(self, name)[:, seen]
                for name in ("values", "observed", "lags", "lags_observed", "known", "past")}  # fmt: skip
        return replace(self, **told)

    def flipped(self) -> "Batch":
        """The batch with the sign of all sales turned."""
        return replace(self, values=-self.values, lags=-self.lags)

    def to(self, device: torch.device) -> "Batch":
        """The batch on another device."""
        return Batch(**{field.name: getattr(self, field.name).to(device, non_blocking=True) for field in fields(self)})
