"""Every policy keeps the laws, and what breaks one is told."""

import numpy as np
import pytest

from foresale.inventory.policies.registry import NAMES
from foresale.testing import check_policy


@pytest.mark.parametrize("policy", NAMES)
def test_ours_keep_the_laws(policy):
    check_policy(policy, situations=10)


class Cover:
    def wanted(self, now):
        return 14 * now.rate[:, None] - now.position


class Shuffled(Cover):
    calls = 0

    def wanted(self, now):
        self.calls += 1
        return super().wanted(now) + self.calls


class Together(Cover):
    def wanted(self, now):
        return super().wanted(now) * len(now.items)


class Flat(Cover):
    def wanted(self, now):
        return super().wanted(now)[:, 0]


class Broken(Cover):
    def wanted(self, now):
        return super().wanted(now) / 0.0


class Always(Cover):
    def wanted(self, now):
        return np.ones(now.on_hand.shape)


class Careless(Cover):
    def wanted(self, now):
        now.stock.on_hand[:] += 1
        return super().wanted(now)


def test_one_of_your_own_keeps_them():
    check_policy(Cover())


@pytest.mark.parametrize(
    ("policy", "fault"),
    [
        (Shuffled(), "asked again"),
        (Together(), "as if it were alone"),
        (Flat(), "items by columns"),
        (Broken(), "finite"),
        (Always(), "plenty"),
        (Careless(), "left as they were"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_breaks_a_law_is_told(policy, fault):
    with pytest.raises(AssertionError, match=fault):
        check_policy(policy)
