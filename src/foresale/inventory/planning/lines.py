"""The lines of a plan: what is ordered of each item, and what is at stake with and without it."""

from dataclasses import dataclass, fields

import numpy as np

from foresale.core.arrays import Flags
from foresale.core.panel import Values
from foresale.inventory.numeric import Counts, Numbers
from foresale.inventory.planning.decided import Decision, decide
from foresale.inventory.planning.order_decision import orders_now
from foresale.inventory.planning.slices import Frame, Slice
from foresale.inventory.planning.stock_projection import (
    LOW,
    MIDDLE,
    LaterOrders,
    StockProjection,
    joined,
    project_stock,
    thinned,
)
from foresale.inventory.samples import Paths
from foresale.pricing.markdowns.single import Clearing, Markdowns, markdowns

NONE = -1
"""A step that is not reached."""


@dataclass(frozen=True)
class Lines:
    """One line for each of N items; expected values over the sample paths. Steps count from today, which is 0.

    Attributes:
        units: [N] units to order today.
        asked: [N] units to order if nothing were limited.
        wanted: [N] units before packs and minimum.
        last: [N] whether it is the item's last order.
        brief: [N] whether its shelf life allows less than the service asks for.
        lead: [N] step from which the order can usually be sold.
        until: [N] step on which the next order arrives.
        demand: [N] expected demand from the arrival of the order to that of the next: what it is for.
        demand_low: [N] units that this demand exceeds with a chance of nine in ten.
        demand_high: [N] units that it exceeds with a chance of one in ten.
        runs_out: [N] step on which stock and open orders are as likely as not used up; `NONE` within the projection.
        runs_out_early: [N] step on which the chance of that reaches one in ten.
        risk: [N] chance to run out before the order can arrive.
        lost_before: [N] units of demand lost before the order can arrive, whatever is ordered.
        lost_without: [N] units lost until the next order arrives if nothing is ordered today.
        lost_with: [N] units lost until then with the order.
        lost_asked: [N] the same if nothing were limited.
        left: [N] units of stock and open orders that are still there at the step `left_at`.
        left_at: [N] end of the projection, or of the time the next order is for, of shelf life or season.
        rate: [N] expected demand per period.
    """

    units: Numbers
    asked: Numbers
    wanted: Numbers
    last: Flags
    brief: Flags
    lead: Counts
    until: Counts
    demand: Numbers
    demand_low: Numbers
    demand_high: Numbers
    runs_out: Counts
    runs_out_early: Counts
    risk: Numbers
    lost_before: Numbers
    lost_without: Numbers
    lost_with: Numbers
    lost_asked: Numbers
    left: Numbers
    left_at: Counts
    rate: Numbers


@dataclass(frozen=True)
class Projection:
    """Projected stock of N items over H steps; see `StockProjection` for the meaning of its parts.

    Attributes:
        mean: [N, H] expected units on hand at the end of a step, with the orders of the plan.
        low: [N, H] on nine paths of ten there are more.
        middle: [N, H] on every second path there are more.
        high: [N, H] on one path of ten there are more.
        risk: [N, H] chance that the step's demand is not met in full.
        arrivals: [N, H] expected units that arrive.
        unordered: [N, H] expected units on hand if nothing is ordered.
    """

    mean: Values
    low: Values
    middle: Values
    high: Values
    risk: Values
    arrivals: Values
    unordered: Values


@dataclass(frozen=True)
class Outlook:
    """All that is seen of some items: lines, projected stock, mark-downs, and the orders after those of today."""

    lines: Lines
    projected: Projection
    markdowns: Markdowns
    later: LaterOrders


