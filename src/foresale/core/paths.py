"""Sample paths: sales drawn jointly over the steps of a forecast, and over its items, so that their sums are right."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Values
from foresale.core.chunks import chunks
from foresale.core.errors import ConfigError, check_number
from foresale.core.quantiles import even_levels

_FEWEST: Final = 64
"""Paths that are drawn together, so that they fill a distribution evenly; fewer are the first of these."""
_LEAST_SCALE: Final = 1e-12
"""Of a path, so that its scores are finite; only their order counts."""


@dataclass(frozen=True)
class TemporalCorrelation:
    """How the surprises of one item hang together over the steps of a horizon.

    A surprise is the normal score of the level at which the sale lay. The correlation of two of them, d steps apart, is
    persistent + lasting · decay^d, for d > 0: a level that was misjudged for good, and one that wears off (a
    first-order autoregression).

    Attributes:
        persistent: share of the variance that stays the same over the whole horizon.
        lasting: share that wears off.
        decay: what is left of it from one step to the next.

    Raises:
        ConfigError: shares below 0 or above 1 together, or a decay outside of 0 to 1.

    >>> TemporalCorrelation(persistent=0.2, lasting=0.4, decay=0.5).correlation(3).round(2).tolist()
    [[1.0, 0.4, 0.3], [0.4, 1.0, 0.4], [0.3, 0.4, 1.0]]
    """

    persistent: float = 0.15
    lasting: float = 0.2
    decay: float = 0.7

    def __post_init__(self) -> None:
        shares = self.persistent >= 0 and self.lasting >= 0 and self.persistent + self.lasting <= 1 + 1e-9
        if not shares or not 0 <= self.decay < 1:
            raise ConfigError(f"shares from 0 to 1 together and a decay from 0 to below 1, not {self}")

    def correlation(self, horizon: int) -> npt.NDArray[np.float64]:
        """[H, H] the correlation of the surprises of every two steps."""
        apart = np.abs(np.subtract.outer(np.arange(horizon), np.arange(horizon)))
        matrix = self.persistent + self.lasting * self.decay**apart
        np.fill_diagonal(matrix, 1.0)
        return np.asarray(matrix, np.float64)


@dataclass(frozen=True)
class Copula:
    """How the surprises of a forecast hang together: over steps by a link, over items by what all of them share.

    Attributes:
        links: the first is that of every item that is not in `groups`.
        groups: by item id, which link is its own.
        common: share of the variance of a surprise that all items have in common at a step; used where items are drawn
            jointly.
        freedom: degrees of freedom of the t copula. The fewer, the more the steps of an item stray little together or
            far together, so that sums lie nearer to their middle and, now and then, farther out; infinite where one
            step tells nothing of how far another strays (the Gaussian copula).

    Raises:
        ConfigError: no link, a group without one, a share outside of 0 to 1, or no freedom.
    """

    links: tuple[TemporalCorrelation, ...] = (TemporalCorrelation(),)
    groups: Mapping[str, int] = field(default_factory=dict, repr=False)
    common: float = 0.1
    freedom: float = np.inf

    def __post_init__(self) -> None:
        if not self.links or any(not 0 <= group < len(self.links) for group in self.groups.values()):
            raise ConfigError("a copula has a link for every group")
        if not 0 <= self.common <= 1:
            raise ConfigError(f"what items have in common is a share from 0 to 1, not {self.common}")
        if not self.freedom > 0:
            raise ConfigError(f"a t copula has more than 0 degrees of freedom, not {self.freedom}")

    def links_of(self, items: Iterable[str]) -> npt.NDArray[np.int64]:
        """[N] the place in `links` of the link of each item."""
        return np.array([self.groups.get(item, 0) for item in items], np.int64)


@dataclass(frozen=True)
class Draw:
    """What to draw.

    Attributes:
        count: number of paths S.
        seed: the same seed gives the same paths.
        joint_items: whether items surprise together, by `Copula.common`.

    Raises:
        ConfigError: fewer than one path.
    """

    count: int
    seed: int = 0
    joint_items: bool = False

    def __post_init__(self) -> None:
        check_number(self.count, "a count of paths", whole=True)
        check_number(self.seed, "a seed", whole=True)
        if self.count < 1:
            raise ConfigError(f"at least one path is drawn, not {self.count}")

    @property
    def together(self) -> int:
        """How many paths are drawn to choose the first of."""
        return max(self.count, _FEWEST)


def draw_paths(
    quantiles: Values, levels: tuple[float, ...], *, links: npt.NDArray[np.int64], copula: Copula, draw: Draw
) -> Iterator[tuple[slice, Values]]:
    """Paths of some items at a time: their places, and [n, H, S] sales.

    Normal scores with the correlation of the link, over a scale that each path of an item has of its own (a t copula:
    Demarta and McNeil 2005), are ranked over the paths, and each step takes its quantiles at evenly spread levels in
    that order (Iman and Conover 1982): the margins are the quantiles, not only near them. Beyond the outermost levels
    the tails fall exponentially.

    Args:
        quantiles: [N, H, Q] in units.
        levels: the Q levels.
        links: [N] the link of each item in `copula.links`.
        copula: how surprises hang together.
        draw: how many, and with which seed.
    """
    count, horizon, _ = quantiles.shape
    spread = even_levels(levels, draw.together)
    roots = np.stack([_root(link.correlation(horizon)) for link in copula.links]).astype(np.float32)
    shared = np.float32(copula.common if draw.joint_items else 0.0)
    generator = np.random.default_rng((draw.seed, 0))
    common = roots[0] @ generator.standard_normal((horizon, draw.together), np.float32)
    for number, part in enumerate(chunks(count, width=horizon * draw.together)):
        generator = np.random.default_rng((draw.seed, 1, number))
        items = part.stop - part.start
        scores = generator.standard_normal((items, horizon, draw.together), np.float32)
        scores = roots[links[part]] @ scores
        if shared:
            scores = np.sqrt(shared) * common + np.sqrt(1 - shared) * scores
        if np.isfinite(copula.freedom):
            scale = generator.chisquare(copula.freedom, (items, 1, draw.together)) / copula.freedom
            np.divide(scores, np.sqrt(np.maximum(scale, _LEAST_SCALE)).astype(np.float32), out=scores)
        order = np.argsort(scores, axis=2)
        np.put_along_axis(scores, order, np.maximum(quantiles[part] @ spread, 0), axis=2)
        yield part, scores[:, :, : draw.count]


def _root(correlation: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """[H, H] whose product with its transpose is the correlation, which may be singular."""
    values, vectors = np.linalg.eigh(correlation)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0)), np.float64)
