"""What a replay says, in sentences."""

from typing import Final

from foresale.core.money import in_currency
from foresale.core.text import counted
from foresale.inventory.simulation.replay import Match, Outcome, Replay

_CAUSES: Final = {
    "lost": "the margin of lost sales",
    "holding": "holding stock",
    "waste": "what spoils",
    "ordering": "placing orders",
}


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


def equal_sentence(match: Match, currency: str) -> str:
    """Which of two costs more at equal service, and why."""
    plan, other = match.plan, match.other
    names = (plan.contender.name, other.contender.name)
    least, most = (plan, other) if plan.cost.value <= other.cost.value else (other, plan)
    served = (
        f"At equal service ({plan.fill_rate.value:.1%} of demand)"
        if match.equal
        else f"As near to equal service as {names[match.tuned == 'other']} gets ({plan.fill_rate.value:.1%} and "
        f"{other.fill_rate.value:.1%})"
    )
    by = f"{1 - least.cost.value / most.cost.value:.1%}" if most.cost.value > 0 else "nothing"
    said = (
        f"{served}, {least.contender.name} costs {_money(least.cost.value, currency)} and {most.contender.name} "
        f"{_money(most.cost.value, currency)}, so that {by} is saved"
    )
    gaps = {name: most.result.total(name).value - least.result.total(name).value for name in _CAUSES}
    cause = max(gaps, key=lambda name: gaps[name])
    if gaps[cause] <= 0:
        return f"{said}."
    share = [_money(outcome.result.total(cause).value, currency) for outcome in (least, most)]
    return f"{said}, above all in {_CAUSES[cause]}: {share[0]} instead of {share[1]}."


def replay_sentences(replay: Replay) -> tuple[str, ...]:
    """What the plan brings, what it leaves on the table, and where demand is not known."""
    pair = before_and_after(replay)
    found = [equal_sentence(match, replay.currency) for match in replay.matches]
    found += [] if pair is None else [_compared(*pair, replay.currency)]
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
    found.append(
        f"Counted: {counted(periods, 'period')} of {counted(len(replay.terms), 'item')}, after the first "
        "orders could arrive."
    )
    return tuple(found)


def _compared(before: Outcome, after: Outcome, currency: str) -> str:
    old, new = before.cost.value, after.cost.value
    change = f"{abs(new / old - 1):.1%} {'less' if new < old else 'more'}" if old > 0 else "as much"
    return (
        f"{after.contender.name} costs {_money(new, currency)}, {change} than {before.contender.name} "
        f"({_money(old, currency)}), and serves {after.fill_rate.value:.1%} of demand instead of "
        f"{before.fill_rate.value:.1%}."
    )


def _money(value: float, currency: str) -> str:
    return in_currency(f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}", currency)
