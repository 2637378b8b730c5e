"""What items were sold at: prices out of the sales, for those whose price no file of terms tells."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from foresale.core.columns import ITEM
from foresale.core.panel import Panel
from foresale.core.prices import has_prices, paid_prices
from foresale.inventory.numeric import Numbers


@dataclass(frozen=True)
class SoldAt:
    """Prices of items, as customers paid them lately.

    Attributes:
        ids: [M] item ids, as text.
        prices: [M] money per unit, the mean of the last quarter in which it sold; NaN where none is known.
        currency: of the prices, "" where nobody tells.
    """

    ids: pl.Series = field(repr=False)
    prices: Numbers = field(repr=False)
    currency: str = ""

    @classmethod
    def of(cls, panel: Panel) -> "SoldAt | None":
        """The prices that the sales of a panel tell, and their currency; None where they tell neither.

        >>> from foresale.data.synthetic import shop
        >>> SoldAt.of(shop(items=3, periods=120)).prices.round(2).shape
        (3,)
        """
        priced = has_prices(panel)
        if not priced and not panel.currency:
            return None
        prices = paid_prices(panel) if priced else np.full(len(panel), np.nan)
        return cls(panel.items[ITEM].cast(pl.String), prices, panel.currency)

    def of_items(self, items: pl.DataFrame) -> Numbers:
        """[N] the prices of some items; NaN where one is not known."""
        known = pl.DataFrame({ITEM: self.ids, "price": self.prices}).unique(ITEM, keep="first")
        wanted = items.select(pl.col(ITEM).cast(pl.String))
        found = wanted.join(known, on=ITEM, how="left", maintain_order="left")["price"]
        return np.asarray(found.fill_null(np.nan).to_numpy(), np.float64)
