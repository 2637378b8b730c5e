"""The wish: to know why so much is forecast."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from foresale.core.errors import ConfigError, TooShortError
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster, Learner
from foresale.explain.decompose import explain as explain_with
from foresale.explain.explanation import Explanation
from foresale.explain.options import ExplainOptions
from foresale.forecasting.ensemble.forecaster import NAME as AUTO
from foresale.forecasting.naive import SeasonalNaive
from foresale.models.threads import threads
from foresale.training.options import TrainOptions
from foresale.training.progress import Watcher
from foresale.workflows.auto import Budget
from foresale.workflows.clean import FOR_LEARNING, clean
from foresale.workflows.given import check_panel
from foresale.workflows.models import Settings, learner


def explain(panel: Panel, *, horizon: int, model: str | Path | Forecaster | Learner = AUTO,
            items: Sequence[object] | None = None, countries: Sequence[str] = (), how: ExplainOptions | None = None,
            options: TrainOptions | None = None, budget: Budget | None = None,
            on_progress: Watcher | None = None) -> Explanation:  # fmt: skip
    """The forecast of `workflows.forecast` in components that add up to it.

    Args:
        panel: as it was read.
        horizon: periods ahead.
        model: as in `forecast`.
        items: ids of those to explain; all by default.
        countries: whose public holidays and festivals count.
        how: what is explained, and how finely; its countries are those above, where it has none.
        options: settings of a network's training; its covariates, calendar and seed count for every model.
        budget: what "auto" may spend.
        on_progress: told about every step.

    Raises:
        ConfigError: no panel, an unknown model, item, country or setting.
        DataError: covariates lack over the horizon.
        ModelError: a model folder that cannot be read or does not fit the panel.
        MissingExtraError: a model whose optional part is not installed.

    >>> from foresale.data.synthetic import ShopConfig, shop
    >>> garden = shop(items=3, periods=400, config=ShopConfig(future=14))
    >>> print(explain(garden, horizon=14, model="seasonal-naive").sentences()[0])
    item-1: ... units are expected from 2024-02-05 to 2024-02-18 (14 days), ...
    """
    check_panel(panel)
    if horizon < 1:
        raise ConfigError(f"a horizon has at least one period, not {horizon}")
    how = how or ExplainOptions()
    how = replace(how, countries=how.countries or tuple(countries))
    settings = Settings(tuple(countries), options or TrainOptions(), budget or Budget(), on_progress)
    chosen = learner(model, settings)
    cleaned, _ = clean(panel, options=FOR_LEARNING, countries=countries)
    notes: tuple[str, ...] = ()
    with threads(settings.budget.jobs):
        try:
            forecaster = chosen.fit(cleaned, horizon=horizon)
            found = explain_with(cleaned, forecaster, horizon=horizon, items=items, options=how)
        except TooShortError as error:
            notes = (str(error), "The items are too short to train on; explained is their seasonal naive forecast.")
            found = explain_with(cleaned, SeasonalNaive(), horizon=horizon, items=items, options=how)
    return replace(found, notes=(*found.notes, *notes))
