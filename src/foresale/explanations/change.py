"""Why a forecast changed: new sales, a changed plan of what is known ahead, another model; each with its share."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Flags, Numbers
from foresale.core.caller_time import caller_time
from foresale.core.columns import ITEM
from foresale.core.errors import DataError, Fault
from foresale.core.frequency import Frequency, Index
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.explanations.counterfactual import central
from foresale.explanations.decompose import positions_of
from foresale.explanations.options import Target
from foresale.explanations.shapley import plan

CAUSES: Final = ("new sales", "changed plan", "other model")


@dataclass(frozen=True)
class Change:
    """What became of the forecast of N items over the K periods that both forecasts tell.

    Attributes:
        items: one row per item.
        frequency: the grid.
        starts: [N] grid position of the first of the periods.
        old: [N, K] the older forecast, in units per period.
        new: [N, K] the newer one.
        shares: by cause, [N, K] units; they sum to new − old. A cause that is the same in both is 0.
        time_type: the caller's type of timestamps.
    """

    items: pl.DataFrame
    frequency: Frequency
    starts: Index
    old: Numbers = field(repr=False)
    new: Numbers = field(repr=False)
    shares: dict[str, Numbers] = field(repr=False)
    time_type: pl.DataType = field(default_factory=lambda: pl.Datetime("us"))

    @property
    def churn(self) -> Numbers:
        """[N] how unstable the forecast is: the sum of all moves, as a share of the mean of both forecasts.

        0 where nothing moved, 2 where one of them is 0; NaN where both are.
        """
        size = (np.abs(self.old) + np.abs(self.new)).sum(axis=1) / 2
        moved = np.abs(self.new - self.old).sum(axis=1)
        return np.where(size > 0, moved / np.where(size > 0, size, 1), np.nan)

    @property
    def timestamps(self) -> np.ndarray[tuple[int, int], np.dtype[np.datetime64]]:
        """[N, K] the stamps of the periods."""
        return self.frequency.timestamps(self.starts[:, None] + np.arange(self.old.shape[1]))

    def to_frame(self) -> pl.DataFrame:
        """One row per item and period: item_id, the caller's key columns, timestamp, old, new, and each cause."""
        owner = np.repeat(np.arange(len(self.old)), self.old.shape[1])
        columns = [self.items[name].gather(owner) for name in self.items.columns]
        columns.append(caller_time(self.timestamps.ravel(), self.time_type))
        parts = {"old": self.old, "new": self.new} | self.shares
        return pl.DataFrame([*columns, *(pl.Series(name, values.ravel()) for name, values in parts.items())])

    def summary(self) -> pl.DataFrame:
        """One row per item, the largest change first: item_id, old, new, change, each cause, churn; in units."""
        parts = {"old": self.old, "new": self.new, "change": self.new - self.old} | self.shares
        sums = [pl.Series(name, values.sum(axis=1)) for name, values in parts.items()]
        frame = pl.DataFrame([*self.items.get_columns(), *sums, pl.Series("churn", self.churn).fill_nan(None)])
        return frame.sort(pl.col("change").abs(), descending=True, maintain_order=True)


@dataclass(frozen=True)
class ForecastSource:
    """How a forecast was made: of which panel, by whom, how far ahead."""

    panel: Panel
    forecaster: Forecaster
    horizon: int


def _same(before: ForecastSource, after: ForecastSource) -> tuple[bool, ...]:
    """Whether the sales, the plans and the models of two forecasts are the same: one for each of `CAUSES`."""
    cutoffs = np.array_equal(before.panel.cutoffs, after.panel.cutoffs)
    sales = cutoffs and np.array_equal(_history(before.panel), _history(after.panel), equal_nan=True)
    return sales, not _differs(before, after), before.forecaster is after.forecaster


def compare_forecasts(old: ForecastSource, new: ForecastSource, *, target: Target = "mean") -> Change:
    """Why the newer of two forecasts differs from the older one, over the periods that both tell.

    Old and new sales, plans and models are put together in all eight ways (four or two, where some are the same), and
    each cause gets its Shapley share of the change. Items that only one panel has are left out.

    Args:
        old: how the older forecast was made.
        new: how the newer one was made; its cutoffs are not before the older ones.
        target: the mean of the forecasts, or their median.

    Raises:
        DataError: other grids, no item or no period that both tell.
        ForesaleError: what the forecasters raise.

    >>> from foresale.data.synthetic import shop
    >>> from foresale.forecasting.naive import SeasonalNaive
    >>> garden = shop(items=3, periods=300)
    >>> naive = SeasonalNaive()
    >>> week_ago, now = ForecastSource(garden.back(7), naive, 28), ForecastSource(garden, naive, 21)
    >>> change = compare_forecasts(week_ago, now)
    >>> bool(np.allclose(change.new - change.old, change.shares["new sales"])), change.old.shape
    (True, (3, 21))
    """
    before, after = _shared(old, new)
    first = after.panel.cutoffs + 1
    ends = np.minimum(before.panel.cutoffs + before.horizon, after.panel.cutoffs + after.horizon)
    length = int((ends - first + 1).min())
    if length < 1 or (first <= before.panel.cutoffs).any():
        place = f"item {after.panel.items[ITEM][int(np.argmin(ends - first))]}"
        what = "forecasts that share no period, or stand the wrong way round"
        cure = "Give the older one first, its horizon reaching into the newer one."
        raise DataError([Fault(what, 1, place, cure)])
    causes = np.flatnonzero(~np.array(_same(before, after)))
    planned = plan(causes.size, exact=len(CAUSES), permutations=1, seed=0)
    values = []
    for coalition in planned.coalitions:
        is_new = np.zeros(len(CAUSES), bool)
        is_new[causes] = coalition
        values.append(_value(before, after, is_new, first, length, target))
    shares = planned.shares(np.stack(values)) if causes.size else np.zeros((0, *values[0].shape))
    found = {name: np.zeros_like(values[0]) for name in CAUSES}
    found |= {CAUSES[cause]: share for cause, share in zip(causes, shares, strict=True)}
    return Change(
        after.panel.named_items, after.panel.frequency, first, values[0], values[-1], found, after.panel.time_type
    )


