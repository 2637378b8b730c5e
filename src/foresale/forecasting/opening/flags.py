"""Values of covariates known ahead at which nothing is sold: an `open` flag, an inventory day."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.panel import Covariate, Panel

_MOST_VALUES: Final = 12  # of a column above which it tells no opening
_FEWEST_ROWS: Final = 20  # by which a value is judged
_ALL_BUT: Final = 0.005  # share of the rows with sales up to which a value means closed
_OTHERWISE_SOLD: Final = 0.5  # share of the other rows with sales


@dataclass(frozen=True)
class ClosingValues:
    """Values of covariates at which nothing was ever sold.

    Attributes:
        values: by pair, the covariate's name and its value: a number, or the label of a categorical one.
    """

    values: tuple[tuple[str, float | str], ...] = ()

    @classmethod
    def fit(cls, panel: Panel) -> "ClosingValues":
        """The values of flags and categories, known ahead, at which sales were 0 while most others were not.

        At least twenty periods must have shown it, and all but one in two hundred.

        >>> import polars as pl
        >>> from foresale.core.frequency import Frequency
        >>> closed = np.tile(np.array([0, 0, 0, 0, 0, 0, 1], np.float32), 30)
        >>> shop = Panel(Frequency("day"), pl.DataFrame({"item_id": ["tea"]}), np.array([0]), np.array([0, 210]),
        ...              np.array([210]), 5 * (1 - closed), {"closed": Covariate("closed", "known", closed)})
        >>> ClosingValues.fit(shop).values
        (('closed', 1.0),)
        """
        if not panel.known:
            return cls()
        seen = panel.is_history & np.isfinite(panel.sales)
        sold = panel.sales[seen] != 0
        found = [pair for covariate in panel.known for pair in _closing(covariate, seen, sold)]
        return cls(tuple(found))

    def rows(self, panel: Panel) -> npt.NDArray[np.bool_]:
        """[R] whether a row is one of them."""
        closed = np.zeros(panel.sales.shape, bool)
        for name, value in self.values:
            covariate = panel.covariates.get(name)
            if covariate is not None:
                closed |= covariate.values == _code(covariate, value)
        return closed


def _code(covariate: Covariate, value: float | str) -> float:
    if isinstance(value, str):
        return covariate.categories.index(value) if value in covariate.categories else -1.0
    return value


def _closing(
    covariate: Covariate, seen: npt.NDArray[np.bool_], sold: npt.NDArray[np.bool_]
) -> Iterator[tuple[str, float | str]]:
    values = covariate.values[seen]
    some = values[:: max(values.size // 10_000, 1)]
    if np.unique(some[np.isfinite(some)]).size > _MOST_VALUES:
        return
    known = np.isfinite(values)
    kinds, at = np.unique(values[known], return_inverse=True)
    if not 2 <= kinds.size <= _MOST_VALUES:
        return
    count = np.bincount(at)
    sales = np.bincount(at, weights=sold[known])
    for kind, rows, selling in zip(kinds.tolist(), count.tolist(), sales.tolist(), strict=True):
        others = (sales.sum() - selling) / max(count.sum() - rows, 1)
        if rows >= _FEWEST_ROWS and selling <= _ALL_BUT * rows and others >= _OTHERWISE_SOLD:
            yield covariate.name, covariate.categories[int(kind)] if covariate.categories else kind
