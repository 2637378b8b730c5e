"""Why each item is ordered, or not, in a sentence or two."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from foresale.core.frequency import Frequency
from foresale.core.money import in_currency, money
from foresale.core.text import counted, units
from foresale.forecasting.effects.raised import RaisedDays
from foresale.inventory.orders import in_whole_packs
from foresale.inventory.planning.checks import Checks
from foresale.inventory.planning.exceptions import CHECK, EXCESS, LATE, LEFTOVER
from foresale.inventory.planning.lines import Lines
from foresale.inventory.policies.terms import NEVER, ReplenishmentTerms
from foresale.inventory.terms import Inventory
from foresale.pricing.markdowns.single import Markdowns

_EVENTS: Final = 3
"""Events that a reason names at most, the strongest."""
_FELT: Final = 0.05
"""Share by which whole packs must raise an order to be worth a word."""


@dataclass(frozen=True)
class Grounds:
    """What the sentences go by: a plan's items, orders and exceptions, and the days of its periods.

    Attributes:
        inventory: the items, their stock and terms.
        lines: one line per item.
        terms: by which each item was ordered.
        markdowns: of items that end and would be left over.
        checks: orders that wait to be accepted, and why.
        kind: [N] the exception of each item, "" where there is none.
        frequency: the grid of the periods.
        today: grid position of the first period.
        horizon: periods of the projection.
        raised: days on which an event raises the forecast of an item.
    """

    inventory: Inventory
    lines: Lines
    terms: ReplenishmentTerms
    markdowns: Markdowns
    checks: Checks
    kind: npt.NDArray[np.str_]
    frequency: Frequency
    today: int
    horizon: int
    raised: Sequence[RaisedDays]


def reasons(plan: Grounds) -> list[str]:
    """[N] sentences: what is there and how long it lasts, what the order is for, and what is out of the ordinary."""
    view = _View.of(plan)
    return [view.sentence(item) for item in range(len(plan.inventory))]


@dataclass(frozen=True)
class _View:
    """A plan's columns as lists, since sentences are made one by one."""

    columns: dict[str, list[float]]
    kind: list[str]
    why: tuple[str, ...]
    day: Callable[[float], str]
    horizon: int
    period: str
    currency: str
    events: dict[int, list[RaisedDays]]
    today: int

    @classmethod
    def of(cls, plan: Grounds) -> "_View":
        lines, terms = plan.lines, plan.terms
        days = _days(plan, lines.lead, lines.until, lines.left_at, lines.runs_out, lines.runs_out_early, terms.end)
        period = plan.frequency.unit if plan.frequency.count == 1 else "period"
        listed = {name: values.tolist() for name, values in _columns(plan).items()}
        events: dict[int, list[RaisedDays]] = {}
        for raised in plan.raised:
            events.setdefault(raised.item, []).append(raised)
        return cls(
            listed,
            plan.kind.tolist(),
            plan.checks.why,
            days.__getitem__,
            plan.horizon,
            period,
            plan.inventory.currency,
            events,
            plan.today,
        )

    def sentence(self, item: int) -> str:
        row = {name: values[item] for name, values in self.columns.items()}
        if self.kind[item] == CHECK:
            what = self.why[item]
            return (
                f"Check before ordering {units(row['asked'])}: {what}. It is left out until you accept it; "
                f"{self._there(row)}."
            )
        first = self._order(row) + self._for_events(row, item) if row["units"] > 0 else self._no_order(row)
        return f"{first}{self._more(row, self.kind[item])}{self._marked(row)}"

    def _there(self, row: dict[str, float]) -> str:
        """What is there, and how long it lasts."""
        if not row["on_hand"] and not row["on_order"]:
            return "nothing is on hand or on order"
        there = f"{units(row['on_hand'])} on hand" + (f" and {units(row['on_order'])} on order" * (row["on_order"] > 0))
        if row["out"] < 0:
            return f"{there} last beyond {self.day(self.horizon - 1)}"
        return f"{there} last until about {self.day(row['out'])}"

    def _order(self, row: dict[str, float]) -> str:
        packs = f" ({units(row['units'] / row['pack'])} × {units(row['pack'])})" if row["pack"] != 1 else ""
        said = (
            f"Order {units(row['units'])}{packs}: {self._there(row)}; the order can be sold from "
            f"{self.day(row['lead'])} and is for a demand of {units(row['low'])} to {units(row['high'])} until "
            f"{self.day(max(row['until'] - 1, row['lead']))}."
        )
        if row["brief"]:
            said += (
                f" Its shelf life of {counted(int(row['shelf']), self.period)} keeps the order lower than the "
                "service asks for: more would spoil."
            )
        if row["packed"] > row["wanted"] * (1 + _FELT):
            said += f" Whole packs raise {units(row['wanted'])} to {units(row['packed'])}."
        if row["asked"] > row["packed"] + 1e-9:
            said += f" The minimum order raises {units(row['packed'])} to {units(row['asked'])}{self._longer(row)}."
        if row["units"] > row["asked"] + 1e-9:
            said += f" {units(row['units'] - row['asked'])} of them come earlier than needed, before a peak."
        if row["units"] < row["asked"] - 1e-9:
            said += f" {units(row['asked'])} were needed, which the limit leaves no room for."
        if row["last"]:
            said += f" It is the last order before the item ends on {self.day(row['end'] - 1)}."
        return said

    def _for_events(self, row: dict[str, float], item: int) -> str:
        """What raises the demand that the order is for: the strongest first."""
        first, last = int(row["lead"]), int(max(row["until"] - 1, row["lead"]))
        found: dict[str, tuple[float, int, int]] = {}
        for raised in self.events.get(item, ()):
            steps = np.flatnonzero(raised.factor > 1) + raised.first - self.today
            inside = steps[(steps >= first) & (steps <= last)]
            if not inside.size:
                continue
            most = float(raised.factor[inside + self.today - raised.first].max())
            begin, end = int(inside[0]), int(inside[-1])
            before = found.get(raised.event, (most, begin, end))
            found[raised.event] = (max(most, before[0]), min(begin, before[1]), max(end, before[2]))
        if not found:
            return ""
        strongest = sorted(found.items(), key=lambda pair: (-pair[1][0], pair[0]))[:_EVENTS]
        named = [f"{name} (× {most:.2g}, {self._span(begin, end)})" for name, (most, begin, end) in strongest]
        return f" In these days demand is raised by {', '.join(named)}."

    def _span(self, begin: int, end: int) -> str:
        return self.day(begin) if begin == end else f"{self.day(begin)} to {self.day(end)}"

    def _longer(self, row: dict[str, float]) -> str:
        """How much longer the order lasts for its minimum."""
        if row["rate"] <= 0:
            return ", for which there is no demand"
        return f", enough for {units((row['asked'] - row['packed']) / row['rate'])} {self.period}s more"

    def _no_order(self, row: dict[str, float]) -> str:
        if row["asked"] > 0:
            return f"No order: {units(row['asked'])} were needed, but the limit leaves no room; {self._there(row)}."
        if row["end"] <= 0:
            return f"No order: it has ended; {units(row['on_hand'])} on hand and {units(row['on_order'])} on order."
        if row["end"] < NEVER and row["lead"] >= row["end"]:
            return f"No order: it would arrive after the item ends; {self._there(row)}."
        until = self.day(max(row["until"] - 1, 0))
        if row["until"] >= row["end"] and (row["out"] < 0 or row["out"] >= row["until"]):
            return f"No order: {self._there(row)}, and it ends on {self.day(row['end'] - 1)}."
        if row["out"] < 0 or row["out"] >= row["until"]:
            return f"No order: {self._there(row)}, and the next order can be sold from {self.day(row['until'])}."
        return f"No order: little is wanted until {until}; {self._there(row)}."

    def _more(self, row: dict[str, float], kind: str) -> str:
        if kind == LATE:
            chance = f"with a chance of {row['risk']:.0%}"
            return (
                f" It runs out before {self.day(row['lead'])} {chance}, which costs a margin of "
                f"{self._money(row['lost'])} whatever is ordered today: ask for an earlier delivery."
            )
        if kind in {EXCESS, LEFTOVER}:
            then = self.day(max(row["left_at"] - 1, 0))
            left = f"{units(row['left'])} ({self._money(row['left_cost'])} at cost)"
            said = f" Without any order, {left} will on average still be there on {then}"
            return f"{said}.{self._nevertheless(row)}" if row["units"] > 0 else f"{said}."
        return ""

    def _nevertheless(self, row: dict[str, float]) -> str:
        """Why something is ordered of an item of which much is left."""
        if row["early"] >= 0:
            when = f"by {self.day(row['early'])} stock is used up, before more is on hand"
            return f" The order is for the one case in ten in which {when}."
        return f" The order is for the last of a service of {row['target']:.1%}: demand may be far above its mean."

    def _marked(self, row: dict[str, float]) -> str:
        if row["start"] < 0:
            return ""
        when = "now" if row["start"] == 0 else f"from {self.day(row['start'])}"
        return (
            f" Mark down by {row['depth']:.0%} {when}: {units(row['rest'])} would be left instead of that, and "
            f"{self._money(row['gain'])} more comes in."
        )

    def _money(self, value: float) -> str:
        return in_currency(money(value), self.currency)


