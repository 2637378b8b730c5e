"""Canonical column names: the caller's own names are turned into these once, at the border."""

from typing import Final

ITEM: Final = "item_id"
NAME: Final = "item_name"
"""What people call an item, beside its code: its description or title."""
TIMESTAMP: Final = "timestamp"
SALES: Final = "sales"
MEAN: Final = "mean"
PRICE: Final = "price"
AVAILABLE: Final = "available"
"""Share of the period with stock on hand, 0 to 1."""
