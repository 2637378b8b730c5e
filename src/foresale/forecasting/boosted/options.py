"""How the trees are grown."""

from dataclasses import dataclass, replace
from typing import Final

from foresale.core.errors import ConfigError
from foresale.core.option_types import check_types

_ROWS_PER_THREAD: Final = 10_000
"""Rows for which a thread of its own pays: of fewer it takes longer to wait for the others than to read them."""


@dataclass(frozen=True)
class BoostedOptions:
    """Settings of the boosted trees; the defaults held up on daily, weekly and monthly sales alike.

    Attributes:
        levels: quantile levels around the median that get trees of their own, rising; the others are interpolated.
        rounds: trees of the median.
        rounds_around: trees of what each level differs from it, and of the mean: few and small ones tell it as well,
            and many make means of noise fall short.
        folds: parts of the time that are held out in turn, to see how wrong the median is.
        rounds_held: trees of the median that tell a part held out; so that they learn as much, each goes further.
        leaves: leaves of a tree of the median, at most.
        leaves_around: the same of what lies around it.
        learning_rate: how far each tree of the median goes.
        rate_around: the same of what lies around it.
        least_in_leaf: rows that a leaf needs.
        columns: share of the features that each tree may look at.
        most_rows: rows learnt from, at most, however many items there are.
        rows_per_target: rows of one sale, at most, each seen from another cutoff: more tell hardly anything new.
        seed: of the rows and features that are drawn.
        threads: cores used, at most; few rows are learnt from on fewer, since trees grow in step.

    Raises:
        ConfigError: levels that do not rise within 0 to 1, or a number that is too small.

    >>> BoostedOptions(rounds=0)
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: boosted trees need rounds of at least 1, not 0
    """

    levels: tuple[float, ...] = (0.05, 0.2, 0.35, 0.65, 0.8, 0.95)
    rounds: int = 200
    rounds_around: int = 24
    folds: int = 3
    rounds_held: int = 40
    leaves: int = 31
    leaves_around: int = 16
    learning_rate: float = 0.06
    rate_around: float = 0.1
    least_in_leaf: int = 40
    columns: float = 0.5
    most_rows: int = 400_000
    rows_per_target: int = 8
    seed: int = 0
    threads: int = 2

    def __post_init__(self) -> None:
        check_types(self)
        least = {
            "rounds": 1,
            "rounds_around": 1,
            "folds": 2,
            "rounds_held": 1,
            "leaves": 2,
            "leaves_around": 2,
            "least_in_leaf": 1,
            "most_rows": 1,
            "rows_per_target": 1,
            "threads": 1,
        }
        for name, smallest in least.items():
            if getattr(self, name) < smallest:
                raise ConfigError(f"boosted trees need {name} of at least {smallest}, not {getattr(self, name)}")
        if not all(0 < share <= 1 for share in (self.learning_rate, self.rate_around, self.columns)):
            raise ConfigError("the learning rates and the share of columns lie above 0 and at most at 1")
        split = 0.5 in self.levels or not self.levels[0] < 0.5 < self.levels[-1] if self.levels else True
        rising = list(self.levels) == sorted(set(self.levels))
        if split or not rising or not 0 < self.levels[0] <= self.levels[-1] < 1:
            raise ConfigError(f"quantile levels must rise within 0 to 1, on both sides of 0.5, not {self.levels}")

    def sized(self, rows: int) -> "BoostedOptions":
        """The same with no more threads than so many rows are worth.

        >>> BoostedOptions(threads=8).sized(6_000).threads, BoostedOptions(threads=8).sized(60_000).threads
        (1, 6)
        """
        return replace(self, threads=min(self.threads, max(rows // _ROWS_PER_THREAD, 1)))

    @property
    def around(self) -> "BoostedOptions":
        """Those of what lies around the median, as if it were a median of its own."""
        return replace(self, rounds=self.rounds_around, leaves=self.leaves_around, learning_rate=self.rate_around)

    def trees(self, held: int, *, with_mean: bool) -> int:
        """Trees of the median, of as many parts as are held out, of what lies around it, and of the mean."""
        rounds = self.rounds + held * min(self.rounds, self.rounds_held)
        return rounds + (len(self.levels) + with_mean) * self.rounds_around
