"""The kinds of arrays that the package works with, each under one name; shapes stand in the docstrings."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float32]
"""Sales and covariates as a panel holds them, 59 million rows in 236 MB; NaN is unknown."""
Numbers = npt.NDArray[np.float64]
"""What is reckoned with: sums, means and weights of values, and money, which is exact to the cent."""
Floating = npt.NDArray[np.floating[Any]]
"""Either of the two."""
Flags = npt.NDArray[np.bool_]
"""Yes or no."""
Index = npt.NDArray[np.int64]
"""Positions: of items, of rows, on a grid of periods; and counts."""
Stamps = npt.NDArray[np.datetime64]
"""Points in time."""
Labels = npt.NDArray[np.str_]
"""Names of kinds."""

TINY: Final = 1e-12
"""What a sum is raised to before one divides by it."""
