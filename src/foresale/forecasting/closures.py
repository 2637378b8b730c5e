"""Periods of which it is known ahead that nothing is sold: closed days, told by a covariate or by their date."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.panel import Covariate, Panel

_MOST_VALUES: Final = 12
_FEWEST_ROWS: Final = 20
_ALL_BUT: Final = 0.005
_OTHERWISE_SOLD: Final = 0.5
_DATES: Final = 372
_ROWS_AT_ONCE: Final = 2_000_000
_NEARLY_ALL: Final = 0.9
"""Share of all sales on a date that were none, from which items that never sold on it are closed then."""


@dataclass(frozen=True)
class Closures:
    """Values of covariates at which nothing was ever sold.

    Attributes:
        values: by pair, the covariate's name and its value: a number, or the label of a categorical one.
    """

    values: tuple[tuple[str, float | str], ...] = ()

    @classmethod
    def fit(cls, panel: Panel) -> "Closures":
        """The values of flags and categories, known ahead, at which sales were 0 while most others were not.

        At least twenty periods must have shown it, and all but one in two hundred.

        >>> import polars as pl
        >>> from foresale.core.frequency import Frequency
        >>> closed = np.tile(np.array([0, 0, 0, 0, 0, 0, 1], np.float32), 30)
        >>> shop = Panel(Frequency("day"), pl.DataFrame({"item_id": ["tea"]}), np.array([0]), np.array([0, 210]),
        ...              np.array([210]), 5 * (1 - closed), {"closed": Covariate("closed", "known", closed)})
        >>> Closures.fit(shop).values
        (('closed', 1.0),)
        """
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


@dataclass(frozen=True)
class Closed:
    """When the items of one panel are closed, before its cutoffs and after them.

    Attributes:
        past: [R] whether a row of the history is closed.
        ahead: [N, H] whether a period after the cutoff is.
    """

    past: npt.NDArray[np.bool_]
    ahead: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, panel: Panel, *, horizon: int) -> "Closed":
        """As covariates known ahead tell it (`Closures`), and the date.

        A date closes an item that never sold on that day of the year, if nine in ten of all items did not either: New
        Year's Day and Christmas of many shops. At least twenty sales must have been none on it, and most others not.
        Only of daily sales. What comes after the cutoffs is told by what was before them.

        >>> import polars as pl
        >>> from foresale.core.frequency import Frequency
        >>> sales = np.full(40 * 400, 3, np.float32)
        >>> sales[np.arange(40) * 400 + 365 - 30] = 0
        >>> items = pl.DataFrame({"item_id": [f"item {number}" for number in range(40)]})
        >>> shop = Panel(Frequency("day"), items, np.zeros(40, np.int64), np.arange(41) * 400, np.full(40, 400), sales)
        >>> found = Closed.of(shop, horizon=365)
        >>> np.flatnonzero(found.past)[:2].tolist(), np.flatnonzero(found.ahead[0]).tolist()
        ([335, 735], [300])
        """
        told = Closures.fit(panel).rows(panel)
        rows = (panel.offsets[:-1] + panel.history)[:, None] + np.arange(horizon)
        inside = rows < panel.offsets[1:, None]
        ahead = told[np.minimum(rows, told.size - 1)] & inside
        if panel.frequency.unit != "day" or panel.frequency.count != 1:
            return cls(told & panel.is_history, np.asarray(ahead))
        past, coming = _by_date(panel, horizon=horizon)
        return cls((told | past) & panel.is_history, np.asarray(ahead | coming))


def _by_date(panel: Panel, *, horizon: int) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """[R] and [N, H] whether a day is closed by its date."""
    calendar = _Dates.of(panel, horizon=horizon)
    seen = panel.is_history & np.isfinite(panel.sales)
    sold = seen & (panel.sales != 0)
    count, selling, at = np.zeros(_DATES), np.zeros(_DATES), np.empty(panel.sales.size, np.int16)
    for first in range(0, at.size, _ROWS_AT_ONCE):
        rows = slice(first, first + _ROWS_AT_ONCE)
        at[rows] = calendar.of_rows(panel, rows)
        count += np.bincount(at[rows][seen[rows]], minlength=_DATES)
        selling += np.bincount(at[rows][sold[rows]], minlength=_DATES)
    dark = (count >= _FEWEST_ROWS) & (count - selling >= _NEARLY_ALL * count)
    past, ahead = np.zeros(panel.sales.shape, bool), np.zeros((len(panel), horizon), bool)
    if not dark.any() or selling.sum() < _OTHERWISE_SOLD * count.sum():
        return past, ahead
    days = np.flatnonzero(dark[at])
    own = (np.searchsorted(panel.offsets, days, side="right") - 1) * _DATES + at[days]
    seen_then, open_then = np.unique(own[seen[days]]), np.unique(own[sold[days]])
    past[days] = ~np.isin(own, open_then)
    coming = calendar.numbers[panel.cutoffs[:, None] + 1 + np.arange(horizon) - calendar.first].astype(np.int64)
    pair = np.arange(len(panel))[:, None] * _DATES + coming
    return past, dark[coming] & np.isin(pair, seen_then) & ~np.isin(pair, open_then)


@dataclass(frozen=True)
class _Dates:
    """The day of the year of every grid position from `first` on, 31 to every month."""

    first: int
    numbers: npt.NDArray[np.int16]

    @classmethod
    def of(cls, panel: Panel, *, horizon: int) -> "_Dates":
        first = int(panel.starts.min())
        last = int(max((panel.starts + panel.lengths).max(), panel.cutoffs.max() + horizon + 1))
        stamps = panel.frequency.timestamps(np.arange(first, last)).astype("datetime64[D]")
        months = stamps.astype("datetime64[M]")
        return cls(first, ((months.astype(np.int64) % 12) * 31 + (stamps - months).astype(np.int64)).astype(np.int16))

    def of_rows(self, panel: Panel, rows: slice) -> npt.NDArray[np.int16]:
        places = np.arange(rows.start, min(rows.stop, panel.sales.size))
        owners = np.searchsorted(panel.offsets, places, side="right") - 1
        return np.asarray(self.numbers[places - panel.offsets[owners] + panel.starts[owners] - self.first])


def _code(covariate: Covariate, value: float | str) -> float:
    if isinstance(value, str):
        return covariate.categories.index(value) if value in covariate.categories else -1.0
    return value


def _closing(covariate: Covariate, seen: npt.NDArray[np.bool_],
             sold: npt.NDArray[np.bool_]) -> Iterator[tuple[str, float | str]]:  # fmt: skip
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
