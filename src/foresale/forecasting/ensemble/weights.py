"""How much each member of an ensemble counts: the mix whose pinball loss on validation windows is least."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Values
from foresale.core.forecast import LEVELS
from foresale.core.quantiles import pinball

BANDS: Final = (0.25, 0.75)
"""Levels between which the middle of the distribution lies; below and above are its tails."""
_CELLS: Final = 12_000
"""Cells that weights are solved on, at most: those of a window rise and fall together, so that more tell little."""
_ROUNDS: Final = 240
"""Steps of the descent; the weights of the second half are averaged."""
_RATE: Final = 4.0
"""Of its first step, in units of the loss of the prior's mix; it falls with the steps."""
_BELIEF: Final = 600.0
"""How many cells the prior weighs as much as: few cells hardly move the weights, many decide them."""
_FIRST_PULL: Final = 0.1  # towards the weights of all, of a group without any cell; it falls as cells come
_LAST_PULL: Final = 0.04
"""The pull of the prior where there is no cell, and where there are however many: the cells of a window rise and fall
together, so that many of them are still a few windows."""
_LEAST: Final = 0.02
"""A member that counts for less is left out, so that nobody waits for what changes nothing."""


@dataclass(frozen=True)
class ValidationData:
    """What members said about cells whose sales are known by now.

    Attributes:
        quantiles: [M, C, Q] what each of M members said, each cell in units of its item's usual error.
        actual: [C] what was sold, in the same units.
        groups: [C] the segment of each cell's item.
        weight: [C] how much a cell counts.
    """

    quantiles: Values
    actual: Values
    groups: npt.NDArray[np.int64]
    weight: Values

    def thinned(self, seed: int) -> "ValidationData":
        """As many cells as a solve needs, drawn without replacement."""
        count = self.actual.size
        if count <= _CELLS:
            return self
        chosen = np.sort(np.random.default_rng(seed).choice(count, _CELLS, replace=False))
        return ValidationData(self.quantiles[:, chosen], self.actual[chosen], self.groups[chosen], self.weight[chosen])

    def of(self, cells: npt.NDArray[np.bool_]) -> "ValidationData":
        """Some of the cells."""
        return ValidationData(self.quantiles[:, cells], self.actual[cells], self.groups[cells], self.weight[cells])


def solve(
    evidence: ValidationData, prior: npt.NDArray[np.float64], *, groups: int, seed: int = 0
) -> npt.NDArray[np.float64]:
    """[G, 3, M] weights of the members, by segment and by band of levels: lower tail, middle, upper tail.

    First those of all cells together, drawn to the prior; then those of each segment, drawn to the common ones; then
    those of each band, drawn to the segment's. The fewer cells there are, the closer they stay.

    Args:
        evidence: at least one cell.
        prior: [M] what is thought of the members before anything was measured; sums to 1.
        groups: number of segments G.
        seed: of the draw of cells, where there are more than are needed.

    >>> good, bad = np.full((200, 21), 1, np.float32), np.full((200, 21), 3, np.float32)
    >>> cells = ValidationData(np.stack([good, bad]), np.ones(200, np.float32), np.zeros(200, np.int64), np.ones(200))
    >>> bool(solve(cells, np.array([0.5, 0.5]), groups=1)[0, 1, 0] > 0.95)
    True
    """
    cells = evidence.thinned(seed)
    levels = np.asarray(LEVELS, np.float32)
    everywhere = np.ones(levels.size, bool)
    bands = (levels < BANDS[0], (levels >= BANDS[0]) & (levels <= BANDS[1]), levels > BANDS[1])
    common = _descend(cells, prior, everywhere)
    found = np.empty((groups, len(bands), prior.size))
    for group in range(groups):
        own = cells.of(cells.groups == group)
        center = _descend(own, common, everywhere) if own.actual.size else common
        for number, band in enumerate(bands):
            found[group, number] = _descend(own, center, band) if own.actual.size else center
    kept = np.where(found < _LEAST, 0.0, found)
    return np.asarray(kept / kept.sum(axis=2, keepdims=True))


def _descend(
    cells: ValidationData, prior: npt.NDArray[np.float64], band: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """[M] weights on the simplex with the least mean pinball loss plus their distance to the prior.

    Exponentiated gradient (Kivinen and Warmuth 1997) with the Kullback-Leibler distance to the prior as a penalty. The
    gradient is in units of the loss of the prior's mix, so that the rate suits any data.
    """
    levels = np.asarray(LEVELS, np.float32)[band]
    said = cells.quantiles[..., band].reshape(prior.size, -1)
    actual, below, above = np.repeat(cells.actual, levels.size), 1 - levels, -levels
    share = cells.weight / cells.weight.sum() / levels.size
    mixed = (prior.astype(np.float32) @ said).reshape(-1, levels.size)
    usual = float(pinball(cells.actual[:, None] - mixed, levels).sum(axis=1) @ share)
    if not usual > 0:
        return prior
    pull = max(_FIRST_PULL * _BELIEF / (_BELIEF + cells.actual.size), _LAST_PULL)
    alive = prior > 0
    ground = np.log(np.where(alive, prior, 1.0))
    under, over = ((share[:, None] * slope).ravel() for slope in (above, below))
    logs, mean = ground.copy(), np.zeros(prior.size)
    for step in range(_ROUNDS):
        weights = _simplex(logs, alive)
        slope = np.where(actual > weights.astype(np.float32) @ said, under, over)
        gradient = said @ slope / usual
        rate = _RATE / (1 + step / 20)
        logs = logs - rate * (gradient - gradient @ weights + pull * (logs - ground))
        if step >= _ROUNDS // 2:
            mean += weights
    return np.asarray(mean / mean.sum())


def _simplex(logs: npt.NDArray[np.float64], alive: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    raised = np.where(alive, np.exp(logs - logs[alive].max()), 0.0)
    return np.asarray(raised / raised.sum())


def level_weights(weights: npt.NDArray[np.float64]) -> Values:
    """[G, M, Q] the weight of each member at each level, from those of the bands [G, 3, M]: no jump between bands."""
    levels = np.asarray(LEVELS)
    centers = (BANDS[0] / 2, 0.5, (1 + BANDS[1]) / 2)
    grid: Sequence[npt.NDArray[np.float64]] = [
        np.stack([np.interp(levels, centers, member) for member in group.T]) for group in weights
    ]
    return np.stack(grid).astype(np.float32)
