"""Who is compared with whom at equal service."""

from types import SimpleNamespace

import numpy as np

from foresale.inventory.policies.levels import UpTo
from foresale.inventory.simulation.equal import compared_with
from foresale.inventory.simulation.replay import CandidatePolicy


def outcome(name: str, role: str, family: str = "") -> SimpleNamespace:
    return SimpleNamespace(contender=CandidatePolicy(name, role, UpTo(np.zeros(1)), family=family))  # type: ignore[arg-type]


def test_the_first_plan_of_each_family_is_compared_whatever_its_name():
    plans = [outcome("a, b, 90 %", "plan", "a, b"), outcome("a, b, 95 %", "plan", "a, b"), outcome("a, c", "plan")]
    found = compared_with(SimpleNamespace(outcomes=[*plans, outcome("cover:7", "rule"), outcome("usual", "naive")]))
    assert [(plan.contender.name, other.contender.name) for plan, other in found] == [
        ("a, b, 90 %", "cover:7"),
        ("a, c", "cover:7"),
    ]
