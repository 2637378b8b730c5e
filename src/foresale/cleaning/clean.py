"""Cleaning: what a panel's sales say of demand, without losing what they said."""

from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.cleaning.closures.items import WeeklyClosures
from foresale.cleaning.flat_lines import carried_forward
from foresale.cleaning.inactive_periods import inactive_periods
from foresale.cleaning.outliers import bounds, promoted
from foresale.cleaning.report import (
    BEFORE_LAUNCH,
    GAP,
    HIGH,
    LOW,
    MOSTLY_OUT,
    OUT_OF_STOCK,
    PARTLY_OUT,
    REPEATED,
    RETURNS,
    ZERO_RUN,
    Changes,
    CleaningReport,
    same,
)
from foresale.cleaning.stockouts import inferred
from foresale.core.arrays import Flags, Values
from foresale.core.classes import whole_units
from foresale.core.columns import ITEM
from foresale.core.cores import in_threads
from foresale.core.demand_classes import intermittent, launched
from foresale.core.errors import ConfigError
from foresale.core.histories import Chunk, Rhythm, chunks
from foresale.core.option_types import check_kind, check_types
from foresale.core.panel import Panel
from foresale.data.periods.availability import of_whole_periods

Gaps = Literal["unknown", "zero", "interpolate"]
Negatives = Literal["zero", "unknown", "keep"]
Stockouts = Literal["infer", "reported", "keep"]
FlatLines = Literal["unknown", "keep"]
Outliers = Literal["mark", "winsorise", "keep"]

_UNKNOWN: Final = np.float32(np.nan)
_ROUNDS: Final = 50  # to find a rate that settles in a few


@dataclass(frozen=True)
class CleanOptions:
    """What cleaning may do.

    Attributes:
        gaps: unknown periods stay unknown, are zero, or are drawn between the same weekdays (…) before and after.
        negatives: a period with more returns than sales is zero, unknown, or kept.
        stockouts: unknown demand where stock-outs are reported or zeros are implausible, only where they are reported,
            or nowhere.
        flat_lines: the same number for longer than demand can repeat it is unknown (it was filled in), or kept.
        outliers: marked in the report, drawn in to the bounds of what is usual, or not looked for.
        before_launch: long runs of zeros before an item's first sale are kept, or made unknown.
        available_below: with less than this share of a period in stock, its sales say nothing of demand.
        partial_availability: sales of a period with more than that in stock, but not all of it, are kept, or raised to
            what a whole one would have sold; it then counts as in stock.
        chance: probability of taking no demand for a stock-out anywhere in an item's history.
        threshold: how many robust standard deviations from usual an outlier lies.
        promotions: the covariates that tell promotions, or None to go by their names.

    Raises:
        ConfigError: a choice or a number that cannot be.
    """

    gaps: Gaps = "unknown"
    negatives: Negatives = "zero"
    stockouts: Stockouts = "infer"
    flat_lines: FlatLines = "unknown"
    outliers: Outliers = "mark"
    before_launch: Literal["keep", "unknown"] = "keep"
    available_below: float = 0.5
    partial_availability: Literal["keep", "raise"] = "keep"
    chance: float = 0.01
    threshold: float = 5.0
    promotions: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        check_types(self)
        choices = {"gaps": Gaps, "negatives": Negatives, "stockouts": Stockouts, "outliers": Outliers}
        choices |= {"before_launch": Literal["keep", "unknown"], "partial_availability": Literal["keep", "raise"]}
        choices |= {"flat_lines": FlatLines}
        for name, choice in choices.items():
            if getattr(self, name) not in get_args(choice):
                raise ConfigError(f"{name} is one of {', '.join(get_args(choice))}, not {getattr(self, name)!r}")
        if not 0 <= self.available_below <= 1 or not 0 < self.chance < 1:
            raise ConfigError("available_below and chance are shares from 0 to 1")
        if not self.threshold >= 2:
            raise ConfigError(f"an outlier lies at least 2 standard deviations off, not {self.threshold}")


