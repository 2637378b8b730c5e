"""Forecasts held to what was sold: intervals that cover as often as they say."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from foresale.core.columns import ITEM
from foresale.core.errors import DataError, Fault
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.frequency import Index
from foresale.core.panel import Panel, Values
from foresale.core.paths import Copula
from foresale.core.quantiles import mean_of
from foresale.forecasting.copula import Past, fit_dependence
from foresale.forecasting.quantile_adjustment import Cells, QuantileAdjustment
from foresale.forecasting.segments import kinds, positions
from foresale.forecasting.whole_units import HALF, near_whole

STEP_BOUNDS: Final = (1, 3, 7, 14, 28)
"""Steps that part the groups of steps: the next period, up to the third, the seventh, …"""
_MOST_CELLS: Final = 400_000
"""Cells that are learnt from, at most; of more, items are taken evenly spread over the panel."""


@dataclass(frozen=True)
class Calibration:
    """Corrections of quantiles, learnt from the errors of forecasts whose future is known by now.

    The error of a quantile is what was sold less the quantile, in widths of the item's own 80 % interval at that step.
    The correction of level τ is the τ-quantile of these errors: conformalised quantile regression (Romano, Patterson
    and Candès 2019) with both tails on their own. It is taken of all items and steps first, then of what is left in
    each group of steps, of demand patterns, of volumes and of lengths of history. Newer windows weigh more (Barber,
    Candès, Ramdas and Tibshirani 2023). Each part is shrunk by how much it differs from window to window, so that what
    was chance is left alone (see `forecasting.quantile_adjustment`). Items that sell whole units then have their
    quantiles drawn near whole numbers (see `near_whole`).

    Attributes:
        levels: the Q quantile levels it was fitted for.
        adjustments: by trait of items or steps, what is added to each quantile, in widths.
        classes: by trait of items, the class of each item by its id; items that are not there get the pooled part.
        windows: how many windows it was learnt from.
        copula: how surprises hang together over steps and items, for sample paths and sums.
    """

    levels: tuple[float, ...]
    adjustments: Mapping[str, QuantileAdjustment]
    classes: Mapping[str, Mapping[str, int]] = field(repr=False)
    windows: int
    copula: Copula = field(default_factory=Copula, repr=False)

    @classmethod
    def fit(cls, past: Past, panel: Panel) -> "Calibration":
        """Learn from forecasts of windows that have passed.

        Args:
            past: forecasts, oldest first, and what was sold then [N, H], NaN where unknown. The forecasts may know
                some of the items only; they are matched by id.
            panel: what is known now; it tells what kind of item each is.

        Raises:
            DataError: no window, levels that differ, shapes that do not fit, or nothing known in any window.
        """
        _check(past)
        traits = kinds(panel)
        places = positions(panel)
        cells = _cells(past, traits, places)
        seen = {str(item) for forecast, _ in past for item in forecast.items[ITEM]}
        classes = {
            trait: {item: int(numbers[place]) for item, place in places.items() if item in seen}
            for trait, numbers in traits.items()
        }
        levels = past[0][0].levels
        margins = cls(levels, QuantileAdjustment.fit_all(cells, levels=levels), classes, len(past))
        corrected = [(margins.apply(forecast), actual) for forecast, actual in past]
        return replace(margins, copula=fit_dependence(corrected, classes["pattern"]))

    def apply(self, forecast: Forecast) -> Forecast:
        """The forecast with its quantiles corrected, in order and never negative; its mean moves along with them.

        Its sample paths and sums are drawn with what was learnt of the dependence.

        Raises:
            DataError: levels other than those it was fitted for.
        """
        if forecast.levels != self.levels:
            raise DataError([Fault("quantile levels that differ", 1, str(forecast.levels), f"Expected {self.levels}.")])
        ids = [str(item) for item in forecast.items[ITEM]]
        groups = {trait: np.array([known.get(item, -1) for item in ids]) for trait, known in self.classes.items()}
        shift = self.adjustments["all"].of(np.zeros(1, np.int64))[None]
        shift = shift + self.adjustments["step"].of(step_groups(forecast.horizon))[None]
        counts = (groups["counts"] == 1)[:, None, None]
        quantiles = np.empty_like(forecast.quantiles)
        for first in range(0, len(ids), _ITEMS_AT_ONCE):
            part = slice(first, first + _ITEMS_AT_ONCE)
            own = sum((self.adjustments[trait].of(numbers[part]) for trait, numbers in groups.items()), np.float32(0))
            before = forecast.quantiles[part]
            moved = before + widths(before, self.levels)[..., None] * (shift + np.asarray(own)[:, None])
            nothing = counts[part] & (before <= 0) & (moved < HALF)
            quantiles[part] = np.sort(np.where(nothing, 0, np.maximum(moved, 0)), axis=2)
        change = mean_of(quantiles, self.levels) - mean_of(forecast.quantiles, self.levels)
        quantiles = np.where(counts, near_whole(quantiles), quantiles)
        return replace(forecast, quantiles=quantiles, mean=np.maximum(forecast.mean + change, 0), copula=self.copula)


_ITEMS_AT_ONCE: Final = 4_096
"""Items that are corrected at a time, to bound memory."""
_FLOOR: Final = np.float32(0.05)
"""Share of the median that a width is at least."""


def widths(quantiles: Values, levels: tuple[float, ...] = LEVELS) -> Values:
    """[N, H] width of the central 80 % interval, at least a twentieth of the median, and of one unit.

    >>> widths(np.array([[[2.0, 5.0, 9.0]]], np.float32), (0.1, 0.5, 0.9)).tolist()
    [[7.0]]
    """
    low, middle, high = (int(np.argmin(np.abs(np.array(levels) - level))) for level in (0.1, 0.5, 0.9))
    floor = _FLOOR * np.maximum(quantiles[..., middle], 1)
    return np.asarray(np.maximum(quantiles[..., high] - quantiles[..., low], floor), np.float32)


def step_groups(horizon: int) -> Index:
    """[H] the group of each step.

    >>> step_groups(9).tolist()
    [0, 1, 1, 2, 2, 2, 2, 3, 3]
    """
    return np.searchsorted(STEP_BOUNDS, np.arange(1, horizon + 1), side="left")


def _cells(past: Past, traits: Mapping[str, Index], places: Mapping[str, int]) -> Cells:
    """The known cells of all windows, thinned out by items where there are very many.

    Left out are those at which not even the 90 % quantile expected a sale: a first sale of what never sold lies
    thousands of its widths off, and says nothing of how far off the others are.
    """
    total = sum(actual.size for _, actual in past)
    thin = max(-(-total // _MOST_CELLS), 1)
    errors, windows, groups = [], [], {name: list[Index]() for name in ("all", "step", *traits)}
    for number, (forecast, actual) in enumerate(past):
        quantiles, sold = forecast.quantiles[::thin], actual[::thin]
        expected = forecast.quantile(0.9)[::thin] > 0
        known = np.isfinite(sold) & expected
        owner, step = np.nonzero(known)
        width = widths(quantiles, forecast.levels)[known]
        errors.append((sold[known][:, None] - quantiles[known]) / width[:, None])
        windows.append(np.full(owner.size, number))
        at = np.array([places.get(str(item), -1) for item in forecast.items[ITEM][::thin]], np.int64)
        groups["all"].append(np.zeros(owner.size, np.int64))
        groups["step"].append(step_groups(forecast.horizon)[step])
        for trait, numbers in traits.items():
            groups[trait].append(np.where(at >= 0, numbers[at], -1)[owner])
    return Cells(np.concatenate(errors), np.concatenate(windows), {n: np.concatenate(g) for n, g in groups.items()})


def _check(past: Past) -> None:
    faults = []
    if not past:
        faults.append(Fault("no windows to calibrate on", 1, "past", "Forecast at least one window that has passed."))
    shapes = [(f.quantiles.shape[:2], a.shape) for f, a in past if f.quantiles.shape[:2] != a.shape]
    if shapes:
        faults.append(Fault("windows whose shapes differ", len(shapes), str(shapes[0]), "Give sales [N, H]."))
    other = [forecast.levels for forecast, _ in past if forecast.levels != past[0][0].levels]
    if other:
        faults.append(Fault("quantile levels that differ", len(other), str(other[0]), "Use the same in all windows."))
    if past and not any(np.isfinite(actual).any() for _, actual in past):
        faults.append(Fault("windows without known sales", len(past), "all", "Step back to where sales are known."))
    if faults:
        raise DataError(faults, source="calibration")
