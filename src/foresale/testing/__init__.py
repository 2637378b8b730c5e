"""Laws for what others write: parts of your own are checked by the same ones as those of the package."""

from foresale.testing.forecasters import check_forecaster
from foresale.testing.policies import check_policy

__all__ = ["check_forecaster", "check_policy"]
