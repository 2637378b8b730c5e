import polars as pl

from foresale.data.interactions import read_interactions
from foresale.recommending.recommender import Recommender


def told(rows: list[tuple[str, str, str, float]], **asked: object) -> dict[tuple[str, str], str]:
    lines = pl.DataFrame(rows, schema=["customer", "sku", "date", "price"], orient="row")
    frame = Recommender.fit(read_interactions(lines)).recommend(**asked).to_frame()
    return {(row["customer"], row["sku"]): row["reason"] for row in frame.iter_rows(named=True)}


def test_a_rhythm_is_told_with_what_is_due() -> None:
    weeks = [f"2024-{month:02}-{day:02}" for month in range(1, 5) for day in (1, 15)]
    found = told([("ann", "tea", date, 5.0) for date in weeks] + [("bob", "mug", "2024-04-27", 5.0)])
    assert found["ann", "tea"].startswith("bought 8 times, every 15 days, last 13 days ago, so it is time again")
    assert found["bob", "mug"].startswith("bought 1 day ago")


def test_what_goes_with_something_names_it() -> None:
    both = [(f"c{number}", sku, "2024-03-01", 5.0) for number in range(9) for sku in ("tea", "mug")]
    found = told([*both, ("ann", "tea", "2024-03-02", 5.0)], exclude_bought=True)
    assert found["ann", "mug"].startswith("goes with tea, bought before")


def test_a_price_below_the_usual_is_told() -> None:
    dear = [("ann", "tea", f"2024-0{month}-01", 10.0) for month in range(1, 6)]
    found = told([*dear, ("ann", "tea", "2024-06-01", 5.0)])
    assert "below its usual price" in found["ann", "tea"]
    assert "below" not in told(dear)["ann", "tea"]
