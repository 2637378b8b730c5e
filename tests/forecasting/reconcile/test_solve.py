"""Minimum trace: the textbook formula without its matrices, and the laws that any reconciliation keeps."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.hierarchy import Hierarchy
from foresale.forecasting.reconcile.covariance import ErrorCovariance, shrinkage_of
from foresale.forecasting.reconcile.solve import minimum_trace, top_down

seeds = st.integers(0, 10_000)


def case(seed: int, *, items: int = 9) -> tuple[Hierarchy, np.ndarray, np.ndarray, ErrorCovariance]:
    """A hierarchy of two crossed levels and their combination, base means far from zero, and a shrunk covariance."""
    random = np.random.default_rng(seed)
    frame = pl.DataFrame({"item_id": range(items), "a": np.arange(items) % 3, "b": np.arange(items) % 2})
    tree = Hierarchy.of(frame, ["a", "b", "a/b"])
    base = random.uniform(5, 9, (items, 4))
    groups = tree.sums(base) * random.uniform(0.98, 1.02, (tree.size, 1))
    errors = random.standard_normal((items + tree.size, 3, 4)) + random.standard_normal((1, 3, 4))
    covariance = ErrorCovariance.shrunk(errors, random.uniform(0.5, 2, items + tree.size), items=items)
    return tree, base, groups, covariance


def whole(covariance: ErrorCovariance) -> np.ndarray:
    factors = np.concatenate([covariance.item_factors, covariance.group_factors])
    return np.diag(np.concatenate([covariance.items, covariance.groups])) + factors @ factors.T


@given(seeds)
@settings(deadline=None, max_examples=25)
def test_it_is_the_generalised_least_squares_solution(seed) -> None:
    """ỹ = S (S'W⁻¹S)⁻¹ S'W⁻¹ ŷ, equation 8 of Wickramasuriya, Athanasopoulos and Hyndman (2019)."""
    tree, base, groups, covariance = case(seed)
    summing = np.concatenate([np.eye(9), tree.sums(np.eye(9))])
    weighted = np.linalg.solve(whole(covariance), summing)
    expected = np.linalg.solve(summing.T @ weighted, weighted.T @ np.concatenate([base, groups]))
    found = minimum_trace(base, groups, hierarchy=tree, covariance=covariance)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@given(seeds)
@settings(deadline=None, max_examples=25)
def test_forecasts_that_add_up_stay_as_they_are(seed) -> None:
    tree, base, _, covariance = case(seed)
    found = minimum_trace(base, tree.sums(base), hierarchy=tree, covariance=covariance)
    np.testing.assert_allclose(found, base, rtol=1e-9)


@given(seeds)
@settings(deadline=None, max_examples=25)
def test_reconciling_twice_is_reconciling_once(seed) -> None:
    tree, base, groups, covariance = case(seed)
    once = minimum_trace(base, groups, hierarchy=tree, covariance=covariance)
    np.testing.assert_allclose(minimum_trace(once, tree.sums(once), hierarchy=tree, covariance=covariance), once)


def test_a_group_that_is_known_for_certain_is_met() -> None:
    tree, base, groups, _ = case(1)
    certain = ErrorCovariance.diagonal(np.ones(9), np.where(np.arange(tree.size) == 0, 0.0, 1e9))
    found = minimum_trace(base, groups, hierarchy=tree, covariance=certain)
    np.testing.assert_allclose(found.sum(axis=0), groups[0], rtol=1e-6)


def test_items_known_for_certain_do_not_move() -> None:
    tree, base, groups, _ = case(2)
    certain = ErrorCovariance.diagonal(np.where(np.arange(9) == 4, 0.0, 1.0), np.ones(tree.size))
    found = minimum_trace(base, groups, hierarchy=tree, covariance=certain)
    np.testing.assert_array_equal(found[4], base[4])
    assert (found[0] != base[0]).all()


def test_sales_never_become_negative_and_silent_groups_are_no_trouble() -> None:
    tree, base, groups, _ = case(3)
    nobody = ErrorCovariance.diagonal(np.zeros(9), np.zeros(tree.size))
    np.testing.assert_array_equal(minimum_trace(base * 0, groups * 0, hierarchy=tree, covariance=nobody), base * 0)
    low = minimum_trace(base, groups * 0, hierarchy=tree, covariance=ErrorCovariance.structural(tree))
    assert (low >= 0).all()


def test_variance_of_the_reconciled_is_no_more_than_that_of_the_base() -> None:
    """Drawn from its own covariance, minimum trace errs less than the items' forecasts alone and than equal weights."""
    tree, _, _, covariance = case(4)
    root = np.linalg.cholesky(whole(covariance))
    drawn = root @ np.random.default_rng(5).standard_normal((9 + tree.size, 4000))
    truth = np.full((9, 1), 100.0)
    base, groups = truth + drawn[:9], tree.sums(truth) + drawn[9:]
    best = minimum_trace(base, groups, hierarchy=tree, covariance=covariance)
    equal = minimum_trace(base, groups, hierarchy=tree, covariance=ErrorCovariance.structural(tree))
    errors = [float(np.square(found - truth).mean()) for found in (best, equal, base)]
    assert errors == sorted(errors)


def test_the_total_is_shared_out_as_the_items_stand() -> None:
    items = np.array([[1.0, 0.0], [3.0, 0.0]])
    assert top_down(items, np.array([[2.0, 5.0]])).tolist() == [[0.5, 0.0], [1.5, 0.0]]


def test_shrinkage_without_pairs_is_that_over_all_pairs() -> None:
    random = np.random.default_rng(6)
    errors = random.standard_normal((7, 4, 5)) + random.standard_normal((1, 4, 5))
    standard = errors / np.sqrt(np.square(errors).mean(axis=(1, 2), keepdims=True))
    variance = square = 0.0
    for one in range(7):
        for other in set(range(7)) - {one}:
            windows = (standard[one] * standard[other]).mean(axis=1)
            variance += windows.var(ddof=1) / 4
            square += windows.mean() ** 2
    assert shrinkage_of(standard) == pytest.approx(variance / square)


def test_a_shrunk_covariance_has_the_variances_it_was_given() -> None:
    _, _, _, covariance = case(7)
    assert 0 < covariance.shrinkage < 1
    assert np.diagonal(whole(covariance)).min() > 0.5 - 1e-9
    assert np.diagonal(whole(covariance)).max() < 2 + 1e-9
    assert ErrorCovariance.shrunk(np.zeros((3, 1, 4)), np.ones(3), items=2).shrinkage == 1
