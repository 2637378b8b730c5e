"""Foresale's own models, asked in this process."""

import numpy as np
from measures import LEVELS, Predicted
from simulate import HORIZON, Shop

import foresale
from foresale.core.panel import Panel
from foresale.training.options import TrainOptions
from foresale.workflows.auto import Budget
from foresale.workflows.forecast import forecast

EFFORTS = {"auto-quick": "quick", "auto-standard": "standard"}


def panel_of(shop: Shop) -> Panel:
    """A shop as it is read at its cutoff."""
    return foresale.panel(shop.history(), future=shop.future(), kind="totals")


def predicted(shop: Shop, *, model: str, layer: bool) -> Predicted:
    """The forecast of a shop; without the layer, neither calendar nor covariates are read."""
    options = TrainOptions(covariates=layer, calendar=layer)
    budget = Budget(effort=EFFORTS.get(model, "standard"), jobs=1)  # type: ignore[arg-type]
    found = forecast(panel_of(shop), horizon=HORIZON, model="auto" if model in EFFORTS else model,
                     countries=shop.case.kind.countries, options=options, budget=budget)  # fmt: skip
    quantiles = np.stack([found.quantile(level) for level in LEVELS], axis=2).astype(float)
    return Predicted(quantiles, found.mean.astype(float))
