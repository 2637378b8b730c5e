"""What is forecast to be in demand: how many customers will come for each item in the weeks to come."""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from foresale.core.arrays import Numbers
from foresale.core.errors import ConfigError
from foresale.recommending.visits import Visits

WEEKS: Final = 4
"""Weeks ahead that count as the time to come."""
_SEASON: Final = 1.5
"""Forecast buyers of a week against those of the weeks lately from which on a season is said to begin."""
_ENOUGH: Final = 3.0  # buyers of a week, below which none is
_LEAST: Final = 0.5
"""Buyers of all the weeks to come that an item has at the least, usual or forecast, before ratios are taken."""


@dataclass(frozen=True, eq=False)
class Outlook:
    """The buyers that are forecast for N items over W weeks from a day on.

    Attributes:
        buyers: [N, W] expected buyers of each week; NaN for items that are not forecast.
        low: [N] the 0.1 quantile of the sum of them.
        high: [N] the 0.9 quantile of it.
        model: what forecast them.
    """

    buyers: Numbers
    low: Numbers
    high: Numbers
    model: str = ""

    def __post_init__(self) -> None:
        if self.buyers.ndim != 2 or not len(self.buyers) == len(self.low) == len(self.high):
            raise ConfigError(
                f"an outlook has a row for each item: {self.buyers.shape}, {self.low.shape}, {self.high.shape}"
            )

    @classmethod
    def unknown(cls, items: int) -> "Outlook":
        """Of items of which nothing is forecast.

        >>> Outlook.unknown(2).against(np.array([1.0, 4.0])).tolist()
        [1.0, 1.0]
        """
        nothing = np.full(items, np.nan)
        return cls(np.full((items, WEEKS), np.nan), nothing, nothing)

    def season(self, lately: Numbers) -> tuple[Numbers, Numbers]:
        """When a season begins that is not there yet, and how high it rises.

        Args:
            lately: [N] buyers of one of the last weeks.

        Returns:
            [N] weeks until then, 0 for the next one, NaN where none begins; and [N] buyers of the highest of the weeks
            against those lately.

        >>> rising = Outlook(np.array([[5.0, 6, 20, 30], [5, 5, 5, 5]]), np.zeros(2), np.ones(2))
        >>> [each.round(1).tolist() for each in rising.season(np.array([5.0, 5.0]))]
        [[2.0, nan], [5.5, 1.0]]
        """
        against = (self.buyers + _LEAST) / (lately + _LEAST)[:, None]
        high = against >= _SEASON
        known = high.any(axis=1) & (self.buyers.max(axis=1) >= _ENOUGH)
        highest = np.where(np.isfinite(against[:, 0]), against.max(axis=1), 1.0)
        return np.where(known, high.argmax(axis=1), np.nan), highest

    def widened(self, items: int) -> "Outlook":
        """The same with unknown rows for items that are new."""
        more = Outlook.unknown(items - len(self.low))
        return Outlook(
            np.concatenate([self.buyers, more.buyers[:, : self.buyers.shape[1]]]),
            np.concatenate([self.low, more.low]),
            np.concatenate([self.high, more.high]),
            self.model,
        )

    def against(self, usual: Numbers, told: Numbers | None = None) -> Numbers:
        """[N] what is forecast over the usual number of buyers of as many weeks; 1 where nothing is forecast.

        Args:
            usual: [N] buyers of one week.
            told: [N] buyers of all weeks; by default those expected.
        """
        coming = self.buyers.sum(axis=1) if told is None else told
        ratio = (coming + _LEAST) / (usual * self.buyers.shape[1] + _LEAST)
        return np.where(np.isfinite(ratio), ratio, 1.0)


class Outlooks(Protocol):
    """What tells the outlook of a day from the visits before it."""

    def __call__(self, visits: Visits, day: int, /) -> Outlook:
        """The outlook of a day.

        Args:
            visits: those before the day.
            day: days after 1970-01-01.
        """
        ...
