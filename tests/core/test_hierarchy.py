"""Hierarchies: levels from columns, and sums that are those of the matrix nobody makes."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.errors import ConfigError
from foresale.core.hierarchy import Hierarchy

ITEMS = pl.DataFrame(
    {"item_id": ["1", "2", "3", "4"], "category": ["tea", "tea", "cup", None], "region": [1, 2, 1, 2], "a/b": [*"xyxx"]}
)
shelves = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy")), min_size=1, max_size=12)


def tree_of(rows: list[tuple[str, str]]) -> Hierarchy:
    frame = pl.DataFrame(rows, schema=["shelf", "place"], orient="row").with_row_index("item_id")
    return Hierarchy.of(frame, ["shelf", "place", "shelf/place"])


def matrix(tree: Hierarchy) -> np.ndarray:
    """A, by its definition."""
    return np.concatenate([np.arange(len(level))[:, None] == level.codes for level in tree.levels]).astype(float)


def test_levels_are_the_total_the_columns_and_their_combinations() -> None:
    tree = Hierarchy.of(ITEMS, ["category", "region"])
    assert [level.name for level in tree.levels] == ["total", "category", "region"]
    assert tree.ids == ("total", "category=cup", "category=tea", "category=unknown", "region=1", "region=2")
    assert tree.sums(np.array([1, 2, 4, 8])).tolist() == [15, 4, 3, 8, 5, 10]


def test_a_column_whose_name_holds_the_sign_between_columns_is_taken_as_it_is() -> None:
    assert Hierarchy.of(ITEMS, ["a/b"]).ids == ("total", "a/b=x", "a/b=y")


def test_combined_levels_hold_only_groups_that_have_items() -> None:
    tree = Hierarchy.of(ITEMS, ["category/region"])
    assert tree.levels[1].ids[:2] == ("category=cup/region=1", "category=tea/region=1")
    assert tree.size == 5


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (["colour", "size"], "no column colour, size .* category, region"),
        (["item_id"], "no column item_id"),
        (["region", "region"], "named twice .* region"),
        (["region/region"], "named twice"),
        ([""], "no column ''"),
    ],
)
def test_levels_that_cannot_be_are_refused(by: list[str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        Hierarchy.of(ITEMS, by)


@given(shelves, st.integers(0, 9))
@settings(deadline=None)
def test_sums_ways_back_and_shared_weights_are_those_of_the_matrix(rows, seed) -> None:
    tree, random = tree_of(rows), np.random.default_rng(seed)
    whole = matrix(tree)
    items, groups = random.random((len(rows), 3)), random.random((tree.size, 3))
    np.testing.assert_allclose(tree.sums(items), whole @ items)
    np.testing.assert_allclose(tree.sums(items.T, axis=1), (whole @ items).T)
    np.testing.assert_allclose(tree.back(groups), whole.T @ groups)
    np.testing.assert_allclose(tree.gram(items[:, 0]), whole @ np.diag(items[:, 0]) @ whole.T)


@given(shelves, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_items_does_not_matter(rows, random) -> None:
    order = list(range(len(rows)))
    random.shuffle(order)
    values = np.arange(len(rows)) ** 2.0
    one, other = tree_of(rows), tree_of([rows[at] for at in order])
    assert one.ids == other.ids
    np.testing.assert_allclose(one.sums(values), other.sums(values[order]))
