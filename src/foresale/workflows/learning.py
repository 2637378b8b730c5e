"""What comes before a model learns, in every verb that lets one learn."""

from dataclasses import replace

import polars as pl

from foresale.cleaning.report import CleaningReport
from foresale.core.columns import ITEM
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.core.protocols import Learner
from foresale.core.threads import threads
from foresale.forecasting.naive import SeasonalNaive
from foresale.workflows.clean import FOR_LEARNING, clean
from foresale.workflows.model_config import ModelConfig
from foresale.workflows.models import learner
from foresale.workflows.validate import check_ahead


def prepared(panel: Panel, config: ModelConfig, *, horizon: int) -> tuple[Learner, Panel, CleaningReport]:
    """What learns, the panel without stock-outs that it learns from, and what was done to that.

    A model that is none is refused before minutes of cleaning.

    Raises:
        ConfigError: nothing lies ahead, an unknown model, country or setting.
        ModelError: a model folder that cannot be read.
    """
    check_ahead(panel, horizon)
    chosen = learner(config)
    with threads(config.budget.jobs):
        cleaned, report = clean(panel, options=FOR_LEARNING, countries=config.countries)
    return chosen, cleaned, report


def all_naive(panel: Panel, *, horizon: int, reason: str) -> Forecast:
    """Seasonal naive for a panel that nothing can be learnt from, every item named."""
    found = SeasonalNaive().forecast(panel, horizon=horizon)
    ids = panel.items[ITEM].cast(pl.String).to_list()
    return replace(
        found,
        fallbacks=dict.fromkeys(ids, f"too short to train on; forecast by {found.model}"),
        notes=(*found.notes, reason),
    )
