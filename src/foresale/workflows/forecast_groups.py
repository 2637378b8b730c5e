"""The wish: what will be sold, of items and of groups of them, so that it adds up."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.core.threads import threads
from foresale.forecasting.names import AUTO, PRETRAINED
from foresale.forecasting.reconcile.hierarchical import HierarchicalForecast
from foresale.forecasting.reconcile.reconcile import Method, Reconciled
from foresale.narrate.cleaning import cleaning_sentences
from foresale.training.options import TrainOptions
from foresale.training.progress import Watcher
from foresale.workflows.budget import Budget
from foresale.workflows.learning import prepared
from foresale.workflows.model_config import Model, ModelConfig
from foresale.workflows.models import UNTAUGHT, learner
from foresale.workflows.sales import takes_sales


@takes_sales
@checked
def forecast_groups(
    panel: Panel,
    *,
    horizon: int,
    by: Sequence[str],
    method: Method = "mint",
    model: Model | ModelConfig = AUTO,
    countries: Sequence[str] = (),
    options: TrainOptions | None = None,
    budget: Budget | None = None,
    analogues: Mapping[str, Sequence[str]] | None = None,
    on_progress: Watcher | None = None,
) -> HierarchicalForecast:
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
