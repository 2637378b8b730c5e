"""Pauses: runs without a sale that are too long to be a stock-out, for a person to look at."""

from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Values
from foresale.core.caller_time import caller_time
from foresale.core.columns import ITEM
from foresale.core.frequency import Index
from foresale.core.histories import Chunk, Rhythm
from foresale.core.panel import Panel

NEVER: Final = "never sold"
LAUNCH: Final = "not yet sold before the first sale"
ENDED: Final = "no longer sold since the last sale"


def inactive_periods(panel: Panel, chunk: Chunk, sales: Values) -> pl.DataFrame:
    """Items that began late, ended early or never sold, and for how long.

    A late beginning is one after half of `near` periods of zeros; an early end is one longer ago than a stock-out is
    believed to last and, for items that sell rarely, than twice their longest wait for a sale.

    Args:
        panel: for ids and timestamps.
        chunk: whose items.
        sales: [n, T] their sales after cleaning.

    Returns:
        One row per pause: item_id, kind, first and last timestamp, periods; and `row`, its first row in the panel.
    """
    rhythm = Rhythm.of(panel.frequency)
    sold = sales > 0
    history = panel.history[chunk.items]
    first = np.where(sold.any(axis=1), np.argmax(sold, axis=1), history)
    last = np.where(sold.any(axis=1), sales.shape[1] - 1 - np.argmax(sold[:, ::-1], axis=1), -1)
    silent = history - 1 - last
    never = last < 0
    launch = (first > rhythm.block) & ~never
    ended = ~never & (silent > np.maximum(rhythm.pause, 2 * _longest_wait(sold)))
    begins = np.concatenate([np.zeros(never.sum() + launch.sum(), np.int64), last[ended] + 1])
    ends = np.concatenate([history[never], first[launch], history[ended]])
    local = np.concatenate([np.flatnonzero(never), np.flatnonzero(launch), np.flatnonzero(ended)])
    kinds = [NEVER] * int(never.sum()) + [LAUNCH] * int(launch.sum()) + [ENDED] * int(ended.sum())
    items = chunk.items[local]
    return pl.DataFrame(
        [
            panel.items[ITEM][items].alias(ITEM),
            pl.Series("kind", kinds, pl.String),
            _stamps(panel, items, begins).alias("first"),
            _stamps(panel, items, ends - 1).alias("last"),
            pl.Series("periods", ends - begins, pl.Int64),
            pl.Series("row", panel.offsets[items] + begins, pl.Int64),
        ]
    )


def _longest_wait(sold: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> Index:
    """[n] most periods from one sale to the next."""
    steps = np.arange(sold.shape[1])
    latest = np.maximum.accumulate(np.where(sold, steps, -1), axis=1)
    waits = np.where(sold[:, 1:] & (latest[:, :-1] >= 0), steps[1:] - latest[:, :-1], 0)
    longest: Index = waits.max(axis=1, initial=0)
    return longest


def _stamps(panel: Panel, items: Index, steps: Index) -> pl.Series:
    return caller_time(panel.frequency.timestamps(panel.starts[items] + steps), panel.time_type)
