"""Exceptions: the items that a planner should look at first, and what is at stake in each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl

from foresale.cleaning.report import STOCKOUTS, CleaningReport
from foresale.core.arrays import Numbers
from foresale.core.columns import ITEM
from foresale.core.demand_classes import first_sales
from foresale.core.forecast import Forecast
from foresale.core.frequency import Index
from foresale.core.histories import Rhythm
from foresale.core.panel import Panel
from foresale.core.prices import last_prices
from foresale.core.text import percent, signed
from foresale.core.total import Total

KINDS: Final = {
    "change": "Large change",
    "uncertain": "Wide interval",
    "bias": "Bias in the backtest",
    "stock-out": "Stock-outs",
    "new": "New item",
    "simpler": "Simpler model",
}
"""What each kind of exception is called."""
_CHANGE: Final = 0.3  # share by which a forecast differs from the sales before, to be looked at
_WIDE: Final = 1.0  # interval as a share of the forecast
_BIAS: Final = 0.2  # share of the sales
_ONE_SIDED: Final = 0.5  # share of the errors that a bias makes up
_EMPTY: Final = 0.1  # share of the newest periods without stock
_SCHEMA: Final[dict[str, Any]] = {
    "place": pl.Int64,
    "kind": pl.String,
    "what": pl.String,
    "forecast": pl.Float64,
    "units": pl.Float64,
}


@dataclass(frozen=True)
class ExceptionInputs:
    """What exceptions are looked for in.

    Attributes:
        panel: as it was read.
        forecast: of its items, in the same order.
        total: the same over the whole horizon.
        cleaning: what was found in the history.
        errors: from a backtest: item_id, volume, bias and wape of the model; None without one.
    """

    panel: Panel
    forecast: Forecast
    total: Total = field(repr=False)
    cleaning: CleaningReport = field(repr=False)
    errors: pl.DataFrame | None = field(default=None, repr=False)

    @property
    def expected(self) -> Numbers:
        """[N] units over the horizon."""
        return self.total.mean.astype(np.float64)


def find_exceptions(looked: ExceptionInputs) -> pl.DataFrame:
    """One row per item and reason to look at it, those with most at stake first.

    Columns: item_id, the caller's key columns, kind (see `KINDS`), what (in words), forecast (units over the horizon),
    units at stake, and stake: units times the last known price, null where there is none.

    - change: the forecast is 30 % or more off what was sold a year before (without a year: in the same number of
      periods before), and that lies outside of its 80 % interval; at stake is the difference.
    - uncertain: the 80 % interval is wider than the forecast itself; at stake is what lies above the mean in it.
    - bias: the backtest was 20 % or more too high or too low, and most of its errors were to that side.
    - stock-out: lately a tenth of the periods or more were without stock; at stake are the sales lost in them.
    - new: there are less than two months of sales to learn from; at stake is the forecast.
    - simpler: the item had to be forecast by a simpler model.

    >>> from foresale.cleaning.clean import clean
    >>> from foresale.data.synthetic import shop
    >>> from foresale.forecasting.naive import SeasonalNaive
    >>> garden = shop(items=12, periods=150)
    >>> forecast = SeasonalNaive().forecast(garden, horizon=14)
    >>> find_exceptions(ExceptionInputs(garden, forecast, forecast.sum(), clean(garden)[1])).columns[1:4]
    ['kind', 'what', 'forecast']
    """
    parts = (_changes, _uncertain, _biased, _stockouts, _new, _simpler)
    rows = [row for part in parts for row in part(looked)]
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    price = pl.Series(last_prices(looked.panel)).fill_nan(None)
    named = looked.panel.named_items[frame["place"].to_list()] if rows else looked.panel.named_items.head(0)
    found = pl.concat([named, frame.drop("place")], how="horizontal")
    found = found.with_columns((frame["units"] * price.gather(frame["place"])).alias("stake"))
    worth = "stake" if price.is_not_null().any() else "units"
    return found.sort(worth, "units", descending=True, nulls_last=True)


def sold_between(panel: Panel, first: Index, count: int) -> Numbers:
    """[N] units that each item sold in `count` periods from a grid position of its own; NaN where most are unknown.

    >>> from foresale.data.synthetic import shop
    >>> garden = shop(items=2, periods=30)
    >>> sold_between(garden, garden.starts, 30).shape
    (2,)
    """
    offset = first - panel.starts
    at = offset[:, None] + np.arange(count)
    inside = (at >= 0) & (at < panel.history[:, None])
    cells = panel.sales[panel.offsets[:-1, None] + np.clip(at, 0, panel.history[:, None] - 1)]
    known = inside & np.isfinite(cells)
    share = known.mean(axis=1)
    total = np.where(known, cells, 0).sum(axis=1, dtype=np.float64)
    return np.where(share > 0.5, total / np.maximum(share, 1e-9), np.nan)


def before_of(panel: Panel, forecast: Forecast) -> tuple[Numbers, Numbers]:
    """[N] units a year before the horizon, and in as many periods just before it; NaN where they are not known."""
    horizon = forecast.horizon
    year = sold_between(panel, forecast.starts - panel.frequency.year_lag, horizon)
    return year, sold_between(panel, forecast.starts - horizon, horizon)


def _changes(looked: ExceptionInputs) -> Iterator[tuple[object, ...]]:
    year, lately = before_of(looked.panel, looked.forecast)
    told = np.isfinite(year)
    before = np.where(told, year, lately)
    low, high = looked.total.quantile(0.1), looked.total.quantile(0.9)
    expected = looked.expected
    outside = (before < low) | (before > high)
    large = np.abs(expected - before) >= _CHANGE * np.maximum(before, 1e-9)
    for at in np.flatnonzero(np.isfinite(before) & outside & large):
        against = "the year before" if told[at] else f"the last {looked.forecast.horizon} periods"
        share = signed(float(expected[at] / before[at] - 1)) if before[at] > 0 else "from nothing"
        yield (
            int(at),
            "change",
            f"{share} against {against} ({before[at]:,.0f} → {expected[at]:,.0f})",
            float(expected[at]),
            float(abs(expected[at] - before[at])),
        )


def _uncertain(looked: ExceptionInputs) -> Iterator[tuple[object, ...]]:
    low, high = (looked.total.quantile(level).astype(np.float64) for level in (0.1, 0.9))
    expected = looked.expected
    for at in np.flatnonzero((high - low > _WIDE * expected) & (expected > 0)):
        yield (
            int(at),
            "uncertain",
            f"{low[at]:,.0f} to {high[at]:,.0f} at 80 %",
            float(expected[at]),
            float(max(high[at] - expected[at], 0)),
        )


def _biased(looked: ExceptionInputs) -> Iterator[tuple[object, ...]]:
    if looked.errors is None:
        return
    places = {str(item): number for number, item in enumerate(looked.panel.items[ITEM])}
    for item, bias, wape in looked.errors.select(pl.col(ITEM).cast(pl.String), "bias", "wape").iter_rows():
        if bias is None or wape is None or abs(bias) < _BIAS or abs(bias) < _ONE_SIDED * wape or item not in places:
            continue
        at, side = places[item], "high" if bias > 0 else "low"
        expected = float(looked.expected[at])
        yield at, "bias", f"{percent(abs(bias))} too {side} in the backtest", expected, abs(bias) * expected


def _stockouts(looked: ExceptionInputs) -> Iterator[tuple[object, ...]]:
    panel, near = looked.panel, Rhythm.of(looked.panel.frequency).near
    rows, owners = looked.cleaning.rows(STOCKOUTS), looked.cleaning.owners(STOCKOUTS)
    since = rows - panel.offsets[owners] >= panel.history[owners] - near
    count = np.bincount(owners[since], minlength=len(panel))
    looked_at = np.minimum(panel.history, near)
    rate = looked.expected / looked.forecast.horizon
    for at in np.flatnonzero(count >= np.maximum(_EMPTY * looked_at, 1)):
        what = f"without stock in {count[at]:,} of the last {looked_at[at]:,} periods"
        yield int(at), "stock-out", what, float(looked.expected[at]), float(count[at] * rate[at])


def _new(looked: ExceptionInputs) -> Iterator[tuple[object, ...]]:
    panel = looked.panel
    since = panel.history - first_sales(panel)
    for at in np.flatnonzero(since < Rhythm.of(panel.frequency).near):
        what = f"sold for {since[at]:,} periods" if since[at] > 0 else "never sold yet"
        yield int(at), "new", what, float(looked.expected[at]), float(looked.expected[at])


def _simpler(looked: ExceptionInputs) -> Iterator[tuple[object, ...]]:
    for at, item in enumerate(looked.panel.items[ITEM].cast(pl.String)):
        reason = looked.forecast.fallbacks.get(item)
        if reason is not None:
            yield at, "simpler", reason, float(looked.expected[at]), float(looked.expected[at])
