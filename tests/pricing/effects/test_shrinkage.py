"""Shrinkage against the posterior of the same tree by linear algebra."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from foresale.pricing.effects import shrinkage
from foresale.pricing.effects.shrinkage import shrink


def test_a_tree_is_the_posterior_of_its_normals(monkeypatch: pytest.MonkeyPatch):
    """With variances between nodes held at 0.3, the pass up and down equals conditioning on the joint distribution."""
    monkeypatch.setattr(shrinkage, "_between", lambda *_, **__: 0.3)
    draw = np.random.default_rng(0)
    values, errors = draw.normal(-2, 1, 9), draw.uniform(0.2, 2, 9)
    category = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1])
    brand = np.array([0, 0, 1, 1, 2, 2, 3, 3, 3])
    found = shrink(values, errors, [category, brand], middle=-2.6, width=2.2)
    same = lambda a: (a[:, None] == a).astype(float)  # noqa: E731
    prior = 2.2**2 + 0.3 * (same(category) + same(brand) + np.eye(9))
    gain = prior @ np.linalg.inv(prior + np.diag(errors**2))
    assert found.values == pytest.approx(-2.6 + gain @ (values + 2.6))
    assert found.errors == pytest.approx(np.sqrt(np.diag(prior - gain @ prior)))


@given(st.lists(st.floats(-6, 2), min_size=2, max_size=12), st.floats(0.01, 3))
def test_values_lie_between_the_lowest_and_the_highest_word(values: list[float], error: float):
    told = np.array(values)
    found = shrink(told, np.full(told.size, error))
    low, high = min(told.min(), shrinkage.MIDDLE), max(told.max(), shrinkage.MIDDLE)
    assert ((found.values >= low - 1e-9) & (found.values <= high + 1e-9)).all()
    assert (found.errors <= error * 1.0001).all()


def test_what_says_nothing_is_told_by_the_others():
    found = shrink(np.array([-2.0, -2.1, np.nan]), np.array([0.1, 0.1, np.inf]))
    assert found.values[2] == pytest.approx(-2.05, abs=0.1)