def _columns(plan: Grounds) -> dict[str, npt.NDArray[Any]]:
    """What sentences tell of the items, by name."""
    lines, terms, stock = plan.lines, plan.terms, plan.inventory.stock
    return {
        "on_hand": stock.on_hand,
        "on_order": stock.on_order,
        "units": lines.units,
        "asked": lines.asked,
        "packed": in_whole_packs(lines.wanted, pack=terms.pack),
        "wanted": lines.wanted,
        "pack": terms.pack,
        "lead": lines.lead,
        "until": lines.until,
        "out": lines.runs_out,
        "risk": lines.risk,
        "last": lines.last,
        "low": lines.demand_low,
        "high": lines.demand_high,
        "lost": terms.short * lines.lost_before,
        "left": lines.left,
        "left_at": lines.left_at,
        "left_cost": terms.cost * lines.left,
        "end": terms.end,
        "start": plan.markdowns.start,
        "depth": plan.markdowns.depth,
        "gain": plan.markdowns.gain,
        "rest": plan.markdowns.left,
        "rate": lines.rate,
        "early": lines.runs_out_early,
        "target": terms.target,
        "brief": lines.brief,
        "shelf": terms.shelf,
    }


def _days(plan: Grounds, *steps: npt.NDArray[np.int64]) -> dict[float, str]:
    """The day of every step that a sentence may name."""
    most = max([plan.horizon, *(int(part[part < NEVER].max(initial=0)) for part in steps)]) + 1
    every = np.arange(most + 1)
    stamps = plan.frequency.timestamps(plan.today + every).astype("datetime64[m]").astype(str)
    return {
        step: stamp.replace("T", " ").removesuffix(" 00:00")
        for step, stamp in zip(every.tolist(), stamps.tolist(), strict=True)
    }
