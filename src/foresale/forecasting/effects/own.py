"""What is believed of the effects on each item, kept so that another future is told without learning again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from foresale.core.arrays import Numbers
from foresale.core.frequency import Index
from foresale.forecasting.effects.covariates import KindSpec, SlopeSpec
from foresale.forecasting.effects.fitting import Term, fit_items, lay
from foresale.forecasting.effects.grid import Grid
from foresale.forecasting.effects.sheet import Rhythm, Sheet
from foresale.forecasting.effects.shrinkage import Posterior

CELLS: Final = 1_000_000
"""Items times columns of the sample of items that tells what is believed of all."""
CHUNK: Final = 500_000
"""Items times columns whose own effects are told at once, by one thread."""
BEYOND: Final = 0.2
"""How far effects over the horizon may go beyond all that history has shown of an item, on a logarithmic scale."""
_FELT: Final = 0.015
"""Effects below are too small to matter."""


@dataclass(frozen=True)
class OwnEffects:
    """The effects on N items, term by term.

    Attributes:
        items: by the number of a term, what is believed of it for each item [N, S]; of covariates always, of all else
            only its mean, and only where the panel is small: of large ones it is found out anew for those asked for.
        rest: [N, H] logarithm of all over the horizon that covariates have no part in.
        doubt: [N, H] its variance.
        bounds: [N, 2] what effects lie between.
        group: [N] the group of every item, or None.
    """

    items: Mapping[int, Posterior] = field(repr=False)
    rest: Numbers = field(repr=False)
    doubt: Numbers = field(repr=False)
    bounds: Numbers = field(repr=False)
    group: Index | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        grid: Grid,
        terms: Sequence[Term],
        sheets: Iterable[tuple[Index, Sheet]],
        *,
        group: Index | None,
        whole: bool,
    ) -> "OwnEffects":
        """Out of the sheets of all items; `whole` keeps the effects of all terms."""
        count = len(grid.panel)
        rest, doubt = np.zeros(grid.ahead.shape), np.zeros(grid.ahead.shape)
        bounds = np.zeros((count, 2))
        kept: dict[int, list[tuple[Index, Posterior]]] = {}
        for items, sheet in sheets:
            bounds[items] = bounds_of(sheet)
            for number, term in enumerate(terms):
                if _is_covariate(term):
                    kept.setdefault(number, []).append((items, sheet.own[number]))
                    continue
                if whole:
                    kept.setdefault(number, []).append((items, _mean_of(sheet.own[number])))
                columns, effects, variance, _ = sheet.parts[number]
                for total, values in ((rest, effects), (doubt, variance)):
                    total[items] += _at(columns, values, grid.ahead[items])
        return cls({number: _joined(parts, count) for number, parts in kept.items()}, rest, doubt, bounds, group)

    def ahead(self, grid: Grid, terms: Sequence[Term]) -> tuple[Numbers, Numbers]:
        """[N, H] effects over the horizon of a panel of the same past, and how far off they may be."""
        total, variance = self.rest.copy(), self.doubt.copy()
        rhythm = Rhythm.of(grid)
        for items in grid.chunks(CHUNK):
            for number in (number for number in self.items if _is_covariate(terms[number])):
                sheet = lay(grid, items, terms[number], _some(self.items[number], items), rhythm, group=self.group)
                total[items] += np.take_along_axis(sheet.total, grid.ahead[items], axis=1)
                variance[items] += np.take_along_axis(sheet.variance(), grid.ahead[items], axis=1)
        whole, spread = felt(total, variance, self.bounds)
        return whole, np.sqrt(spread)

    def parts(self, grid: Grid, terms: Sequence[Term], items: Index) -> Iterator[Numbers]:
        """[n, C] what each term adds to some items, one term after the other."""
        rhythm = Rhythm.of(grid)
        if len(self.items) == len(terms):
            for number, term in enumerate(terms):
                yield lay(grid, items, term, _some(self.items[number], items), rhythm, group=self.group).total
            return
        found = list(self._anew(grid, terms, items))
        for number in range(len(terms)):
            whole = np.zeros((len(items), grid.columns))
            for places, parts in found:
                columns, effects = parts[number]
                whole[np.ix_(places, columns)] = effects
            yield whole

    def _anew(
        self, grid: Grid, terms: Sequence[Term], items: Index
    ) -> Iterator[tuple[Index, list[tuple[Index, Numbers]]]]:
        """Places of some items, and by term the columns and the effects on these, learnt anew among the same others."""
        for chunk in grid.chunks(CHUNK):
            places = np.flatnonzero(np.isin(items, chunk))
            if places.size:
                sheet = fit_items(grid, chunk, terms, Rhythm.of(grid), group=self.group)
                at = np.searchsorted(chunk, items[places])
                yield places, [(sheet.parts[number][0], sheet.parts[number][1][at]) for number in range(len(terms))]


def bounds_of(sheet: Sheet) -> Numbers:
    """[n, 2] a little beyond the least and the largest effect that history has shown of each item."""
    past = np.where(np.isfinite(sheet.sales), sheet.total[:, : sheet.history], 0.0)
    return np.stack([past.min(axis=1) - BEYOND, past.max(axis=1) + BEYOND], axis=1)


def felt(total: Numbers, variance: Numbers, bounds: Numbers) -> tuple[Numbers, Numbers]:
    """[n, T] effects within their bounds that are large enough to matter, and their variance; others are none."""
    bounded = np.clip(total, bounds[:, :1], bounds[:, 1:])
    large = np.abs(bounded) >= _FELT
    return np.where(large, bounded, 0.0), np.where(large, variance, 0.0)


def _is_covariate(term: Term) -> bool:
    return isinstance(term.source, KindSpec | SlopeSpec)


def _at(columns: Index, values: Numbers, wanted: Index) -> Numbers:
    """[n, H] values of columns [D] in rising order at those that are wanted [n, H]; 0 at others."""
    if not columns.size:
        return np.zeros(wanted.shape)
    place = np.minimum(np.searchsorted(columns, wanted), columns.size - 1)
    return np.where(columns[place] == wanted, np.take_along_axis(values, place, axis=1), 0.0)


def _mean_of(own: Posterior) -> Posterior:
    """The means alone, in single precision: enough to say which event did how much."""
    none: Numbers = np.broadcast_to(0.0, own.mean.shape)
    return Posterior(own.mean.astype(np.float32), none, none)


def _some(own: Posterior, items: Index) -> Posterior:
    return Posterior(own.mean[items], own.variance[items], own.probability[items])


def _joined(parts: Sequence[tuple[Index, Posterior]], count: int) -> Posterior:
    """The effects on all items out of those on some each."""
    if len(parts) == 1 and len(parts[0][0]) == count:
        return parts[0][1]
    width = parts[0][1].mean.shape[1]
    mean, variance, probability = (np.zeros((count, width)) for _ in range(3))
    for items, own in parts:
        mean[items], variance[items], probability[items] = own.mean, own.variance, own.probability
    return Posterior(mean, variance, probability)