def clean(
    panel: Panel, *, options: CleanOptions | None = None, expected_peaks: Flags | None = None
) -> tuple[Panel, CleaningReport]:
    """The panel with sales that can be learned from, and the report of every cell that changed.

    Only histories are looked at. `report.undo(cleaned)` is the panel as it was. Cleaning what is clean changes nothing
    more, unless gaps are filled on request: a stock-out found, once it is unknown, looks like a gap.

    Args:
        panel: as it was read.
        options: what may be done.
        expected_peaks: whether the calendar expects a peak, for each grid position from the first start to the last
            cutoff of the panel; no peak there is an outlier.

    Raises:
        ConfigError: expected_peaks does not fit the panel, or a promotion covariate is not there.

    >>> from foresale.data.synthetic import shop
    >>> cleaned, report = clean(shop(items=5, periods=200))
    >>> sorted(report.counts())
    ['mostly out of stock', 'out of stock']
    >>> report.undo(cleaned).sales.tobytes() == shop(items=5, periods=200).sales.tobytes()
    True
    """
    options = CleanOptions() if options is None else options
    check_kind(options, CleanOptions)
    peaks = _checked_peaks(panel, options, expected_peaks)
    sales = panel.sales.copy()

    def facts(chunk: Chunk) -> list[Changes]:
        sheet = _Sheet(chunk, sales)
        _apply_facts(sheet, panel, options)
        return sheet.put_back(sales)

    def inference(chunk: Chunk) -> tuple[list[Changes], pl.DataFrame]:
        sheet = _Sheet(chunk, sales)
        _apply_inference(sheet, _Surroundings.of(panel, chunk, closures, peaks, options), options)
        return sheet.put_back(sales), inactive_periods(panel, chunk, sheet.values)

    changes = [change for done in in_threads(facts, chunks(panel)) for change in done]
    closures = WeeklyClosures.of(replace(panel, sales=sales.copy()), told=np.zeros(sales.size, bool))
    found: list[pl.DataFrame] = []
    for done, paused in in_threads(inference, chunks(panel)):
        changes += done
        found.append(paused)
    raised = panel.available is not None and options.stockouts != "keep" and options.partial_availability == "raise"
    report = CleaningReport(
        changes=Changes.joined(changes),
        inactive_periods=pl.concat(found).sort("row").drop("row"),
        periods=int(panel.history.sum()),
        closed=int(closures.shops.closed.sum()),
        ids=panel.items[ITEM],
        frequency=panel.frequency,
        starts=panel.starts,
        offsets=panel.offsets,
        time_type=panel.time_type,
        available=panel.available if raised else None,
    )
    available = panel.available
    if raised and available is not None:
        available = np.where(_partly_out(available, options) & panel.is_history, np.float32(1), available)
    return replace(panel, sales=sales, available=available), report


def _checked_peaks(panel: Panel, options: CleanOptions, peaks: Flags | None) -> Flags:
    missing = [name for name in options.promotions or () if name not in panel.covariates]
    if missing:
        raise ConfigError(f"no covariate {', '.join(missing)}; there are {', '.join(panel.covariates) or 'none'}")
    span = int(panel.cutoffs.max() - panel.starts.min()) + 1
    if peaks is not None and np.shape(peaks) != (span,):
        raise ConfigError(f"expected_peaks has one flag per period from first to last, {span}, not {np.shape(peaks)}")
    return np.zeros(span, bool) if peaks is None else np.asarray(peaks, bool)


