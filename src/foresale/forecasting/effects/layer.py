"""The layer of effects: estimated on all of a panel's history, taken out of it, and put back over the horizon."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from foresale.core.arrays import Numbers
from foresale.core.chunks import chunks
from foresale.core.cores import in_threads
from foresale.core.forecast import Forecast
from foresale.core.frequency import Index
from foresale.core.option_types import check_types
from foresale.core.panel import Panel, Values
from foresale.core.quantiles import DEVIATES
from foresale.core.text import counted
from foresale.forecasting.effects.clocks import feast_clocks, month_clocks, year_clocks
from foresale.forecasting.effects.covariates import covariate_specs
from foresale.forecasting.effects.fitting import Term, fit_common, fit_items
from foresale.forecasting.effects.grid import Grid
from foresale.forecasting.effects.groups import grouping
from foresale.forecasting.effects.notes import sentences
from foresale.forecasting.effects.own import CELLS, CHUNK, OwnEffects, bounds_of, felt
from foresale.forecasting.effects.shares import feast_shares, month_shares
from foresale.forecasting.effects.sheet import Rhythm, Sheet
from foresale.forecasting.effects.steps import Source
from foresale.forecasting.whole_units import sold_whole

_FEWEST_GROUPED: Final = 6  # items, below which groups of them tell nothing
_CLEARLY: Final = 0.5
"""By how much the logarithm of the noise must fall in all, for a week to be taken for one stamped by its last day."""
_SHORTEST: Final = 3
"""Seasons of history below which no effect can be told."""


@dataclass(frozen=True)
class EffectOptions:
    """What may have effects.

    Attributes:
        countries: whose festivals and public holidays count.
        calendar: whether festivals, holidays and dates may have effects.
        covariates: whether covariates known ahead may.

    Raises:
        ConfigError: options of another type.
    """

    countries: tuple[str, ...] = ()
    calendar: bool = True
    covariates: bool = True

    def __post_init__(self) -> None:
        check_types(self)


@dataclass(frozen=True)
class Effects:
    """What events did to the sales of a panel, and will do over its horizon.

    Attributes:
        terms: what is believed for all items.
        past: [R] float32 logarithm of the effects on every row.
        ahead: [N, H] the same over the horizon.
        doubt: [N, H] how far off that may be, as a standard deviation.
        counting: [N] the share of the variance of an item's sales that is that of counting units; the rest grows with
            the square of its sales.
        notes: what is believed, in sentences for a person.
        own: the effects on each item by term; None where nothing is told.
    """

    terms: tuple[Term, ...] = field(repr=False)
    past: Values = field(repr=False)
    ahead: Values = field(repr=False)
    doubt: Values = field(repr=False)
    counting: Values = field(repr=False)
    notes: tuple[str, ...] = ()
    own: OwnEffects | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        believed = [term.name for term in self.terms if term.posterior is not None]
        return f"<Effects on {counted(len(self.ahead), 'item')} of {counted(len(believed), 'event')}>"

    @classmethod
    def fit(cls, panel: Panel, *, horizon: int, options: EffectOptions | None = None) -> "Effects":
        """The effects that the history of a panel tells.

        Raises:
            ConfigError: an unknown country.
        """
        options = options or EffectOptions()
        grid = Grid.of(panel, horizon=horizon)
        rhythm = Rhythm.of(grid)
        past, ahead = np.zeros(panel.sales.shape, np.float32), np.zeros((len(panel), horizon), np.float32)
        doubt, counting = np.zeros_like(ahead), np.zeros(len(panel), np.float32)
        if grid.history < _SHORTEST * max(rhythm.season, 2):
            return cls((), past, ahead, doubt, counting)
        stride = -(-len(panel) * grid.columns // CELLS)
        sample = np.arange(0, len(panel), stride)
        group = _groups(grid, sample, rhythm)
        late = _lateness(grid, sample, options, rhythm, group)
        sources = _sources(grid, options, sample, late, rhythm)
        terms, sheet = fit_common(grid, sample, sources, rhythm, group=group)
        every = [(sample, sheet)] if stride == 1 else _sheets(grid, terms, rhythm, group)

        def sheets() -> Iterator[tuple[Index, Sheet]]:
            for items, own in every:
                whole = np.ascontiguousarray(felt(own.total, own.total, bounds_of(own))[0])
                counting[items] = 1 / np.maximum(own.noise, 1)
                for place, item in enumerate(items):
                    begin, end = panel.offsets[item : item + 2]
                    columns = grid.columns_at(panel.starts[item] + np.arange(end - begin))
                    past[begin:end] = whole[place, columns]
                yield items, own

        own = OwnEffects.of(grid, terms, sheets(), group=group, whole=stride == 1)
        counted = np.where(sold_whole(panel), counting, 0).astype(np.float32)
        ahead, doubt = (part.astype(np.float32) for part in own.ahead(grid, terms))
        return cls(tuple(terms), past, ahead, doubt, counted, tuple(sentences(grid, terms, sheet)), own)

    def with_future(self, panel: Panel) -> "Effects":
        """The effects on a panel of the same past, but another future of its covariates; nothing is learnt again."""
        if self.own is None:
            return self
        grid = Grid.of(panel, horizon=self.ahead.shape[1])
        ahead, doubt = (part.astype(np.float32) for part in self.own.ahead(grid, self.terms))
        return replace(self, ahead=ahead, doubt=doubt)

    def removed(self, panel: Panel) -> Panel:
        """The panel with sales as they would have been without the effects.

        Where whole units are sold they stay whole: what rounding leaves of one period is carried to the next.
        """
        felt = panel.is_history & (self.past != 0) & np.isfinite(panel.sales)
        if not felt.any():
            return panel
        sales = np.where(felt, panel.sales / np.exp(self.past), panel.sales).astype(np.float32)
        for item in np.flatnonzero(sold_whole(panel)):
            rows = panel.rows(int(item))
            moved = np.flatnonzero(felt[rows]) + rows.start
            sales[moved] = np.diff(np.round(np.cumsum(sales[moved], dtype=np.float64)), prepend=0)
        return replace(panel, sales=sales)

    def added(self, forecast: Forecast) -> Forecast:
        """A forecast of sales without the effects, with the effects put back."""
        if not self.ahead.any() and not self.doubt.any():
            return forecast
        factor, median = np.exp(self.ahead), forecast.quantile(0.5)
        quantiles = np.empty_like(forecast.quantiles)
        for items in chunks(len(quantiles), width=quantiles[0].size):
            quantiles[items] = _raised(
                forecast.quantiles[items],
                median[items, :, None],
                factor[items, :, None],
                self.doubt[items, :, None],
                self.counting[items, None, None],
            )
        return replace(
            forecast,
            quantiles=quantiles,
            mean=(forecast.mean * factor).astype(np.float32),
            notes=tuple(dict.fromkeys((*forecast.notes, *self.notes))),
        )


def _raised(quantiles: Values, median: Values, factor: Values, doubt: Values, counting: Values) -> Numbers:
    """[n, H, Q] quantiles raised by a factor [n, H, 1] that is known up to a doubt [n, H, 1]."""
    spread = (quantiles - median) * _wider(factor, counting.astype(np.float64))
    doubtful = median * factor * doubt * DEVIATES
    moved = median * factor + np.sign(DEVIATES) * np.sqrt(spread**2 + doubtful**2)
    return np.sort(np.maximum(moved, 0), axis=2)


def _wider(factor: Values, counting: Numbers) -> Numbers:
    """[n, H, 1] by how much intervals grow where sales grow by a factor: as its root where the noise is counting.

    The variance of sales around m is m + κ² m², with a part of counting [n, 1, 1] that grows with m, and one with its
    square.
    """
    return np.asarray(np.sqrt(counting * factor + (1 - counting) * factor**2))


def _sources(grid: Grid, options: EffectOptions, sample: Index, late: int, rhythm: Rhythm) -> list[Source]:
    """What may have effects: covariates of items, feasts, the month, covariates that are the same for all, the year.

    What comes first explains first: a flag for all holidays tells less than which holiday it is.
    """
    specs = covariate_specs(grid.panel, block=rhythm.block) if options.covariates else ()
    shared = [spec for spec in specs if grid.is_shared(spec.name, sample)]
    found: list[Source] = [spec for spec in specs if spec not in shared]
    if options.calendar and _long(grid):
        found += feast_shares(grid.frequency, grid.positions, countries=options.countries, late=late)
        found += month_shares(grid.frequency, grid.positions, late=late)
    elif options.calendar:
        found += feast_clocks(grid.frequency, grid.positions, countries=options.countries)
        found += month_clocks(grid.frequency, grid.positions)
    found += shared
    return found + (year_clocks(grid.frequency, grid.positions) if options.calendar else [])


def _groups(grid: Grid, sample: Index, rhythm: Rhythm) -> Index | None:
    """[N] the group of every item, where groups of items go up and down together."""
    if len(sample) < _FEWEST_GROUPED:
        return None
    _, sheet = fit_common(grid, sample, (), rhythm)
    found = grouping(grid.panel, sample, sheet.cells)
    return None if found is None else found[1]


def _sheets(grid: Grid, terms: Sequence[Term], rhythm: Rhythm, group: Index | None) -> Iterator[tuple[Index, Sheet]]:
    """The effects on all items, a few at a time: those of as many threads as may work, so that memory stays bounded."""
    chunks = list(grid.chunks(CHUNK))
    found = in_threads(lambda items: fit_items(grid, items, terms, rhythm, group=group), chunks)
    yield from zip(chunks, found, strict=True)


def _long(grid: Grid) -> bool:
    """Whether a column holds several days."""
    return grid.frequency.unit in {"week", "month"} or grid.frequency.count > 1


def _lateness(grid: Grid, sample: Index, options: EffectOptions, rhythm: Rhythm, group: Index | None) -> int:
    """By how many days weeks are stamped after they begin: as feasts explain their sales better.

    Tables stamp a week by its first day or by its last, and hardly ever say which. What is compared is the likelihood
    of the sales under the noise that either leaves.
    """
    if grid.frequency.unit != "week" or not options.calendar:
        return 0
    noise = {}
    for late in (0, 7 * grid.frequency.count - 1):
        shares = feast_shares(grid.frequency, grid.positions, countries=options.countries, late=late)
        _, sheet = fit_common(grid, sample, shares, rhythm, group=group)
        noise[late] = float(np.log(sheet.noise).sum()) + (_CLEARLY if late else 0.0)
    return min(noise, key=noise.__getitem__)
