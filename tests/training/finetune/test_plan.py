import numpy as np
import pytest

from foresale.core.errors import TooShortError
from foresale.training.finetune.plan import Plan


def test_nothing_kept_for_validation_is_learnt_from() -> None:
    history = np.array([100, 60, 33, 15])
    plan = Plan.of(history, context=30, horizon=7, windows=2, most=100, seed=0)
    items, positions = plan.draw(500, np.random.default_rng(0))
    learnt = positions[:, None] + np.arange(7)
    first_kept = np.array([plan.held_positions[plan.held == item].min() for item in range(4)])
    assert (
        learnt[plan.learnable(items, positions)]
        < np.repeat(first_kept[items], plan.learnable(items, positions).sum(axis=1))
    ).all()
    assert (positions >= 1).all()
    assert plan.learnable(items, positions).any(axis=1).all()


def test_validation_is_on_the_newest_horizons() -> None:
    plan = Plan.of(np.full(5, 100), context=30, horizon=10, windows=3, most=100, seed=0)
    assert sorted(set((100 - plan.held_positions).tolist())) == [10, 20, 30]
    assert np.bincount(plan.held).tolist() == [3] * 5


def test_horizons_apart_are_counted() -> None:
    plan = Plan.of(np.full(4, 100), context=30, horizon=10, windows=2, most=100, seed=0)
    assert plan.apart == 4 * 71 // 10 + 1


def test_short_histories_keep_less_back() -> None:
    plan = Plan.of(np.full(3, 104), context=30, horizon=39, windows=2, most=100, seed=0)
    assert set((104 - plan.held_positions).tolist()) == {39}
    assert (plan.limit == 65).all()


def test_a_panel_too_short_is_refused() -> None:
    with pytest.raises(TooShortError, match="shorter horizon"):
        Plan.of(np.array([20, 8]), context=30, horizon=28, windows=2, most=100, seed=0)
