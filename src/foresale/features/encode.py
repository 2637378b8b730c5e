"""Categories as codes that stay the same from training to forecasting, whatever turns up in between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.errors import ConfigError

UNSEEN: Final = 0
"""Code of a category that training did not see (or saw too seldom)."""
MISSING: Final = 1
"""Code of an unknown category (null)."""
_FIRST: Final = 2  # codes before it mean "unknown" and "never seen"
_FORMAT: Final = 1  # of the codes on disk


@dataclass(frozen=True)
class CategoryEncoder:
    """Codes of the categories of one column: 0 unseen, 1 missing, then 2, 3, … from the most frequent on.

    Categories are compared as text, and whole floats as whole numbers, so that 1, "1" and 1.0 are one category whether
    a column came from a CSV file or a data base.

    Attributes:
        labels: the known categories as text, most frequent first, equally frequent ones in order of the text.

    >>> encoder = CategoryEncoder.fit(pl.Series(["tea", "milk", "milk", None]))
    >>> encoder.encode(pl.Series(["milk", "tea", "coffee", None])).tolist()
    [2, 3, 0, 1]
    >>> CategoryEncoder.from_dict(encoder.to_dict()) == encoder
    True
    """

    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(set(self.labels)) != len(self.labels):
            raise ConfigError("an encoder's labels must differ from one another")

    @classmethod
    def fit(cls, values: pl.Series, *, most: int | None = None) -> "CategoryEncoder":
        """The encoder of the categories in some training data; of the `most` frequent ones only, where given.

        Raises:
            ConfigError: most is below 1.
        """
        if most is not None and most < 1:
            raise ConfigError(f"an encoder knows at least one category, not {most}")
        counts = pl.DataFrame({"label": as_text(values)}).drop_nulls().group_by("label").len()
        ordered = counts.sort(["len", "label"], descending=[True, False])["label"]
        return cls(tuple(ordered.head(most or ordered.len()).to_list()))

    @property
    def size(self) -> int:
        """Number of codes, the two reserved ones included: the rows of an embedding."""
        return len(self.labels) + _FIRST

    def encode(self, values: pl.Series) -> npt.NDArray[np.int64]:
        """The code of each value."""
        text = as_text(values)
        known = pl.Series(self.labels, dtype=pl.String)
        codes = text.replace_strict(known, np.arange(_FIRST, self.size), default=UNSEEN, return_dtype=pl.Int64)
        return np.array(pl.select(pl.when(text.is_null()).then(MISSING).otherwise(codes)).to_series(), np.int64)

    def decode(self, codes: npt.NDArray[np.int64]) -> list[str | None]:
        """The label of each code; None for the reserved ones.

        Raises:
            ConfigError: a code that does not exist.
        """
        if codes.size and (codes.min() < 0 or codes.max() >= self.size):
            raise ConfigError(f"codes run from 0 to {self.size - 1}, not from {codes.min()} to {codes.max()}")
        names: Sequence[str | None] = (None, None, *self.labels)
        return [names[code] for code in codes.tolist()]

    def to_dict(self) -> dict[str, Any]:
        """The encoder as plain JSON."""
        return {"format": _FORMAT, "labels": list(self.labels)}

    @classmethod
    def from_dict(cls, state: Mapping[str, Any]) -> "CategoryEncoder":
        """The encoder that `to_dict` described.

        Raises:
            ConfigError: the state is none of an encoder.
        """
        labels = state.get("labels")
        if (
            state.get("format") != _FORMAT
            or not isinstance(labels, list)
            or not all(isinstance(x, str) for x in labels)
        ):
            raise ConfigError(f"this describes no category encoder of format {_FORMAT}: {str(dict(state))[:80]}")
        return cls(tuple(labels))


def as_text(values: pl.Series) -> pl.Series:
    """A column as text: whole floats without their ".0", NaN as null.

    >>> as_text(pl.Series([1.0, 2.5, float("nan")])).to_list()
    ['1', '2.5', None]
    """
    if not values.dtype.is_float():
        return values.cast(pl.String)
    known = values.fill_nan(None)
    whole = known.is_finite() & (known == known.floor()) & (known.abs() < 2**53)
    numbers = pl.when(whole).then(known.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(known.cast(pl.String))
    return pl.select(numbers).to_series()
