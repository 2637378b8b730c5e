import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.data.interactions import read_interactions
from foresale.recommending.recommender import Recommender


@pytest.fixture(scope="module")
def kitchen() -> Recommender:
    """Tea and mugs in one basket, cake on another day by the same customers; a red and a blue jug alike by name."""
    rows = []
    for number in range(12):
        rows += [(f"c{number}", sku, f"2024-03-{number + 1:02}") for sku in ("tea", "mug")]
        rows += [(f"c{number}", "cake", "2024-04-01")]
    rows += [("zoe", "red jug", "2024-04-02"), ("eve", "blue jug", "2024-04-03")]
    names = {"tea": "Green leaves", "mug": "Cup", "cake": "Lemon", "red jug": "Milk jug, red", "blue jug": "Milk jug"}
    frame = pl.DataFrame(rows, schema=["customer", "sku", "date"], orient="row")
    frame = frame.with_columns(item_name=pl.col("sku").replace_strict(names))
    return Recommender.fit(read_interactions(frame))


def test_what_is_in_the_same_baskets(kitchen: Recommender) -> None:
    found = kitchen.bought_together(["tea"]).to_frame()
    assert found["sku"].to_list() == ["mug"]
    assert found["reason"].to_list() == ["in 100% of the baskets with it (12 baskets)"]


def test_what_the_same_customers_buy_or_is_called_alike(kitchen: Recommender) -> None:
    found = kitchen.similar(["tea", "red jug"]).to_frame()
    assert found.filter(pl.col("of") == "tea")["sku"].to_list() == ["cake", "mug"]
    assert found.filter(pl.col("of") == "tea")["reason"][0] == "12 customers bought both"
    assert found.filter(pl.col("of") == "red jug").select("sku", "reason").row(0) == ("blue jug", "called alike")


def test_more_than_there_are_is_all(kitchen: Recommender) -> None:
    assert kitchen.similar(["tea"], top=1).table.height == 1
    assert kitchen.similar(["tea"], top=500).table.height == 2


def test_one_unknown_item_does_not_stop_the_others(kitchen: Recommender) -> None:
    found = kitchen.bought_together(["tea", "pot"])
    assert found.notes == ("1 item without an order left out: pot.",)
    with pytest.raises(ConfigError, match="no order has pot"):
        kitchen.bought_together(["pot"])
