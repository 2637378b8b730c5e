"""The wish: what will be sold."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.training.options import TrainOptions
from foresale.training.progress import Watcher
from foresale.workflows.clean import clean
from foresale.workflows.models import DEFAULT, is_trained_here, ready_forecaster, trained_forecaster


def forecast(panel: Panel, *, horizon: int, model: str | Path | Forecaster = DEFAULT, countries: Sequence[str] = (),
             options: TrainOptions | None = None, on_progress: Watcher | None = None) -> Forecast:  # fmt: skip
    """Quantiles of the sales of every item over the periods after its cutoff.

    Stock-outs become unknown demand first, so that an empty shelf is not forecast as no demand.

    Args:
        panel: as it was read.
        horizon: periods ahead.
        model: a model folder, a forecaster, "seasonal-naive", or "lstm" or "transformer", trained on the panel first.
        countries: whose public holidays and festivals count, for a network that is trained first.
        options: settings of that training.
        on_progress: told about every step of it.

    Raises:
        ConfigError: an unknown model, country or setting.
        DataError: no item is long enough to learn from, or covariates lack over the horizon.
        ModelError: a model folder that cannot be read or does not fit the panel.

    >>> from foresale.data.synthetic import shop
    >>> forecast(shop(items=3, periods=120), horizon=14, model="seasonal-naive").to_frame().shape
    (42, 24)
    """
    if horizon < 1:
        raise ConfigError(f"a horizon has at least one period, not {horizon}")
    ready = None if isinstance(model, str) and is_trained_here(model) else ready_forecaster(model)
    cleaned, report = clean(panel, countries=countries)
    if ready is None:
        ready = trained_forecaster(cleaned, str(model), horizon=horizon, countries=countries, options=options,
                                   watch=on_progress)  # fmt: skip
    found = ready.forecast(cleaned, horizon=horizon)
    return replace(found, notes=(*found.notes, *report.summary()))
