"""Who is compared with whom: contrasts of two cells of which a lot says which one is dear."""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from foresale.core.arrays import Flags, Index, Numbers
from foresale.pricing.experiments.options import Kind
from foresale.pricing.experiments.units import Sums, log_mean

BEFORE: Final = 26
"""Periods before a test that say how two places differ anyway: half a year of weeks. On Dominick's orange juice what is
left of a contrast is 0.39 with 26 or with 52 of them, 0.42 with 4, and 0.54 without."""
_SEVERAL: Final = 3
"""Places from which on what blocks have in common is told from what one place has."""
_MONTH: Final = 4
_LEVEL: Final = 0.25
"""Weight of a difference of sizes, against one of courses, when places are matched: sizes matter for the cost only."""


@dataclass(frozen=True)
class Layout:
    """N contrasts, each of a product in two cells that are dear and cheap in turns.

    Attributes:
        kind: whether the two cells are two places in the same periods, or two blocks of periods in one place.
        product: [N] whose contrast it is.
        pair: [N] the number of the pair of cells, the same for all products: what may hang together.
        place: [N, 2] the places of both cells.
        begin: [N, 2] their first periods, from the begin of the test.
        length: periods of a cell.
        washout: of which the first ones do not count.
    """

    kind: Kind
    product: Index = field(repr=False)
    pair: Index = field(repr=False)
    place: Index = field(repr=False)
    begin: Index = field(repr=False)
    length: int
    washout: int

    @property
    def periods(self) -> int:
        """How long the test lasts."""
        return int(self.begin.max()) + self.length

    def only(self, keep: Flags) -> "Layout":
        """Some of the contrasts."""
        return replace(
            self, product=self.product[keep], pair=self.pair[keep], place=self.place[keep], begin=self.begin[keep]
        )

    def sums(self, sums: Sums, start: int) -> tuple[Numbers, Numbers]:
        """[N, 2] sum of what counts of each cell of a test that begins at a period, and how many periods are known."""
        first = start + self.begin
        return sums.between(self.product[:, None], self.place, first + self.washout, first + self.length)

    def covariates(self, sums: Sums, start: int, *, year: int) -> Numbers:
        """[K, N] what was known of each contrast before the test (Deng et al. 2013), 0 where nothing was.

        Of two places, how they differed before. Of two blocks, how the same two differed a year (in periods) before,
        and what all places have in common.
        """
        if self.kind == "stores":
            first = np.full(self.place.shape, max(start - BEFORE, 0))
            before = log_mean(*sums.between(self.product[:, None], self.place, first, np.full_like(first, start)))
            return np.nan_to_num(before[:, 0] - before[:, 1])[None]
        known = []
        if start >= year:
            before = log_mean(*self.sums(sums, start - year))
            known.append(np.nan_to_num(before[:, 0] - before[:, 1])[None])
        if np.unique(self.place).size >= _SEVERAL:
            block = np.unique(np.stack([self.product, self.begin[:, 0]]), axis=1, return_inverse=True)[1].ravel()
            known.append((np.unique(block)[:, None] == block).astype(float))
        return np.concatenate(known) if known else np.zeros((0, len(self.pair)))


def by_places(products: Index, pairs: Index, *, length: int, washout: int) -> Layout:
    """Every product in every pair [G, 2] of places, for one stretch of periods."""
    product, pair = (own.ravel() for own in np.meshgrid(products, np.arange(len(pairs)), indexing="ij"))
    return Layout("stores", product, pair, pairs[pair], np.zeros((pair.size, 2), np.int64), length, washout)


def by_blocks(products: Index, places: Index, *, pairs: int, length: int, washout: int) -> Layout:
    """Every product in every place, in so many pairs of blocks of periods one after the other."""
    shape = np.meshgrid(products, places, np.arange(pairs), indexing="ij")
    product, place, block = (own.ravel() for own in shape)
    begin = 2 * length * block[:, None] + np.array([0, length])
    number = np.unique(np.stack([place, block], axis=1), axis=0, return_inverse=True)[1].ravel().astype(np.int64)
    return Layout("weeks", product, number, np.repeat(place[:, None], 2, axis=1), begin, length, washout)


def matched_places(units: Numbers) -> Index:
    """[G, 2] places in pairs whose sales went alike, the closest first; with an odd number one is left over.

    Args:
        units: [P, S, T] what was sold before.

    >>> draw = np.random.default_rng(0)
    >>> course = np.repeat(draw.normal(size=(2, 40)), 2, axis=0)
    >>> matched_places(np.exp(course + 0.1 * draw.normal(size=course.shape))[None]).tolist()
    [[2, 3], [0, 1]]
    """
    known = np.isfinite(units)
    sold = np.where(known, units, 0.0).sum(axis=0)
    length = sold.shape[-1] // _MONTH * _MONTH
    course = np.log(sold[:, sold.shape[-1] - length :].reshape(len(sold), -1, _MONTH).sum(axis=2) + 0.5)
    course = course - course.mean(axis=0)
    level = course.mean(axis=1)
    course = course - level[:, None]
    apart = np.sqrt(((course[:, None] - course[None]) ** 2).mean(axis=2)) + _LEVEL * np.abs(level[:, None] - level)
    np.fill_diagonal(apart, np.inf)
    pairs: list[tuple[int, int]] = []
    free = np.ones(len(sold), bool)
    for a, b in zip(*np.unravel_index(np.argsort(apart, axis=None, kind="stable"), apart.shape), strict=True):
        if a < b and free[a] and free[b]:
            pairs.append((int(a), int(b)))
            free[[a, b]] = False
    return np.array(pairs, np.int64).reshape(-1, 2)
