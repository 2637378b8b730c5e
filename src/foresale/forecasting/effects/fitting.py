"""Effects and baseline estimated in turn, each from the sales freed of all the others (backfitting: Breiman 1985)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.frequency import Index
from foresale.forecasting.effects.baseline import baseline
from foresale.forecasting.effects.clocks import Clock
from foresale.forecasting.effects.covariates import KindSpec, Spec
from foresale.forecasting.effects.grid import Grid
from foresale.forecasting.effects.shares import ShareEffects, Shares, common_shares
from foresale.forecasting.effects.shrinkage import Posterior
from foresale.forecasting.effects.slopes import SlopeEffects, common_slope
from foresale.forecasting.effects.slotted import Cells, SlotEffects, common_effects, shock_of

Believed = SlotEffects | SlopeEffects | ShareEffects
Source = Clock | Shares | Spec
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_ROUNDS, _ROUNDS_OF_LONG = 4, 3
"""Of days, and of weeks and longer: there a feast is seen in few periods, and more rounds follow their noise."""
_ROUNDS_TOGETHER: Final = 1
"""The first of them, in which all items are taken to react alike to what is told day by day."""
_ROUNDS_OF_ITEMS: Final = 2
_PASSES: Final = 3
"""How often covariates are learnt in a round, so that those that come together share what they did."""
_LEAST: Final = 1e-9
_FELT: Final = 0.05
"""Effects below are too small to hide a period from the baseline, or to leave it out of the noise."""
_SURE: Final = 0.5
_RARE: Final = 0.15
"""Share of the periods up to which those of an effect are hidden from the baseline: it is then told by the others."""
_LIKELY: Final = 0.3
"""Probability of an effect from which on its periods are hidden from the first baseline."""
_MOST_HIDDEN: Final = 0.4
_FAR_OUT: Final = 4.0
_LEAST_NOISE: Final = 1e-4
"""Share of the mean that φ is at least: no item varies by less than a hundredth."""
_BOUND: Final = 4.0


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
        return cls(7 if grid.frequency.count == 1 else 1, max(28 // grid.frequency.count, 4),
                   block=max(7 // grid.frequency.count, 1))  # fmt: skip


@dataclass
class Sheet:
    """The effects on some items as they stand: what each term adds, and their sum.

    Attributes:
        sales: [n, T].
        total: [n, C] logarithm of all effects together.
        parts: by term, the columns it is felt on [D], its effects [n, D], their variances, and how sure they are.
        own: by term, what is believed of each item's effects: [n, S] of slots, [n, 1] of a slope or an amplitude.
    """

    sales: Numbers
    total: Numbers
    parts: dict[int, tuple[Index, Numbers, Numbers, Numbers]] = field(default_factory=dict)
    own: dict[int, Posterior] = field(default_factory=dict)
    expected: Numbers = field(default_factory=lambda: np.zeros((0, 0)))
    noise: Numbers = field(default_factory=lambda: np.zeros(0))
    shock: float = 0.0
    hidden: Flags | None = None
    group: Index | None = None

    @classmethod
    def empty(cls, sales: Numbers, columns: int, group: Index | None = None) -> "Sheet":
        """Sales without any effect yet."""
        return cls(sales, np.zeros((len(sales), columns)), group=group)

    @property
    def history(self) -> int:
        """Columns up to the newest cutoff."""
        return int(self.sales.shape[1])

    def settle(self, rhythm: Rhythm) -> None:
        """The baseline and the noise, as the effects stand."""
        past = self.total[:, : self.history]
        free = self.sales / np.exp(past)
        if self.hidden is not None:
            free = np.where(self.hidden, np.nan, free)
        base = np.maximum(baseline(free, season=rhythm.season, reach=rhythm.reach), _LEAST)
        self.expected, calm = base * np.exp(past), np.abs(past) < _FELT
        self.noise = _noise(self.sales, self.expected, calm)
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
            self.expected[:, columns[past]] *= np.exp(effects[:, past])

    def hide(self) -> None:
        """Hide from the baseline the periods of what is rare and surely there."""
        hidden = np.zeros(self.sales.shape, bool)
        for columns, effects, _, sure in self.parts.values():
            past = columns < self.history
            felt = (sure[:, past] > _SURE) & (np.abs(effects[:, past]) > _FELT)
            rare = felt.sum(axis=1, keepdims=True) < _RARE * self.history
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


@dataclass(frozen=True)
class Term:
    """A clock or a slope, with what is believed of it for all items."""

    source: Source
    believed: Believed | None = None

    @property
    def name(self) -> str:
        """How it is called."""
        return self.source.name

    @property
    def evidence(self) -> float:
        """How much sales speak for its effects: the sum of the logarithms of their odds, of those that are believed."""
        if self.believed is None:
            return 0.0
        sure = np.clip(self.believed.common.probability, 0.5, 1 - 1e-12)
        odds = np.log(sure / (1 - sure))
        return float(odds.max(initial=0.0) if isinstance(self.believed, ShareEffects) else odds.sum())


def fit_common(grid: Grid, items: Index, sources: Sequence[Source], rhythm: Rhythm, *, group: Index | None = None
               ) -> tuple[list[Term], Sheet]:  # fmt: skip
    """What is believed of every source for a sample of items, and the effects on them."""
    sheet = Sheet.empty(grid.sales(items), grid.columns, None if group is None else group[items])
    steps = [_step(grid, items, source, rhythm) for source in sources]
    believed: list[Believed | None] = [None] * len(sources)
    named = [number for number, source in enumerate(sources) if not _is_own(source)]
    own = [number for number, source in enumerate(sources) if _is_own(source)]
    covariates = [number for number in named if not isinstance(sources[number], Clock | Shares)]
    again = covariates * (_PASSES - 1) if len(covariates) > 1 else []
    for step in steps:
        step.expect(sheet)
    for turn in range(rhythm.rounds):
        sheet.settle(rhythm)
        each = turn >= _ROUNDS_TOGETHER
        for number in [*again, *named]:
            believed[number] = steps[number].learn(sheet, number, believed[number], each=each)
        for number in own:
            sheet.clear(number)
        for number in _in_turn(sheet, sources, own, believed):
            believed[number] = steps[number].learn(sheet, number, believed[number], each=each)
        sheet.hide()
    return [Term(source, told) for source, told in zip(sources, believed, strict=True)], sheet


def _in_turn(sheet: Sheet, sources: Sequence[Source], own: Sequence[int], believed: "Sequence[Believed | None]"
             ) -> list[int]:  # fmt: skip
    """Clocks of dates that no calendar names, in the order in which they are learnt: what explains most comes first.

    The same days may be the same date, the same weekday of a month or the same week of every year seen so far.
    """
    evidence = dict[int, float]()
    for number in own:
        clock, before = sources[number], believed[number]
        assert isinstance(clock, Clock)
        assert before is None or isinstance(before, SlotEffects)
        evidence[number] = Term(clock, common_effects(clock, sheet.cells, before, each=False)).evidence
    return sorted(own, key=lambda number: -evidence[number])


def _is_own(source: Source) -> bool:
    return isinstance(source, Clock) and source.kind == "date"


def fit_items(grid: Grid, items: Index, terms: Sequence[Term], rhythm: Rhythm, *, group: Index | None = None
              ) -> Sheet:  # fmt: skip
    """The effects on some items, drawn to what is believed for all."""
    sheet = Sheet.empty(grid.sales(items), grid.columns, None if group is None else group[items])
    steps = [_step(grid, items, term.source, rhythm) for term in terms]
    for number, (step, term) in enumerate(zip(steps, terms, strict=True)):
        step.begin(sheet, number, term.believed)
    for _ in range(_ROUNDS_OF_ITEMS):
        sheet.hide()
        sheet.settle(rhythm)
        for number, (step, term) in enumerate(zip(steps, terms, strict=True)):
            step.apply(sheet, number, term.believed)
    return sheet


@dataclass(frozen=True)
class _Slots:
    """How the effects of a clock are learnt and applied."""

    clock: Clock

    @property
    def columns(self) -> Index:
        felt = self.clock.slots >= 0
        return np.flatnonzero(felt if felt.ndim == 1 else felt.any(axis=0))

    def learn(self, sheet: Sheet, number: int, before: Believed | None, *, each: bool) -> SlotEffects:
        sheet.clear(number)
        assert before is None or isinstance(before, SlotEffects)
        found = common_effects(self.clock, sheet.cells, before, each=each)
        self.put(sheet, number, found, found.of_items(self.clock, sheet.cells))
        return found

    def begin(self, sheet: Sheet, number: int, believed: Believed | None) -> None:
        assert isinstance(believed, SlotEffects)
        self.put(sheet, number, believed, _each(believed.common, len(sheet.sales)))

    def apply(self, sheet: Sheet, number: int, believed: Believed | None) -> None:
        assert isinstance(believed, SlotEffects)
        sheet.clear(number)
        self.put(sheet, number, believed, believed.of_items(self.clock, sheet.cells))

    def expect(self, sheet: Sheet) -> None:
        """Hide from the first baseline what is likely to be felt and rare, so that it need not be found out slowly."""
        likely = np.append(self.clock.prior >= _LIKELY, False)[self.clock.slots[..., : sheet.history]]
        likely = np.broadcast_to(likely, sheet.sales.shape)
        rare = likely.sum(axis=1, keepdims=True) < _RARE * sheet.history
        hidden = likely & rare
        sheet.hidden = hidden if sheet.hidden is None else sheet.hidden | hidden

    def put(self, sheet: Sheet, number: int, believed: Believed, own: Posterior) -> None:
        """Lay what is believed of each item [n, S] on its columns."""
        assert isinstance(believed, SlotEffects)
        columns = self.columns
        slots = np.broadcast_to(self.clock.slots[..., columns], (len(sheet.sales), columns.size))
        inside, at = slots >= 0, np.maximum(slots, 0)
        effects, variance, sure = (
            np.where(inside, np.take_along_axis(each, at, axis=1), 0.0)
            for each in (own.mean, own.variance + own.probability * believed.change**2, own.probability)
        )
        sheet.put(number, columns, effects, variance, sure)
        sheet.own[number] = own


@dataclass(frozen=True)
class _Slope:
    """How a slope is learnt and applied."""

    values: Numbers
    reach: int
    block: int

    def learn(self, sheet: Sheet, number: int, before: Believed | None, *, each: bool) -> SlopeEffects:  # noqa: ARG002
        slopes = self._slopes(sheet, number)
        sheet.clear(number)
        found = common_slope(self.values, slopes, sheet.cells, reach=self.reach, block=self.block)
        own = self._own(found, slopes, sheet.cells) if each else _each(found.common, len(slopes))
        self.put(sheet, number, found, own)
        return found

    def begin(self, sheet: Sheet, number: int, believed: Believed | None) -> None:
        assert isinstance(believed, SlopeEffects)
        self.put(sheet, number, believed, _each(believed.common, len(sheet.sales)))

    def apply(self, sheet: Sheet, number: int, believed: Believed | None) -> None:
        assert isinstance(believed, SlopeEffects)
        slopes = self._slopes(sheet, number)
        sheet.clear(number)
        self.put(sheet, number, believed, self._own(believed, slopes, sheet.cells))

    def expect(self, sheet: Sheet) -> None:
        """Hide nothing: a number is felt in every period."""

    def _own(self, found: SlopeEffects, slopes: Numbers, cells: Cells) -> Posterior:
        if found.blocks == 0 or len(slopes) == 1:
            return _each(found.common, len(slopes))
        return found.of_items(self.values, slopes, cells, reach=self.reach, block=self.block)

    def _slopes(self, sheet: Sheet, number: int) -> Numbers:
        """[n] the slopes that stand, from where the covariate is farthest from its mean."""
        if number not in sheet.parts:
            return np.zeros(len(self.values))
        far = np.abs(self.values).argmax(axis=1)[:, None]
        value = np.take_along_axis(self.values, far, axis=1)[:, 0]
        effect = np.take_along_axis(sheet.parts[number][1], far, axis=1)[:, 0]
        return np.where(value != 0, effect / np.where(value != 0, value, 1.0), 0.0)

    def put(self, sheet: Sheet, number: int, believed: Believed, own: Posterior) -> None:  # noqa: ARG002
        """Lay the slope of each item [n, 1] on all columns."""
        effects = np.clip(self.values * own.mean, -_BOUND, _BOUND)
        sure = np.broadcast_to(own.probability, effects.shape)
        sheet.put(number, np.arange(effects.shape[1]), effects, self.values**2 * own.variance, sure)
        sheet.own[number] = own


@dataclass(frozen=True)
class _Share:
    """How the effects of kinds of days are learnt and applied."""

    source: Shares

    def learn(self, sheet: Sheet, number: int, before: Believed | None, *, each: bool) -> ShareEffects:  # noqa: ARG002
        sheet.clear(number)
        assert before is None or isinstance(before, ShareEffects)
        found = common_shares(self.source, sheet.cells, before)
        self.put(sheet, number, found, found.of_items(sheet.cells) if len(sheet.sales) > 1 else _as_all(sheet))
        return found

    def begin(self, sheet: Sheet, number: int, believed: Believed | None) -> None:
        assert isinstance(believed, ShareEffects)
        self.put(sheet, number, believed, _as_all(sheet))

    def apply(self, sheet: Sheet, number: int, believed: Believed | None) -> None:
        assert isinstance(believed, ShareEffects)
        sheet.clear(number)
        self.put(sheet, number, believed, believed.of_items(sheet.cells))

    def expect(self, sheet: Sheet) -> None:
        """Hide nothing: a feast is felt in a part of a period."""

    def put(self, sheet: Sheet, number: int, believed: Believed, own: Posterior) -> None:
        """Lay the curve, by the amplitude of each item [n, 1], on its columns."""
        assert isinstance(believed, ShareEffects)
        columns = np.flatnonzero(self.source.values.any(axis=1))
        curve = believed.curves_of(sheet.group)[:, columns]
        effects = np.broadcast_to(own.mean * curve, (len(sheet.sales), columns.size))
        probability = float(believed.common.probability.max(initial=0.0))
        doubt = self.source.values[columns] ** 2 @ believed.common.variance + probability * believed.change**2
        variance = np.broadcast_to(doubt + own.variance * curve**2, effects.shape)
        felt = np.where(np.abs(effects) > _FELT, max(probability, believed.own), 0.0)
        sheet.put(number, columns, effects, variance, felt)
        sheet.own[number] = own


def lay(grid: Grid, items: Index, term: Term, own: Posterior, rhythm: Rhythm, *, group: Index | None = None
        ) -> Sheet:  # fmt: skip
    """One term alone, as it was learnt of some items, on the columns of a grid: the same, or one of another future."""
    assert term.believed is not None
    empty = np.zeros((len(items), grid.history))
    sheet = Sheet.empty(empty, grid.columns, None if group is None else group[items])
    _step(grid, items, term.source, rhythm).put(sheet, 0, term.believed, own)
    return sheet


def _step(grid: Grid, items: Index, source: Source, rhythm: Rhythm) -> _Slots | _Slope | _Share:
    if isinstance(source, Shares):
        return _Share(source)
    if isinstance(source, Clock):
        return _Slots(source)
    if isinstance(source, KindSpec):
        return _Slots(source.clock(grid, items))
    return _Slope(source.values(grid, items)[0], rhythm.reach, rhythm.block)


def _as_all(sheet: Sheet) -> Posterior:
    """Amplitudes of items that react as all do."""
    one = np.ones((len(sheet.sales), 1))
    return Posterior(one, 0 * one, one)


def _each(common: Posterior, count: int) -> Posterior:
    """The same effects for so many items."""
    parts = (np.broadcast_to(each, (count, each.size)) for each in (common.mean, common.variance, common.probability))
    return Posterior(*parts)
