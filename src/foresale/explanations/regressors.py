"""Known covariates as columns of a regression: how far each is from what is usual for the item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Numbers
from foresale.core.frequency import Index
from foresale.core.panel import Panel, Values
from foresale.explanations.groups import Group
from foresale.features.covariate_spec import CovariateSpec

_LABELS: Final = 4
"""Labels with a column of their own, beside the most frequent one."""
_BOUND: Final = 4.0
"""How far a column reaches to either side: beyond it a value is a slip, or was hardly seen."""


@dataclass(frozen=True)
class Column:
    """One column of a covariate.

    Attributes:
        covariate: its name.
        group: the place of its group.
        kind: "flag" and "label" are 1 or 0 less what is usual, a "ratio" is the logarithm of value ÷ usual, a
            "difference" is in spreads of the panel.
        label: the code of a label.
        scale: the spread of a difference.
    """

    covariate: str
    group: int
    kind: str
    label: int = 0
    scale: float = 1.0

    @property
    def pooled(self) -> float:
        """How far the coefficient of all items may lie from 0."""
        return 3.0 if self.kind == "ratio" else 1.0

    @property
    def own(self) -> float:
        """How far that of an item may lie from it."""
        return 0.7 if self.kind == "ratio" else 0.3


def columns_of(panel: Panel, groups: Sequence[Group]) -> tuple[Column, ...]:
    """The columns of all groups; of labels, the most frequent ones."""
    found: list[Column] = []
    for place, group in enumerate(groups):
        for name in group.covariates:
            found += _of(CovariateSpec.of(panel.covariates[name], panel), place)
    return tuple(found)


def _of(spec: CovariateSpec, group: int) -> list[Column]:
    name = spec.covariate.name
    if not spec.varies:
        return []
    if spec.kind == "label":
        return [Column(name, group, "label", code) for code in spec.frequent(_LABELS + 1)]
    return [Column(name, group, spec.kind, scale=float(spec.seen.std()) if spec.kind == "difference" else 1.0)]


@dataclass(frozen=True)
class Regressors:
    """Makes columns of rows of a panel.

    Attributes:
        panel: the panel.
        columns: the C columns.
        baseline: by covariate, [N] what is usual.
    """

    panel: Panel = field(repr=False)
    columns: tuple[Column, ...]
    baseline: Mapping[str, Values] = field(repr=False)

    def at(self, items: Index, rows: Index, inside: npt.NDArray[np.bool_]) -> Numbers:
        """[n, T, C] of items [n] at rows [n, T] of the panel; 0 outside, and where unknown."""
        found = np.zeros((*rows.shape, len(self.columns)))
        for place, column in enumerate(self.columns):
            values = self.panel.covariates[column.covariate].values[rows].astype(np.float64)
            baseline = self.baseline[column.covariate][items].astype(np.float64)[:, None]
            told = np.where(
                inside & np.isfinite(values) & np.isfinite(baseline), _distance(values, baseline, column), 0
            )
            found[..., place] = np.clip(told, -_BOUND, _BOUND)
        return found


def _distance(values: Numbers, baseline: Numbers, column: Column) -> Numbers:
    if column.kind == "label":
        return np.asarray((values == column.label).astype(np.float64) - (baseline == column.label))
    if column.kind == "ratio":
        return np.asarray(np.log(np.maximum(values, 1e-9)) - np.log(np.maximum(baseline, 1e-9)))
    return np.asarray((values - baseline) / column.scale)
