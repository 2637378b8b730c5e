"""Items that go with an item, against the plain formulas on small tables."""

import numpy as np
import pytest
from scipy import sparse

from foresale.core.interactions import Interactions
from foresale.recommending.neighbours import bought_together, called_alike, ease, in_one_basket, largest
from foresale.recommending.visits import Visits


@pytest.fixture(scope="module")
def visits(orders: Interactions) -> Visits:
    return Visits.of(orders)


def test_items_of_the_same_customers_by_the_shrunk_cosine(visits: Visits) -> None:
    bought = visits.summed().toarray()
    shared, count = bought.T @ bought, bought.sum(axis=0)
    expected = shared / (np.sqrt(np.outer(count, count)) + 5)
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(bought_together(visits, most=100, most_items=100).toarray(), expected)


def test_only_the_latest_items_of_a_customer_count(visits: Visits) -> None:
    few = bought_together(visits, most=100, most_items=1)
    assert few.nnz == 0
    assert bought_together(visits, most=100, most_items=2).nnz > 0


def test_each_item_keeps_so_many_neighbours(visits: Visits) -> None:
    whole = bought_together(visits, most=100, most_items=100).toarray()
    some = bought_together(visits, most=3, most_items=100)
    assert np.diff(some.indptr).max() == 3
    for row, values in enumerate(some.toarray()):
        assert values.sum() == pytest.approx(np.sort(whole[row])[-3:].sum())


def test_items_of_one_basket(visits: Visits) -> None:
    near = in_one_basket(visits, most=100).toarray()
    np.testing.assert_allclose(near, near.T)
    assert near.diagonal().max() == 0
    key = visits.customer * 100_000 + visits.day
    first, second = (set(key[visits.item == item].tolist()) for item in (0, 1))
    assert near[0, 1] == pytest.approx(len(first & second) / (np.sqrt(len(first) * len(second)) + 5))


def test_ease_by_its_closed_form(visits: Visits) -> None:
    bought = visits.summed()
    bought.data[:] = 1
    items, weights = ease(bought)
    gram = (bought.T @ bought).toarray()
    inverse = np.linalg.inv(gram + 300 * np.eye(len(gram)))
    expected = -inverse / np.diag(inverse)
    np.fill_diagonal(expected, 0)
    assert items.tolist() == list(range(bought.shape[1]))
    np.testing.assert_allclose(weights, expected, atol=1e-5)


def test_the_largest_values_are_kept_and_zeros_are_none() -> None:
    drawn = np.random.default_rng(0).integers(0, 50, (20, 30)).astype(float)
    found = largest(sparse.csr_matrix(drawn), 5)
    for row, values in enumerate(found.toarray()):
        assert np.sort(values)[-5:].tolist() == np.sort(drawn[row])[-5:].tolist()
    assert found.data.min() > 0


def test_names_without_words_are_like_nothing() -> None:
    assert called_alike(["", "12", "tea"], most=5).nnz == 0
    assert called_alike([], most=5).shape == (0, 0)
