"""How often what was sold lies in central intervals, told in one way by all tables of coverage."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

LEVELS = (0.5, 0.8, 0.9, 0.98)
COLUMNS = ("task", "windows", *(f"{level:.0%}" for level in LEVELS))


def shares_inside(
    actual: npt.NDArray[np.floating], quantile: Callable[[float], npt.NDArray[np.floating]]
) -> list[float]:
    """The share of the known values in the central interval of each level, whose ends the function gives."""
    seen = np.isfinite(actual)
    ends = [[quantile(round(share, 4)) for share in ((1 - level) / 2, (1 + level) / 2)] for level in LEVELS]
    return [float(((actual >= low) & (actual <= high))[seen].mean()) for low, high in ends]


def rows_of(name: str, inside: Sequence[Sequence[float]]) -> Iterator[tuple[str, ...]]:
    """Rows of a table: the mean, the least and the most of the shares of windows [W, levels]."""
    for label, found in (
        ("mean", np.mean(inside, axis=0)),
        ("least", np.min(inside, axis=0)),
        ("most", np.max(inside, axis=0)),
    ):
        yield (name, label, *(f"{share:.1%}" for share in found))
