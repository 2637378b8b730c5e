"""Laws for parts of other packages, which those of this one pass too: `check_forecaster`, `check_policy`."""

from foresale.testing.forecasters import check_forecaster
from foresale.testing.policies import check_policy

__all__ = ["check_forecaster", "check_policy"]
