import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError, DataError
from foresale.core.interactions import DAY, Interactions
from foresale.data.interactions import read_interactions
from foresale.recommending.options import RecommendOptions
from foresale.recommending.ranked import RankedItems
from foresale.recommending.recommender import Recommender


def few_lines(**columns: list[object]) -> Interactions:
    count = len(next(iter(columns.values())))
    usual = {"customer": ["ann"] * count, "sku": ["tea"] * count, "date": ["2024-03-01"] * count}
    return read_interactions(pl.DataFrame({**usual, **columns}))


def test_each_customer_has_as_many_as_asked_the_first_first(recommender: Recommender) -> None:
    found = recommender.recommend(top=4)
    assert found.customers.to_list() == [name for name in recommender.orders.customers for _ in range(4)]
    assert found.place.tolist() == [1, 2, 3, 4] * len(recommender.orders.customers)
    assert (np.diff(found.score)[found.place[1:] > 1] <= 0).all()


def test_what_was_bought_stays_out(recommender: Recommender, lines: pl.DataFrame) -> None:
    found = recommender.recommend(top=5, exclude_bought=True).to_frame()
    bought = lines.select("customer", "sku").unique()
    assert found.height
    assert found.join(bought, on=["customer", "sku"]).height == 0


def test_items_that_may_not_be_are_not_there(recommender: Recommender) -> None:
    allowed = np.arange(recommender.orders.items.height) % 2 == 0
    found = recommender.recommend(top=5, items=allowed)
    assert (found.item % 2 == 0).all()


def test_the_same_orders_recommend_the_same(
    orders: Interactions, recommender: Recommender, options: RecommendOptions
) -> None:
    again = Recommender.fit(orders, options=options).recommend(top=5)
    assert again.to_frame().equals(recommender.recommend(top=5).to_frame())


def test_one_customer_is_recommended_what_he_is_among_all(recommender: Recommender) -> None:
    alone, among = recommender.recommend(["c07"], top=5), recommender.recommend(top=5)
    assert alone.to_frame().equals(among.to_frame().filter(pl.col("customer") == "c07"))


def test_the_future_moves_nothing(orders: Interactions, options: RecommendOptions) -> None:
    """What is bought from the day on may be anything: what is recommended for the day stays to the bit."""
    day = int(orders.day[0]) + 150
    turned = Interactions(
        orders.customers,
        orders.items,
        np.where(orders.day >= day, orders.customer[::-1], orders.customer),
        np.where(orders.day >= day, 3, orders.item).astype(np.int32),
        orders.time,
        orders.quantity,
        orders.price,
        orders.kind,
    )
    one, other = (Recommender.fit(each, day=day, options=options).recommend(top=5) for each in (orders, turned))
    assert (orders.day >= day).sum() > 100
    assert one.to_frame().equals(other.to_frame())
    assert one.day == day


def test_a_limiter_chooses_among_more_than_are_told(recommender: Recommender) -> None:
    seen: list[RankedItems] = []

    def not_the_first(ranked: RankedItems) -> np.ndarray:
        seen.append(ranked)
        return ranked.place > 1

    plain = recommender.recommend(top=4).to_frame()
    limited = recommender.recommend(top=3, limiter=not_the_first).to_frame()
    assert len(seen[0]) > 3 * len(recommender.orders.customers)
    columns = ["customer", "sku", "score", "reason"]
    assert limited.select(columns).equals(plain.filter(pl.col("place") > 1).select(columns))
    assert limited["place"].max() == 3


def test_an_unknown_customer_is_named(recommender: Recommender) -> None:
    with pytest.raises(ConfigError, match=r"1 of 2 customers are not in the orders; the first: 'zoe'"):
        recommender.recommend(["c01", "zoe"])


def test_no_place_at_all_is_refused(recommender: Recommender) -> None:
    with pytest.raises(ConfigError, match="top is at least 1"):
        recommender.recommend(top=0)


def test_events_without_an_order_are_refused() -> None:
    views = read_interactions(
        pl.DataFrame({"user": ["ann"], "sku": ["tea"], "date": ["2024-03-01"], "event": ["view"]}),
        columns={"customer": "user"},
    )
    with pytest.raises(DataError, match="no orders"):
        Recommender.fit(views)


