import numpy as np
import polars as pl
import pytest

from foresale.core.errors import DataError
from foresale.core.interactions import Interactions
from foresale.data.interactions import read_interactions
from foresale.recommending.lapsing import Rhythm, lapsing


def test_the_numbers_that_made_the_customers_are_found() -> None:
    """5,000 customers who come and go as BG/NBD has it: its four numbers come back, by what they mean."""
    draw = np.random.default_rng(1)
    made = Rhythm(shape=1.5, rate=30.0, goes=1.0, stays=4.0)
    pace, leaves = draw.gamma(made.shape, 1 / made.rate, 5_000), draw.beta(made.goes, made.stays, 5_000)
    age = draw.integers(100, 400, 5_000).astype(float)
    again, recency = np.zeros(5_000), np.zeros(5_000)
    for place in range(5_000):
        day = draw.exponential(1 / pace[place])
        while day < age[place]:
            again[place], recency[place] = again[place] + 1, day
            if draw.random() < leaves[place]:
                break
            day += draw.exponential(1 / pace[place])
    found = Rhythm.fit(again, recency, age)
    assert found.shape / found.rate == pytest.approx(made.shape / made.rate, rel=0.1)
    assert found.goes / (found.goes + found.stays) == pytest.approx(0.2, abs=0.04)


def test_likelihoods_of_the_paper() -> None:
    """With Fader, Hardie & Lee's numbers of CDNOW (weeks), a customer with 2 repeats until week 30.43 of 38.86.

    They tell 1.226 further purchases within 39 weeks; the chance that he is alive is that of their equation.
    """
    paper = Rhythm(shape=0.243, rate=4.414, goes=0.793, stays=2.426)
    one = [np.array([value]) for value in (2.0, 30.43, 38.86)]
    odds = 0.793 / (2.426 + 1) * ((4.414 + 38.86) / (4.414 + 30.43)) ** (0.243 + 2)
    assert paper.alive(*one)[0] == pytest.approx(1 / (1 + odds))
    assert paper.alive(*one)[0] == pytest.approx(0.7266, abs=5e-5)


def test_who_stays_away_longer_than_is_his_way_is_first(orders: Interactions) -> None:
    """Half of the customers stop one day: hardly any of them is taken for one who still comes, and others are."""
    draw = np.random.default_rng(0)
    stops = np.where(np.arange(60) % 2, draw.integers(60, 160, 60), 1_000)
    left = orders.select(orders.day - orders.day[0] < stops[orders.customer])
    found = lapsing(left, int(orders.day[-1]) + 1, days=28)
    alive = found.table.select("customer", "alive").with_columns(number=pl.col("customer").str.tail(2).cast(pl.Int64))
    gone, here = (alive.filter(pl.col("number") % 2 == odd)["alive"] for odd in (1, 0))
    assert gone.median() < 0.2 < 0.9 < here.median()
    assert found.table["comes"].is_between(0, 1).all()
    assert found.table["reason"][0].startswith("came every ")
    assert (found.table["alive"] * (1 - found.table["alive"]))[0] > 0.01


def test_too_few_who_came_again_are_refused() -> None:
    once = read_interactions(pl.DataFrame({"customer": ["ann", "bob"], "sku": "tea", "date": "2024-03-01"}))
    with pytest.raises(DataError, match="customers who came on more than one day: 0"):
        lapsing(once, 20_000, days=28)
