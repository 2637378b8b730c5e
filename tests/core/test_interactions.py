import numpy as np
import polars as pl
import pytest
from hypothesis import given, strategies as st

from foresale.core.errors import ConfigError
from foresale.core.interactions import DAY, Interactions, customer_hash
from foresale.data.interactions import read_interactions

KEY = b"sixteen bytes of"


def events(*rows: tuple[str, str, str]) -> Interactions:
    return read_interactions(pl.DataFrame(rows, schema=["customer", "sku", "date"], orient="row"))


@pytest.fixture
def three() -> Interactions:
    return events(("bob", "tea", "2024-03-01"), ("ann", "mug", "2024-03-02"), ("bob", "mug", "2024-03-05"))


def rows_of(found: Interactions) -> list[tuple[str, str, int]]:
    return [
        (found.customers[int(customer)], found.items["sku"][int(item)], int(day))
        for customer, item, day in zip(found.customer, found.item, found.day - found.day[0], strict=True)
    ]


def test_parts_of_time_and_kind(three: Interactions) -> None:
    second = int(three.time[1])
    assert len(three.before(second)) == 1
    assert len(three.between(second, second + 10 * DAY)) == 2
    assert len(three.of_kind("order")) == 3
    assert len(three.of_kind("view")) == 0


def test_who_is_forgotten_leaves_no_id_and_no_event(three: Interactions) -> None:
    left = three.forget(["bob"])
    assert left.customers.to_list() == ["ann"]
    assert rows_of(left) == [("ann", "mug", 0)]
    assert len(three.forget(["bob", "zoe"], unknown="ignore")) == 1
    assert len(three.forget(["ann", "bob"])) == 0
    with pytest.raises(ConfigError, match=r"1 of 1 customers are not in the orders; the first: 'zoe'. There are such"):
        three.forget(["zoe"])


def test_hashes_stand_for_the_same_customers(three: Interactions) -> None:
    found = three.hashed(KEY)
    assert found.customers.is_sorted()
    named = {customer_hash(name, KEY): name for name in three.customers}
    assert [(named[name], sku, day) for name, sku, day in rows_of(found)] == rows_of(three)
    assert found.find_customers([customer_hash("bob", KEY), "bob"]).tolist()[1] == -1
    with pytest.raises(ConfigError, match="16 to 64 bytes, not 5"):
        three.hashed(b"short")


def test_later_events_stand_behind_and_items_keep_their_places(three: Interactions) -> None:
    later = events(("amy", "pot", "2024-03-06"), ("bob", "tea", "2024-03-07"))
    both = three.joined(later)
    assert both.items["sku"].to_list() == [*three.items["sku"], "pot"]
    assert both.customers.to_list() == ["amy", "ann", "bob"]
    assert rows_of(both) == [*rows_of(three), ("amy", "pot", 5), ("bob", "tea", 6)]


def test_names_that_only_one_side_has(three: Interactions) -> None:
    named = read_interactions(
        pl.DataFrame({"customer": ["zoe"], "sku": ["pot"], "item_name": ["Tea pot"], "date": ["2024-04-01"]})
    )
    assert three.joined(named).items["item_name"].to_list() == [None, None, "Tea pot"]
    assert named.joined(three).items.select("sku", "item_name").row(0) == ("pot", "Tea pot")


def test_arrays_that_do_not_fit_are_refused(three: Interactions) -> None:
    made = {
        "customers": three.customers,
        "items": three.items,
        "customer": three.customer,
        "item": three.item,
        "time": three.time,
        "quantity": three.quantity,
        "price": three.price,
        "kind": three.kind,
    }
    with pytest.raises(ConfigError, match="item has 2 values for 3 events"):
        Interactions(**{**made, "item": three.item[:2]})
    with pytest.raises(ConfigError, match="in the order of time"):
        Interactions(**{**made, "time": three.time[::-1]})
    with pytest.raises(ConfigError, match="an event names item 7 of 2"):
        Interactions(**{**made, "item": np.array([0, 1, 7], np.int32)})
    with pytest.raises(ConfigError, match="an event names customer -1 of 2"):
        Interactions(**{**made, "customer": np.array([0, -1, 0], np.int32)})


@given(st.lists(st.text(max_size=3), min_size=1, unique=True), st.lists(st.text(max_size=3), max_size=5))
def test_customers_are_found_whatever_they_are_called(names: list[str], asked: list[str]) -> None:
    known = pl.Series("customer", names).sort()
    nothing = np.zeros(0, np.int32)
    made = Interactions(
        known,
        pl.DataFrame({"item_id": []}, schema={"item_id": pl.String}),
        nothing,
        nothing,
        nothing.astype(np.int64),
        nothing.astype(np.float32),
        nothing.astype(np.float32),
        nothing.astype(np.int8),
    )
    place = {name: at for at, name in enumerate(known)}
    assert made.find_customers([*names, *asked]).tolist() == [place.get(name, -1) for name in [*names, *asked]]
