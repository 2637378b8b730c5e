"""The wish: one page on what was sold, what will be sold, how sure that is, and where to look first."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from foresale.core.columns import ITEM
from foresale.core.covariate_names import names_price
from foresale.core.errors import ConfigError, DataError, ForesaleError, TooShortError
from foresale.core.forecast import Forecast
from foresale.core.hierarchy import Hierarchy
from foresale.core.option_types import check_types, checked
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.core.text import counted
from foresale.core.threads import threads
from foresale.core.total import Total
from foresale.evaluation.evaluation import Evaluation
from foresale.explanations.decompose import explain
from foresale.explanations.explanation import Explanation
from foresale.explanations.options import ExplainOptions
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.names import AUTO, SEASONAL_NAIVE
from foresale.forecasting.reconcile.aggregate import group_history
from foresale.inspection.exceptions import ExceptionInputs, find_exceptions
from foresale.inspection.groups import GroupForecast, group_forecast
from foresale.inspection.inspection import Inspection
from foresale.inspection.trend.find import find_trend
from foresale.inspection.trend.trend import Trend
from foresale.pricing.effects.elasticities import Elasticities
from foresale.pricing.effects.estimate import find_elasticities
from foresale.training.options import TrainOptions
from foresale.training.progress import Watcher
from foresale.workflows.budget import Budget
from foresale.workflows.clean import clean
from foresale.workflows.evaluate import evaluate
from foresale.workflows.inspect import inspected
from foresale.workflows.learning import all_naive, prepared
from foresale.workflows.model_config import Model, ModelConfig
from foresale.workflows.sales import takes_sales

_MOST_GROUPS: Final = 30  # labels of a column that makes groups
_MOST_PRICED: Final = 1000
"""Items beyond which effects of prices take longer than all else on the page."""


@dataclass(frozen=True)
class ReportOptions:
    """How much goes into a report.

    Attributes:
        by: columns of the items whose values make categories; the first one that suits where none is given.
        windows: how many times to step back for the leaderboard; 0 leaves it out.
        items: how many items, those that sell most, are drawn and explained.
        trend: whether the trend is looked for.
        prices: whether effects of prices are looked for, where the sales have prices.

    Raises:
        ConfigError: a number below zero.
    """

    by: tuple[str, ...] = ()
    windows: int = 2
    items: int = 8
    trend: bool = True
    prices: bool = True

    def __post_init__(self) -> None:
        check_types(self)
        if self.windows < 0 or self.items < 0:
            raise ConfigError(f"a report has 0 windows and items or more, not {self.windows} and {self.items}")


@dataclass(frozen=True)
class Report:
    """All that a report is made of.

    Attributes:
        panel: as it was read.
        cleaned: what was forecast from: stock-outs are unknown demand.
        forecast: of its items.
        total: the same over the whole horizon.
        by: the columns that make the categories.
        groups: the forecast of all items together and of the categories.
        history: the sales of these groups.
        inspection: what is in the panel, and what cleaning found.
        exceptions: see `inspection.exceptions.find_exceptions`.
        evaluation: the backtest, or None.
        explanation: of the items drawn, or None.
        trend: or None.
        prices: their effects, or None.
        notes: what was left out or assumed, in sentences for a person.
    """

    panel: Panel
    cleaned: Panel = field(repr=False)
    forecast: Forecast
    total: Total = field(repr=False)
    by: tuple[str, ...]
    groups: GroupForecast = field(repr=False)
    history: Panel = field(repr=False)
    inspection: Inspection = field(repr=False)
    exceptions: pl.DataFrame = field(repr=False)
    evaluation: Evaluation | None = field(default=None, repr=False)
    explanation: Explanation | None = field(default=None, repr=False)
    trend: Trend | None = field(default=None, repr=False)
    prices: Elasticities | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        what = f"{counted(len(self.panel), 'item')} over {counted(self.forecast.horizon, 'period')}"
        return f"<Report on {what} by {self.forecast.model}: {counted(self.exceptions.height, 'exception')}>"

    def to_frame(self) -> pl.DataFrame:
        """The exceptions, one row per item and reason, those with most at stake first."""
        return self.exceptions


@takes_sales
@checked
def report(
    panel: Panel,
    *,
    horizon: int,
    model: Model | ModelConfig = AUTO,
    countries: Sequence[str] = (),
    how: ReportOptions | None = None,
    options: TrainOptions | None = None,
    budget: Budget | None = None,
    on_progress: Watcher | None = None,
) -> Report:
    """Inspect, measure, forecast, explain and look for exceptions, all for one page (`pages.report.report_page`).

    Args:
        panel: sales as they were read: a panel, a path or a data frame.
        horizon: periods ahead.
        model: as in `forecast`.
        countries: whose public holidays and festivals count.
        how: how much goes into it.
        options: settings of a network's training.
        budget: what "auto" may spend, in the forecast and in each window of the backtest.
        on_progress: told about every step.

    Raises:
        ConfigError: no sales, an unknown model, column, country or setting.
        DataError: covariates lack over the horizon.
        ModelError: a model folder that cannot be read or does not fit the panel.
        MissingExtraError: a model whose optional part is not installed.

    >>> from foresale.data.synthetic import shop
    >>> how = ReportOptions(windows=0, items=1, trend=False)
    >>> made = report(shop(items=8, periods=200), horizon=14, model="seasonal-naive", how=how)
    >>> made.by, made.groups.steps.items["item_id"][0], made.explanation.forecast.items.height
    (('category',), 'total', 1)
    """
    how = how or ReportOptions()
    by, notes = (how.by, []) if how.by else _category(panel)
    hierarchy = Hierarchy.of(panel, by)
    config = ModelConfig.of(model, countries=countries, options=options, budget=budget, on_progress=on_progress)
    chosen, cleaned, cleaning = prepared(panel, config, horizon=horizon)
    countries = config.countries
    forecaster: Forecaster = SeasonalNaive()
    with threads(config.budget.jobs):
        plain = clean(panel, countries=countries)
        try:
            forecaster = chosen.fit(cleaned, horizon=horizon)
            found = forecaster.forecast(cleaned, horizon=horizon)
        except TooShortError as error:
            found = all_naive(cleaned, horizon=horizon, reason=str(error))
        explanation = _explanation(cleaned, forecaster, found, how, countries, notes)
        total = found.sum()
        evaluation = _evaluation(panel, config, horizon, how, notes)
        errors = None if evaluation is None else _errors(evaluation)
        return Report(
            panel=panel,
            cleaned=cleaned,
            forecast=found,
            total=total,
            by=by,
            groups=group_forecast(found, hierarchy),
            history=group_history(cleaned, hierarchy),
            inspection=inspected(panel, plain, countries=countries),
            exceptions=find_exceptions(ExceptionInputs(panel, found, total, cleaning, errors)),
            evaluation=evaluation,
            explanation=explanation,
            trend=_trend(plain[0], by, horizon, how, countries, notes),
            prices=_prices(plain[0], how, notes),
            notes=tuple(dict.fromkeys((*notes, *found.notes))),
        )


def _category(panel: Panel) -> tuple[tuple[str, ...], list[str]]:
    """The column whose values make the categories, and what is to be said of it."""
    able = [name for name in (*panel.statics, *panel.keys) if name != ITEM and _suits(panel.items[name])]
    named = [name for name in able if any(word in name.lower() for word in ("categ", "class", "group", "dep", "famil"))]
    chosen = (named or able)[:1]
    if not chosen:
        return (), ["No column puts the items into 2 to 30 groups, so that there are no categories."]
    return tuple(chosen), [f"Categories are the values of '{chosen[0]}'."]


def _suits(column: pl.Series) -> bool:
    return not column.dtype.is_float() and 2 <= column.n_unique() <= min(_MOST_GROUPS, column.len() - 1)


def _evaluation(
    panel: Panel, config: ModelConfig, horizon: int, how: ReportOptions, notes: list[str]
) -> Evaluation | None:
    """The backtest; where it fails, the report goes on without it, and says so."""
    if not how.windows:
        return None
    try:
        return evaluate(panel, horizon=horizon, windows=how.windows, models=[config])
    except DataError as error:
        notes.append(f"There is no backtest: {error}")
        return None


def _errors(evaluation: Evaluation) -> pl.DataFrame:
    """The errors of the model by item; those of seasonal naive where there is no other."""
    others = [name for name in evaluation.models if name != SEASONAL_NAIVE]
    return evaluation.to_frame("item").filter(pl.col("model") == (others or [SEASONAL_NAIVE])[0])


def _explanation(
    panel: Panel,
    forecaster: Forecaster,
    forecast: Forecast,
    how: ReportOptions,
    countries: tuple[str, ...],
    notes: list[str],
) -> Explanation | None:
    """Why the items that sell most are forecast so; where it fails, the report goes on without it, and says so."""
    if not how.items:
        return None
    best = np.argsort(-forecast.mean.sum(axis=1), kind="stable")[: how.items]
    try:
        return explain(
            panel,
            forecaster,
            horizon=forecast.horizon,
            items=forecast.items[ITEM][best.tolist()].to_list(),
            options=ExplainOptions(countries=countries),
            forecast=forecast,
        )
    except ForesaleError as error:
        notes.append(f"The forecasts are not explained: {error}")
        return None


def _prices(panel: Panel, how: ReportOptions, notes: list[str]) -> Elasticities | None:
    """Effects of prices, where there are prices; where nothing can be learnt of them, the report says so."""
    if not how.prices or not any(names_price(name) for name in panel.covariates):
        return None
    if len(panel) > _MOST_PRICED:
        notes.append(
            f"Effects of prices are left out of reports on more than {_MOST_PRICED:,} items (see foresale "
            "elasticities)."
        )
        return None
    try:
        return find_elasticities(panel)
    except ForesaleError as error:
        notes.append(f"Effects of prices were left out: {error}")
        return None


def _trend(
    panel: Panel, by: tuple[str, ...], horizon: int, how: ReportOptions, countries: tuple[str, ...], notes: list[str]
) -> Trend | None:
    if not how.trend:
        return None
    try:
        return find_trend(panel, by=by, horizon=horizon, countries=countries)
    except ForesaleError as error:
        notes.append(f"The trend was left out: {error}")
        return None
