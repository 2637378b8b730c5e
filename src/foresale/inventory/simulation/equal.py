"""At equal service: who orders is tuned until it serves as well as another, since a lower service is no saving."""

from collections.abc import Callable
from typing import Final

from foresale.inventory.policies.situation import Policy
from foresale.inventory.simulation.replay import CandidatePolicy, Match, Outcome, Replay

_STEP: Final = 0.5
"""By how much the dial is turned at first: on a logarithmic scale, of odds, days or money."""
_FARTHEST: Final = 4.0
_ROUNDS: Final = 7
"""Halvings at most, each of which is a replay."""
_NEAR: Final = 0.001
"""Difference of fill rates that is none: a tenth of a point."""


def matched(plan: Outcome, other: Outcome, play: Callable[[CandidatePolicy], Outcome]) -> tuple[Match, ...]:
    """The plan beside another that is tuned to its fill rate, and tuned to that of the other.

    Args:
        plan: as it was asked for.
        other: a rule of thumb, or the classic way, as it was asked for.
        play: replays one contender alone.
    """
    found = []
    rule = tuned_to(other, plan.fill_rate.value, play)
    if rule is not None:
        found.append(Match(plan, rule, "other"))
    own = tuned_to(plan, other.fill_rate.value, play)
    if own is not None:
        found.append(Match(own, other, "plan"))
    return tuple(found)


def tuned_to(outcome: Outcome, fill_rate: float, play: Callable[[CandidatePolicy], Outcome]) -> Outcome | None:
    """What a contender comes to that is tuned to a fill rate, or as near to it as it gets; None where it has no dial.

    The dial is turned in steps that double until the fill rate is passed, and then halved in between: service rises
    with it, apart from whole packs and lucky days.
    """
    dial = outcome.contender.dial
    if dial is None:
        return None
    best = outcome
    if abs(outcome.fill_rate.value - fill_rate) <= _NEAR:
        return outcome
    direction = 1.0 if outcome.fill_rate.value < fill_rate else -1.0
    step, low, high = _STEP, 0.0, None
    for _ in range(2 * _ROUNDS):
        at = (low + high) / 2 if high is not None else low + direction * step
        if abs(at) > _FARTHEST:
            break
        here = play(_turned(outcome.contender, dial, at))
        if abs(here.fill_rate.value - fill_rate) < abs(best.fill_rate.value - fill_rate):
            best = here
        passed = (here.fill_rate.value - fill_rate) * direction >= 0
        low, high, step = (low, at, step) if passed else (at, high, 2 * step)
        narrow = high is not None and abs(high - low) < _STEP / 2**_ROUNDS
        if narrow or abs(best.fill_rate.value - fill_rate) <= _NEAR:
            break
    return best


def _turned(contender: CandidatePolicy, dial: Callable[[float], Policy], at: float) -> CandidatePolicy:
    return CandidatePolicy(f"{contender.name}, tuned", contender.role, dial(at), dial=None)


def compared_with(replay: Replay) -> list[tuple[Outcome, Outcome]]:
    """The first plan of each model and policy, and the rule of today that it is compared with at equal service."""
    others = [outcome for role in ("rule", "naive") for outcome in replay.outcomes if outcome.contender.role == role]
    plans: dict[str, Outcome] = {}
    for outcome in replay.outcomes:
        if outcome.contender.role == "plan":
            plans.setdefault(outcome.contender.family or outcome.contender.name, outcome)
    return [(plan, others[0]) for plan in plans.values()] if others else []
