"""Looking into a panel: every figure of an inspection, computed in a few passes over the sales."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from foresale.cleaning.clean import CleanOptions, clean
from foresale.cleaning.report import OUTLIERS, STOCKOUTS, CleaningReport
from foresale.core.arrays import Flags
from foresale.core.columns import ITEM, PRICE, SALES, TIMESTAMP
from foresale.core.panel import Panel
from foresale.inspection.covariates import covariate_table, static_table
from foresale.inspection.inspection import Inspection
from foresale.inspection.items import item_figures
from foresale.inspection.seasons import profiles
from foresale.inspection.total import Event, event_effects, season_table, total_sales

_SAMPLED: Final = 10  # items of each list that have a picture
_LONGEST: Final = 400  # periods of it


def inspect(
    panel: Panel,
    *,
    options: CleanOptions | None = None,
    expected_peaks: Flags | None = None,
    events: Sequence[Event] = (),
    cleaned: tuple[Panel, CleaningReport] | None = None,
) -> Inspection:
    """What is in a panel. Nothing is changed; only histories are looked at.

    Args:
        panel: as it was read.
        options: how stock-outs and outliers are told; those of `clean`.
        expected_peaks: whether the calendar expects a peak, for each grid position from the panel's first start to its
            last cutoff.
        events: grid position and name of festivals and holidays.
        cleaned: what `clean` makes of the panel, where that is known.

    Raises:
        ConfigError: expected_peaks does not fit the panel.

    >>> from foresale.data.synthetic import shop
    >>> found = inspect(shop(items=30, periods=400))
    >>> found.items, found.seasons["season"].to_list(), found.seasons["found"][0]
    (30, ['weekly', 'annual', 'monthly (day of the month)'], True)
    """
    able, report = cleaned or clean(panel, options=options, expected_peaks=expected_peaks)
    figures = item_figures(panel, able.sales, report)
    total = total_sales(panel, expected_peaks=expected_peaks)
    series = total[SALES].fill_null(np.nan).to_numpy()
    effects = event_effects(total, events, panel.frequency)
    return Inspection(
        frequency=panel.frequency,
        figures=figures,
        total=total.with_columns(_names(total["position"], events, set(effects["event"]))),
        seasons=season_table(total, figures, panel.frequency),
        profiles=profiles(series, total["position"].to_numpy(), panel.frequency),
        covariates=covariate_table(panel),
        statics=static_table(panel),
        events=effects,
        cleaning=report,
        samples=_samples(panel, figures, report),
        has_price=PRICE in panel.covariates and bool(figures["revenue"].is_not_null().any()),
        notes=panel.notes,
        currency=panel.currency,
    )


def _names(positions: pl.Series, events: Sequence[Event], notable: set[str]) -> pl.Series:
    """The notable event of each period, or null."""
    names = {position: name for position, name in events if name in notable}
    return pl.Series("event", [names.get(position) for position in positions], pl.String)


def _samples(panel: Panel, figures: pl.DataFrame, report: CleaningReport) -> pl.DataFrame:
    """Sales of the items with most stock-outs and most outliers: item_id, timestamp, sales, reason (or null)."""
    chosen: list[int] = []
    for column in ("stockouts", "outliers"):
        ranked = figures.with_row_index("item").filter(pl.col(column) > 0)
        chosen += ranked.sort(column, "volume", descending=True)["item"].head(_SAMPLED).to_list()
    items = np.array(list(dict.fromkeys(chosen)), np.int64)
    few = panel.select(items if items.size else [0])
    touched = report.to_frame().filter(pl.col(ITEM).is_in(few.items[ITEM].implode()))
    reasons = touched.filter(pl.col("reason").is_in([*STOCKOUTS, *OUTLIERS])).select(ITEM, TIMESTAMP, "reason")
    frame = few.long_form((ITEM,)).select(ITEM, TIMESTAMP, SALES)
    marked = frame.join(reasons, on=[ITEM, TIMESTAMP], how="left", maintain_order="left")
    # Some way past the last cell in question, so that it is to be seen.
    row, last = pl.int_range(pl.len()), pl.int_range(pl.len()).filter(pl.col("reason").is_not_null()).max()
    marked = marked.filter((row <= last + _LONGEST // 5).over(ITEM))
    return marked.group_by(ITEM, maintain_order=True).tail(_LONGEST if items.size else 0)
