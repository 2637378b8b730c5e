"""What is learnt from: nothing of it is later than its time."""

from dataclasses import replace

import numpy as np
import pytest

from foresale.core.interactions import Interactions
from foresale.recommending.knowledge import Knowledge
from foresale.recommending.lessons import came_for, lesson_of, moments
from foresale.recommending.options import GROUPS, RecommendOptions
from foresale.recommending.ranking import Ranking
from foresale.recommending.updating import alike_by_name
from foresale.recommending.visits import Visits


@pytest.fixture(scope="module")
def visits(orders: Interactions) -> Visits:
    return Visits.of(orders)


def test_later_visits_move_nothing_that_is_known(
    visits: Visits, orders: Interactions, options: RecommendOptions
) -> None:
    day = int(visits.day.max()) - 30
    alike = alike_by_name(orders, options)
    whole, past = (Knowledge.of(part, day, alike=alike, options=options) for part in (visits, visits.before(day)))
    for name, matrix in whole.scores().items():
        assert (matrix != past.scores()[name]).nnz == 0
    np.testing.assert_array_equal(whole.popular, past.popular)


def test_times_are_a_fortnight_apart_and_end_a_horizon_before(
    visits: Visits, orders: Interactions, options: RecommendOptions
) -> None:
    day = int(visits.day.max()) + 1
    found = list(moments(visits, day, alike=alike_by_name(orders, options), options=options))
    assert [moment.knowledge.day for moment in found] == [day - 14, day - 28, day - 42]
    for moment in found:
        assert moment.coming.day.min() >= moment.knowledge.day
        assert moment.coming.day.max() < moment.knowledge.day + options.horizon


def test_what_came_of_what_was_proposed(visits: Visits, orders: Interactions, options: RecommendOptions) -> None:
    day = int(visits.day.max()) + 1
    moment = next(moments(visits, day, alike=alike_by_name(orders, options), options=options))
    lesson = lesson_of(moment, options=options)
    coming = set(zip(moment.coming.customer.tolist(), moment.coming.item.tolist(), strict=True))
    pairs = zip(moment.who[lesson.proposed.customer].tolist(), lesson.proposed.item.tolist(), strict=True)
    assert [pair in coming for pair in pairs] == lesson.came.tolist()
    assert lesson.came.any()
    assert not came_for(visits.before(0), np.array([0]), np.array([0])).any()


@pytest.mark.parametrize("group", GROUPS)
def test_what_is_left_out_splits_no_tree(
    visits: Visits, orders: Interactions, options: RecommendOptions, group: str
) -> None:
    pytest.importorskip("lightgbm")
    chosen = replace(options, without=(group,))
    day = int(visits.day.max()) + 1
    past = moments(visits, day, alike=alike_by_name(orders, options), options=chosen)
    lessons = [lesson_of(moment, options=chosen) for moment in past]
    trees = Ranking.fit(lessons, new=False, options=chosen).trees
    assert trees is not None
    told_by = [name.partition(":")[0] for name in lessons[0].proposed.names]
    used = trees.feature_importance() > 0
    assert used.any()
    assert not {name for name, splits in zip(told_by, used, strict=True) if splits} & GROUPS[group]


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(ValueError, match="there are habit, together"):
        RecommendOptions(without=("moon",))
