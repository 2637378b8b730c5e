"""Laws for parts of other packages, which those of this one pass too: `check_forecaster`."""

from foresale.testing.forecasters import check_forecaster

__all__ = ["check_forecaster"]
