"""History lived through again, day by day, by several contenders side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import polars as pl

from foresale.core.errors import ConfigError
from foresale.core.money import currency_column
from foresale.inventory.levels import Ahead
from foresale.inventory.numeric import Numbers
from foresale.inventory.policies.situation import Policy, SideBySide
from foresale.inventory.policies.terms import ReplenishmentTerms
from foresale.inventory.simulation.engine import lead_rows, run
from foresale.inventory.simulation.history import History
from foresale.inventory.simulation.result import Estimate, Result, Tally
from foresale.inventory.simulation.rules import average_before

Role = Literal["plan", "naive", "rule", "foresight"]
_RECENT: Final = 28.0
_EQUAL: Final = 0.003
"""Difference of fill rates up to which they are taken for equal."""
MONEY: Final = ("total", "lost", "holding", "waste", "ordering")


@dataclass(frozen=True)
class CandidatePolicy:
    """One who orders.

    Attributes:
        name: how tables and pictures call it.
        role: "plan" for orders out of sample paths, "naive" for seasonal naive with a normal safety stock, "rule" for
            a rule of thumb, "foresight" for knowing what will come.
        policy: what orders.
        service: the target, where it has one for all items.
        dial: the policy with its service turned up or down, 0 for as it is; None where it cannot be.
        family: what those share that differ by their target alone; empty for who has none beside him.
    """

    name: str
    role: Role
    policy: Policy
    service: float | None = None
    dial: Callable[[float], Policy] | None = field(default=None, repr=False, compare=False)
    family: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of a contender."""

    contender: CandidatePolicy
    result: Result

    @property
    def fill_rate(self) -> Estimate:
        """Share of all demand that found stock, in units."""
        return self.result.overall("sold", "wanted")

    @property
    def cost(self) -> Estimate:
        """Money that holding, ordering, waste and lost sales came to."""
        return self.result.total("total")


@dataclass(frozen=True)
class Match:
    """A plan and another way to order at equal service, as far as they can be brought to it.

    Attributes:
        plan: what the plan came to.
        other: what the other way to order came to.
        tuned: which of the two was tuned to the other's fill rate.
    """

    plan: Outcome
    other: Outcome
    tuned: Literal["plan", "other"]

    @property
    def equal(self) -> bool:
        """Whether the one that was tuned reached the fill rate of the other."""
        return abs(self.plan.fill_rate.value - self.other.fill_rate.value) <= _EQUAL


COLUMNS: Final = (
    "contender",
    "periods",
    "demand",
    "sold",
    "fill_rate",
    "cycle_service",
    "stock_out_periods",
    "average_stock",
    "turns",
    "orders",
    "ordered",
    "spoiled",
    "left",
    *(f"{name}_cost" for name in MONEY),
)
"""Columns of the table of a replay beside those of the items."""


@dataclass(frozen=True)
class Replay:
    """What became of all contenders in the same days.

    Attributes:
        history: the days.
        outcomes: one per contender, in their order.
        notes: what was assumed, in sentences.
        currency: of all money, "" where nobody tells.
        matches: plans and another way to order at equal service.
    """

    history: History
    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()
    currency: str = ""
    matches: tuple[Match, ...] = ()

    @property
    def terms(self) -> ReplenishmentTerms:
        """The terms of the items."""
        return self.outcomes[0].result.terms

    def to_frame(self) -> pl.DataFrame:
        """One row per contender and item: service, stock and money, the last in the column `currency`."""
        return pl.concat([self._items(outcome) for outcome in self.outcomes])

    def table(self) -> pl.DataFrame:
        """One row per contender: service, stock and money of all items; intervals are of 95 %."""
        return pl.DataFrame([_totals(outcome) for outcome in self.outcomes], infer_schema_length=None)

    def equal_service(self) -> pl.DataFrame:
        """Two rows per comparison at equal service: as in `table`, with `compared`, the number of the comparison."""
        rows = [
            {"compared": number} | _totals(outcome)
            for number, match in enumerate(self.matches, 1)
            for outcome in (match.plan, match.other)
        ]
        return pl.DataFrame(rows, infer_schema_length=None)

    def _items(self, outcome: Outcome) -> pl.DataFrame:
        result = outcome.result
        counts = {name: values[:, 0].astype(np.float64) for name, values in result.counts.items()}
        columns = {
            "contender": [outcome.contender.name] * len(result.terms),
            **self.history.panel.named_items.to_dict(),
            "periods": result.periods,
            "demand": counts["wanted"],
            "sold": counts["sold"],
            "fill_rate": result.fill_rate,
            "cycle_service": result.cycle_service,
            "stock_out_periods": counts["short_periods"],
            "average_stock": result.average_stock,
            "turns": pl.Series(result.turnover).fill_nan(None),
            "orders": counts["orders"],
            "ordered": counts["ordered"],
            "spoiled": counts["spoiled"],
            "left": counts["left"],
            **{f"{name}_cost": result.money[name][:, 0] for name in MONEY},
        }
        frame = pl.DataFrame(columns)
        return frame.with_columns(currency_column(self.currency, frame))


