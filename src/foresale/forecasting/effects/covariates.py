"""What covariates known ahead may do to sales: values with effects of their own, and numbers with a slope."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Numbers
from foresale.core.frequency import Index
from foresale.core.panel import Covariate, Panel
from foresale.features.covariate_spec import CovariateSpec
from foresale.forecasting.effects.clocks import AROUND, Clock, Slots
from foresale.forecasting.effects.grid import Grid

_MOST_KINDS: Final = 12  # values of a number up to which each is a kind of its own
_MOST_LABELS: Final = 200  # of a label
_KIND: Final = 0.3
"""Probability that a value of a covariate moves sales, before anything was seen."""
_RARE: Final = 0.5  # share of the periods below which values besides the usual one are events
_WIDE_RANGE: Final = 20.0  # times the usual size from which on a number is told by its logarithm
_SELDOM: Final = 0.3
"""Sales in fewer periods than this share of the others' are those of left-overs: the item is not on sale."""
_GAP: Final = 0.25
"""Share of the usual value that the least ones reach where 0 is none of them."""
_BEFORE, _AFTER = 2, 3
"""Periods before and after a run of a value on which sales may move: people wait for it, and have bought after it."""
_POSITIONS: Final = 3
"""The first, the second and the later periods of a run."""


@dataclass(frozen=True)
class KindSpec:
    """A covariate of a few values: each has an effect against the most frequent one.

    Attributes:
        name: the covariate.
        values: the others, as they are stored.
        labels: the same in words.
        runs: whether the place within a run of a value, and the periods around it, are told apart.
        block: periods that count as one time that the value was seen.
    """

    name: str
    values: tuple[float, ...]
    labels: tuple[str, ...]
    runs: bool
    block: int

    def clock_on(self, grid: Grid, items: Index) -> Clock:
        """Its slots for some items [n, C]."""
        values = grid.covariate(self.name, items)
        slots = np.full(values.shape, -1, np.int32, order="F")
        titles: list[str] = []
        prior: list[float] = []
        for value, label in zip(self.values, self.labels, strict=True):
            on = values == value
            if self.runs:
                _lay_around(slots, on, len(titles) + _POSITIONS)
                _lay_run(slots, on, len(titles))
                titles += [f"{label}, period {number}" for number in ("1", "2", "3 on")]
                titles += [f"{number} before {label}" for number in range(_BEFORE, 0, -1)]
                titles += [f"{number} after {label}" for number in range(1, _AFTER + 1)]
                prior += [_KIND] * _POSITIONS + [AROUND * _KIND] * (_BEFORE + _AFTER)
            else:
                slots[on] = len(titles)
                titles.append(label)
                prior.append(_KIND)
        times = (np.arange(grid.columns) // self.block).astype(np.int32)
        return Clock(self.name, "covariate", slots, times, np.array(prior), tuple(titles))


@dataclass(frozen=True)
class SlopeSpec:
    """A covariate of many values: sales move in proportion, on a logarithmic scale.

    Attributes:
        name: the covariate.
        logarithm: whether it is told by its logarithm: prices, whose effect is then an elasticity.
        unit: what it is divided by.
        heavy: whether large values are drawn in (arcsinh).
        low: the least value seen; nothing is known of what lies below it.
        high: the largest value seen.
        gone: whether 0 says that an item is not on sale, as prices do in some tables: it is then as good as unknown.
    """

    name: str
    logarithm: bool
    unit: float
    heavy: bool
    low: float
    high: float
    gone: bool = False

    def values(self, grid: Grid, items: Index) -> tuple[Numbers, npt.NDArray[np.bool_]]:
        """[n, C] against each item's mean over its history, 0 where unknown; and whether it lies beyond all seen."""
        raw = grid.covariate(self.name, items)
        raw = np.where(raw == 0, np.nan, raw) if self.gone else raw
        beyond = (raw < self.low) | (raw > self.high)
        bounded = np.clip(raw, self.low, self.high)
        told = np.log(bounded) if self.logarithm else bounded / self.unit
        told = np.arcsinh(told) if self.heavy else told
        seen = np.isfinite(told[:, : grid.history])
        mean = np.where(seen, told[:, : grid.history], 0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
        return np.nan_to_num(told - mean[:, None]), beyond


Spec = KindSpec | SlopeSpec


def covariate_specs(panel: Panel, *, block: int) -> tuple[Spec, ...]:
    """How each covariate known ahead may move sales; those that tell nothing, or are hardly known, are left out.

    Args:
        panel: the panel.
        block: periods that count as one time that a value was seen.
    """
    return tuple(_specs(panel, block))


def _specs(panel: Panel, block: int) -> Iterator[Spec]:
    for covariate in panel.known:
        spec = CovariateSpec.of(covariate, panel)
        if not spec.learnable or not spec.varies:
            continue
        kinds, counts = np.unique(spec.seen, return_counts=True)
        most = _MOST_LABELS if covariate.categories else _MOST_KINDS
        if kinds.size <= most:
            yield _kinds(covariate, kinds, counts, block)
        elif not covariate.categories:
            gone = _gone(covariate.values[panel.is_history], panel.sales[panel.is_history])
            seen = spec.seen[spec.seen != 0] if gone else spec.seen
            yield _slope(covariate.name, seen.astype(np.float64), gone=gone)


def _kinds(covariate: Covariate, kinds: npt.NDArray[np.float32], counts: Index, block: int) -> KindSpec:
    usual = int(np.argmax(counts))
    others = [place for place in range(kinds.size) if place != usual]
    rare = counts[others].sum() < _RARE * counts.sum()
    values = kinds[others].tolist()
    labels = [covariate.categories[int(value)] if covariate.categories else f"{value:g}" for value in values]
    if kinds.size == 2 and set(kinds.tolist()) == {0.0, 1.0}:
        labels = [covariate.name if kinds[others[0]] == 1 else f"no {covariate.name}"]
    return KindSpec(covariate.name, tuple(values), tuple(labels), bool(rare and kinds.size <= _MOST_KINDS), block)


def _gone(values: npt.NDArray[np.float32], sales: npt.NDArray[np.float32]) -> bool:
    """Whether a covariate is either 0 or far above it, and little is sold where it is 0."""
    sold, none, some = sales > 0, values == 0, values > 0
    if not none.any() or not some.any() or (values < 0).any():
        return False
    apart = np.quantile(values[some], 0.01) > _GAP * np.median(values[some])
    return bool(apart and sold[none].mean() < _SELDOM * sold[some].mean())


def _slope(name: str, known: Numbers, *, gone: bool) -> SlopeSpec:
    low, high = float(known.min()), float(known.max())
    if low > 0:
        return SlopeSpec(name, True, 1.0, False, low, high, gone)
    sizes = np.abs(known[known != 0])
    usual = float(np.median(sizes))
    heavy = float(sizes.max()) > _WIDE_RANGE * usual
    return SlopeSpec(name, False, usual if heavy else float(known.std()) or 1.0, heavy, low, high)


def _lay_run(slots: Slots, on: npt.NDArray[np.bool_], first: int) -> None:
    """Number the first, the second and the later periods of runs [n, C], from a slot on."""
    begins = on & ~np.pad(on, ((0, 0), (1, 0)))[:, :-1]
    second = on & np.pad(begins, ((0, 0), (1, 0)))[:, :-1]
    slots[on] = first + _POSITIONS - 1
    slots[begins] = first
    slots[second & ~begins] = first + 1


def _lay_around(slots: Slots, on: npt.NDArray[np.bool_], first: int) -> None:
    """Number the periods before and after runs [n, C] that no slot holds yet, from a slot on."""
    for distance in range(1, _AFTER + 1):
        late = np.pad(on, ((0, 0), (distance, 0)))[:, :-distance] & ~on
        slots[late & (slots < 0)] = first + _BEFORE + distance - 1
    for distance in range(1, _BEFORE + 1):
        early = np.pad(on, ((0, 0), (0, distance)))[:, distance:] & ~on
        slots[early & (slots < 0)] = first + _BEFORE - distance
