"""Chances that customers come, and for what."""

import numpy as np
import pytest

from foresale.recommending.candidates import Candidates
from foresale.recommending.chances import Chances
from foresale.recommending.options import RecommendOptions
from foresale.recommending.recommender import Recommender


def test_chances_are_chances(recommender: Recommender) -> None:
    comes = recommender.chances.comes(recommender.knowledge.profiles)
    assert ((comes >= 0) & (comes <= 1)).all()
    made = recommender.ranked(np.arange(len(comes)), depth=10)
    assert ((made.chance >= 0) & (made.chance <= comes[made.customer] + 1e-9)).all()


def test_who_stayed_away_long_comes_less(recommender: Recommender) -> None:
    profiles = recommender.knowledge.profiles
    comes = recommender.chances.comes(profiles)
    late = profiles.away > 3 * profiles.usual
    assert comes[~late].mean() > comes[late].mean() if late.any() else comes.min() > 0


def test_without_trees_the_share_of_visits_stands(recommender: Recommender, options: RecommendOptions) -> None:
    bare = Chances.fit([], recommender.knowledge.profiles, options=options)
    assert bare.trees is None
    proposed = Candidates.of(recommender.knowledge, options=options)
    told = bare.takes(proposed, proposed.features)
    share = proposed["share of visits"]
    np.testing.assert_allclose(told[share > 0], share[share > 0])
    assert set(told[share == 0].tolist()) == {0.01}


def test_chances_come_true(recommender: Recommender) -> None:
    """Of the lessons themselves: as many came as was told, by and large."""
    pytest.importorskip("lightgbm")
    made = recommender.ranked(np.arange(len(recommender.orders.customers)), depth=20)
    assert 0.02 < made.chance.mean() < 0.6
