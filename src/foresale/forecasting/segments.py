"""Kinds of items that err alike: by how demand comes, how much of it, and how long it has been seen."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from foresale.core.chunks import chunks
from foresale.core.classes import whole_units
from foresale.core.columns import ITEM
from foresale.core.demand_classes import CLASSES, demand_classes, launched
from foresale.core.frequency import Index
from foresale.core.panel import Panel

_RECENT: Final = 400
"""The newest periods that tell how much an item sells: older ones are of another time."""
VOLUMES: Final = (0.5, 2.0, 10.0, 50.0)
"""Mean sales per period that part the volumes: up to some dozens, sales are counts and behave so."""


def kinds(panel: Panel) -> Mapping[str, Index]:
    """By name of the trait, the class of each item [N]: `pattern`, `volume`, `history`, `counts`, numbered from 0.

    The pattern is the demand class, the volume the mean sales per period lately, the history how many seasons and years
    were seen; counts (1) are items that sell whole units only. Nothing after the panel's
    cutoffs is read.

    >>> import polars as pl
    >>> from foresale.core.frequency import Frequency
    >>> sales = np.array([15, 16, 15, 16, 5, 0, 0, 9], np.float32)
    >>> shop = Panel(Frequency("day"), pl.DataFrame({"item_id": ["tea", "cups"]}), starts=np.array([0, 0]),
    ...              offsets=np.array([0, 4, 8]), history=np.array([4, 4]), sales=sales)
    >>> {trait: classes.tolist() for trait, classes in kinds(shop).items()}
    {'pattern': [0, 2], 'volume': [3, 2], 'history': [0, 0], 'counts': [1, 1]}
    """
    volume, counts = (np.zeros(len(panel), np.int64) for _ in range(2))
    width = min(int(panel.history.max()), _RECENT)
    for part in chunks(len(panel), width=width):
        items = np.arange(part.start, part.stop)
        recent = panel.newest(items, width=width)
        since = np.isfinite(recent) & launched(recent)
        mean = np.where(since, recent, 0).sum(axis=1) / np.maximum(since.sum(axis=1), 1)
        counts[items] = whole_units(recent).all(axis=1)
        volume[items] = np.searchsorted(VOLUMES, mean, side="right")
    year, season = panel.frequency.year_lag, panel.frequency.season
    history = np.searchsorted([min(season, year), year, 2 * year], panel.history, side="right")
    labels = demand_classes(panel)
    pattern = np.select([labels == name for name in CLASSES], list(range(len(CLASSES))), 0).astype(np.int64)
    return {"pattern": pattern, "volume": volume, "history": history.astype(np.int64), "counts": counts}


def positions(panel: Panel) -> dict[str, int]:
    """By item id as text, the position of an item in a panel."""
    return {str(item): place for place, item in enumerate(panel.items[ITEM])}
