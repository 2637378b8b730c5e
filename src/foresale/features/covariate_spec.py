"""What a covariate is, by its values up to the cutoffs: decided once for networks, trees, effects and explanations."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

import numpy as np

from foresale.core.arrays import Values
from foresale.core.panel import Covariate, Panel

Kind = Literal["label", "flag", "ratio", "difference"]

LEAST_KNOWN: Final = 0.5
"""Share of the history over which a covariate must be known to be learnt from."""


@dataclass(frozen=True)
class CovariateSpec:
    """A covariate as it was seen.

    Attributes:
        covariate: the covariate.
        seen: its known values in the histories of all items.
        rows: rows of the histories.

    >>> from foresale.data.synthetic import shop
    >>> garden = shop(items=3, periods=200)
    >>> [CovariateSpec.of(covariate, garden).kind for covariate in garden.covariates.values()]
    ['ratio', 'flag']
    """

    covariate: Covariate
    seen: Values = field(repr=False)
    rows: int

    @classmethod
    def of(cls, covariate: Covariate, panel: Panel) -> "CovariateSpec":
        """What the history of a panel tells; nothing after its cutoffs is read."""
        past = covariate.values[panel.is_history]
        return cls(covariate, past[np.isfinite(past)], past.size)

    @property
    def kind(self) -> Kind:
        """A label is one of some texts, a flag 0 or 1; numbers above 0 compare by ratios, others by differences."""
        if self.covariate.categories:
            return "label"
        if np.isin(self.seen, (0.0, 1.0)).all():
            return "flag"
        return "ratio" if self.low > 0 else "difference"

    @property
    def learnable(self) -> bool:
        """Whether enough of it is known to learn from."""
        return bool(self.seen.size) and self.seen.size >= LEAST_KNOWN * self.rows

    @property
    def gaps(self) -> bool:
        """Whether it is unknown somewhere."""
        return self.seen.size < self.rows

    @cached_property
    def low(self) -> float:
        """The least value seen."""
        return float(self.seen.min())

    @cached_property
    def high(self) -> float:
        """The largest value seen."""
        return float(self.seen.max())

    @property
    def varies(self) -> bool:
        """Whether two values were seen."""
        return bool(self.seen.size) and self.low < self.high

    def frequent(self, most: int) -> tuple[int, ...]:
        """The codes of its labels, the most frequent first, at most so many."""
        counts = np.bincount(self.seen.astype(np.int64), minlength=len(self.covariate.categories))
        order = np.argsort(-counts, kind="stable")[:most]
        return tuple(int(code) for code in order if counts[code])