class _Sheet:
    """The sales of a chunk under work, [n, T], and what was done to them."""

    def __init__(self, chunk: Chunk, sales: Values) -> None:
        self.chunk = chunk
        self.values: Values = chunk.matrix(sales)
        self._done: list[Changes] = []

    def change(self, cells: Flags, new: Values | np.float32, reason: str) -> None:
        """Give cells new values; those that have them already are left out of the report."""
        new = np.broadcast_to(np.asarray(new, np.float32), self.values.shape)
        cells = cells & self.chunk.valid & ~same(self.values, new)
        self._done.append(Changes.of(self.chunk.rows[cells], self.values[cells], new[cells], reason))
        self.values = np.where(cells, new, self.values)

    def mark(self, cells: Flags, reason: str) -> None:
        """Name cells in the report and leave them as they are."""
        values = self.values[cells]
        self._done.append(Changes.of(self.chunk.rows[cells], values, values, reason))

    def put_back(self, sales: Values) -> list[Changes]:
        """Write the values into the panel's rows; what was done."""
        sales[self.chunk.rows[self.chunk.valid]] = self.values[self.chunk.valid]
        return [changes for changes in self._done if len(changes.rows)]


def _apply_facts(sheet: _Sheet, panel: Panel, options: CleanOptions) -> None:
    """What the cells themselves say: net returns, gaps, numbers carried forward, reported stock-outs."""
    repeated = carried_forward(sheet.values) if options.flat_lines == "unknown" else None
    if options.negatives != "keep":
        sheet.change(sheet.values < 0, np.float32(0) if options.negatives == "zero" else _UNKNOWN, RETURNS)
    if options.gaps != "unknown":
        filled = _between(sheet.values, panel.frequency.season) if options.gaps == "interpolate" else np.float32(0)
        sheet.change(np.isnan(sheet.values), filled, GAP)
    if repeated is not None:
        sheet.change(repeated, _UNKNOWN, REPEATED)
    if panel.available is not None and options.stockouts != "keep":
        available = sheet.chunk.matrix(panel.available)
        sheet.change(available <= 0, _UNKNOWN, OUT_OF_STOCK)
        sheet.change((available > 0) & (available < options.available_below), _UNKNOWN, MOSTLY_OUT)
        if options.partial_availability == "raise":
            counts = np.logical_and.reduce(whole_units(sheet.values), axis=1, keepdims=True)
            raised = of_whole_periods(sheet.values, available, counts=counts)
            sheet.change(_partly_out(available, options), raised, PARTLY_OUT)


def _partly_out(available: Values, options: CleanOptions) -> Flags:
    return (available > 0) & (available >= options.available_below) & (available < 1)


def _between(values: Values, season: int) -> Values:
    """[n, T] each unknown cell on the line between the known ones before and after it at its place in the season.

    Where there is only one of them it is taken as it is; where there is none the cell stays unknown.
    """
    filled = values.copy()
    for phase in range(min(season, values.shape[1])):
        column = values[:, phase::season]
        steps = np.arange(column.shape[1])
        known = ~np.isnan(column)
        left = np.maximum.accumulate(np.where(known, steps, -1), axis=1)
        right = np.minimum.accumulate(np.where(known, steps, len(steps))[:, ::-1], axis=1)[:, ::-1]
        before = np.take_along_axis(column, np.maximum(left, 0), axis=1)
        after = np.take_along_axis(column, np.minimum(right, len(steps) - 1), axis=1)
        before, after = np.where(left < 0, after, before), np.where(right == len(steps), before, after)
        share = np.clip((steps - left) / np.maximum(right - left, 1), 0, 1)
        filled[:, phase::season] = np.where(known, column, before + share * (after - before))
    return filled


