"""The quantile levels of every forecast on the scale of the normal distribution."""

from typing import Final

import numpy as np
import numpy.typing as npt

_UPPER: Final = (0.0, 0.12566, 0.25335, 0.38532, 0.52440, 0.67449, 0.84162, 1.03643, 1.28155, 1.64485, 2.32635)

DEVIATES: Final[npt.NDArray[np.float64]] = np.array([*(-deviate for deviate in _UPPER[:0:-1]), *_UPPER])
"""[21] standard normal deviates of the levels 0.01, 0.05, 0.1, …, 0.95, 0.99."""
