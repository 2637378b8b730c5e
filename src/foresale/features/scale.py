"""Scalers that are undone exactly: their state is fitted on history, and comes with the scaled values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError
from foresale.core.frequency import Index
from foresale.core.panel import Panel, Values
from foresale.features.blocks import Matrix, blocks

Kind = Literal["standard", "minmax", "robust", "arcsinh"]
Numbers = npt.NDArray[np.float64]
_FORMAT: Final = 1


@dataclass(frozen=True)
class Scaling:
    """How values were scaled: z = (x - center) / spread, and for "arcsinh" z = asinh of that.

    Attributes:
        kind: "standard" (mean, standard deviation), "minmax" (smallest, range), "robust" (median, interquartile
            range) or "arcsinh" (mean and standard deviation, then asinh, which draws large peaks in).
        center: [G] float64, one per item, or a single one for all.
        spread: [G] float64, above 0; 1 where history does not vary, so that a constant series is safe.

    Raises:
        ConfigError: an unknown kind, or centers and spreads that do not fit.

    >>> scaling = Scaling("standard", np.array([10.0, 0.0]), np.array([5.0, 1.0]))
    >>> scaling.scale(np.array([20.0, 3.0]), np.array([0, 1])).tolist()
    [2.0, 3.0]
    >>> scaling.undo(np.array([2.0, 3.0]), np.array([0, 1])).tolist()
    [20.0, 3.0]
    """

    kind: Kind
    center: Numbers = field(repr=False)
    spread: Numbers = field(repr=False)

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ConfigError(f"unknown scaling {self.kind!r}: there are {', '.join(get_args(Kind))}")
        if self.center.shape != self.spread.shape or self.center.ndim != 1 or not self.center.size:
            raise ConfigError(f"centers {self.center.shape} and spreads {self.spread.shape} do not fit")
        if not (np.isfinite(self.center).all() and np.isfinite(self.spread).all() and (self.spread > 0).all()):
            raise ConfigError("centers and spreads must be finite, and spreads above 0")

    def scale(self, values: npt.NDArray[np.floating], owners: Index) -> Numbers:
        """Values [R, …] scaled, each by the state of the item that owns its row; NaN stays NaN."""
        center, spread = self._state(owners, values.ndim)
        scaled = (values.astype(np.float64) - center) / spread
        return np.arcsinh(scaled) if self.kind == "arcsinh" else scaled

    def undo(self, values: npt.NDArray[np.floating], owners: Index) -> Numbers:
        """Scaled values [R, …] in their own units again, whether the ones scaled or others (such as forecasts)."""
        center, spread = self._state(owners, values.ndim)
        wide = values.astype(np.float64)
        return (np.sinh(wide) if self.kind == "arcsinh" else wide) * spread + center

    def _state(self, owners: Index, dimensions: int) -> tuple[Numbers, Numbers]:
        group = owners if self.center.size > 1 else np.zeros_like(owners)
        shape = (-1,) + (1,) * (dimensions - 1)
        return self.center[group].reshape(shape), self.spread[group].reshape(shape)

    def to_dict(self) -> dict[str, Any]:
        """The state as plain JSON; floats survive it exactly."""
        return {"format": _FORMAT, "kind": self.kind, "center": self.center.tolist(), "spread": self.spread.tolist()}

    @classmethod
    def from_dict(cls, state: Mapping[str, Any]) -> "Scaling":
        """The scaling that `to_dict` described.

        Raises:
            ConfigError: the state is none of a scaling.
        """
        if state.get("format") != _FORMAT or not {"kind", "center", "spread"} <= state.keys():
            raise ConfigError(f"this describes no scaling of format {_FORMAT}: {str(dict(state))[:80]}")
        return cls(state["kind"], np.array(state["center"], np.float64), np.array(state["spread"], np.float64))


def scale(values: Values, panel: Panel, *, kind: Kind, per_item: bool = True) -> tuple[Numbers, Scaling]:
    """A panel's sales or covariate scaled, and the scaling that undoes it.

    The state is fitted on the known values of history rows only, per item or over all items at once. Everything is
    done in float64, so that `undo` gives back what went in.

    Args:
        values: [R] values of the panel's rows.
        panel: whose rows they are.
        kind: see `Scaling`.
        per_item: one state per item instead of one for all.

    >>> import polars as pl
    >>> from foresale.core.frequency import Frequency
    >>> panel = Panel(Frequency.parse("D"), pl.DataFrame({"item_id": ["a"]}), np.array([0]), np.array([0, 3]),
    ...     np.array([3]), np.array([2, 4, 6], np.float32))
    >>> scaled, scaling = scale(panel.sales, panel, kind="minmax")
    >>> scaled.tolist(), scaling.undo(scaled, panel.owners).tolist()
    ([0.0, 0.5, 1.0], [2.0, 4.0, 6.0])
    """
    past = np.where(panel.is_history, values, np.float32(np.nan))
    offsets = panel.offsets if per_item else panel.offsets[[0, -1]]
    scaling = fit_scaling(past, offsets, kind=kind)
    return scaling.scale(values, panel.owners), scaling


def fit_scaling(values: Values, offsets: Index, *, kind: Kind) -> Scaling:
    """The scaling of the known values of each item; pass NaN for what must not count."""
    center, spread = np.zeros(offsets.size - 1), np.ones(offsets.size - 1)
    for block in blocks(offsets):
        center[block.items], spread[block.items] = _fit(block.take(values), kind)
    return Scaling(kind, center, np.where(spread > 0, spread, 1.0))


def _fit(matrix: Matrix, kind: Kind) -> tuple[Numbers, Numbers]:
    """Center and spread [n] of the rows of a matrix; 0 and 0 where nothing is known."""
    known = ~np.isnan(matrix)
    count = known.sum(axis=1)
    if kind == "minmax":
        low = np.where(known, matrix, np.inf).min(axis=1)
        high = np.where(known, matrix, -np.inf).max(axis=1)
        return np.where(count, low, 0), np.where(count, high - low, 0)
    mean, deviation = _moments(matrix, known, count)
    if kind != "robust":
        return mean, deviation
    ordered = np.sort(matrix, axis=1)
    low, median, high = (_quantile(ordered, count, level) for level in (0.25, 0.5, 0.75))
    return median, np.where(high > low, high - low, deviation)


def _moments(matrix: Matrix, known: npt.NDArray[np.bool_], count: Index) -> tuple[Numbers, Numbers]:
    share = 1 / np.maximum(count, 1)
    first = np.where(count, matrix[np.arange(len(matrix)), np.argmax(known, axis=1)], 0)
    mean = first + np.where(known, matrix - first[:, None], 0).sum(axis=1) * share
    squares = np.where(known, (matrix - mean[:, None]) ** 2, 0).sum(axis=1)
    constant = np.where(known, matrix == first[:, None], True).all(axis=1)
    return mean, np.where(constant, 0, np.sqrt(squares * share))


def _quantile(ordered: Matrix, count: Index, level: float) -> Numbers:
    """The quantile [n] of the known values of rows that are sorted, unknown ones last, interpolated linearly."""
    place = np.maximum(count - 1, 0) * level
    below = np.floor(place).astype(np.int64)
    rows = np.arange(len(ordered))
    low, high = ordered[rows, below], ordered[rows, np.minimum(below + 1, np.maximum(count - 1, 0))]
    return np.where(count, low + (high - low) * (place - below), 0)