def replay(
    history: History,
    contenders: Sequence[CandidatePolicy],
    *,
    terms: ReplenishmentTerms,
    start: Numbers | Ahead,
    seed: int = 0,
    notes: Sequence[str] = (),
    currency: str = "",
) -> Replay:
    """Let contenders order through the same days, each with the same stock at first.

    The periods until the first order of an item arrives are the same for all and not counted. What is sold depends
    on the orders; what was recorded, and so what forecasts and averages are made of, does not.

    Args:
        history: the days.
        contenders: who orders.
        terms: how stock moves and what it costs.
        start: [N] units on hand at first, or the stock with what is owed and on the way.
        seed: of lead times that vary; they are the same for all.
        notes: to be handed on.
        currency: of all money, to be handed on.

    Raises:
        ConfigError: no contender, or two of one name.
    """
    names = [contender.name for contender in contenders]
    if not names or len(set(names)) < len(names):
        raise ConfigError(f"contenders have a name of their own each, not {', '.join(names) or 'none'}")
    which = lead_rows(terms, history.periods, seed=seed)[:, 0]
    items = np.arange(len(terms))
    wait = terms.lead[which[np.minimum(history.begins, history.periods - 1)], items]
    tally = Tally(terms, np.minimum(history.begins + wait, history.ends), history.ends)
    demand = np.broadcast_to(history.demand, (len(names), *history.demand.shape))
    policy = SideBySide([contender.policy for contender in contenders])
    run(demand, policy, terms=terms, start=start, tally=tally, which=which)
    result = Result.joined([(items, tally)], terms)
    outcomes = tuple(Outcome(contender, result.column(place)) for place, contender in enumerate(contenders))
    return Replay(history, outcomes, (*history.notes, *notes), currency)


def usual_stock(history: History, terms: ReplenishmentTerms) -> Numbers:
    """[N] units on hand of who orders by the average: that of four weeks for lead time and review."""
    window = max(round(_RECENT * history.panel.frequency.per_year / 365.2425), 1)
    average = average_before(history.sold_before(window), window)[:, 0]
    cover = np.ceil(terms.lead.mean(axis=0)) + terms.review
    return np.asarray(np.ceil(average * cover / terms.pack) * terms.pack, np.float64)


def _totals(outcome: Outcome) -> dict[str, object]:
    result, fill, cost = outcome.result, outcome.fill_rate, outcome.cost
    counts = {name: float(values.sum()) for name, values in result.counts.items()}
    held = float((result.counts["stock"].sum(axis=1) * result.terms.cost / np.maximum(result.periods, 1)).sum())
    sold = float((result.counts["sold"].sum(axis=1) * result.terms.cost).sum())
    years = float(result.periods.max(initial=0)) / result.terms.per_year
    return {
        "contender": outcome.contender.name,
        "role": outcome.contender.role,
        "service": outcome.contender.service,
        "fill_rate": fill.value,
        "fill_rate_low": max(fill.low, 0.0),
        "fill_rate_high": min(fill.high, 1.0),
        "cycle_service": result.overall("kept_cycles", "cycles").value,
        "stock_out_share": counts["short_periods"] / max(float(result.periods.sum()), 1.0),
        "stock_value": held,
        "turns": sold / held / years if held > 0 and years > 0 else None,
        "orders": counts["orders"],
        **{f"{name}_cost": result.total(name).value for name in MONEY},
        "total_cost_low": max(cost.low, 0.0),
        "total_cost_high": cost.high,
    }
