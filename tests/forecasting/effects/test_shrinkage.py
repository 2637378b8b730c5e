"""How far estimates are believed: golden numbers, and laws of a spike and a slab."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from foresale.forecasting.effects.shrinkage import drawn, spike_and_slab

FINITE = st.floats(-3, 3)
VARIANCES = st.floats(1e-4, 4)
CHANCES = st.floats(0.01, 0.95)


def test_the_posterior_is_that_of_the_two_densities_by_hand() -> None:
    estimate, variance, prior, slab = 0.5, 0.04, 0.2, 0.25

    def density(spread: float) -> float:
        return float(np.exp(-0.5 * estimate**2 / spread) / np.sqrt(2 * np.pi * spread))

    there = prior * density(variance + slab)
    probability = there / (there + (1 - prior) * density(variance))
    within = slab / (slab + variance) * estimate
    found = spike_and_slab(np.array([estimate]), np.array([variance]), prior=prior, slab=slab)
    assert found.probability[0] == pytest.approx(probability)
    assert found.mean[0] == pytest.approx(probability * within)
    second = probability * (within**2 + slab * variance / (slab + variance))
    assert found.variance[0] == pytest.approx(second - (probability * within) ** 2)


def test_what_is_clear_is_believed_and_what_may_be_chance_is_not() -> None:
    found = spike_and_slab(np.log([3.0, 1.2, 1.2]), np.array([0.01, 0.01, 0.2]), prior=0.15, slab=0.64)
    assert np.exp(found.mean).round(2).tolist() == [2.95, 1.02, 1.01]
    assert found.probability.round(2).tolist() == [1.0, 0.1, 0.08]


def test_where_nothing_was_seen_there_is_no_effect_and_no_doubt() -> None:
    found = spike_and_slab(np.array([0.7]), np.array([np.inf]), prior=0.5, slab=0.64)
    assert (found.mean[0], found.variance[0], found.probability[0]) == (0, 0, 0)


@given(FINITE, VARIANCES, CHANCES)
def test_an_effect_lies_between_nothing_and_what_was_seen(estimate: float, variance: float, prior: float) -> None:
    found = spike_and_slab(np.array([estimate]), np.array([variance]), prior=prior, slab=0.64)
    assert abs(found.mean[0]) <= abs(estimate)
    assert found.mean[0] * estimate >= 0
    assert 0 <= found.probability[0] <= 1
    assert found.variance[0] >= 0
    turned = spike_and_slab(np.array([-estimate]), np.array([variance]), prior=prior, slab=0.64)
    assert turned.mean[0] == -found.mean[0]


@given(FINITE, VARIANCES, CHANCES)
def test_what_is_likelier_before_is_likelier_after(estimate: float, variance: float, prior: float) -> None:
    seen = np.full(2, estimate), np.full(2, variance)
    found = spike_and_slab(*seen, prior=np.array([prior, prior + 0.04]), slab=0.64)
    assert found.probability[1] >= found.probability[0]


def test_a_hundred_standard_deviations_do_not_overflow() -> None:
    found = spike_and_slab(np.array([40.0, -40.0]), np.full(2, 1e-6), prior=0.002, slab=0.64)
    assert np.isfinite(found.mean).all()
    assert found.probability.tolist() == [1.0, 1.0]


def test_members_are_drawn_to_their_center_the_more_the_less_they_say() -> None:
    variance = np.array([[0.001], [0.1], [10.0], [np.inf]])
    found = drawn(np.full((4, 1), 0.5), variance, center=np.array([0.2]), between=0.02, slab=0.64, prior=0.02)
    away = found.mean[:, 0] - 0.2
    assert (np.diff(away) < 0).all()
    assert found.mean[3, 0] == 0.2
    assert found.mean[0, 0] == pytest.approx(0.5, abs=0.02)


def test_a_member_like_no_other_is_one_of_its_own() -> None:
    found = drawn(
        np.array([[1.0], [0.05]]), np.full((2, 1), 0.01), center=np.zeros(1), between=0.001, slab=0.64, prior=0.02
    )
    assert found.probability[0, 0] > 0.99
    assert found.mean[0, 0] > 0.95
    assert found.probability[1, 0] < 0.02
    assert abs(found.mean[1, 0]) < 0.01
