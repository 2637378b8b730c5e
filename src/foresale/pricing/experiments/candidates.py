"""Tests that could be run, each with what it costs and how wide an interval it leaves."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from scipy import stats

from foresale.core.arrays import Index, Numbers
from foresale.pricing.effects.cube import known_mean
from foresale.pricing.effects.shrinkage import WIDTH
from foresale.pricing.experiments.layout import BEFORE, Layout, by_blocks, by_places, matched_places
from foresale.pricing.experiments.options import ExperimentOptions, Kind
from foresale.pricing.experiments.units import Sums, log_mean

LEAST_CONTRASTS: Final = 8
"""Of fewer, too few lots can be drawn to rule anything out."""
_LEAST_PAIRS: Final = 3
_WINDOWS: Final = 12
"""Past windows that tell how far contrasts differ by themselves."""
_STEPS: Final = (0.05, 0.1, 0.15, 0.2, 0.3)
_BLOCKS: Final = (1, 2, 3, 4)
"""Periods of a block that count, beside those that are washed out."""
_COUNTS: Final = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
_CHANCES: Final = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Of the elasticities that the cost is a mean over."""
STORES_FROM: Final = 8
"""Places from which on places are compared rather than blocks of time: four pairs, so that they tell their own spread.
"""


@dataclass(frozen=True)
class Situation:
    """Where a test would run.

    Attributes:
        units: [P, S, T] units as if no price had moved, NaN where unknown.
        price: [P] prices today.
        cost: [P] what a unit costs.
        year: periods of a year.
        longest: periods that a test may last.
    """

    units: Numbers = field(repr=False)
    price: Numbers = field(repr=False)
    cost: Numbers = field(repr=False)
    year: int
    longest: int
    _matched: dict[int, Index] = field(default_factory=dict, repr=False)

    @cached_property
    def sums(self) -> Sums:
        """Of the units."""
        return Sums.of(self.units)

    @cached_property
    def recent(self) -> Numbers:
        """[P, S] mean units of the last half year, 0 where none are known."""
        return np.nan_to_num(known_mean(self.units[..., -BEFORE:]))

    def matched(self, start: int) -> Index:
        """[G, 2] places in pairs by what was known before a period."""
        if start not in self._matched:
            self._matched[start] = matched_places(self.units[..., :start])
        return self._matched[start]

    def windows(self, kind: Kind) -> Index:
        """First periods of past windows that a test could have run in, with what it is compared by before them."""
        last = self.units.shape[-1] - self.longest
        first = min(BEFORE if kind == "stores" else self.year, last // 2)
        return np.unique(np.linspace(first, last, _WINDOWS).astype(np.int64)) if last > 1 else np.zeros(0, np.int64)

    def moved(self, layout: Layout, start: int) -> Layout:
        """The same test at another time: places are matched by what was known then."""
        if layout.kind == "weeks":
            return layout
        pairs = self.matched(start)[: int(layout.pair.max()) + 1]
        return by_places(np.unique(layout.product), pairs, length=layout.length, washout=layout.washout)


@dataclass(frozen=True)
class Candidate:
    """A test that could be run.

    Attributes:
        layout: who is compared with whom.
        low: the cheap price as a share of today's.
        high: the dear one.
        money: profit that is given up where a price turns out to be wrong, gains elsewhere not counted.
        width: of the interval, as past windows say.
    """

    layout: Layout
    low: float
    high: float
    money: float
    width: float

    @property
    def step(self) -> float:
        """Logarithm of the dear price less that of the cheap one."""
        return float(np.log(self.high / self.low))


def kind_of(options: ExperimentOptions, places: int) -> Kind:
    """Whether places are compared, or blocks of time."""
    if options.compare != "auto":
        return options.compare
    return "stores" if min(places, options.most_places or places) >= STORES_FROM else "weeks"


def candidates(situation: Situation, options: ExperimentOptions, products: Index) -> Iterator[Candidate]:
    """All tests within the bounds, by products, places, length and step.

    Args:
        situation: where they would run.
        options: the bounds.
        products: rows of those that may take part, the first ones first.
    """
    for layout in _layouts(situation, options, products):
        noise, known = noise_of(situation, layout)
        if not np.isfinite(noise) or noise <= 0:
            continue
        rows = layout.product.size
        wide = 2 * float(stats.t.ppf(0.5 + options.level / 2, max(rows - 1 - known, 2))) * noise / np.sqrt(rows)
        exposed = situation.recent[layout.product[:, None], layout.place].mean(axis=1) * layout.length
        for low, high in arms(options):
            lost = loss(situation, options, low) + loss(situation, options, high)
            yield Candidate(layout, low, high, float((exposed * lost[layout.product]).sum()), wide / np.log(high / low))


def noise_of(situation: Situation, layout: Layout) -> tuple[float, int]:
    """Standard deviation of contrasts over past windows, what was known before taken out, and how much was known.

    NaN where there are no such windows.
    """
    squares, freedom, most = 0.0, 0, 0
    for start in situation.windows(layout.kind):
        moved = situation.moved(layout, int(start))
        sold = log_mean(*moved.sums(situation.sums, int(start)))
        keep = np.isfinite(sold).all(axis=1)
        difference = (sold[:, 0] - sold[:, 1])[keep]
        known = moved.covariates(situation.sums, int(start), year=situation.year)[:, keep]
        left = difference - (np.linalg.pinv(known.T) @ difference) @ known if known.size else difference
        squares, freedom = squares + float(left @ left), freedom + max(int(keep.sum()) - len(known), 0)
        most = max(most, len(known))
    return (float(np.sqrt(squares / freedom)) if freedom else float("nan")), most


def loss(situation: Situation, options: ExperimentOptions, share: float) -> Numbers:
    """[P] money that a unit of today's sales loses at another price, in the mean over what the elasticity may be.

    Where the other price would earn more, nothing is lost, and the gain is not counted: what a test brings by good luck
    is no reason to run it longer.
    """
    elasticity = np.minimum(options.elasticity + WIDTH * stats.norm.ppf(_CHANCES), 0.0)[:, None]
    now = situation.price - situation.cost
    then = (share * situation.price - situation.cost) * share**elasticity
    return np.asarray(np.maximum(now - then, 0.0).mean(axis=0))


def _layouts(situation: Situation, options: ExperimentOptions, products: Index) -> Iterator[Layout]:
    places = situation.units.shape[1]
    kind, most = kind_of(options, places), min(options.most_places or places, places)
    sets = [products] if options.products else [products[:count] for count in _counts(products.size)]
    if kind == "stores":
        pairs = situation.matched(situation.units.shape[-1])[: most // 2]
        for count, length in ((c, n) for c in _counts(len(pairs)) for n in range(1, options.periods + 1)):
            if count >= _LEAST_PAIRS and length > options.washout:
                yield from (
                    by_places(own, pairs[:count], length=length, washout=options.washout)
                    for own in sets
                    if own.size * count >= LEAST_CONTRASTS
                )
        return
    largest = np.argsort(-situation.recent.sum(axis=0), kind="stable")
    for count, block in ((c, b) for c in _counts(most) for b in _BLOCKS):
        length = block + options.washout
        for pairs_of_blocks in range(1, options.periods // (2 * length) + 1):
            yield from (
                by_blocks(own, np.sort(largest[:count]), pairs=pairs_of_blocks, length=length, washout=options.washout)
                for own in sets
                if own.size * count * pairs_of_blocks >= LEAST_CONTRASTS and count * pairs_of_blocks >= _LEAST_PAIRS
            )


def _counts(most: int) -> list[int]:
    """Numbers that are tried, up to all."""
    return sorted({count for count in (*_COUNTS, most) if count <= min(most, _COUNTS[-1])})


def arms(options: ExperimentOptions) -> list[tuple[float, float]]:
    """Shares of today's price, the cheap one first, the smallest step before all."""
    steps = (*_STEPS, max(options.down, options.up))
    pairs = {(1 - min(step, options.down), 1 + min(step, options.up)) for step in steps}
    return sorted(pairs, key=lambda pair: pair[1] / pair[0])
