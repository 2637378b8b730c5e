import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.quantiles import LEVELS, pinball
from foresale.forecasting.ensemble.weights import ValidationData, level_weights, solve


def normal_quantiles(rng: np.random.Generator, count: int, center: float, spread: float) -> np.ndarray:
    draws = np.sort(rng.normal(center, spread, 4000))
    return np.tile(np.quantile(draws, LEVELS).astype(np.float32), (count, 1))


def evidence(*members: np.ndarray, actual: np.ndarray, groups: np.ndarray | None = None) -> ValidationData:
    count = actual.size
    own = np.zeros(count, np.int64) if groups is None else groups
    return ValidationData(np.stack(members), actual.astype(np.float32), own, np.ones(count, np.float32))


def test_the_member_that_is_right_gets_nearly_all() -> None:
    rng = np.random.default_rng(1)
    actual = rng.normal(5, 1, 5000)
    cells = evidence(normal_quantiles(rng, 5000, 5, 1), normal_quantiles(rng, 5000, 9, 1), actual=actual)

    weights = solve(cells, np.array([0.5, 0.5]), groups=1)

    assert weights.shape == (1, 3, 2)
    assert (weights[0, :, 0] > 0.9).all()


def test_two_members_off_on_either_side_share_the_weight() -> None:
    rng = np.random.default_rng(2)
    actual = rng.normal(5, 1, 5000)
    cells = evidence(normal_quantiles(rng, 5000, 4, 1), normal_quantiles(rng, 5000, 6, 1), actual=actual)

    weights = solve(cells, np.array([0.9, 0.1]), groups=1)

    assert weights[0, 1] == pytest.approx([0.5, 0.5], abs=0.1)


def test_the_mix_is_no_worse_than_the_best_member_where_it_was_measured() -> None:
    rng = np.random.default_rng(3)
    actual = rng.gamma(2.0, 3.0, 4000)
    said = [normal_quantiles(rng, 4000, center, spread) for center, spread in ((5, 4), (7, 2), (6, 6))]
    cells = evidence(*said, actual=actual)

    weights = level_weights(solve(cells, np.full(3, 1 / 3), groups=1))[0]
    mixed = np.einsum("mq,mcq->cq", weights, cells.quantiles)

    losses = [pinball(actual[:, None] - one, np.array(LEVELS)).mean() for one in (*said, mixed)]
    assert losses[3] <= min(losses[:3]) * 1.005


def test_few_cells_leave_the_weights_near_the_prior() -> None:
    rng = np.random.default_rng(4)
    prior = np.array([0.5, 0.5])
    good, bad, actual = normal_quantiles(rng, 40, 5, 1), normal_quantiles(rng, 40, 5.5, 1), rng.normal(5, 1, 40)
    few = evidence(good, bad, actual=actual)
    many = evidence(*(np.tile(said, (500, 1)) for said in (good, bad)), actual=np.tile(actual, 500))

    moved = [np.abs(solve(cells, prior, groups=1)[0] - 0.5).max() for cells in (few, many)]

    assert moved[0] < moved[1]


def test_each_segment_has_its_own_and_one_without_cells_the_common() -> None:
    rng = np.random.default_rng(5)
    groups = np.repeat([0, 1], 4000)
    actual = np.where(groups == 0, rng.normal(4, 1, 8000), rng.normal(8, 1, 8000))
    cells = evidence(normal_quantiles(rng, 8000, 4, 1), normal_quantiles(rng, 8000, 8, 1), actual=actual, groups=groups)

    weights = solve(cells, np.array([0.5, 0.5]), groups=3)

    assert weights[0, 1, 0] > 0.9
    assert weights[1, 1, 1] > 0.9
    assert weights[2, 1] == pytest.approx([0.5, 0.5], abs=0.2)


def test_a_member_nobody_believes_in_stays_out() -> None:
    rng = np.random.default_rng(6)
    cells = evidence(normal_quantiles(rng, 500, 9, 1), normal_quantiles(rng, 500, 5, 1), actual=rng.normal(5, 1, 500))

    weights = solve(cells, np.array([1.0, 0.0]), groups=1)

    assert (weights[0, :, 1] == 0).all()


def test_nothing_sold_and_nothing_said_leaves_the_prior() -> None:
    zeros = np.zeros((40, 21), np.float32)
    cells = evidence(zeros, zeros, actual=np.zeros(40))

    assert solve(cells, np.array([0.75, 0.25]), groups=1)[0, 0] == pytest.approx([0.75, 0.25])


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 4), st.integers(1, 60), st.integers(0, 2**16))
def test_weights_are_shares(members: int, count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    said = [np.sort(rng.gamma(1.0, 5.0, (count, 21)).astype(np.float32), axis=1) for _ in range(members)]
    groups = rng.integers(0, 3, count)

    weights = solve(
        evidence(*said, actual=rng.gamma(1.0, 5.0, count), groups=groups), np.full(members, 1 / members), groups=3
    )

    assert (weights >= 0).all()
    assert weights.sum(axis=2) == pytest.approx(np.ones((3, 3)))
    assert level_weights(weights).sum(axis=1) == pytest.approx(np.ones((3, 21)), abs=1e-5)
