"""How demand comes: smooth, erratic, intermittent or lumpy, counted from an item's first sale on (Syntetos, Boylan).

An item that was launched half-way is judged by what it sold since, wherever one asks: cleaning, inspecting, weighing
and calibrating forecasts, and telling their errors apart.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Flags, Floating, Labels, Numbers
from foresale.core.panel import Panel

INTERVAL: Final = 1.32
"""Mean periods from sale to sale from which demand is intermittent (Syntetos, Boylan and Croston 2005)."""
VARIATION: Final = 0.49
"""Squared coefficient of variation of the sizes from which demand is erratic (same source)."""
NEVER: Final = "no sales"
OFTEN: Final = ("smooth", "erratic")
"""Classes of items that sell about every period."""
CLASSES: Final = ("smooth", "erratic", "intermittent", "lumpy", NEVER)


def demand_classes(panel: Panel) -> Labels:
    """[N] the class of each item, by all of its history since its first sale.

    >>> import polars as pl
    >>> from foresale.core.frequency import Frequency
    >>> sales = np.array([0, 0, 15, 16, 5, 0, 0, 9], np.float32)
    >>> shop = Panel(Frequency("day"), pl.DataFrame({"item_id": ["tea", "cups"]}), starts=np.array([0, 0]),
    ...              offsets=np.array([0, 4, 8]), history=np.array([4, 4]), sales=sales)
    >>> demand_classes(shop).tolist()
    ['smooth', 'intermittent']
    """
    sold = (panel.sales > 0) & panel.is_history
    since = np.isfinite(panel.sales) & panel.is_history & panel.since(first_sales(panel))
    amounts = np.where(sold, panel.sales, np.float32(0)).astype(np.float64)
    return classes_of(*_figures(*(panel.item_sums(part) for part in (since, sold, amounts, amounts**2))))


def first_sales(panel: Panel) -> npt.NDArray[np.int64]:
    """[N] periods of each item's history before its first sale; all of them where it never sold."""
    rows = panel.positions
    rows[~(panel.sales > 0)] = np.iinfo(np.int64).max
    return np.minimum(np.minimum.reduceat(rows, panel.offsets[:-1]), panel.history)


def classes_of(interval: Floating, variation: Floating) -> Labels:
    """[N] the class of each item by Syntetos, Boylan and Croston (2005).

    Smooth and erratic items sell about every period (average interval below 1.32 periods); erratic and lumpy ones in
    sizes that vary (squared coefficient of variation from 0.49).

    Args:
        interval: [N] periods per period with a sale; NaN for items that never sold.
        variation: [N] squared coefficient of variation of the sizes of non-zero sales.

    >>> classes_of(np.array([1.0, 1.1, 3.0, 5.0, np.nan]), np.array([0.1, 0.9, 0.2, 1.5, np.nan])).tolist()
    ['smooth', 'erratic', 'intermittent', 'lumpy', 'no sales']
    """
    often, alike = interval < INTERVAL, variation < VARIATION
    never = np.isnan(interval)
    cases = [never, often & alike, often, alike]
    return np.select(cases, [NEVER, "smooth", "erratic", "intermittent"], "lumpy")


def launched(sales: Floating) -> Flags:
    """[n, T] whether an item has had its first sale by then."""
    return np.asarray(np.logical_or.accumulate(sales > 0, axis=1))


def sizes(sales: Floating) -> tuple[Numbers, Numbers]:
    """[n] interval between sales in periods, and squared coefficient of variation of their sizes; NaN unless sold.

    Args:
        sales: [n, T] units, NaN where unknown.
    """
    since, sold = launched(sales) & ~np.isnan(sales), sales > 0
    amounts = np.where(sold, sales, 0).astype(np.float64)
    return _figures(*(np.asarray(part.sum(axis=1), np.float64) for part in (since, sold, amounts, amounts**2)))


def intermittent(sales: Floating) -> Flags:
    """[n] whether sales [n, T] are intermittent or lumpy, or nothing was ever sold.

    >>> intermittent(np.array([[0, 0, 3, 4, 2], [1, 0, 0, 5, 0]])).tolist()
    [False, True]
    """
    return ~(sizes(sales)[0] < INTERVAL)


def _figures(since: Numbers, sold: Numbers, amounts: Numbers, squares: Numbers) -> tuple[Numbers, Numbers]:
    """Interval and squared variation from the counts of known and of sold periods, and the sums of what was sold."""
    count = np.where(sold > 0, sold, np.nan)
    mean = amounts / count
    return since / count, np.maximum(squares / count - mean**2, 0) / mean**2
