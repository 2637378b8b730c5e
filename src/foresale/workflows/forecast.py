"""The wish: what will be sold."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError, TooShortError
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.pretrained import NAME as PRETRAINED
from foresale.training.options import TrainOptions
from foresale.training.progress import Watcher
from foresale.workflows.clean import FOR_LEARNING, clean
from foresale.workflows.given import check_panel
from foresale.workflows.models import is_trained_here, ready_forecaster, trained_forecaster


def forecast(panel: Panel, *, horizon: int, model: str | Path | Forecaster = PRETRAINED, countries: Sequence[str] = (),
             options: TrainOptions | None = None, on_progress: Watcher | None = None) -> Forecast:  # fmt: skip
    """Quantiles of the sales of every item over the periods after its cutoff.

    Stock-outs become unknown demand first, so that an empty shelf is not forecast as no demand. Where no item is long
    enough to train a network on, all are forecast by seasonal naive, and named as fallbacks.

    Args:
        panel: as it was read.
        horizon: periods ahead.
        model: "pretrained", a model folder, a forecaster, "seasonal-naive", or "lstm" or "transformer", which are
            trained on the panel first.
        countries: whose public holidays and festivals count; a model folder has its own.
        options: settings of that training; its covariates and calendar also count for "pretrained".
        on_progress: told about every step of it.

    Raises:
        ConfigError: no panel, an unknown model, country or setting.
        DataError: covariates lack over the horizon.
        ModelError: a model folder that cannot be read or does not fit the panel.

    >>> from foresale.data.synthetic import shop
    >>> forecast(shop(items=3, periods=120), horizon=14, model="seasonal-naive").to_frame().shape
    (42, 24)
    """
    check_panel(panel)
    if horizon < 1:
        raise ConfigError(f"a horizon has at least one period, not {horizon}")
    ready = (
        None
        if isinstance(model, str) and is_trained_here(model)
        else ready_forecaster(model, countries=countries, options=options)
    )
    cleaned, report = clean(panel, options=FOR_LEARNING, countries=countries)
    if ready is not None:
        found = ready.forecast(cleaned, horizon=horizon)
    else:
        try:
            trained = trained_forecaster(cleaned, str(model), horizon=horizon, countries=countries, options=options,
                                         watch=on_progress)  # fmt: skip
            found = trained.forecast(cleaned, horizon=horizon)
        except TooShortError as error:
            found = _all_naive(cleaned, horizon=horizon, reason=str(error))
    return replace(found, notes=(*found.notes, *report.summary()))


def _all_naive(panel: Panel, *, horizon: int, reason: str) -> Forecast:
    """Seasonal naive for a panel that no network can learn from, every item named."""
    found = SeasonalNaive().forecast(panel, horizon=horizon)
    ids = panel.items[ITEM].cast(pl.String).to_list()
    return replace(found, fallbacks=dict.fromkeys(ids, f"too short to train a network on; forecast by {found.model}"),
                   notes=(*found.notes, reason))  # fmt: skip