def outlook(frame: Frame, items: Counts, *, units: Numbers | None = None, decision: Decision | None = None) -> Outlook:
    """What is seen of some items; the items of its later orders count within them.

    What is ordered is decided on all paths, of a few items at a time; where that leads is seen on some of them, and of
    all items together.

    Args:
        frame: what the plan looks at.
        items: [n] which ones, on paths of one length.
        units: [N] what is ordered, if not what the policy asks for.
        decision: what is ordered of all N items, where that is decided already.
    """
    decisions, cleared, paths = list[Decision](), list[Markdowns](), list[Paths]()
    for part in frame.slices(items):
        if decision is not None:
            decisions.append(decision.of(part.items))
        else:
            own = None if units is None else units[part.items]
            decisions.append(decide(part, orders_now(part.situation, frame.policy), horizon=frame.horizon, units=own))
        cleared.append(_cleared(part, decisions[-1].units))
        paths.append(np.ascontiguousarray(thinned(part.demand).transpose(2, 1, 0)))
    part = frame.slice_of(items, np.concatenate(paths, axis=1).transpose(2, 1, 0))
    taken: Decision = joined(Decision, decisions)
    steps = part.demand.shape[2]
    alone = project_stock(part.situation, first=np.zeros(items.size), policy=None, steps=steps)
    ahead = project_stock(part.situation, first=taken.units, policy=frame.policy, steps=frame.horizon)
    names = [field.name for field in fields(Projection) if field.name != "unordered"]
    shown = Projection(**{name: getattr(ahead, name) for name in names}, unordered=alone.mean[:, : frame.horizon])
    return Outlook(_lines(part, taken, alone, frame.horizon), shown, joined(Markdowns, cleared), ahead.later)


def _cleared(part: Slice, ordered: Numbers) -> Markdowns:
    """[n] mark-downs of the items that end within the paths and would be left over at full price."""
    ending = np.flatnonzero((part.terms.end <= part.demand.shape[2]) & (part.terms.end > 0))
    result = Markdowns.none(part.items.size)
    if not ending.size:
        return result
    end, stock, price = part.terms.end[ending], part.stock, part.price[ending]
    coming = np.where(np.arange(stock.arrivals.shape[1]) < end[:, None], stock.arrivals[ending], 0).sum(axis=1)
    ordered = np.where(part.terms.usual_lead < part.terms.end, ordered, 0)[ending]
    units = np.maximum(stock.net[ending] + coming + ordered, 0)
    clearing = Clearing(units, end, price, np.minimum(part.salvage[ending], price), part.elasticity[ending])
    found = markdowns(part.demand[:, ending], clearing)
    values = {}
    for field in fields(Markdowns):
        values[field.name] = getattr(result, field.name).copy()
        values[field.name][ending] = getattr(found, field.name)
    return Markdowns(**values)


def _lines(part: Slice, decision: Decision, alone: StockProjection, horizon: int) -> Lines:
    terms, steps = part.terms, part.demand.shape[2]
    lead, rows = terms.usual_lead, np.arange(part.items.size)
    until = np.minimum(lead + terms.review, terms.end)
    left_at = np.where(terms.end <= steps, terms.end, np.minimum(np.maximum(horizon, until), steps))
    left_at = np.minimum(left_at, terms.shelf)
    before = alone.lost_before
    return Lines(
        units=decision.units,
        asked=decision.asked,
        wanted=decision.wanted,
        last=decision.last,
        brief=decision.brief,
        lead=lead,
        until=until,
        demand=decision.demand,
        demand_low=decision.demand_low,
        demand_high=decision.demand_high,
        runs_out=_first(alone.out >= MIDDLE),
        runs_out_early=_first(alone.out >= LOW),
        risk=np.where(lead > 0, alone.out[rows, np.minimum(lead, steps) - 1], 0.0).astype(np.float64),
        lost_before=before,
        lost_without=before + decision.short_without,
        lost_with=before + decision.short_with,
        lost_asked=before + decision.short_asked,
        left=alone.mean[rows, np.maximum(left_at, 1) - 1].astype(np.float64),
        left_at=left_at,
        rate=decision.rate,
    )


def _first(reached: Flags) -> Counts:
    """[N] the first step of each row that is true; `NONE` where none is."""
    return np.where(reached.any(axis=1), reached.argmax(axis=1), NONE).astype(np.int64)
