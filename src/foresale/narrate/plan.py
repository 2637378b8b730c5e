"""What a plan comes to, in sentences."""

from typing import TYPE_CHECKING, Final

import numpy as np

from foresale.core.labels import item_labels
from foresale.core.money import in_currency
from foresale.core.text import counted
from foresale.inventory.planning.exceptions import CHECK, KINDS

if TYPE_CHECKING:
    from foresale.inventory.planning.plan import Plan

_NAMED: Final = 5
"""Items that are named of those that wait to be accepted."""


def plan_sentences(plan: "Plan") -> tuple[str, ...]:
    """Orders that wait to be accepted, the orders, the exceptions, and what one more unit of each limit would bring."""
    ordered = plan.lines.units > 0
    suppliers = len(set(plan.inventory.terms.supplier[ordered].tolist()))
    orders = counted(int(ordered.sum()), "order")
    sentences = [f"{orders} to {counted(suppliers, 'supplier')} for {_amount(plan, plan.money.sum())}."]
    waiting = np.flatnonzero(plan.checks.held)
    if waiting.size:
        labels = item_labels(plan.inventory.items[waiting[:_NAMED].tolist()])
        named = ", ".join(labels) + ", …" * (waiting.size > _NAMED)
        money = _amount(plan, plan.exception.money[waiting].sum())
        sentences.insert(
            0,
            f"Check before ordering: {counted(waiting.size, 'item')} for {money} ({named}), left out "
            "of the orders and totals until you accept them, by id or with accept='all'.",
        )
    kinds = {kind: plan.exception.kind == kind for kind in KINDS if kind != CHECK}
    exceptions = [
        f"{int(of.sum()):,} {kind} ({_amount(plan, plan.exception.money[of].sum())})"
        for kind, of in kinds.items()
        if of.any()
    ]
    if exceptions:
        sentences.append(f"Exceptions, and the money at stake: {', '.join(exceptions)}.")
    prices = {} if plan.limits is None else plan.limits.prices
    sentences += [
        f"One more of {limit} would bring {_amount(plan, price)}." for limit, price in prices.items() if price > 0
    ]
    return tuple(sentences)


def _amount(plan: "Plan", money: float) -> str:
    return in_currency(f"{money:,.2f}", plan.inventory.currency)
