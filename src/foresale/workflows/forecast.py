"""The wish: what will be sold."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError, TooShortError
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster, Learner
from foresale.forecasting.ensemble.forecaster import NAME as AUTO
from foresale.forecasting.naive import SeasonalNaive
from foresale.training.options import TrainOptions
from foresale.training.progress import Watcher
from foresale.workflows.auto import Budget
from foresale.workflows.clean import FOR_LEARNING, clean
from foresale.workflows.given import check_panel
from foresale.workflows.models import Settings, learner


def forecast(panel: Panel, *, horizon: int, model: str | Path | Forecaster | Learner = AUTO,
             countries: Sequence[str] = (), options: TrainOptions | None = None, budget: Budget | None = None,
             on_progress: Watcher | None = None) -> Forecast:  # fmt: skip
    """Quantiles of the sales of every item over the periods after its cutoff.

    Stock-outs become unknown demand first, so that an empty shelf is not forecast as no demand. Where no item is long
    enough to train a network on, all are forecast by seasonal naive, and named as fallbacks.

    Args:
        panel: as it was read.
        horizon: periods ahead.
        model: "auto", the ensemble of all that the budget allows; "pretrained", which needs no learning; the name of
            any other model (`workflows.models.NAMES`), which is learnt from the panel first; a model folder; a
            forecaster or a learner.
        countries: whose public holidays and festivals count; a model folder has its own.
        options: settings of a network's training; its covariates, calendar and seed count for every model.
        budget: what "auto" may spend.
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
    check_panel(panel)
    if horizon < 1:
        raise ConfigError(f"a horizon has at least one period, not {horizon}")
    settings = Settings(tuple(countries), options or TrainOptions(), budget or Budget(), on_progress)
    chosen = learner(model, settings)
    cleaned, report = clean(panel, options=FOR_LEARNING, countries=countries)
    try:
        found = chosen.fit(cleaned, horizon=horizon).forecast(cleaned, horizon=horizon)
    except TooShortError as error:
        found = _all_naive(cleaned, horizon=horizon, reason=str(error))
    return replace(found, notes=tuple(dict.fromkeys((*found.notes, *report.summary()))))


def _all_naive(panel: Panel, *, horizon: int, reason: str) -> Forecast:
    """Seasonal naive for a panel that nothing can be learnt from, every item named."""
    found = SeasonalNaive().forecast(panel, horizon=horizon)
    ids = panel.items[ITEM].cast(pl.String).to_list()
    return replace(found, fallbacks=dict.fromkeys(ids, f"too short to train on; forecast by {found.model}"),
                   notes=(*found.notes, reason))  # fmt: skip
