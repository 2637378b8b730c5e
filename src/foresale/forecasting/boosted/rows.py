"""Which rows are learnt from: targets drawn from the history, each seen from a cutoff within the horizon before it."""

import numpy as np

from foresale.core.errors import Fault, TooShortError
from foresale.core.frequency import Index
from foresale.core.panel import Panel
from foresale.forecasting.boosted.forecast_origins import cycles

Sample = tuple[Index, Index, Index]


def sampled(panel: Panel, *, horizon: int, most: int, repeats: int, generator: np.random.Generator) -> Sample:
    """Items, rows seen and steps [n] each, by item: about evenly over items' histories, at most `most` of them.

    Only sales that are known become targets, each in `repeats` rows at most. An item is learnt from once it has been
    seen for the longest of its cycles that leave it half of its history to learn from, or for one period.

    Raises:
        TooShortError: no item has two periods of known sales.
    """
    warm = _warm(panel, horizon=horizon)
    target = np.isfinite(panel.sales) & panel.is_history & panel.since(warm)
    rows = np.flatnonzero(target)
    if not rows.size:
        cure = "Pass at least two periods of sales."
        longest = f"{panel.history.max()} periods at most"
        raise TooShortError([Fault("items too short to learn from", len(panel), longest, cure)])
    repeats = min(max(most // rows.size, 1), horizon, repeats)
    if rows.size * repeats > most:
        rows = np.sort(generator.choice(rows, most // repeats, replace=False, shuffle=False))
    rows = np.repeat(rows, repeats)
    items = np.searchsorted(panel.offsets, rows, side="right") - 1
    place = rows - panel.offsets[items]
    furthest = np.minimum(place - warm[items] + 1, horizon)
    steps = 1 + np.floor(generator.random(rows.size) * furthest).astype(np.int64)
    return items, place + 1 - steps, steps


def _warm(panel: Panel, *, horizon: int) -> Index:
    """[N] rows of each item that must be seen before it is learnt from."""
    warm = np.ones(len(panel), np.int64)
    for cycle in cycles(panel.frequency):
        enough = panel.history >= cycle + max(cycle // 2, min(horizon, cycle))
        warm = np.where(enough, cycle, warm)
    return np.asarray(warm)
