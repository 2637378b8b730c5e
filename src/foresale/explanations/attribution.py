"""What models looked at: past days and covariates that networks leaned on, and the contributions of trees.

Networks by integrated gradients (Sundararajan, Taly and Yan 2017): from windows in which every day sold the average to
the windows as they were, the gradient of the forecast is summed up, so that what all inputs contribute comes to the
difference between both forecasts. Trees by their own exact contributions (Lundberg et al. 2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.arrays import Numbers
from foresale.core.caller_time import caller_time
from foresale.core.columns import TIMESTAMP
from foresale.core.extras import optional_module
from foresale.core.frequency import Index
from foresale.core.labels import item_index
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.explanations.decompose import positions_of
from foresale.explanations.explanation import VALUE
from foresale.explanations.probes import Probe, inner, probe
from foresale.forecasting.boosted.forecaster import BoostedForecaster

SALES_ROW: Final = "sales"
EARLIER_ROW: Final = "sales a year before"
SOURCE: Final = "source"
_STEPS: Final = 24  # of a path: 20 to 300 are enough (Sundararajan, Taly and Yan 2017)


@dataclass(frozen=True)
class Attribution:
    """What one model made its forecast of N items from.

    Attributes:
        model: its name.
        items: one row per item.
        sources: the R rows: sales, covariates, the calendar; of trees, their features.
        timestamps: [N, T] the periods; past and horizon for networks, the horizon for trees.
        values: [N, R, T] units per period of the mean over the horizon, that each adds to `start`; trees: to that step.
        start: [N] or, for trees, [N, T]: what is forecast where nothing stands out.
        time_type: the caller's type of timestamps.
    """

    model: str
    items: pl.DataFrame
    sources: tuple[str, ...]
    timestamps: npt.NDArray[np.datetime64] = field(repr=False)
    values: Numbers = field(repr=False)
    start: Numbers = field(repr=False)
    time_type: pl.DataType = field(default_factory=lambda: pl.Datetime("us"))

    def to_frame(self) -> pl.DataFrame:
        """Long form, without zeros: item_id, the caller's key columns, timestamp, source, value."""
        item, row, step = np.nonzero(self.values)
        columns = [self.items[name].gather(item) for name in self.items.columns]
        columns.append(caller_time(self.timestamps[item, step], self.time_type).alias(TIMESTAMP))
        columns.append(pl.Series(SOURCE, self.sources).gather(row))
        columns.append(pl.Series(VALUE, self.values[item, row, step]))
        return pl.DataFrame(columns)

    def ranked(self, item: object = None) -> pl.DataFrame:
        """The sources of one item (the first by default) by how much they moved: source, value, moved.

        `value` is their sum, `moved` the sum of what they added and of what they took away.
        """
        own = self.values[item_index(self.items, item)]
        frame = pl.DataFrame({SOURCE: self.sources, VALUE: own.sum(axis=1), "moved": np.abs(own).sum(axis=1)})
        return frame.sort("moved", descending=True)


def attribute(
    panel: Panel, forecaster: Forecaster, *, horizon: int, items: Sequence[object] | None = None, steps: int = _STEPS
) -> tuple[Attribution, ...]:
    """What the networks and trees in a forecaster looked at, one attribution for each of them.

    Statistical models have none: their formulas are what they look at.

    Args:
        panel: as the forecaster is given it; what it is made of sees it without closed periods and without the
            effects of events that a layer around it puts back, so that its forecast is one of sales without them.
        forecaster: any; of an ensemble, every member is asked.
        horizon: periods ahead.
        items: ids of the items; all by default.
        steps: of the integral, for networks.

    Raises:
        ConfigError: an unknown item.
        MissingExtraError: captum is not installed.
    """
    chosen = positions_of(panel, items)
    found: list[Attribution] = []
    for model, seen in inner(forecaster, panel, horizon=horizon):
        if isinstance(model, BoostedForecaster):
            found.append(_of_trees(seen, model, chosen, horizon))
            continue
        opened = probe(seen, model, chosen, horizon=horizon)
        if opened is not None:
            found.append(_of_networks(seen, opened, chosen, steps))
    return tuple(found)


def _of_networks(panel: Panel, opened: Probe, items: Index, steps: int) -> Attribution:
    optional_module("captum.attr", purpose="what networks looked at", extra="explain")
    from foresale.models.attribution import integrated_gradients

    batch = opened.adapter_input.batch
    parts, start = integrated_gradients(
        opened.networks, opened.adapter_input, encoding=opened.encoding, flip=opened.flip, steps=steps
    )
    sources = (SALES_ROW, EARLIER_ROW, *dict.fromkeys((*opened.known, *opened.past)))
    values = np.zeros((len(items), len(sources), batch.context + batch.horizon))
    values[:, 0, : batch.context] = parts["values"]
    if "lags" in parts:
        values[:, 1] = parts["lags"].sum(axis=2)
    for name, channels in (("known", opened.known), ("past", opened.past)):
        for place, channel in enumerate(channels if name in parts else ()):
            values[:, sources.index(channel), : parts[name].shape[1]] += parts[name][..., place]
    grid = panel.cutoffs[items][:, None] + np.arange(1 - batch.context, batch.horizon + 1)
    return Attribution(
        opened.model, _rows(panel, items), sources, panel.frequency.timestamps(grid), values, start, panel.time_type
    )


def _of_trees(panel: Panel, model: BoostedForecaster, items: Index, horizon: int) -> Attribution:
    """The exact contributions of the features to the median, in units."""
    steps = np.tile(np.arange(1, horizon + 1), items.size)
    table = model.recipe.table(panel, np.repeat(items, horizon), np.repeat(panel.history[items], horizon), steps)
    level = np.nan_to_num(table.bases[model.base].astype(np.float64))
    told = np.asarray(model.trees.median.predict(table.values, pred_contrib=True), np.float64) * level[:, None]
    sources = tuple(dict.fromkeys(source_of(name) for name in table.names))
    values = np.zeros((len(told), len(sources)))
    for place, name in enumerate(table.names):
        values[:, sources.index(source_of(name))] += told[:, place]
    shape = (items.size, horizon, len(sources))
    grid = panel.cutoffs[items][:, None] + np.arange(1, horizon + 1)
    return Attribution(
        model.name,
        _rows(panel, items),
        sources,
        panel.frequency.timestamps(grid),
        np.moveaxis(values.reshape(shape), 2, 1),
        told[:, -1].reshape(shape[:2]),
        panel.time_type,
    )


def source_of(feature: str) -> str:
    """What a feature of the trees tells of: a covariate, the calendar, or the sales in its own words.

    >>> source_of("price: change"), source_of("calendar: weekday"), source_of("same_7")
    ('price', 'calendar: weekday', 'sales: same_7')
    """
    family, mark, rest = feature.partition(": ")
    if not mark:
        return f"sales: {feature}"
    return feature if family in {"calendar", "static"} else family if rest else feature


def _rows(panel: Panel, items: Index) -> pl.DataFrame:
    rows: pl.DataFrame = panel.named_items[items.tolist()]
    return rows
