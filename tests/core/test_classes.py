import numpy as np
from hypothesis import given, strategies as st

from foresale.core.classes import abc_classes, xyz_classes


@given(st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=50))
def test_law_a_items_are_the_fewest_that_bring_in_four_fifths(values):
    worth = np.array(values)
    labels = abc_classes(worth)
    total = worth.sum()
    if total == 0:
        assert (labels == "C").all()
        return
    best = worth[labels == "A"]
    assert best.sum() >= 0.8 * total * (1 - 1e-6)
    assert best.sum() - best.min() < 0.8 * total
    assert worth[labels == "A"].min() >= worth[labels != "A"].max(initial=0)


def test_the_classes_of_a_textbook_table():
    value = np.array([3, 40, 5, 25, 12, 2, 8, 5])  # ranked: 40, 25, 12, 8, | 5, 5, | 3, 2
    assert abc_classes(value).tolist() == ["C", "A", "B", "A", "A", "C", "A", "B"]


def test_xyz_at_its_borders():
    assert xyz_classes(np.array([0.5, 0.51, 1.0, 1.01])).tolist() == ["X", "Y", "Y", "Z"]
