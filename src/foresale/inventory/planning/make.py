"""From a forecast, stock and terms to a plan, some items at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError, DataError, Fault
from foresale.core.forecast import Forecast
from foresale.core.labels import item_label
from foresale.core.panel import Panel
from foresale.core.text import counted
from foresale.inventory.defaults import USUAL_PERIODS
from foresale.inventory.limits import Allocation
from foresale.inventory.numeric import Counts
from foresale.inventory.planning.checks import Checks
from foresale.inventory.planning.constrained import Offers, within_limits
from foresale.inventory.planning.decided import Decision
from foresale.inventory.planning.lines import Lines, Outlook
from foresale.inventory.planning.options import PlanOptions, Seasons
from foresale.inventory.planning.peak import before_peak
from foresale.inventory.planning.plan import Plan
from foresale.inventory.planning.slices import Frame
from foresale.inventory.planning.whole import whole_outlook
from foresale.inventory.policies.extend_horizon import first_day
from foresale.inventory.policies.tails import Tails
from foresale.inventory.policies.terms import NEVER
from foresale.inventory.terms import Inventory

_LONGEST: Final = 3
"""Times its own length from which on a forecast that is carried on says little."""
_MOST: Final = 0.5
"""Share of the items for which that is bearable."""


def make_plan(
    forecast: Forecast,
    inventory: Inventory,
    *,
    options: PlanOptions | None = None,
    seasons: Seasons | None = None,
    history: Panel | None = None,
) -> Plan:
    """What to order today of every item of a forecast, and what comes after.

    Args:
        forecast: of all items; a plan is made on the first day of the latest of them.
        inventory: their stock and terms, in the same order.
        options: what to keep to.
        seasons: when items end, and how their demand answers to price.
        history: the sales that the forecast was made from, beside which odd orders show (see `Checks`).

    Raises:
        ConfigError: a horizon beyond that of the forecast, or an inventory of other items.
        DataError: a forecast far too short for the lead times, or room that nobody knows.
    """
    chosen = options or PlanOptions()
    _check(forecast, inventory, chosen)
    frame = Frame.of(forecast, inventory, chosen, seasons or Seasons.none(len(inventory)))
    found = _ordered(_with_tails(frame, history), history)
    seen = found.seen
    return Plan(
        inventory=inventory,
        frequency=forecast.frequency,
        today=first_day(forecast),
        options=chosen,
        terms=frame.terms,
        lines=seen.lines,
        projected=seen.projected,
        markdowns=seen.markdowns,
        later=seen.later.without(found.checks.held),
        checks=found.checks,
        limits=found.limits,
        time_type=forecast.time_type,
        notes=(*dict.fromkeys(_notes(frame, found, seasons)),),
    )


def _with_tails(frame: Frame, history: Panel | None) -> Frame:
    """The frame, and how far sales may go beyond all that was ever sold, where a history on its grid tells."""
    if history is None or history.frequency != frame.forecast.frequency:
        return frame
    return replace(frame, tails=Tails.of(history, horizon=USUAL_PERIODS[history.frequency.unit]))


@dataclass(frozen=True)
class _Ordered:
    """What is seen with the orders of today, and what was held back, cut or moved of them."""

    seen: Outlook
    checks: Checks
    limits: Allocation | None
    notes: tuple[str, ...]


def _ordered(frame: Frame, history: Panel | None) -> _Ordered:
    """The orders of today: those that the policy asks for, checked, cut to limits that all share, and before a peak."""
    options, limits, notes = frame.options, None, tuple[str, ...]()
    if options.limited:
        offers = Offers.of(frame)
        checks = _checked(frame, offers.decision, history)
        constrained = within_limits(frame, offers, held=checks.held)
        limits, notes = constrained.allocation, constrained.notes
        seen = whole_outlook(frame, decision=constrained.decision)
    else:
        seen = whole_outlook(frame)
        checks = _checked(frame, seen.lines, history)
        seen = whole_outlook(frame, units=np.where(checks.held, 0.0, seen.lines.units), before=seen)
    if options.inbound is not None:
        peak = before_peak(frame, seen.lines, seen.later, inbound=options.inbound)
        moved = peak.units if limits is None else np.minimum(peak.units, seen.lines.units)
        notes = (*notes, *peak.notes)
        seen = whole_outlook(frame, units=np.where(checks.held, 0.0, moved), before=seen)
    return _Ordered(seen, checks, limits, notes)


def _notes(frame: Frame, found: _Ordered, seasons: Seasons | None) -> Iterator[str]:
    """What is to be said of a plan."""
    yield from (*frame.forecast.notes, *frame.inventory.notes)
    yield from (*_short_of(frame), *_undated(frame), *found.notes)
    yield from (*frame.forecast.fallback_notes(), *_of_seasons(frame, found.seen, seasons))


def _checked(frame: Frame, orders: Lines | Decision, history: Panel | None) -> Checks:
    """What is to be checked of the orders; nothing without a history."""
    if history is None:
        return Checks.none(len(frame.inventory))
    return Checks.of(orders, frame.forecast, history, until=frame.until, accept=tuple(frame.options.accept))


def _undated(frame: Frame) -> list[str]:
    """Where open orders were put of which nobody told the day."""
    stock = frame.inventory.stock
    untold = np.isnat(stock.due)
    if not untold.any():
        return []
    items = np.zeros(len(frame.inventory), np.bool_)
    items[stock.due_item[untold]] = True
    amount = counted(int(stock.due_units[untold].sum()), "unit")
    where = "taken to arrive after a whole lead time from today, the latest that they can need"
    return [f"Open orders without a day, {amount} of {_named(frame, items)}: {where}. Tell the days in a column due."]


def _of_seasons(frame: Frame, seen: Outlook, seasons: Seasons | None) -> list[str]:
    """What was assumed of items that end."""
    said, end = [], frame.terms.end
    marked = seen.markdowns.start >= 0
    untold = marked & (np.isnan(seasons.elasticity) if seasons is not None else True)
    if untold.any():
        said.append(
            f"Not told, so assumed: an elasticity of {frame.options.elasticity:g} for the mark-downs of "
            f"{_named(frame, untold)}."
        )
    beyond = (end < NEVER) & (end > frame.steps)
    if beyond.any():
        cure = f"forecast {int(end[beyond].max()):,} periods ahead"
        said.append(f"{_named(frame, beyond)} end after the forecast: to see what will be left, {cure}.")
    return said


def _check(forecast: Forecast, inventory: Inventory, options: PlanOptions) -> None:
    if not forecast.items[ITEM].equals(inventory.items[ITEM]):
        raise ConfigError("the inventory is of other items than the forecast: read it for this forecast")
    if options.horizon is not None and options.horizon > forecast.horizon:
        raise ConfigError(f"a plan over {options.horizon} periods needs a forecast of as many, not {forecast.horizon}")


def _short_of(frame: Frame) -> list[str]:
    """What is to be said of items whose orders have to last longer than the forecast reaches."""
    forecast, short = frame.forecast, frame.short
    stale = forecast.starts < first_day(forecast)
    said = []
    if stale.any():
        said.append(
            f"The forecast of {_named(frame, stale)} begins earlier than that of the others; all are planned "
            f"from the same day on."
        )
    if not short.any():
        return said
    longest = int(frame.until[short].max())
    cure = f"forecast {longest} periods ahead"
    far = short & (frame.until > _LONGEST * forecast.horizon)
    if far.mean() > _MOST:
        what = f"items that wait more than {_LONGEST} times as long as the forecast reaches"
        place = f"item {forecast.items[ITEM][int(np.argmax(far))]}"
        raise DataError([Fault(what, int(far.sum()), place, f"{cure[0].upper()}{cure[1:]}.")])
    if far.any():
        said.append(
            f"Orders of {_named(frame, far)} take more than {_LONGEST} times as long as the forecast reaches: "
            "they are hardly more than a guess."
        )
    reached = counted(forecast.horizon, "period")
    said.append(
        f"The forecast reaches {reached}, and orders of {_named(frame, short)} have to "
        f"last longer: its last season is carried on. To see further, {cure}."
    )
    return said


def _named(frame: Frame, items: "np.typing.NDArray[np.bool_]") -> str:
    first: Counts = np.flatnonzero(items)
    return f"{counted(first.size, 'item')} (first: {item_label(frame.forecast.items, int(first[0]))})"
