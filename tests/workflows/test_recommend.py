import polars as pl
import pytest

import foresale
from foresale.core.errors import ConfigError
from foresale.recommending.recommender import Recommender

LINES = {
    "customer": ["ann", "ann", "bob", "bob", "bob"],
    "sku": ["tea", "cup", "tea", "jam", "cup"],
    "date": ["2024-03-01", "2024-03-05", "2024-03-02", "2024-03-09", "2024-03-09"],
    "quantity": [1, 2, 1, 1, 1],
}


def test_orders_of_any_kind_give_the_same(tmp_path) -> None:
    frame = pl.DataFrame(LINES)
    frame.write_csv(tmp_path / "orders.csv")
    events = foresale.read_interactions(frame)
    ways = [frame, frame.to_pandas(), tmp_path / "orders.csv", events, Recommender.fit(events)]
    tables = [foresale.recommend(way, top=3).to_frame() for way in ways]
    assert all(table.equals(tables[0]) for table in tables)
    assert tables[0].filter(customer="ann", place=1).height == 1


def test_one_who_bought_everything_stops_nobody() -> None:
    found = foresale.recommend(pl.DataFrame(LINES), exclude_bought=True)
    assert found.to_frame().select("customer", "sku").rows() == [("ann", "jam")]
    nothing = foresale.recommend(pl.DataFrame(LINES), customers=["bob"], exclude_bought=True)
    assert len(nothing) == 0
    assert nothing.to_frame().columns == found.to_frame().columns
    assert foresale.sentences(nothing)[0] == "Nothing to recommend."


def test_items_that_are_left_out_and_customers_who_are_not_there() -> None:
    found = foresale.recommend(pl.DataFrame(LINES), customers=["ann", "zoe"], exclude=["tea", "pot"])
    assert "tea" not in found.to_frame()["sku"].to_list()
    assert "1 customer without an order left out: zoe." in found.notes
    assert any(note.startswith("1 item to leave out never ordered: pot") for note in found.notes)


def test_settings_that_cannot_be() -> None:
    events = foresale.read_interactions(pl.DataFrame(LINES))
    with pytest.raises(ConfigError, match="1 of 1 customers are not in the orders"):
        foresale.recommend(events, customers=["zoe"])
    with pytest.raises(ConfigError, match="this recommender has learnt already"):
        foresale.recommend(Recommender.fit(events), options=foresale.RecommendOptions())
    with pytest.raises(ConfigError, match="customers is a list of text"):
        foresale.recommend(events, customers="ann")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="horizon is at least 1"):
        foresale.RecommendOptions(horizon=0)


def test_a_column_that_is_called_like_one_of_the_result() -> None:
    lines = pl.DataFrame(LINES).rename({"sku": "score"})
    events = foresale.read_interactions(lines, columns={"item": "score"})
    with pytest.raises(ConfigError, match="of recommendations no item column is called 'score'"):
        foresale.recommend(events)


def test_a_room_does_not_hide_the_verb_of_its_name() -> None:
    """`foresale.recommend` is the verb, though there is a room of that name, whatever was imported before."""
    import foresale.recommending.recommender

    assert callable(foresale.recommend)
