"""Effects and baseline estimated in turn, each from the sales freed of all the others (backfitting: Breiman 1985)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from foresale.core.frequency import Index
from foresale.forecasting.effects.clocks import Clock
from foresale.forecasting.effects.grid import Grid
from foresale.forecasting.effects.shares import ShareEffects, Shares
from foresale.forecasting.effects.sheet import Rhythm, Sheet
from foresale.forecasting.effects.shrinkage import Posterior
from foresale.forecasting.effects.slotted import SlotEffects, common_effects
from foresale.forecasting.effects.steps import Believed, Source, step_of

_ROUNDS_TOGETHER: Final = 1
"""The first rounds, in which all items are taken to react alike to what is told day by day."""
_ROUNDS_OF_ITEMS: Final = 2  # baseline and effects in turn
_PASSES: Final = 3
"""How often covariates are learnt in a round, so that those that come together share what they did."""


@dataclass(frozen=True)
class Term:
    """A clock or a slope, with what is believed of it for all items."""

    source: Source
    posterior: Believed | None = None

    @property
    def name(self) -> str:
        """How it is called."""
        return self.source.name

    @property
    def evidence(self) -> float:
        """How much sales speak for its effects: the sum of the logarithms of their odds, of those that are believed."""
        if self.posterior is None:
            return 0.0
        sure = np.clip(self.posterior.common.probability, 0.5, 1 - 1e-12)
        odds = np.log(sure / (1 - sure))
        return float(odds.max(initial=0.0) if isinstance(self.posterior, ShareEffects) else odds.sum())


def fit_common(
    grid: Grid, items: Index, sources: Sequence[Source], rhythm: Rhythm, *, group: Index | None = None
) -> tuple[list[Term], Sheet]:
    """What is believed of every source for a sample of items, and the effects on them."""
    sheet = Sheet.empty(grid.sales(items), grid.columns, None if group is None else group[items])
    steps = [step_of(grid, items, source, rhythm) for source in sources]
    believed: list[Believed | None] = [None] * len(sources)
    named = [number for number, source in enumerate(sources) if not _is_own(source)]
    own = [number for number, source in enumerate(sources) if _is_own(source)]
    covariates = [number for number in named if not isinstance(sources[number], Clock | Shares)]
    again = covariates * (_PASSES - 1) if len(covariates) > 1 else []
    for step in steps:
        step.expect(sheet)
    for turn in range(rhythm.rounds if sources else 1):
        sheet.refit(rhythm)
        sheet.shake()
        each = turn >= _ROUNDS_TOGETHER
        for number in [*again, *named]:
            believed[number] = steps[number].learn(sheet, number, believed[number], each=each)
        for number in own:
            sheet.clear(number)
        for number in _in_turn(sheet, sources, own, believed):
            believed[number] = steps[number].learn(sheet, number, believed[number], each=each)
        sheet.hide()
    return [Term(source, told) for source, told in zip(sources, believed, strict=True)], sheet


def _in_turn(
    sheet: Sheet, sources: Sequence[Source], own: Sequence[int], believed: "Sequence[Believed | None]"
) -> list[int]:
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


def fit_items(grid: Grid, items: Index, terms: Sequence[Term], rhythm: Rhythm, *, group: Index | None = None) -> Sheet:
    """The effects on some items, drawn to what is believed for all."""
    sheet = Sheet.empty(grid.sales(items), grid.columns, None if group is None else group[items])
    steps = [step_of(grid, items, term.source, rhythm) for term in terms]
    for number, (step, term) in enumerate(zip(steps, terms, strict=True)):
        step.begin(sheet, number, term.posterior)
    for turn in range(_ROUNDS_OF_ITEMS):
        sheet.hide()
        sheet.refit(rhythm)
        for number, (step, term) in enumerate(zip(steps, terms, strict=True)):
            step.apply(sheet, number, term.posterior, again=turn > 0)
    return sheet


def lay(grid: Grid, items: Index, term: Term, own: Posterior, rhythm: Rhythm, *, group: Index | None = None) -> Sheet:
    """One term alone, as it was learnt of some items, on the columns of a grid: the same, or one of another future."""
    assert term.posterior is not None
    empty = np.zeros((len(items), grid.history))
    sheet = Sheet.empty(empty, grid.columns, None if group is None else group[items])
    step_of(grid, items, term.source, rhythm).put(sheet, 0, term.posterior, own)
    return sheet
