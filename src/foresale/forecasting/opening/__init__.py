"""Opening times: when it is known ahead that nothing is sold, and when that was so before."""

from foresale.forecasting.opening.times import OpeningTimes, open_only

__all__ = ["OpeningTimes", "open_only"]
