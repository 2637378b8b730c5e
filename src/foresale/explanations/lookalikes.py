"""What is coming has been before: past windows of the item, and of others, of the same shape."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.arrays import Flags, Numbers
from foresale.core.caller_time import caller_time
from foresale.core.chunks import chunks
from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.frequency import Index
from foresale.core.panel import Panel
from foresale.explanations.decompose import only, positions_of

_KNOWN: Final = 0.8
"""Share of a window that must be known."""
_OTHERS: Final = 2_000
"""Items that are looked through, evenly chosen, beside the item itself."""
_FLAT: Final = 1e-9  # a spread below which a window has no shape


@dataclass(frozen=True)
class Lookalikes:
    """Windows that resemble the recent sales and the forecast of N items.

    Attributes:
        forecast: of the items.
        wanted: [N, W] their newest sales and the forecast after them, in units; NaN where unknown.
        frame: one row per item and window: item_id, like (whose), start (the first stamp), own (whether it is the
            item's own), similarity (the correlation of both shapes, at most 1), ratio (how much larger the item
            sells), rank.
        windows: [M, W] the sales in the windows of `frame`, in units.
    """

    forecast: Forecast
    wanted: Numbers = field(repr=False)
    frame: pl.DataFrame
    windows: Numbers = field(repr=False)


def lookalikes(
    panel: Panel,
    forecast: Forecast,
    *,
    items: Sequence[object] | None = None,
    recent: int | None = None,
    count: int = 5,
) -> Lookalikes:
    """The past windows whose shape is most like the newest sales of an item and its forecast together.

    Shapes are compared by their correlation, which is the z-normalised Euclidean distance of matrix profiles
    (Yeh and others 2016) by another name: distance² = 2 W (1 − correlation). Windows of one item do not overlap by more
    than half. Half of them are the item's own where it has so many; the others come from up to 2,000 other items.

    Args:
        panel: the histories.
        forecast: what is coming, of the same items.
        items: ids of the items; all by default.
        recent: periods before the cutoff that are compared too; by default as many as the horizon has, at least a
            season, and at most half of the history.
        count: windows of each item.

    Raises:
        ConfigError: an unknown item, or no window wanted.

    >>> from foresale.data.synthetic import shop
    >>> from foresale.forecasting.naive import SeasonalNaive
    >>> garden = shop(items=4, periods=300)
    >>> found = lookalikes(garden, SeasonalNaive().forecast(garden, horizon=14), count=4)
    >>> found.frame.columns, found.frame.height, found.windows.shape
    (['item_id', 'like', 'start', 'own', 'similarity', 'ratio', 'rank'], 16, (16, 28))
    """
    if count < 1:
        raise ConfigError(f"at least one window is looked for, not {count}")
    chosen = positions_of(panel, items)
    places = positions_of_forecast(forecast, panel.items[ITEM][chosen.tolist()])
    length = _recent(panel, forecast.horizon) if recent is None else recent
    wanted = np.concatenate(
        [panel.newest(chosen, width=length).astype(np.float64), forecast.mean[places].astype(np.float64)], axis=1
    )
    library = np.unique(np.concatenate([chosen, np.arange(len(panel))[:: -(-len(panel) // _OTHERS)]]))
    found = list(_found(panel, chosen, wanted, library, count))
    rows, windows = [row for row, _ in found], [window for _, window in found]
    return Lookalikes(
        forecast=only(forecast, places),
        wanted=wanted,
        frame=_frame(panel, chosen, np.array(rows, np.float64).reshape(-1, 6)),
        windows=np.stack(windows) if windows else np.zeros((0, wanted.shape[1])),
    )


def positions_of_forecast(forecast: Forecast, ids: pl.Series) -> Index:
    """[n] where items are in a forecast.

    Raises:
        ConfigError: the forecast lacks one.
    """
    known = {str(item): place for place, item in enumerate(forecast.items[ITEM])}
    lacking = [item for item in ids if str(item) not in known]
    if lacking:
        raise ConfigError(f"the forecast has no item {lacking[0]!r}")
    return np.array([known[str(item)] for item in ids], np.int64)


def _recent(panel: Panel, horizon: int) -> int:
    return max(min(max(horizon, panel.frequency.season), int(panel.history.max()) // 2), 1)


def _found(
    panel: Panel, items: Index, wanted: Numbers, library: Index, count: int
) -> Iterator[tuple[tuple[float, ...], Numbers]]:
    """For each item, rows (place, like, first grid position, own, similarity, ratio) and their windows."""
    width = wanted.shape[1]
    shapes = [_shape(row) for row in wanted]
    best: list[list[tuple[float, int, int]]] = [[] for _ in items]
    for part in chunks(len(library), width=int(panel.history[library].max())):
        some = library[part]
        table = panel.newest(some, width=int(panel.history[some].max())).astype(np.float64)
        if table.shape[1] < width:
            continue
        mean, spread, usable = _windows(table, width)
        for place, (shape, _) in enumerate(shapes):
            alike = _correlation(table, shape, mean, spread, usable)
            best[place] += _peaks(alike, some, panel, count=count, own=int(items[place]), apart=max(width // 2, 1))
    for place, item in enumerate(items):
        size_of = shapes[place][1]
        for similarity, like, begin in _chosen(best[place], own=int(item), count=count):
            steps = begin + np.arange(width)
            rows = int(panel.offsets[like]) + np.maximum(steps, 0)
            window = np.where(steps >= 0, panel.sales[rows], np.nan).astype(np.float64)
            level = float(np.nanmean(window))
            ratio = size_of / level if level > 0 else float("nan")
            own = float(like == item)
            yield (place, like, float(panel.starts[like] + begin), own, similarity, ratio), window


def _shape(wanted: Numbers) -> tuple[Numbers, float]:
    """Of mean 0 and length 1, unknown as the mean; and the mean."""
    known = np.isfinite(wanted)
    mean = float(wanted[known].mean()) if known.any() else 0.0
    centred = np.where(known, wanted - mean, 0.0)
    return centred / max(float(np.sqrt((centred**2).sum())), _FLAT), mean


def _windows(table: Numbers, width: int) -> tuple[Numbers, Numbers, Flags]:
    """Of all windows [n, V]: mean, length of what differs from it, and whether they are known and not flat."""
    known = np.isfinite(table)
    filled = np.where(known, table, 0)

    def running(values: npt.NDArray[np.floating]) -> Numbers:
        total = np.cumsum(np.pad(values.astype(np.float64), ((0, 0), (1, 0))), axis=1)
        return np.asarray(total[:, width:] - total[:, :-width])

    count = running(known.astype(np.float64))
    mean = running(filled) / np.maximum(count, 1)
    spread = np.sqrt(np.maximum(running(filled**2) - count * mean**2, 0))
    return mean, spread, (count >= _KNOWN * width) & (spread > 1e-6 * np.maximum(mean, 1e-6) * np.sqrt(width))


def _correlation(table: Numbers, shape: Numbers, mean: Numbers, spread: Numbers, usable: Flags) -> Numbers:
    """[n, V] correlation of every window with a shape; −1 where a window is not to be used."""
    known = np.isfinite(table)
    filled = np.lib.stride_tricks.sliding_window_view(np.where(known, table, 0), shape.size, axis=1)
    there = np.lib.stride_tricks.sliding_window_view(known.astype(np.float64), shape.size, axis=1)
    product = filled @ shape - mean * (there @ shape)
    return np.where(usable, product / np.maximum(spread, _FLAT), -1.0)


def _peaks(
    alike: Numbers, some: Index, panel: Panel, *, count: int, own: int, apart: int
) -> list[tuple[float, int, int]]:
    """The best windows: similarity, item, first row; one of each other item, several of the item's own."""
    shift = panel.history[some] - int(panel.history[some].max())
    top = np.argmax(alike, axis=1)
    value = alike[np.arange(len(some)), top]
    order = np.argsort(-value, kind="stable")[: count + 1]
    found = [
        (float(value[row]), int(some[row]), int(top[row] + shift[row]))
        for row in order
        if some[row] != own and value[row] > -1
    ]
    for row in np.flatnonzero(some == own):
        left = alike[row].copy()
        for _ in range(count):
            at = int(np.argmax(left))
            if left[at] <= -1:
                break
            found.append((float(left[at]), own, int(at + shift[row])))
            left[max(at - apart, 0) : at + apart + 1] = -1
    return found


def _chosen(found: list[tuple[float, int, int]], *, own: int, count: int) -> list[tuple[float, int, int]]:
    """Half of the item's own where there are so many, the best first."""
    ranked = sorted(found, reverse=True)
    mine, others = ([row for row in ranked if (row[1] == own) is same] for same in (True, False))
    half = max(-(-count // 2), count - len(others))
    return sorted([*mine[:half], *others[: count - len(mine[:half])]], reverse=True)


def _frame(panel: Panel, items: Index, rows: Numbers) -> pl.DataFrame:
    place, like = rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64)
    rank = np.arange(len(rows)) - np.searchsorted(place, place) + 1
    starts = panel.frequency.timestamps(rows[:, 2].astype(np.int64))
    ids = panel.items[ITEM]
    return pl.DataFrame(
        [
            ids.gather(items[place]),
            ids.gather(like).alias("like"),
            caller_time(starts, panel.time_type).alias("start"),
            pl.Series("own", rows[:, 3] > 0),
            pl.Series("similarity", rows[:, 4]),
            pl.Series("ratio", rows[:, 5]),
            pl.Series("rank", rank),
        ]
    )
