"""One row of figures for each item of a panel, computed for many items at once."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.cleaning.inactive_periods import ENDED
from foresale.cleaning.report import OUTLIERS, STOCKOUTS, CleaningReport
from foresale.core.arrays import Values
from foresale.core.classes import abc_classes, xyz_classes
from foresale.core.columns import ITEM, NAME
from foresale.core.demand_classes import classes_of, launched, sizes
from foresale.core.frequency import Frequency
from foresale.core.histories import Chunk, Rhythm, chunks, folded
from foresale.core.panel import Panel
from foresale.core.prices import revenue_of
from foresale.inspection.seasons import Season, means, seasons_of, strength_of

Column = npt.NDArray[Any]

_SIGNIFICANT: Final = 4.0  # standard errors: by chance in one of 16,000 items, were they normal
_NOTABLE: Final = 0.2  # logarithm: a fifth
_WHOLE: Final = 0.7  # share of its periods that a block needs


def item_figures(panel: Panel, cleaned: Values, report: CleaningReport) -> pl.DataFrame:
    """One row per item, in the panel's order.

    Columns: item_id, item_name (where there are names), periods, volume (units), revenue (null without a price), mean
    (units per known period), zeros and unknown (shares of periods), interval, variation (of sizes, squared),
    weekly_variation, demand, abc, xyz, change (share by which sales of the last year, or of the second half of less
    than two years, differ from those before; null where it is no more than noise), stockouts and outliers (periods),
    launched and ended (whether recently), and the strength of each season with `<season>_found`.

    Args:
        panel: as it was read.
        cleaned: [R] sales with stock-outs unknown.
        report: how they were cleaned.
    """
    parts = [(chunk.items, _figures(panel, cleaned, chunk)) for chunk in chunks(panel)]
    order = np.argsort(np.concatenate([items for items, _ in parts]))
    columns = {name: np.concatenate([part[name] for _, part in parts])[order] for name in parts[0][1]}
    rhythm = Rhythm.of(panel.frequency)
    count, last = len(panel), int(panel.cutoffs.max())
    columns["stockouts"] = np.bincount(report.owners(STOCKOUTS), minlength=count)
    columns["outliers"] = np.bincount(report.owners(OUTLIERS), minlength=count)
    first_sale = panel.starts + columns.pop("wait")
    columns["launched"] = (last - first_sale < rhythm.near) & (first_sale - int(panel.starts.min()) > rhythm.block)
    silent = panel.items[ITEM].is_in(report.inactive_periods.filter(pl.col("kind") == ENDED)[ITEM].implode()).to_numpy()
    columns["ended"] = silent | (last - panel.cutoffs > rhythm.block)
    columns = {"volume": columns.pop("volume"), "revenue": revenue_of(panel), **columns}
    worth = columns["volume"] if np.isnan(columns["revenue"]).all() else columns["revenue"]
    columns["abc"] = abc_classes(worth)
    columns["xyz"] = xyz_classes(columns["weekly_variation"])
    columns["demand"] = classes_of(columns["interval"], columns["variation"])
    names = {NAME: panel.items[NAME]} if NAME in panel.items.columns else {}
    frame = pl.DataFrame({ITEM: panel.items[ITEM], **names, "periods": panel.history, **columns})
    return frame.with_columns(pl.selectors.float().fill_nan(None))


def _figures(panel: Panel, cleaned: Values, chunk: Chunk) -> dict[str, Column]:
    raw, sales = chunk.matrix(panel.sales), chunk.matrix(cleaned)
    known = ~np.isnan(sales)
    since = known & launched(sales)
    periods = chunk.valid.sum(axis=1)
    counted = _right_aligned(np.where(since, sales, np.float32(np.nan)), periods)
    length = _week(panel.frequency)
    weeks = folded(counted[:, counted.shape[1] % length :], length)
    whole = (~np.isnan(weeks)).sum(axis=2) >= _WHOLE * length
    weekly = np.where(whole, means(weeks), np.float32(np.nan))
    interval, variation = sizes(sales)
    figures: dict[str, Column] = {
        "volume": np.asarray(np.nansum(raw, axis=1, dtype=np.float64)),
        "mean": means(sales).astype(np.float64),
        "zeros": (raw == 0).sum(axis=1) / periods,
        "unknown": (np.isnan(raw) & chunk.valid).sum(axis=1) / periods,
        "interval": interval,
        "variation": variation,
        "weekly_variation": _variation(weekly),
        "change": _change(weekly, panel.frequency.per_year / length),
        "wait": np.where(since.any(axis=1), np.argmax(since, axis=1), periods),
    }
    for season in seasons_of(panel.frequency):
        measured = strength_of(counted, season)
        figures[season.name], figures[found_column(season)] = measured.strength, measured.found
    return figures


def found_column(season: Season) -> str:
    """Name of the column that says whether an item has a season."""
    return f"{season.name}_found"


def _week(frequency: Frequency) -> int:
    """Periods that are added up where variation and change are measured: a week of days or hours, else one period."""
    return 1 if frequency.unit in {"week", "month"} else max(round(frequency.per_year / 52.1775), 1)


def _right_aligned(values: Values, periods: npt.NDArray[np.int64]) -> Values:
    """[n, T] each history moved to the end, so that the last cycles of all items lie side by side."""
    width = values.shape[1]
    if (periods == width).all():
        return values
    shifted = np.arange(width) - (width - periods[:, None])
    moved = np.take_along_axis(values, np.maximum(shifted, 0), axis=1)
    return np.where(shifted >= 0, moved, np.float32(np.nan))


def _variation(pooled: Values) -> Column:
    """[n] standard deviation ÷ mean of the pooled sales; NaN where fewer than four are known or nothing was sold."""
    count = (~np.isnan(pooled)).sum(axis=1)
    mean = means(pooled)
    variance = means((pooled - mean[:, None]) ** 2)
    return np.where((count >= 4) & (mean > 0), np.sqrt(variance) / np.where(mean > 0, mean, 1), np.nan)


def _change(pooled: Values, year: float) -> Column:
    """[n] change of sales as a share, where it is beyond noise; NaN elsewhere.

    With two years, each period of the last year is compared with the same one a year before; with less, the second
    half of the history with the first. The difference counts if its t statistic exceeds 4 and it is over 20 %.
    """
    lag = round(year)
    if pooled.shape[1] >= 2 * lag:
        before, after = pooled[:, -2 * lag : -lag], pooled[:, -lag:]
    else:
        half = pooled.shape[1] // 2
        before, after = pooled[:, :half], pooled[:, half : 2 * half]
    if before.shape[1] < 4:
        return np.full(len(pooled), np.nan)
    difference = after - before
    count = (~np.isnan(difference)).sum(axis=1)
    mean = means(difference)
    spread = np.sqrt(means((difference - mean[:, None]) ** 2))
    level = means(np.where(np.isnan(difference), np.float32(np.nan), before))
    change = mean / np.where(level > 0, level, np.nan)
    beyond = (np.abs(mean) * np.sqrt(np.maximum(count - 1, 0)) > _SIGNIFICANT * spread) & (np.abs(change) > _NOTABLE)
    return np.where((count >= 4) & beyond, change, np.nan).astype(np.float64)
