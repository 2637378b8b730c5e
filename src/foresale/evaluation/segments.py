"""Kinds of items whose errors are worth telling apart: demand pattern, share of the volume, length of history."""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.classes import abc_classes
from foresale.core.demand_classes import demand_classes
from foresale.core.panel import Panel

_MOST_LABELS: Final = 12  # of a column, above which it makes no segments


def segments(panel: Panel) -> pl.DataFrame:
    """[N] one row per item: pattern, volume class, length of history, and each static column with few values.

    >>> from foresale.core.frequency import Frequency
    >>> sales = np.array([15, 16, 15, 16, 2, 0, 0, 9], np.float32)
    >>> shop = Panel(Frequency("day"), pl.DataFrame({"item_id": ["tea", "cups"], "kind": ["food", "ware"]}),
    ...              starts=np.array([0, 0]), offsets=np.array([0, 4, 8]), history=np.array([4, 4]), sales=sales)
    >>> segments(shop).rows()
    [('smooth', 'A', 'under a season', 'food'), ('intermittent', 'B', 'under a season', 'ware')]
    """
    columns = [
        pl.Series("pattern", demand_classes(panel)),
        pl.Series("abc", volume_class(panel)),
        pl.Series("history", history_class(panel)),
    ]
    for name in panel.statics:
        labels = panel.items[name]
        if name not in {"pattern", "abc", "history"} and labels.n_unique() <= _MOST_LABELS:
            columns.append(labels.cast(pl.String).fill_null("unknown"))
    return pl.DataFrame(columns)


def volume_class(panel: Panel) -> npt.NDArray[np.str_]:
    """[N] A for the best sellers that make up 80 % of the units, B for those up to 95 %, C for the rest."""
    return abc_classes(panel.item_sums(np.nan_to_num(panel.sales)))


def history_class(panel: Panel) -> npt.NDArray[np.str_]:
    """[N] how much each item has seen: less than a season, less than a year, one year, or two."""
    year, season = panel.frequency.year_lag, panel.frequency.season
    names = np.array(["under a season", "under a year", "1 to 2 years", "2 years or more"])
    return names[np.searchsorted([min(season, year), year, 2 * year], panel.history, side="right")]