@dataclass(frozen=True)
class _Surroundings:
    """What is known about the cells of a chunk beside their sales; flags [n, T]."""

    rhythm: Rhythm
    closed: Flags
    judged: Flags
    in_stock: Flags
    exempt: Flags

    @classmethod
    def of(
        cls, panel: Panel, chunk: Chunk, closures: WeeklyClosures, peaks: Flags, options: CleanOptions
    ) -> "_Surroundings":
        rhythm = Rhythm.of(panel.frequency)
        shops, group = closures.shops, closures.groups[chunk.items][:, None]
        place = np.minimum(chunk.grid - shops.first, shops.known.shape[1] - 1)
        closed, judged = shops.closed[group, place] | (closures.past[chunk.rows] > 0), shops.judged[group, place]
        in_stock = np.zeros_like(closed) if panel.available is None else chunk.matrix(panel.available) > 0
        exempt = closed | peaks[np.minimum(chunk.grid - shops.first, len(peaks) - 1)]
        if options.outliers != "keep":
            exempt |= promoted(panel, chunk, names=options.promotions, block=rhythm.block)
        return cls(rhythm, closed, judged, in_stock, exempt)

    def some(self, items: npt.NDArray[np.intp]) -> "_Surroundings":
        """Those of some of the chunk's items."""
        return _Surroundings(
            self.rhythm, self.closed[items], self.judged[items], self.in_stock[items], self.exempt[items]
        )


def _apply_inference(sheet: _Sheet, around: _Surroundings, options: CleanOptions) -> None:
    """What an item's own sales make plain: the launch, stock-outs behind zeros, outliers."""
    if options.before_launch == "unknown":
        sheet.change(_long_before_launch(sheet.values, around.rhythm), _UNKNOWN, BEFORE_LAUNCH)
    settled = _settled(sheet.values, around, options)
    sheet.change(np.isnan(settled), _UNKNOWN, ZERO_RUN)
    if options.outliers == "winsorise":
        sheet.change(settled < sheet.values, settled, HIGH)
        sheet.change(settled > sheet.values, settled, LOW)
    if options.outliers == "mark":
        clipped = _clipped(sheet.values, around, options)
        sheet.mark(clipped < sheet.values, HIGH)
        sheet.mark(clipped > sheet.values, LOW)


def _settled(values: Values, around: _Surroundings, options: CleanOptions) -> Values:
    """Sales with stock-outs unknown and, on request, outliers drawn in; repeated until nothing more changes.

    A stock-out once found no longer weighs on the item's rate, so that another may be told from no demand. Going on
    until all is settled makes cleaning what is clean change nothing.
    """
    settled = values.copy()
    active = np.arange(len(values))
    for _ in range(_ROUNDS):
        before, there = settled[active], around.some(active)
        after = before
        if options.stockouts == "infer":
            open_sales = np.where(there.closed, _UNKNOWN, before)
            out = inferred(
                open_sales, judged=there.judged, in_stock=there.in_stock, rhythm=there.rhythm, chance=options.chance
            )
            after = np.where(out, _UNKNOWN, after)
        if options.outliers == "winsorise":
            after = _clipped(after, there, options)
        settled[active] = after
        active = active[~same(before, after).all(axis=1)]
        if not active.size:
            break
    return settled


def _clipped(values: Values, around: _Surroundings, options: CleanOptions) -> Values:
    """Sales drawn in to the bounds of the usual; whole units stay whole. Zeros are left to the stock-outs."""
    since = np.where(launched(values), values, _UNKNOWN)
    rare = intermittent(values)
    usual = bounds(since, rhythm=around.rhythm, rare=rare, threshold=options.threshold)
    whole = ((values == np.floor(values)) | np.isnan(values)).all(axis=1)[:, None]
    low, high = np.where(whole, np.ceil(usual.low), usual.low), np.where(whole, np.floor(usual.high), usual.high)
    candidates = (values > 0) & ~around.exempt
    clipped = np.where(candidates & (values > usual.high), high, values)
    return np.where(candidates & (values < usual.low), low, clipped)


def _long_before_launch(values: Values, rhythm: Rhythm) -> Flags:
    """[n, T] the cells before the first sale of items whose first sale comes late."""
    late = np.argmax(values > 0, axis=1) > rhythm.block
    cells: Flags = late[:, None] & ~launched(values)
    return cells
