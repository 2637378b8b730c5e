"""The effects on some items as they stand, and the baseline and the noise that they leave."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from foresale.core.arrays import Flags, Numbers
from foresale.core.frequency import Index
from foresale.forecasting.effects.baseline import baseline
from foresale.forecasting.effects.cells import Cells, shock_of
from foresale.forecasting.effects.grid import Grid
from foresale.forecasting.effects.shrinkage import Posterior

FELT: Final = 0.05
"""Effects below are too small to hide a period from the baseline, or to leave it out of the noise."""
RARE: Final = 0.15
"""Share of the periods up to which those of an effect are hidden from the baseline: it is then told by the others."""
_ROUNDS, _ROUNDS_OF_LONG = 4, 3
"""Of days, and of weeks and longer: there a feast is seen in few periods, and more rounds follow their noise."""
_LEAST: Final = 1e-9  # against a division by 0
_SURE: Final = 0.5  # probability
_MOST_HIDDEN: Final = 0.4  # share of an item's periods that effects may hide from the baseline
_FAR_OUT: Final = 4.0  # standard deviations from which on a sale is drawn in
_LEAST_OF_CHANGE: Final = 0.1
"""Share of what sales change by from season to season that their noise is at least, whatever effects explain: of an
item that sells on a few days only, dates could explain all, and its noise of nothing would outweigh all other items."""
_LEAST_NOISE: Final = 1e-4
"""Share of the mean that φ is at least: no item varies by less than a hundredth."""


@dataclass(frozen=True)
class Rhythm:
    """The pace of the columns.

    Attributes:
        season: columns of a season.
        reach: how far a baseline looks to either side, in columns.
        rounds: how often effects and baseline are told from each other in turn.
        block: columns whose errors hang together: those of a week of days; longer ones each stand for themselves.
    """

    season: int
    reach: int
    rounds: int = _ROUNDS
    block: int = 1

    @classmethod
    def of(cls, grid: Grid) -> "Rhythm":
        """A week and four weeks for days; eight for weeks; a year and half of one for months."""
        if grid.frequency.unit == "month":
            return cls(grid.frequency.season, max(grid.frequency.season // 2, 1), _ROUNDS_OF_LONG)
        if grid.frequency.unit == "week":
            return cls(1, max(8 // grid.frequency.count, 2), _ROUNDS_OF_LONG)
        return cls(
            7 if grid.frequency.count == 1 else 1,
            max(28 // grid.frequency.count, 4),
            block=max(7 // grid.frequency.count, 1),
        )


@dataclass
class Sheet:
    """The effects on some items as they stand: what each term adds, and their sum.

    Attributes:
        sales: [n, T].
        total: [n, C] logarithm of all effects together.
        parts: by term, the columns it is felt on [D], its effects [n, D], their variances, and how sure they are.
        own: by term, what is believed of each item's effects: [n, S] of slots, [n, 1] of a slope or an amplitude.
        expected: [n, T] sales as the effects stand.
        noise: [n] φ: the variance of sales over their mean.
        least: [n] what that is at least.
    """

    sales: Numbers
    total: Numbers
    parts: dict[int, tuple[Index, Numbers, Numbers, Numbers]] = field(default_factory=dict)
    own: dict[int, Posterior] = field(default_factory=dict)
    expected: Numbers = field(default_factory=lambda: np.zeros((0, 0)))
    noise: Numbers = field(default_factory=lambda: np.zeros(0))
    least: Numbers = field(default_factory=lambda: np.zeros(0))
    shock: float = 0.0
    hidden: Flags | None = None
    group: Index | None = None

    @classmethod
    def empty(cls, sales: Numbers, columns: int, group: Index | None = None) -> "Sheet":
        """Sales without any effect yet."""
        return cls(np.asfortranarray(sales), np.zeros((len(sales), columns), order="F"), group=group)

    @property
    def history(self) -> int:
        """Columns up to the newest cutoff."""
        return int(self.sales.shape[1])

    def refit(self, rhythm: Rhythm) -> None:
        """The baseline and the noise, as the effects stand."""
        past = self.total[:, : self.history]
        free = self.sales / np.exp(past)
        if self.hidden is not None:
            free = np.where(self.hidden, np.nan, free)
        base = np.maximum(baseline(free, season=rhythm.season, reach=rhythm.reach), _LEAST)
        self.expected, calm = base * np.exp(past), np.abs(past) < FELT
        if not self.least.size:
            self.least = _LEAST_OF_CHANGE * _dispersion(self.sales, rhythm.season)
        self.noise = np.maximum(_noise(self.sales, self.expected, calm), self.least)

    def shake(self) -> None:
        """By how much all items together go up and down from one calm period to another, as the effects stand."""
        calm = np.abs(self.total[:, : self.history]) < FELT
        self.shock = shock_of(Cells(self.sales, self.expected, self.noise), calm)

    @property
    def cells(self) -> Cells:
        """The sales beside what is expected of them, as the effects stand."""
        return Cells(self.sales, self.expected, self.noise, self.shock, self.group)

    def put(self, number: int, columns: Index, effects: Numbers, variance: Numbers, sure: Numbers) -> None:
        """The effects of a term that has none yet."""
        self._move(columns, effects)
        self.parts[number] = (columns, effects, variance, sure)

    def clear(self, number: int) -> None:
        """Take a term out again, so that its effects are told from what all the others leave."""
        if number in self.parts:
            columns, effects, _, _ = self.parts.pop(number)
            self._move(columns, -effects)

    def _move(self, columns: Index, effects: Numbers) -> None:
        self.total[:, columns] += effects
        if self.expected.size:
            past = columns < self.history
            some = effects if effects.strides[0] else effects[:1]
            self.expected[:, columns[past]] *= np.exp(some[:, past])

    def hide(self) -> None:
        """Hide from the baseline the periods of what is rare and surely there."""
        hidden = np.zeros(self.sales.shape, bool, order="F")
        for columns, effects, _, sure in self.parts.values():
            past = columns < self.history
            felt = (sure[:, past] > _SURE) & (np.abs(effects[:, past]) > FELT)
            rare = felt.sum(axis=1, keepdims=True) < RARE * self.history
            hidden[:, columns[past]] |= felt & rare
        known = np.isfinite(self.sales)
        share = (hidden & known).sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1)
        self.hidden = hidden & (share < _MOST_HIDDEN)

    def variance(self) -> Numbers:
        """[n, C] how far off all effects together may be, squared."""
        whole = np.zeros_like(self.total)
        for columns, _, variance, _ in self.parts.values():
            whole[:, columns] += variance
        return whole


def _noise(sales: Numbers, expected: Numbers, calm: Flags) -> Numbers:
    """[n] φ: the variance of sales over their mean where no effect is felt, those far out drawn in."""
    known = np.isfinite(sales) & calm
    told = np.where(known, expected, 0.0)
    mass = np.maximum(told.sum(axis=1), _LEAST)
    error = np.where(known, sales - expected, 0.0)
    noise = (error**2).sum(axis=1) / mass
    limit = _FAR_OUT * np.sqrt(noise[:, None] * told)
    noise = (np.clip(error, -limit, limit) ** 2).sum(axis=1) / mass
    least = _LEAST_NOISE * mass / np.maximum(known.sum(axis=1), 1)
    return np.asarray(np.maximum(noise, np.maximum(least, _LEAST)))


def _dispersion(sales: Numbers, season: int) -> Numbers:
    """[n] half the mean square of the change over a season, over the mean of sales: φ where nothing happens."""
    if sales.shape[1] <= season:
        return np.zeros(len(sales))
    change = sales[:, season:] - sales[:, :-season]
    known = np.isfinite(change)
    square = (np.where(known, change, 0.0) ** 2).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    level = np.abs(np.nansum(sales, axis=1)) / np.maximum(np.isfinite(sales).sum(axis=1), 1)
    return np.asarray(square / 2 / np.maximum(level, _LEAST))
