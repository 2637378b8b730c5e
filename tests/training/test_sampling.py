import numpy as np
import pytest

from foresale.core.errors import TooShortError
from foresale.data.synthetic import shop
from foresale.features.inputs import InputSpec
from foresale.features.windows import Windows
from foresale.training.loop import _learnable
from foresale.training.sampling import Sampling


def test_the_held_out_horizon_is_never_learnt_from() -> None:
    panel = shop(items=20, periods=200, seed=1)
    plan = Sampling.plan(panel, context=56, horizon=14, holdout=0.2, seed=0)
    windows = Windows(panel, InputSpec.fit(panel), context=56, horizon=14)
    items, positions = plan.draw(5_000, np.random.default_rng(0))
    learnt = positions[:, None] + np.arange(14)
    mask = _learnable(windows, plan, items, positions).numpy()
    assert len(plan.held) == 4
    held = np.isin(items, plan.held)
    assert held.any()
    assert (learnt[held] < panel.history[items[held]][:, None] - 14)[mask[held]].all()
    assert (learnt < panel.history[items][:, None])[mask].all()
    # the newest sales of the other items are learnt from
    newest = (
        learnt[~held][mask[~held]]
        - np.broadcast_to(panel.history[items[~held]][:, None], (int((~held).sum()), 14))[mask[~held]]
    )
    assert newest.max() == -1
    assert mask.any(axis=1).all()


def test_draws_follow_the_seed() -> None:
    panel = shop(items=6, periods=200)
    plan = Sampling.plan(panel, context=56, horizon=14, holdout=0.2, seed=3)
    one, two = (plan.draw(50, np.random.default_rng(9)) for _ in range(2))
    assert np.array_equal(one, two)
    assert np.array_equal(plan.held, Sampling.plan(panel, context=56, horizon=14, holdout=0.2, seed=3).held)


def test_too_short_for_anything_is_refused_with_the_cure() -> None:
    with pytest.raises(TooShortError, match="shorter horizon than 30"):
        Sampling.plan(shop(items=2, periods=20), context=56, horizon=30, holdout=0.1, seed=0)
