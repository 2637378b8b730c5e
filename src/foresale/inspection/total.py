"""The shop as a whole: sales of all items by period, its seasons, and what festivals did to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.arrays import Flags
from foresale.core.columns import SALES, TIMESTAMP
from foresale.core.frequency import Frequency
from foresale.core.histories import chunks
from foresale.core.panel import Panel
from foresale.inspection.seasons import Season, Strength, seasons_of, strength_of

Event = tuple[int, str]

_NOTABLE: Final = 0.1  # a tenth of the sales of such days
_WEEKS: Final = 52  # periods in a year from which on feasts have periods of their own
_DAYS: Final = 366  # periods in a year above which they are shorter than days


def total_sales(panel: Panel, *, expected_peaks: Flags | None) -> pl.DataFrame:
    """One row per period from the first start to the last cutoff.

    Columns: timestamp, position (on the grid), sales (null where nothing is known), items (with known sales), zeros
    (items that sold nothing) and peak (whether the calendar expects one).
    """
    first = int(panel.starts.min())
    span = int(panel.cutoffs.max()) - first + 1
    sums = np.zeros((3, span))
    for chunk in chunks(panel):
        cells = chunk.matrix(panel.sales)
        known = ~np.isnan(cells)
        place, values = (chunk.grid - first)[known], cells[known].astype(np.float64)
        sums += [np.bincount(place, weights, minlength=span) for weights in (values, None, values == 0)]
    positions = first + np.arange(span)
    sales, items, zeros = sums
    return pl.DataFrame(
        {
            TIMESTAMP: panel.frequency.timestamps(positions),
            "position": positions,
            SALES: pl.Series(np.where(items > 0, sales, np.nan)).fill_nan(None),
            "items": items.astype(np.int64),
            "zeros": zeros.astype(np.int64),
            "peak": np.zeros(span, bool) if expected_peaks is None else expected_peaks,
        }
    )


def season_table(total: pl.DataFrame, figures: pl.DataFrame, frequency: Frequency) -> pl.DataFrame:
    """One row per season that the grid can show: season, periods, strength in total sales, found, share_of_items.

    `share_of_items` is that of the items long enough to tell; both are null where the history is too short.
    """
    series = total[SALES].cast(pl.Float32).fill_null(np.nan).to_numpy()[None, :]
    rows = []
    for season in seasons_of(frequency):
        whole = strength_of(series, season)
        judged = figures.filter(pl.col(season.name).is_not_null())
        share = float(judged[f"{season.name}_found"].mean()) if judged.height else None  # type: ignore[arg-type]
        rows.append((season.name, season.periods, _number(whole), bool(whole.found[0]), share))
    if frequency.unit == "day" and frequency.count == 1:
        rows.append(_month_row(series, total))
    schema = {
        "season": pl.String,
        "periods": pl.Int64,
        "strength": pl.Float64,
        "found": pl.Boolean,
        "share_of_items": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _number(whole: Strength) -> float | None:
    return float(whole.strength[0]) if np.isfinite(whole.strength[0]) else None


def _month_row(series: npt.NDArray[np.float32], total: pl.DataFrame) -> tuple[str, int, float | None, bool, None]:
    """The season of the days of the month, 1 to 28, of total sales without their weekly season."""
    stamps = total[TIMESTAMP].to_numpy()
    months = stamps.astype("datetime64[M]")
    day = (stamps.astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64)
    row = (months - months[0]).astype(np.int64)
    weekday = np.arange(len(day)) % 7
    level = np.nanmean(series) or 1.0 if np.isfinite(series).any() else 1.0
    usual = np.array([np.nanmean(v) if np.isfinite(v := series[0][weekday == d]).any() else level for d in range(7)])
    adjusted = series[0] * (level / np.where(usual > 0, usual, level))[weekday]
    table = np.full((int(row.max()) + 1, 28), np.nan, np.float32)
    early = day < 28
    table[row[early], day[early]] = adjusted[early]
    whole = strength_of(table.reshape(1, -1), Season("monthly", 1, 28, 4))
    return "monthly (day of the month)", 28, _number(whole), bool(whole.found[0]), None


def event_effects(total: pl.DataFrame, events: Sequence[Event], frequency: Frequency) -> pl.DataFrame:
    """What sales were at festivals and holidays: event, times, last (timestamp), effect; the strongest first.

    `effect` is the mean over the years of sales ÷ usual sales on that day or in that week; usual is the median of the
    same weekdays of a month before and after, without periods in which the calendar expects peaks. Only effects of 10 %
    or more are listed, both ways, and one name of what falls together; none where periods are longer than a week, since
    they hold too much else.
    """
    schema: dict[str, pl.DataType] = {"event": pl.String(), "last": pl.Datetime("us"), "effect": pl.Float64()}
    rows = [] if frequency.per_year < _WEEKS else list(_effects(_by_day(total, frequency), events, total))
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    times = pl.len().cast(pl.Int64).alias("times")
    summed = frame.group_by("event").agg(times, pl.col("last").max(), pl.col("effect").mean())
    notable = summed.filter((pl.col("effect") - 1).abs() >= _NOTABLE)
    ranked = notable.sort((pl.col("effect") - 1).abs(), "event", descending=[True, False])
    return ranked.unique(["last", "effect"], keep="first", maintain_order=True)


@dataclass(frozen=True)
class _Days:
    """[D] sales by day (or week), whether a peak is expected, stamps; and the row of `total` → day."""

    sales: npt.NDArray[np.float64]
    calm: npt.NDArray[np.float64]
    stamps: npt.NDArray[np.datetime64]
    of_row: npt.NDArray[np.int64]
    season: int


def _by_day(total: pl.DataFrame, frequency: Frequency) -> _Days:
    stamps = total[TIMESTAMP].to_numpy()
    days = stamps.astype("datetime64[D]").astype(np.int64)
    rows = days - days[0] if frequency.per_year > _DAYS else np.arange(len(days))
    count = int(rows[-1]) + 1
    sales = np.bincount(rows, total[SALES].fill_null(np.nan).to_numpy(), minlength=count).astype(np.float64)
    peaks = np.bincount(rows, total["peak"].to_numpy(), minlength=count) > 0
    first = np.unique(rows, return_index=True)[1]
    season = 7 if frequency.per_year >= _DAYS - 1 else 1
    return _Days(sales, np.where(peaks, np.nan, sales), stamps[first], rows, season)


def _effects(days: _Days, events: Sequence[Event], total: pl.DataFrame) -> Iterator[tuple[str, object, float]]:
    first = int(total["position"][0])
    for position, name in events:
        at = int(days.of_row[position - first])
        around = at + days.season * np.arange(-4, 5)
        around = around[(around >= 0) & (around < len(days.sales)) & (around != at)]
        known = days.calm[around][np.isfinite(days.calm[around])]
        if known.size >= 2 and np.median(known) > 0 and np.isfinite(days.sales[at]):
            yield name, days.stamps[at].item(), float(days.sales[at] / np.median(known))
