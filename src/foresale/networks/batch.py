"""What a network is fed: a context, and what is known over the context and the horizon."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Generic

import numpy as np

from foresale.core.arrays import Flags, Values
from foresale.networks.arrays import AnyArray, joined, mapped


@dataclass(frozen=True)
class Batch(Generic[AnyArray]):
    """B windows of L past and H coming periods, in arrays of NumPy, or in tensors while a network learns.

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

    values: AnyArray
    observed: AnyArray
    lags: AnyArray
    lags_observed: AnyArray
    known: AnyArray
    past: AnyArray
    codes: AnyArray
    numbers: AnyArray

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

    def __len__(self) -> int:
        return self.values.shape[0]

    def __getitem__(self, chosen: Any) -> "Batch[AnyArray]":
        """Some of the windows, by a slice or by their positions."""
        return self.mapped(lambda part: part[chosen])

    def mapped(self, function: Callable[[AnyArray], Any]) -> "Batch[Any]":
        """The batch with a function of each of its arrays in their place."""
        batch: Batch[Any] = mapped(self, function)
        return batch

    def joined(self, other: "Batch[AnyArray]") -> "Batch[AnyArray]":
        """These windows and then those of another batch, of the same context and horizon."""
        batch: Batch[AnyArray] = joined([self, other])
        return batch

    def newest(self, periods: int) -> "Batch[AnyArray]":
        """The newest periods of the context alone, and all of the horizon; lags reach as far back as they did.

        >>> series = np.arange(6, dtype=np.float32)[None]
        >>> batch = batch_of_series(series, series > 0, horizon=1, lags=(2,))
        >>> batch.values.tolist(), batch.newest(1).values.tolist(), batch.newest(1).lags[..., 0].tolist()
        ([[2.0, 3.0, 4.0, 5.0]], [[5.0]], [[3.0, 4.0]])
        """
        seen = slice(self.context - periods, None)
        names = ("values", "observed", "lags", "lags_observed", "known", "past")
        return replace(self, **{name: getattr(self, name)[:, seen] for name in names})

    def turned(self, known_signs: AnyArray) -> "Batch[AnyArray]":
        """The batch with the sign of all sales turned; of what is known ahead, channels are multiplied by signs [K]."""
        return replace(self, values=-self.values, lags=-self.lags, known=self.known * known_signs)


def batch_of_series(values: Values, observed: Flags, *, horizon: int, lags: tuple[int, ...]) -> Batch[Any]:
    """Windows of sales alone, with their lags, from longer series.

    Args:
        values: [B, M + L] sales up to the position, M being the longest lag; 0 where unknown.
        observed: [B, M + L] bool, whether they are known.
        horizon: steps H to forecast.
        lags: how many periods back the lagged sales lie; beyond the shortest one, steps of the horizon see none.
    """
    count, longest = len(values), max(lags)
    context = values.shape[1] - longest
    long, seen = (np.pad(part, ((0, 0), (0, horizon))) for part in (values, observed))
    slices = [slice(longest - lag, longest - lag + context + horizon) for lag in lags]
    return Batch(
        values=values[:, longest:],
        observed=observed[:, longest:],
        lags=np.stack([long[:, part] for part in slices], axis=-1),
        lags_observed=np.stack([seen[:, part] for part in slices], axis=-1),
        known=np.zeros((count, context + horizon, 0), np.float32),
        past=np.zeros((count, context, 0), np.float32),
        codes=np.zeros((count, 0), np.int64),
        numbers=np.zeros((count, 0), np.float32),
    )