def _shared(old: ForecastSource, new: ForecastSource) -> tuple[ForecastSource, ForecastSource]:
    """Both with the items of both, in the order of the newer panel."""
    if old.panel.frequency != new.panel.frequency:
        raise DataError(
            [
                Fault(
                    "grids that differ",
                    1,
                    f"{old.panel.frequency.name} and {new.panel.frequency.name}",
                    "Compare forecasts of one grid.",
                )
            ]
        )
    places = {str(item): place for place, item in enumerate(old.panel.items[ITEM])}
    both = [(place, places[str(item)]) for place, item in enumerate(new.panel.items[ITEM]) if str(item) in places]
    if not both:
        raise DataError([Fault("no items that both panels have", 1, "the whole panels", "Compare the same items.")])
    newer, older = (np.array(column) for column in zip(*both, strict=True))
    return replace(old, panel=_chosen(old.panel, older)), replace(new, panel=_chosen(new.panel, newer))


def _chosen(panel: Panel, items: Index) -> Panel:
    return panel if np.array_equal(items, np.arange(len(panel))) else panel.select(items)


def _history(panel: Panel) -> Numbers:
    return np.asarray(panel.sales[panel.is_history], np.float64)


def _differs(old: ForecastSource, new: ForecastSource) -> bool:
    """Whether anything known ahead is another over the periods that the newer forecast tells."""
    planned = with_plan(new.panel, old.panel)
    return any(
        not np.array_equal(planned.covariates[name].values, new.panel.covariates[name].values, equal_nan=True)
        for name in planned.covariates
    )


def with_plan(panel: Panel, other: Panel) -> Panel:
    """A panel whose future of the covariates known ahead is that of another panel of the same items, where it has one.

    What the other knows of a period counts whether it lies in its future or, by now, in its past.
    """
    owners, positions = panel.owners, panel.starts[panel.owners] + panel.positions
    at = positions - other.starts[owners]
    there = ~panel.is_history & (at >= 0) & (at < other.lengths[owners])
    rows = other.offsets[:-1][owners] + np.where(there, at, 0)
    changed = dict(panel.covariates)
    for covariate in panel.known:
        said = other.covariates.get(covariate.name)
        if said is not None and said.role == "known" and said.categories == covariate.categories:
            values = said.values[rows]
            use = there & np.isfinite(values)
            changed[covariate.name] = replace(covariate, values=np.where(use, values, covariate.values))
    return replace(panel, covariates=changed)


def _value(
    old: ForecastSource, new: ForecastSource, is_new: Flags, first: Index, length: int, target: Target
) -> Numbers:
    """[N, K] what is forecast of the shared periods with some causes new and the others old."""
    sales, planned, model = is_new
    base, other = (new, old) if sales else (old, new)
    panel = base.panel if sales == planned else with_plan(base.panel, other.panel)
    skipped = first - panel.cutoffs - 1
    horizon = int(skipped.max()) + length
    told = central((new if model else old).forecaster.forecast(panel, horizon=horizon), target)
    return np.asarray(np.take_along_axis(told, skipped[:, None] + np.arange(length), axis=1))


def changes(
    panel: Panel, forecaster: Forecaster, *, horizon: int, since: int, items: Sequence[object] | None = None
) -> Change:
    """What the newest `since` periods of sales did to a forecast, by a forecaster that stays the same.

    Raises:
        ConfigError: an unknown item.
        ForesaleError: what the forecaster raises.
    """
    old = ForecastSource(panel.back(since), forecaster, horizon + since)
    change = compare_forecasts(old, ForecastSource(panel, forecaster, horizon))
    if items is None:
        return change
    chosen = positions_of(panel, items)
    names = panel.items[ITEM][chosen.tolist()].cast(pl.String)
    kept = change.items.with_row_index("at").filter(pl.col(ITEM).cast(pl.String).is_in(names.to_list()))["at"]
    rows = kept.to_numpy().astype(np.int64)
    return replace(
        change,
        items=change.items[rows.tolist()],
        starts=change.starts[rows],
        old=change.old[rows],
        new=change.new[rows],
        shares={name: each[rows] for name, each in change.shares.items()},
    )
