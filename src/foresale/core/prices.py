"""What sales brought in, and what a unit cost: money out of the prices and amounts of a panel."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from foresale.core.chunks import row_chunks
from foresale.core.columns import PRICE
from foresale.core.panel import Money, Panel

_DIGITS: Final = 7
"""Decimal digits that a number of 32 bits keeps."""
_LATELY: Final = 0.25
"""Share of a year whose sales tell the price of today: longer ones hold prices of another season."""


def has_prices(panel: Panel) -> bool:
    """Whether any money is known beside the sales.

    >>> from foresale.data.synthetic import shop
    >>> has_prices(shop(items=3, periods=30))
    True
    """
    price = panel.covariates.get(PRICE)
    return panel.revenue is not None or (price is not None and not price.categories)


def revenue_of(panel: Panel) -> Money:
    """[N] what the sales of each item brought in: as the lines told it, else sales times price; NaN where unknown.

    >>> from foresale.data.synthetic import shop
    >>> bool((revenue_of(shop(items=3, periods=30)) > 0).all())
    True
    """
    revenue = np.full(len(panel), np.nan)
    for items, rows in row_chunks(panel.offsets) if has_prices(panel) else ():
        money, begins = _money(panel, rows), panel.offsets[items] - rows.start
        known = np.isfinite(money)
        sums = np.add.reduceat(np.where(known, money, 0.0), begins)
        revenue[items] = np.where(np.logical_or.reduceat(known, begins), sums, np.nan)
    return revenue


def paid_prices(panel: Panel) -> Money:
    """[N] the mean price paid per unit over the last quarter of a year, else the last known one; NaN where none is.

    >>> from foresale.data.synthetic import shop
    >>> garden = shop(items=3, periods=200)
    >>> bool((np.abs(paid_prices(garden) / last_prices(garden) - 1) < 0.5).all())
    True
    """
    prices = last_prices(panel)
    lately = max(round(_LATELY * panel.frequency.per_year), 1)
    for items, rows in row_chunks(panel.offsets) if has_prices(panel) else ():
        money, sales = _money(panel, rows), panel.sales[rows]
        ends = np.repeat((panel.offsets[:-1] + panel.history)[items], panel.lengths[items])
        paid = (np.arange(rows.start, rows.stop) >= ends - lately) & (money > 0) & (sales > 0)
        units, sums = (
            np.add.reduceat(np.where(paid, values, 0.0), panel.offsets[items] - rows.start) for values in (sales, money)
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            prices[items] = np.where(units > 0, sums / units, prices[items])
    return prices


def _money(panel: Panel, rows: slice) -> Money:
    """What the sales of some rows brought in; NaN in the future and where it is unknown."""
    if panel.revenue is not None:
        return np.where(panel.is_history[rows], panel.revenue[rows], np.nan)
    price = written_price(panel.covariates[PRICE].values[rows])
    return np.where(panel.is_history[rows], panel.sales[rows].astype(np.float64) * price, np.nan)


def last_prices(panel: Panel) -> Money:
    """[N] the last known price of each item up to its cutoff; NaN where none is known.

    >>> from foresale.data.synthetic import shop
    >>> bool((last_prices(shop(items=3, periods=30)) > 0).all())
    True
    """
    price = panel.covariates.get(PRICE)
    if price is None or price.categories:
        return np.full(len(panel), np.nan)
    known = np.isfinite(price.values) & panel.is_history
    last = np.maximum.reduceat(np.where(known, np.arange(known.size), -1), panel.offsets[:-1])
    return np.where(last >= 0, price.values[np.maximum(last, 0)], np.nan).astype(np.float64)


def written_price(prices: npt.NDArray[np.float32]) -> npt.NDArray[Any]:
    """Prices as they were written: 2.55 rather than the nearest number of 32 bits, 2.5499999523.

    >>> written_price(np.array([2.55, 0.0, np.nan], np.float32)).tolist()
    [2.55, 0.0, nan]
    """
    exact = prices.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        power = 10.0 ** (_DIGITS - np.ceil(np.log10(np.abs(exact))))
        rounded = np.round(exact * power) / power
    return np.where(np.isfinite(rounded), rounded, exact)
