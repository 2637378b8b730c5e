"""Laws for what others write: a policy of your own is checked by the same ones as those of the package."""

from foresale.testing.policies import check_policy

__all__ = ["check_policy"]
