"""The wish: what will be sold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from foresale.core.errors import TooShortError
from foresale.core.forecast import Forecast
from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.core.threads import threads
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.names import AUTO, PRETRAINED
from foresale.forecasting.reconcile.hierarchical import HierarchicalForecast
from foresale.forecasting.reconcile.reconcile import Method, Reconciled
from foresale.narrate.cleaning import cleaning_sentences
from foresale.training.options import TrainOptions
from foresale.training.progress import Watcher
from foresale.workflows.budget import Budget
from foresale.workflows.learning import all_naive, prepared
from foresale.workflows.model_config import Model, ModelConfig
from foresale.workflows.models import UNTAUGHT, learner
from foresale.workflows.sales import answers_frames, takes_sales


@answers_frames
@checked
def forecast(panel: Panel, *, horizon: int, model: Model | ModelConfig = AUTO, countries: Sequence[str] = (),
             options: TrainOptions | None = None, budget: Budget | None = None,
             analogues: Mapping[str, Sequence[str]] | None = None, on_progress: Watcher | None = None
             ) -> Forecast:  # fmt: skip
    """Quantiles of the sales of every item over the periods after its cutoff.

    Stock-outs become unknown demand first, so that an empty shelf is not forecast as no demand. Items that were never
    sold are forecast like items like them. Where no item is long enough to learn from, all are forecast by seasonal
    naive, and named as fallbacks.

    Args:
        panel: sales: a panel; a path; or a data frame, which is answered with a frame of the same library and of the
            caller's column names and types (see `workflows.sales`).
        horizon: periods ahead.
        model: "auto", the ensemble of all that the budget allows; "pretrained", which needs no learning; the name of
            any other model, which is learnt from the panel first; a model folder; a forecaster or a learner; or all of
            the settings as a `ModelConfig`.
        countries: whose public holidays and festivals count; a model folder has its own.
        options: settings of a network's training; its covariates, calendar and seed count for every model.
        budget: what may be spent: effort and time of "auto", threads of all.
        analogues: by the id of an item that was never sold, the ids of the items to forecast it like.
        on_progress: told about every step.

    Raises:
        ConfigError: no panel, an unknown model, country or setting.
        DataError: covariates lack over the horizon.
        ModelError: a model folder that cannot be read or does not fit the panel.
        MissingExtraError: a model whose optional part is not installed.

    >>> from foresale.data.synthetic import shop
    >>> forecast(shop(items=3, periods=120), horizon=14, model="seasonal-naive").to_frame().shape
    (42, 24)
    """
    config = ModelConfig.of(
        model, countries=countries, options=options, budget=budget, analogues=analogues, on_progress=on_progress
    )
    return forecast_made(panel, config, horizon=horizon).forecast


@dataclass(frozen=True)
class Made:
    """A forecast and how it was made.

    Attributes:
        forecast: of the panel.
        panel: without stock-outs, as the forecaster saw it.
        forecaster: that made it.
    """

    forecast: Forecast
    panel: Panel = field(repr=False)
    forecaster: Forecaster


def forecast_made(panel: Panel, config: ModelConfig, *, horizon: int, remember: bool = False) -> Made:
    """The same as `forecast`, and what made it.

    Args:
        panel: as it was read.
        config: the model.
        horizon: periods ahead.
        remember: whether the forecaster keeps the effects of events on this panel, for those who ask it for them.

    Raises:
        ConfigError, DataError, ModelError, MissingExtraError: as in `forecast`.
    """
    chosen, cleaned, report = prepared(panel, config, horizon=horizon)
    said = cleaning_sentences(report)
    forecaster: Forecaster
    with threads(config.budget.jobs):
        try:
            forecaster = chosen.fit(cleaned, horizon=horizon)
            if remember:
                forecaster = _remembering(forecaster, cleaned, horizon=horizon)
            found = forecaster.forecast(cleaned, horizon=horizon)
        except TooShortError as error:
            forecaster = SeasonalNaive()
            found = all_naive(cleaned, horizon=horizon, reason=str(error))
    return Made(replace(found, notes=tuple(dict.fromkeys((*found.notes, *said)))), cleaned, forecaster)


def _remembering(forecaster: Forecaster, panel: Panel, *, horizon: int) -> Forecaster:
    from foresale.explanations.layered import remembering

    return remembering(forecaster, panel, horizon=horizon)


@takes_sales
@checked
def forecast_groups(panel: Panel, *, horizon: int, by: Sequence[str], method: Method = "mint",
                    model: Model | ModelConfig = AUTO, countries: Sequence[str] = (),
                    options: TrainOptions | None = None, budget: Budget | None = None,
                    analogues: Mapping[str, Sequence[str]] | None = None, on_progress: Watcher | None = None
                    ) -> HierarchicalForecast:  # fmt: skip
    """Forecasts of the items, of groups of them, and of the total, that add up.

    Groups are forecast by the model too, or, where it learns what a single item is, by the pre-trained networks.

    Args:
        panel: sales as they were read: a panel, a path or a data frame.
        horizon: periods ahead of the latest cutoff.
        by: key and static columns to add up by, or several with "/" between (see `core.hierarchy`).
        method: how they are made to add up (see `forecasting.reconcile`).
        model: as in `forecast`.
        countries: as in `forecast`.
        options: as in `forecast`.
        budget: as in `forecast`.
        analogues: as in `forecast`.
        on_progress: told about every step.

    Raises:
        ConfigError: no panel, an unknown model, column, method, country or setting.
        DataError: covariates lack over the horizon.
        TooShortError: no item is long enough to learn from.

    >>> from foresale.data.synthetic import shop
    >>> found = forecast_groups(shop(items=6, periods=90), horizon=7, by=["category"], model="seasonal-naive")
    >>> found.level("total").mean.shape
    (1, 7)
    """
    config = ModelConfig.of(
        model, countries=countries, options=options, budget=budget, analogues=analogues, on_progress=on_progress
    )
    chosen, cleaned, report = prepared(panel, config, horizon=horizon)
    said = cleaning_sentences(report)
    with threads(config.budget.jobs):
        items = chosen.fit(cleaned, horizon=horizon)
        apart = isinstance(config.model, str | Path) and config.model not in UNTAUGHT
        groups = learner(replace(config, model=PRETRAINED)).fit(cleaned, horizon=horizon) if apart else None
        found = Reconciled(items, tuple(by), method, groups=groups).hierarchical(cleaned, horizon=horizon)
    notes = tuple(dict.fromkeys((*found.items.notes, *said)))
    return replace(found, items=replace(found.items, notes=notes))
