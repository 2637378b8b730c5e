"""Classes of items: by what they bring in (ABC), and how steadily (XYZ)."""

from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Floating, Labels

ABC_SHARES: Final = (0.80, 0.95)
"""Shares of the value that the A items, and the A and B items, make up."""
XYZ_VARIATION: Final = (0.5, 1.0)


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


def whole_units(sales: Floating) -> npt.NDArray[np.bool_]:
    """Which sales are of whole units, or unknown; the same shape.

    >>> whole_units(np.array([3.0, np.nan, 0.5], np.float32)).tolist()
    [True, True, False]
    """
    return np.asarray(np.isnan(sales) | (sales == np.round(sales)))
