"""Measures of lists, against the definitions written out."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from foresale.recommending.measures import as_lists, interval, measured


def by_hand(row: list[int], want: set[int], top: int) -> tuple[float, float, float]:
    hits = [item in want for item in row[:top]]
    best = min(len(want), top)
    gain = sum(hit / np.log2(place + 2) for place, hit in enumerate(hits))
    most = sum(1 / np.log2(place + 2) for place in range(best))
    precision = sum(hit * sum(hits[: place + 1]) / (place + 1) for place, hit in enumerate(hits))
    return gain / most, sum(hits) / best, precision / best


@given(st.lists(st.integers(0, 9), min_size=5, max_size=5, unique=True), st.sets(st.integers(0, 9), min_size=1))
def test_by_the_definitions(row: list[int], want: set[int]) -> None:
    found = measured(np.array([row]), [np.array(sorted(want))], np.full(10, 0.1), top=4)
    told = (found.ndcg[0], found.recall[0], found.precision[0])
    assert told == pytest.approx(by_hand(row, want, 4))


def test_who_wants_nothing_does_not_count() -> None:
    found = measured(np.array([[0, 1], [2, 3]]), [np.array([0]), np.zeros(0, int)], np.full(4, 0.5), top=2)
    assert found.ndcg.tolist() == [1]
    assert found.different == 4
    assert found.novelty == 1


def test_lists_that_are_too_short_are_filled_with_nothing() -> None:
    assert as_lists(np.array([1, 1]), np.array([4, 5]), customers=3, width=2).tolist() == [[-1, -1], [4, 5], [-1, -1]]
    lists = np.array([[4, -1]])
    assert measured(lists, [np.array([4, 5])], np.ones(6), top=2).recall.tolist() == [0.5]


def test_the_interval_holds_the_mean_and_narrows() -> None:
    draw = np.random.default_rng(0).random(400)
    low, high = interval(draw)
    assert low < draw.mean() < high
    few = interval(draw[:40])
    assert few[1] - few[0] > high - low
    assert np.isnan(interval(np.zeros(0))).all()
