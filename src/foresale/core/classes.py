"""Classes of items: by what they bring in (ABC), how steadily (XYZ), and how demand comes (Syntetos and Boylan)."""

from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Floating

Labels = npt.NDArray[np.str_]

ABC_SHARES: Final = (0.80, 0.95)
"""Shares of the value that the A items, and the A and B items, make up."""
XYZ_VARIATION: Final = (0.5, 1.0)
INTERVAL: Final = 1.32
"""Mean periods between sales from which demand is intermittent (Syntetos, Boylan and Croston 2005)."""
VARIATION: Final = 0.49
"""Squared coefficient of variation of the sizes from which demand is erratic (same source)."""
CLASSES: Final = ("smooth", "erratic", "intermittent", "lumpy", "none")


def abc_classes(value: Floating) -> Labels:
    """[N] A for the items that bring in the first 80 % of the value, B up to 95 %, C the rest (Pareto analysis).

    The item that crosses a line still belongs to the class below it. Items without value are C.

    >>> abc_classes(np.array([10, 70, 15, 5])).tolist()
    ['B', 'A', 'A', 'C']
    """
    worth = np.maximum(np.nan_to_num(value), 0).astype(np.float64)
    order = np.argsort(-worth, kind="stable")
    total = worth.sum() or 1.0
    before = np.concatenate([[0.0], np.cumsum(worth[order])[:-1]]) / total
    labels = np.full(len(worth), "C")
    labels[order] = np.select([before < ABC_SHARES[0] - 1e-9, before < ABC_SHARES[1] - 1e-9], ["A", "B"], "C")
    labels[worth <= 0] = "C"
    return labels


def xyz_classes(variation: Floating) -> Labels:
    """[N] X up to a coefficient of variation of 0.5 (steady), Y up to 1.0, Z above or unknown.

    >>> xyz_classes(np.array([0.2, 0.7, 3.0, np.nan])).tolist()
    ['X', 'Y', 'Z', 'Z']
    """
    steady, varying = XYZ_VARIATION
    return np.select([variation <= steady, variation <= varying], ["X", "Y"], "Z")


def demand_classes(interval: Floating, variation: Floating) -> Labels:
    """[N] the class of each item by Syntetos, Boylan and Croston (2005).

    Smooth and erratic items sell about every period (average interval below 1.32 periods); erratic and lumpy ones in
    sizes that vary (squared coefficient of variation from 0.49).

    Args:
        interval: [N] periods per period with a sale; NaN for items that never sold.
        variation: [N] squared coefficient of variation of the sizes of non-zero sales.

    >>> demand_classes(np.array([1.0, 1.1, 3.0, 5.0, np.nan]), np.array([0.1, 0.9, 0.2, 1.5, np.nan])).tolist()
    ['smooth', 'erratic', 'intermittent', 'lumpy', 'none']
    """
    often, alike = interval < INTERVAL, variation < VARIATION
    never = np.isnan(interval)
    cases = [never, often & alike, often, alike]
    return np.select(cases, ["none", "smooth", "erratic", "intermittent"], "lumpy")


def sizes(sales: Floating, since: npt.NDArray[np.bool_]) -> tuple[Floating, Floating]:
    """[n] interval between sales in periods, and squared coefficient of variation of their sizes; NaN unless sold.

    Args:
        sales: [n, T] units, NaN where unknown.
        since: [n, T] the periods that count: known, and from the first sale on.
    """
    sold = since & (sales > 0)
    count = sold.sum(axis=1).astype(np.float64)
    known = np.where(count > 0, count, np.nan)
    amounts = np.where(sold, sales, 0).astype(np.float64)
    mean = amounts.sum(axis=1) / known
    variance = np.maximum((amounts**2).sum(axis=1) / known - mean**2, 0)
    return since.sum(axis=1) / known, variance / mean**2


def whole_units(sales: Floating) -> npt.NDArray[np.bool_]:
    """Which sales are of whole units, or unknown; the same shape.

    >>> whole_units(np.array([3.0, np.nan, 0.5], np.float32)).tolist()
    [True, True, False]
    """
    return np.asarray(np.isnan(sales) | (sales == np.round(sales)))