@pytest.mark.parametrize(
    "orders",
    [
        few_lines(customer=["ann"]),
        few_lines(customer=["ann", "bob"]),
        few_lines(sku=["tea", "mug"]),
        few_lines(
            customer=["ann", "bob", "bob"],
            sku=["tea", "mug", "tea"],
            date=["2024-03-01", "2024-03-02"] * 1 + ["2024-03-02"],
        ),
    ],
    ids=["one line", "one item", "one customer", "two days"],
)
def test_little_is_enough(orders: Interactions) -> None:
    found = Recommender.fit(orders)
    plain, new = found.recommend(top=20), found.recommend(top=20, exclude_bought=True)
    assert len(plain) == len(orders.customers) * orders.items.height
    assert len(new) == len(plain) - len(np.unique(orders.customer * 100 + orders.item))
    assert "too short" in plain.notes[0]


def test_later_events_are_taken_in_as_a_fit_counts_them(lines: pl.DataFrame, options: RecommendOptions) -> None:
    """The counts of customers and items are those of a fit of all; which order was learnt stays."""
    until = lines["date"].to_list()[int(0.8 * lines.height)]
    early, late = lines.filter(pl.col("date") <= until), lines.filter(pl.col("date") > until)
    late = pl.concat([late, late.tail(1).with_columns(customer=pl.lit("new"), sku=pl.lit("i99"))])
    updated = Recommender.fit(read_interactions(early), options=options).update(read_interactions(late))
    fitted = Recommender.fit(read_interactions(pl.concat([early, late])), options=options)
    assert updated.orders.customers.to_list() == fitted.orders.customers.to_list()
    assert updated.knowledge.day == fitted.knowledge.day
    place = [updated.orders.items["sku"].to_list().index(sku) for sku in fitted.orders.items["sku"]]
    for name in ("times", "since", "first"):
        one, other = (getattr(each.knowledge.profiles, name).toarray() for each in (updated, fitted))
        assert np.array_equal(one[:, place], other), name
    for name in ("ever", "age", "unsold", "season", "price", "cut"):
        one, other = (getattr(each.knowledge.demand, name) for each in (updated, fitted))
        np.testing.assert_allclose(one[place], other, rtol=1e-12, err_msg=name)
    assert np.array_equal(updated.knowledge.profiles.away, fitted.knowledge.profiles.away)
    assert updated.recommend(["new"], top=1).to_frame()["sku"].to_list() == ["i99"]


def test_events_that_are_known_are_not_counted_twice(orders: Interactions, recommender: Recommender) -> None:
    again = recommender.update(orders)
    assert len(again.orders) == len(orders)
    assert f"{len(orders):,} order lines no later than the last one known left out" in again.orders.notes[-1]
    assert again.recommend(top=3).to_frame().equals(recommender.recommend(top=3).to_frame())


def test_items_told_by_other_columns_are_refused(recommender: Recommender) -> None:
    others = read_interactions(
        pl.DataFrame({"customer": ["ann"], "article_id": ["i01"], "date": ["2025-01-01"], "quantity": [1]})
    )
    with pytest.raises(ConfigError, match="the new events tell items by article_id, the earlier ones by sku"):
        recommender.update(others)


def test_who_is_forgotten_is_gone(recommender: Recommender) -> None:
    left = recommender.forget(["c03", "nobody"], unknown="ignore")
    assert "c03" not in left.orders.customers.to_list()
    assert len(left.orders) == len(recommender.orders) - (recommender.orders.customer == 3).sum()
    assert left.knowledge.profiles.times.shape[0] == len(recommender.orders.customers) - 1
    assert "c03" not in left.recommend(top=2).customers.to_list()
    with pytest.raises(ConfigError, match="nobody"):
        recommender.forget(["nobody"])


def test_an_item_finds_those_who_buy_it(recommender: Recommender, lines: pl.DataFrame) -> None:
    bought = lines.filter(pl.col("sku") == "i05")["customer"].unique()
    found = recommender.for_item("i05", top=5)
    assert found.table.height == 5
    assert set(found.table["customer"]) <= set(bought)
    assert found.table["chance"].is_sorted(descending=True)
    assert found.table["rank"].is_between(1, recommender.orders.items.height).all()
    new = recommender.for_item("i05", top=5, exclude_bought=True)
    assert new.table.height
    assert set(new.table["customer"]) & set(bought) == set()
    with pytest.raises(ConfigError, match="there is no item 'i77'"):
        recommender.for_item("i77")


def test_more_customers_than_are_looked_at_together(lines: pl.DataFrame, options: RecommendOptions) -> None:
    """Parts are one after the other, in the order of the customers."""
    frame = lines.head(300)
    copies = [frame.with_columns(pl.col("customer") + f"-{number:03}") for number in range(40)]
    orders = read_interactions(pl.concat(copies))
    found = Recommender.fit(orders, options=options).recommend(top=1)
    assert len(orders.customers) > 2_000
    assert found.customers.to_list() == orders.customers.to_list()
    assert orders.time.max() < found.day * DAY
