"""Foresale's own models, asked in this process."""

import numpy as np
from measures import LEVELS, Predicted
from simulate import HORIZON, Shop

import foresale
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.training.options import TrainOptions
from foresale.workflows.forecast import forecast

try:
    from foresale.workflows.budget import Budget, Effort
except ModuleNotFoundError:  # an older build, that is measured beside this one
    from foresale.workflows.auto import Budget, Effort

EFFORTS: dict[str, Effort] = {"auto-quick": "quick", "auto-standard": "standard"}


def panel_of(shop: Shop) -> Panel:
    """A shop as it is read at its cutoff."""
    return foresale.panel(shop.history(), future=shop.future(), kind="totals")


def predicted(shop: Shop, *, model: str, layer: bool) -> Predicted:
    """The forecast of a shop; without the layer, neither calendar nor covariates are read."""
    found = forecast_panel(
        panel_of(shop), horizon=HORIZON, model=model, countries=shop.case.kind.countries, layer=layer
    )
    quantiles = np.stack([found.quantile(level) for level in LEVELS], axis=2).astype(float)
    return Predicted(quantiles, found.mean.astype(float))


def forecast_panel(
    panel: Panel, *, horizon: int, model: str, countries: tuple[str, ...], layer: bool = True
) -> Forecast:
    """The forecast of a panel by a model's name, or by that of an effort of the ensemble."""
    options = TrainOptions(covariates=layer, calendar=layer)
    budget = Budget(effort=EFFORTS.get(model, "standard"), jobs=1)
    return forecast(
        panel,
        horizon=horizon,
        model="auto" if model in EFFORTS else model,
        countries=countries,
        options=options,
        budget=budget,
    )
