"""What is believed of events, and what is not and why, in sentences for a person."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.text import few
from foresale.forecasting.effects.clocks import Clock
from foresale.forecasting.effects.covariates import SlopeSpec
from foresale.forecasting.effects.fitting import Term
from foresale.forecasting.effects.grid import Grid
from foresale.forecasting.effects.shares import ShareEffects, Shares
from foresale.forecasting.effects.sheet import Sheet
from foresale.forecasting.effects.slopes import SlopeEffects
from foresale.forecasting.effects.slotted import SlotEffects

_WORTH: Final = 0.05
"""Logarithm of an effect from which on it is worth a word."""
_SURE: Final = 0.5  # probability
_MOST_NAMES: Final = 6  # that a sentence has room for


def sentences(grid: Grid, terms: Sequence[Term], sheet: Sheet) -> Iterator[str]:
    """What is told of the effects over the horizon.

    Args:
        grid: the columns.
        terms: what is believed of each event for all items.
        sheet: the effects on the items, or on a sample of them.
    """
    ahead = np.zeros(grid.columns, bool)
    ahead[np.unique(grid.ahead)] = True
    believed, doubted, unseen = list[tuple[float, str]](), list[str](), list[str]()
    for number, term in enumerate(terms):
        if not _comes(term, ahead):
            continue
        effect, sure = _most(number, sheet, ahead)
        times = _times(term, ahead)
        if abs(effect) >= _WORTH and sure > _SURE:
            believed.append(
                (abs(effect), f"{term.name} × {np.exp(effect):.2g} ({_told(term, times, grid)}, {sure:.0%} sure)")
            )
        elif _is_named(term) and times < 1:
            unseen.append(term.name)
        elif _is_named(term):
            doubted.append(f"{term.name} ({_told(term, times, grid)})")
    strongest = [text for _, text in sorted(believed, key=lambda pair: (-pair[0], pair[1]))]
    if strongest:
        yield f"Events ahead that are in the forecast, with their largest effect: {few(strongest, shown=_MOST_NAMES)}."
    if unseen:
        yield f"Ahead, but never seen in the history, so nothing is added for it: {few(unseen, shown=_MOST_NAMES)}."
    if doubted:
        yield f"Ahead, but without an effect that stands out from chance: {few(doubted, shown=_MOST_NAMES)}."
    yield from _beyond(grid, terms)


def _is_named(term: Term) -> bool:
    """Whether somebody says that this is an event: the calendar, or a covariate."""
    if isinstance(term.source, Clock | Shares):
        return term.source.kind == "feast"
    return True


def _comes(term: Term, ahead: npt.NDArray[np.bool_]) -> bool:
    """Whether an event is felt over the horizon: of a feast, one of its main days lies in it."""
    source = term.source
    if isinstance(source, Clock):
        slots = source.slots[..., : ahead.size]
        main = np.append(source.prior >= source.prior.max(), False)
        return bool((main[slots] & ahead).any())
    if isinstance(source, Shares):
        return bool(source.values[ahead].any())
    return True


def _most(number: int, sheet: Sheet, ahead: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """The largest effect over the horizon, by the mean over items, and how sure the surest item is."""
    if number not in sheet.parts:
        return 0.0, 0.0
    columns, effects, _, probability = sheet.parts[number]
    coming = ahead[columns]
    if not coming.any():
        return 0.0, 0.0
    mean = effects[:, coming].mean(axis=0)
    felt = np.abs(effects[:, coming]) >= _WORTH
    sure = np.where(felt, np.broadcast_to(probability, effects.shape)[:, coming], 0.0).max()
    return float(mean[np.abs(mean).argmax()]), float(sure)


def _times(term: Term, ahead: npt.NDArray[np.bool_]) -> int:
    """How many times the event was seen: of a clock, the most of the slots that come."""
    believed, source = term.posterior, term.source
    if isinstance(believed, SlotEffects):
        if isinstance(source, Clock):
            slots = source.slots[..., : ahead.size]
            coming = np.unique(slots[..., ahead])
            coming = coming[coming >= 0]
            return int(believed.times[coming].max(initial=0))
        return int(believed.times.max(initial=0))
    if isinstance(believed, SlopeEffects):
        return believed.blocks
    return believed.times if isinstance(believed, ShareEffects) else 0


def _told(term: Term, times: int, grid: Grid) -> str:
    if isinstance(term.posterior, SlopeEffects):
        return f"told by {times:,} {'week' if grid.frequency.unit == 'day' else grid.frequency.unit}s"
    if isinstance(term.posterior, ShareEffects):
        return f"seen in {times:,} periods"
    return "seen once" if times == 1 else f"seen {times:,} times"


def _beyond(grid: Grid, terms: Sequence[Term]) -> Iterator[str]:
    """Numbers that lie beyond all that was seen, whose effect is that of the nearest seen."""
    everything = np.arange(len(grid.panel))
    for term in terms:
        if isinstance(term.source, SlopeSpec) and term.posterior is not None:
            if not term.posterior.common.mean.any():
                continue
            _, beyond = term.source.values(grid, everything)
            count = int(np.take_along_axis(beyond, grid.ahead, axis=1).sum())
            if count:
                seen = f"{term.source.low:g} to {term.source.high:g}"
                yield (
                    f"{term.name} lies beyond {seen}, all that was seen, in {count:,} future periods; its effect "
                    "there is taken to be that of the nearest seen."
                )
