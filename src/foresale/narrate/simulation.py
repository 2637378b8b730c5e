"""What a replay says, in sentences."""

from foresale.core.money import in_currency
from foresale.core.text import counted
from foresale.inventory.simulation.replay import Outcome, Replay


def before_and_after(replay: Replay) -> tuple[Outcome, Outcome] | None:
    """The rule of today, and the plan to compare with it; None where there is no plan.

    Before: the first rule of thumb, else the classic way. After: the cheapest plan of those that serve at least as
    well, else the one that serves best.
    """
    plans = [outcome for outcome in replay.outcomes if outcome.contender.role == "plan"]
    others = [outcome for role in ("rule", "naive") for outcome in replay.outcomes if outcome.contender.role == role]
    if not plans or not others:
        return None
    before = others[0]
    enough = [plan for plan in plans if plan.fill_rate.value >= before.fill_rate.value - 1e-9]
    if enough:
        return before, min(enough, key=lambda plan: plan.cost.value)
    return before, max(plans, key=lambda plan: plan.fill_rate.value)


def replay_sentences(replay: Replay) -> tuple[str, ...]:
    """What the plan brings, what it leaves on the table, and where demand is not known."""
    pair = before_and_after(replay)
    found = [] if pair is None else [_compared(*pair, replay.currency)]
    plans = [outcome for outcome in replay.outcomes if outcome.contender.role == "plan"]
    found += [
        f"{plan.contender.name} was asked for {plan.contender.service:.0%} and served {plan.fill_rate.value:.1%}."
        for plan in plans
        if plan.contender.service is not None and abs(plan.fill_rate.value - plan.contender.service) > 0.01
    ]
    knowing = next((outcome for outcome in replay.outcomes if outcome.contender.role == "foresight"), None)
    if knowing is not None and plans:
        best = min(plans, key=lambda plan: plan.cost.value)
        least, own = (_money(one.cost.value, replay.currency) for one in (knowing, best))
        found.append(f"Who knew all before would have paid {least}, where {best.contender.name} pays {own}.")
    periods = int(replay.outcomes[0].result.periods.max(initial=0))
    found.append(f"Counted: {counted(periods, 'period')} of {counted(len(replay.system), 'item')}, after the first "
                 "orders could arrive.")  # fmt: skip
    return tuple(found)


def _compared(before: Outcome, after: Outcome, currency: str) -> str:
    old, new = before.cost.value, after.cost.value
    change = f"{abs(new / old - 1):.1%} {'less' if new < old else 'more'}" if old > 0 else "as much"
    return (f"{after.contender.name} costs {_money(new, currency)}, {change} than {before.contender.name} "
            f"({_money(old, currency)}), and serves {after.fill_rate.value:.1%} of demand instead of "
            f"{before.fill_rate.value:.1%}.")  # fmt: skip


def _money(value: float, currency: str) -> str:
    return in_currency(f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}", currency)
