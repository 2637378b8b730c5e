"""Boosted trees over all items of a shop: direct forecasts of every step, scaled by each item's own recent sales."""

from foresale.forecasting.boosted.forecaster import BoostedForecaster
from foresale.forecasting.boosted.learner import BoostedLearner
from foresale.forecasting.boosted.options import BoostedOptions

__all__ = ["BoostedForecaster", "BoostedLearner", "BoostedOptions"]
