"""Lists out of what there is: what every one of them keeps to, whatever is offered."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import sparse
from scipy.optimize import linprog

from foresale.core.errors import ConfigError
from foresale.recommending.allocation import Lists, fill_lists
from foresale.recommending.offers import ListLimits, OfferedItems, Offers

ITEMS = 8


def drawn(seed: int, *, customers: int = 12, stock: float = 1.0) -> tuple[Offers, OfferedItems]:
    generator = np.random.default_rng(seed)
    pairs = np.flatnonzero(generator.random(customers * ITEMS) < 0.7)
    count = len(pairs)
    offers = Offers(
        pairs // ITEMS,
        pairs % ITEMS,
        generator.normal(size=count),
        generator.random(count) * 0.5,
        generator.integers(1, 4, count).astype(np.float64),
    )
    free = generator.exponential(stock, ITEMS)
    free[generator.random(ITEMS) < 0.2] = 0
    return offers, OfferedItems(
        free,
        generator.random(ITEMS) < 0.9,
        generator.integers(-1, 3, ITEMS),
        sparse.csr_matrix(symmetric(generator)),
    )


def symmetric(generator: np.random.Generator) -> np.ndarray:
    half = np.triu(np.where(generator.random((ITEMS, ITEMS)) < 0.3, generator.random((ITEMS, ITEMS)), 0), 1)
    return half + half.T


def lists_of(offers: Offers, found: Lists) -> dict[int, list[int]]:
    lists = defaultdict(list)
    for row in found.rows:
        lists[int(offers.customer[row])].append(int(offers.item[row]))
    return dict(lists)


limits = st.builds(
    ListLimits,
    top=st.integers(1, 6),
    per_category=st.none() | st.integers(1, 3),
    one_of=st.none() | st.floats(0.1, 0.9),
    substitution=st.floats(0, 1),
)
seeds = st.integers(0, 10_000)


@given(seeds, limits)
def test_no_list_holds_more_than_it_may_and_no_item_is_expected_to_run_out(seed: int, kept: ListLimits):
    offers, offered = drawn(seed)
    found = fill_lists(offers, offered, kept)
    asked = np.bincount(offers.item[found.rows], found.chance * offers.units[found.rows], minlength=ITEMS)
    assert np.allclose(asked, found.expected)
    assert (asked <= offered.free * (1 + 1e-6)).all()
    assert not asked[~offered.allowed].any()
    alike = offered.alike.toarray()
    for items in lists_of(offers, found).values():
        assert len(items) == len(set(items)) <= kept.top
        categories = offered.category[items]
        if kept.per_category is not None:
            assert np.bincount(categories[categories >= 0], minlength=1).max() <= kept.per_category
        if kept.one_of is not None:
            assert (alike[np.ix_(items, items)] < kept.one_of).all()


@given(seeds, st.integers(1, 6))
def test_without_limits_it_is_the_plain_list(seed: int, top: int):
    offers, _ = drawn(seed)
    found = fill_lists(offers, OfferedItems(np.full(ITEMS, np.inf)), ListLimits(top=top))
    for customer, items in lists_of(offers, found).items():
        mine = np.flatnonzero(offers.customer == customer)
        best = mine[np.argsort(-offers.score[mine])][:top]
        assert items == offers.item[best].tolist()
    assert np.array_equal(found.chance, offers.chance[found.rows])
    assert sorted(found.rows.tolist()) == sorted(set(found.rows.tolist()))


@given(seeds, limits)
def test_the_order_of_the_offers_changes_nothing(seed: int, kept: ListLimits):
    offers, offered = drawn(seed)
    shuffled = offers.take(np.random.default_rng(seed).permutation(len(offers)))
    one, other = (fill_lists(part, offered, kept) for part in (offers, shuffled))
    assert lists_of(offers, one) == lists_of(shuffled, other)
    assert np.allclose(one.expected, other.expected)


@given(seeds, st.integers(1, 4), st.none() | st.integers(1, 2))
def test_nobody_lacks_an_item_that_was_given_to_someone_less_likely_to_come(seed: int, top: int, most: int | None):
    offers, offered = drawn(seed)
    offers = replace(offers, units=np.ones(len(offers)))
    found = fill_lists(offers, offered, ListLimits(top=top, per_category=most))
    on = np.zeros(len(offers), np.bool_)
    on[found.rows] = True
    for row in np.flatnonzero(~on & (offered.free[offers.item] > 0) & offered.allowed[offers.item]):
        customer, item = int(offers.customer[row]), int(offers.item[row])
        if offers.chance[row] > offered.free[item]:
            continue
        mine = np.flatnonzero(on & (offers.customer == customer))
        same = mine[offered.category[offers.item[mine]] == offered.category[item]]
        full = len(mine) == top and offers.score[mine].min() > offers.score[row]
        crowded = most is not None and offered.category[item] >= 0 and len(same) == most
        crowded = crowded and offers.score[same].min() > offers.score[row]
        given_to = np.flatnonzero(on & (offers.item == item))
        lacking = np.flatnonzero(~on & (offers.item == item) & (offers.chance <= offered.free[item]))
        likelier = not len(given_to) or offers.chance[given_to].min() >= offers.chance[row]
        little = offered.free[item] - offers.chance[given_to].sum() < offers.chance[lacking].max()
        assert full or crowded or (likelier and little)


@pytest.mark.parametrize("seed", range(5))
def test_most_of_what_the_best_lists_could_bring_is_brought(seed: int):
    offers, offered = drawn(seed, customers=200, stock=10.0)
    offers = replace(offers, score=offers.chance, units=np.ones(len(offers)))
    found = fill_lists(offers, OfferedItems(offered.free), ListLimits(top=2))
    at, count = np.arange(len(offers)), len(offers)
    lists = sparse.csr_matrix((np.ones(count), (offers.customer, at)), (200, count))
    stock = sparse.csr_matrix((offers.chance, (offers.item, at)), (ITEMS, count))
    most = np.concatenate([np.full(200, 2.0), offered.free])
    best = linprog(-offers.chance, sparse.vstack([lists, stock]), most, bounds=(0, 1))
    assert offers.chance[found.rows].sum() >= 0.9 * -best.fun


def test_the_likeliest_get_what_there_is_and_the_others_their_next():
    customer, item = np.repeat(np.arange(3), 2), np.tile([0, 1], 3)
    offers = Offers(customer, item, np.tile([2.0, 1.0], 3), np.array([0.2, 0.1, 0.5, 0.1, 0.4, 0.1]), np.ones(6))
    found = fill_lists(offers, OfferedItems(np.array([0.9, 5.0])), ListLimits(top=1))
    assert lists_of(offers, found) == {0: [1], 1: [0], 2: [0]}
    assert found.expected.tolist() == [0.9, 0.1]


def test_what_is_alike_moves_up_where_an_item_is_out():
    offers = Offers(np.zeros(3, np.int64), np.arange(3), np.array([3.0, 2, 1]), np.array([0.5, 0.3, 0.2]), np.ones(3))
    alike = sparse.csr_matrix(np.array([[0, 0, 0.8], [0, 0, 0], [0.8, 0, 0]]))
    offered = OfferedItems(np.array([0.0, 9, 9]), alike=alike)
    assert offers.item[fill_lists(offers, offered, ListLimits()).rows].tolist() == [1, 2]
    found = fill_lists(offers, offered, ListLimits(substitution=0.5))
    assert offers.item[found.rows].tolist() == [2, 1]
    assert found.chance.round(6).tolist() == [0.4, 0.3]


def test_nothing_comes_of_nothing():
    none = np.zeros(0)
    offers = Offers(none.astype(np.int64), none.astype(np.int64), none, none, none)
    limits = ListLimits(one_of=0.5, per_category=1, substitution=0.5)
    offered = OfferedItems(np.ones(2), category=np.zeros(2, np.int64), alike=sparse.csr_matrix((2, 2)))
    assert not len(fill_lists(offers, offered, limits).rows)


def test_customers_are_sorted_by_their_numbers_however_large():
    offers = Offers(
        np.array([2_000_000_000, 5], np.int32), np.array([3, 3], np.int32), np.ones(2), np.ones(2), np.ones(2)
    )
    alike = sparse.csr_matrix((4, 4))
    found = fill_lists(offers, OfferedItems(np.full(4, 1.0), alike=alike), ListLimits(one_of=0.5))
    assert found.rows.tolist() == [1]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"top": 0}, "top is at least 1"),
        ({"per_category": 0}, "per_category is at least 1"),
        ({"one_of": 1.5}, "one_of lies between 0 and 1"),
        ({"substitution": 2.0}, "substitution is a share"),
        ({"exclude": "tea"}, "exclude is a list of text"),
    ],
)
def test_limits_that_cannot_be_are_refused(wrong: dict, said: str):
    with pytest.raises(ConfigError, match=said):
        ListLimits(**wrong)


def test_offers_that_cannot_be_are_refused():
    one = np.zeros(1, np.int64)
    for chance, units, item in ((2.0, 1.0, one), (0.5, 0.0, one), (0.5, 1.0, np.zeros(2, np.int64))):
        with pytest.raises(ConfigError):
            Offers(one, item, np.ones(1), np.array([chance]), np.array([units]))
