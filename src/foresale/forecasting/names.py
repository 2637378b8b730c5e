"""What the models of the package are called: told without loading any of them."""

from typing import Final

from foresale.networks.config import BackboneName

AUTO: Final = "auto"
PRETRAINED: Final = "pretrained"
FINETUNED: Final = "finetuned"
BOOSTED: Final = "lightgbm"
SEASONAL_NAIVE: Final = "seasonal-naive"
NETWORKS: Final[tuple[BackboneName, ...]] = ("lstm", "transformer")
"""The networks that can be trained on a shop's own sales."""
