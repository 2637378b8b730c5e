"""How each kind of source is learnt from a sheet, and laid on it."""

from dataclasses import dataclass, replace

import numpy as np

from foresale.core.arrays import Numbers
from foresale.core.frequency import Index
from foresale.forecasting.effects.cells import Cells
from foresale.forecasting.effects.clocks import Clock
from foresale.forecasting.effects.covariates import KindSpec, Spec
from foresale.forecasting.effects.grid import Grid
from foresale.forecasting.effects.shares import ShareEffects, Shares, common_shares
from foresale.forecasting.effects.sheet import FELT, RARE, Rhythm, Sheet
from foresale.forecasting.effects.shrinkage import Posterior
from foresale.forecasting.effects.slopes import SlopeEffects, common_slope
from foresale.forecasting.effects.slotted import SlotEffects, common_effects

Believed = SlotEffects | SlopeEffects | ShareEffects
Source = Clock | Shares | Spec

_LIKELY = 0.3
"""Probability of an effect from which on its periods are hidden from the first baseline."""
_BOUND = 4.0  # logarithm: a factor of 55


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

    def apply(self, sheet: Sheet, number: int, believed: Believed | None, *, again: bool) -> None:
        """What no calendar names is looked for once, and again only where it was found."""
        assert isinstance(believed, SlotEffects)
        clock = self.clock
        if again and not clock.named:
            found = sheet.parts[number][0]
            slots = np.full_like(clock.slots, -1)
            slots[found] = clock.slots[found]
            clock = replace(clock, slots=slots)
        sheet.clear(number)
        self.put(sheet, number, believed, believed.of_items(clock, sheet.cells))

    def expect(self, sheet: Sheet) -> None:
        """Hide from the first baseline what is likely to be felt and rare, so that it need not be found out slowly."""
        likely = np.append(self.clock.prior >= _LIKELY, False)[self.clock.slots[..., : sheet.history]]
        likely = np.broadcast_to(likely, sheet.sales.shape)
        rare = likely.sum(axis=1, keepdims=True) < RARE * sheet.history
        hidden = likely & rare
        sheet.hidden = hidden if sheet.hidden is None else sheet.hidden | hidden

    def put(self, sheet: Sheet, number: int, believed: Believed, own: Posterior) -> None:
        """Lay what is believed of each item [n, S] on its columns."""
        assert isinstance(believed, SlotEffects)
        columns = self.columns
        slots = self.clock.slots[..., columns]
        if slots.ndim == 1:
            alike = not own.mean.strides[0]
            means, doubts, chances = (np.asfortranarray(each[:1] if alike else each) for each in vars(own).values())
            told = ((means != 0) | (doubts != 0)).any(axis=0)
            columns, slots = columns[told[slots]], slots[told[slots]]
            shape = (len(sheet.sales), columns.size)
            doubts = doubts + chances * believed.change**2
            effects, variance, sure = (np.broadcast_to(each[:, slots], shape) for each in (means, doubts, chances))
        else:
            inside, at = slots >= 0, np.maximum(slots, 0)
            doubts = own.variance + own.probability * believed.change**2
            effects, variance, sure = (
                np.where(inside, np.take_along_axis(each, at, axis=1), 0.0)
                for each in (own.mean, doubts, own.probability)
            )
        sheet.put(number, columns, effects, variance, sure)
        sheet.own[number] = own


@dataclass(frozen=True)
class _Slope:
    """How a slope is learnt and applied."""

    values: Numbers
    rhythm: Rhythm

    def learn(self, sheet: Sheet, number: int, before: Believed | None, *, each: bool) -> SlopeEffects:  # noqa: ARG002
        slopes = self._slopes(sheet, number)
        sheet.clear(number)
        found = common_slope(self.values, slopes, sheet.cells, self.rhythm)
        own = self._own(found, slopes, sheet.cells) if each else _each(found.common, len(slopes))
        self.put(sheet, number, found, own)
        return found

    def begin(self, sheet: Sheet, number: int, believed: Believed | None) -> None:
        assert isinstance(believed, SlopeEffects)
        self.put(sheet, number, believed, _each(believed.common, len(sheet.sales)))

    def apply(self, sheet: Sheet, number: int, believed: Believed | None, *, again: bool) -> None:  # noqa: ARG002
        assert isinstance(believed, SlopeEffects)
        slopes = self._slopes(sheet, number)
        sheet.clear(number)
        self.put(sheet, number, believed, self._own(believed, slopes, sheet.cells))

    def expect(self, sheet: Sheet) -> None:
        """Hide nothing: a number is felt in every period."""

    def _own(self, found: SlopeEffects, slopes: Numbers, cells: Cells) -> Posterior:
        if found.blocks == 0 or len(slopes) == 1:
            return _each(found.common, len(slopes))
        return found.of_items(self.values, slopes, cells, self.rhythm)

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

    def apply(self, sheet: Sheet, number: int, believed: Believed | None, *, again: bool) -> None:  # noqa: ARG002
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
        felt = np.where(np.abs(effects) > FELT, max(probability, believed.own), 0.0)
        sheet.put(number, columns, effects, variance, felt)
        sheet.own[number] = own


def step_of(grid: Grid, items: Index, source: Source, rhythm: Rhythm) -> _Slots | _Slope | _Share:
    """How a source is learnt and applied to some items."""
    if isinstance(source, Shares):
        return _Share(source)
    if isinstance(source, Clock):
        return _Slots(source)
    if isinstance(source, KindSpec):
        return _Slots(source.clock_on(grid, items))
    return _Slope(source.values(grid, items)[0], rhythm)


def _as_all(sheet: Sheet) -> Posterior:
    """Amplitudes of items that react as all do."""
    one = np.ones((len(sheet.sales), 1))
    return Posterior(one, 0 * one, one)


def _each(common: Posterior, count: int) -> Posterior:
    """The same effects for so many items."""
    parts = (np.broadcast_to(each, (count, each.size)) for each in (common.mean, common.variance, common.probability))
    return Posterior(*parts)
