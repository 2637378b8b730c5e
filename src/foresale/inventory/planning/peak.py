"""Orders of today before a peak: earlier than needed, where more is needed later than can arrive."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from foresale.core.text import counted
from foresale.inventory.leads import period_days
from foresale.inventory.numeric import Numbers
from foresale.inventory.planning.buildup import BuildUp, Needs, build_up
from foresale.inventory.planning.constrained import volumes
from foresale.inventory.planning.lines import Lines
from foresale.inventory.planning.slices import Frame
from foresale.inventory.planning.stock_projection import LaterOrders
from foresale.inventory.policies.extend_horizon import first_day, stretched

_WEEK: Final = 7.0


@dataclass(frozen=True)
class Peak:
    """Orders of today that leave room for a peak.

    Attributes:
        units: [N] units to order today.
        notes: what was moved, in sentences.
    """

    units: Numbers
    notes: tuple[str, ...]


def before_peak(frame: Frame, lines: Lines, later: LaterOrders, *, inbound: float) -> Peak:
    """Today's orders, so that no week brings more than can arrive, now or later.

    The orders that the rules ask for, now and at later reviews, are what is needed in each week; `build_up` says when
    they should arrive. What it brings into the week of today's arrival more than is needed there is ordered today, in
    whole packs and not below the minimum.

    Args:
        frame: what the plan looks at.
        lines: today's orders as the rules ask for them.
        later: the orders after them.
        inbound: room of what can arrive in a week.

    Raises:
        DataError: items that take room nobody knows.
    """
    use, notes = volumes(frame.inventory.terms, frame)
    days = period_days(frame.forecast.frequency)
    week = max(round(_WEEK / days), 1)
    need, room = _need(frame, lines, later, week), _room(frame, use, inbound * week * days / _WEEK, week)
    if (use @ need <= room + 1e-9).all():
        return Peak(lines.units, notes)
    moved = _moved(frame, need, use, room, lines, week, days)
    terms, first = frame.inventory.terms, np.minimum(lines.lead // week, need.shape[1] - 1)
    rows = np.arange(len(need))
    wanted = lines.units + moved.units[rows, first] - need[rows, first]
    packed = np.floor(wanted / terms.pack + 1e-6) * terms.pack
    units = np.where(
        packed >= terms.minimum, packed, np.where(lines.units > 0, np.minimum(lines.units, terms.minimum), 0)
    )
    units = np.where((lines.lead // week < need.shape[1]) & (np.abs(wanted - lines.units) > 1e-6), units, lines.units)
    return Peak(np.maximum(units, 0.0), (*notes, _said(frame, need, use, room, lines, units, moved, week)))


def _need(frame: Frame, lines: Lines, later: LaterOrders, week: int) -> Numbers:
    """[N, K] units that the rules want to arrive in each week of the horizon."""
    need = np.zeros((len(frame.inventory), -(-frame.horizon // week)))
    for item, arrives, units in (
        (np.arange(len(need)), lines.lead, lines.units),
        (later.item, later.arrives, later.units),
    ):
        within = arrives < frame.horizon
        np.add.at(need, (item[within], arrives[within] // week), units[within])
    return need


def _room(frame: Frame, use: Numbers, inbound: float, week: int) -> Numbers:
    """[K] room that open orders leave in each week."""
    everything = np.arange(len(frame.inventory))
    grid = stretched(frame.forecast, everything, steps=frame.horizon)
    taken = use @ frame.inventory.stock.arrivals(grid, lead=frame.usual_lead)
    begins = np.arange(0, frame.horizon, week)
    return np.maximum(inbound - np.add.reduceat(taken, begins), 0.0)


def _moved(frame: Frame, need: Numbers, use: Numbers, room: Numbers, lines: Lines, week: int, days: float) -> BuildUp:
    """When everything is best to arrive, over the items that need anything."""
    terms = frame.inventory.terms
    items = np.flatnonzero(need.sum(axis=1) > 0)
    holding = np.maximum(terms.cost * terms.holding * week * days / 365.2425, 1e-9)
    found = build_up(
        Needs(need[items], use[items], (lines.lead // week)[items], holding[items], terms.short[items]), room
    )
    units, unmet = np.zeros(need.shape), np.zeros(need.shape)
    units[items], unmet[items] = found.units, found.unmet
    return BuildUp(units, unmet, found.prices)


def _said(
    frame: Frame, need: Numbers, use: Numbers, room: Numbers, lines: Lines, units: Numbers, moved: BuildUp, week: int
) -> str:
    tight = np.flatnonzero(use @ need > room + 1e-9)
    stamp = frame.forecast.frequency.timestamps(np.array([first_day(frame.forecast) + int(tight[0]) * week]))[0]
    day = str(stamp.astype("datetime64[D]"))
    earlier = np.maximum(units - lines.units, 0)
    stretch = "week" if abs(week * period_days(frame.forecast.frequency) - _WEEK) < 1 else "period"
    said = f"More is needed than can arrive in {counted(tight.size, stretch)} (first that of {day})"
    if earlier.any():
        said += (
            f": {earlier.sum():,.0f} units of {counted(int((earlier > 0).sum()), 'item')} are ordered today, "
            "earlier than needed"
        )
    if moved.unmet.any():
        said += f"; {moved.unmet.sum():,.0f} units cannot arrive in time"
    return f"{said}. One more unit of room would bring up to {moved.prices.max():,.2f}."
