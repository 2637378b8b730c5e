"""What a person sees at the prompt: one line of every object that a verb gives."""

from collections.abc import Callable

import polars as pl
import pytest

import foresale
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop

LONGEST = 160


def orders() -> foresale.Interactions:
    """Thirty customers who come twice."""
    names = [f"c{number}" for number in range(30)]
    dates = [f"2024-0{number % 5 + 1}-{number % 27 + 1:02}" for number in range(60)]
    lines = {"customer": names * 2, "sku": ["tea", "mug"] * 30, "item_name": ["Tea", "Mug"] * 30, "date": dates}
    return foresale.read_interactions(pl.DataFrame(lines))


SHORT = {
    "forecast": lambda panel: foresale.forecast(panel, horizon=7, model="seasonal-naive"),
    "sum": lambda panel: foresale.forecast(panel, horizon=7, model="seasonal-naive").sum(),
    "groups": lambda panel: foresale.forecast_groups(panel, horizon=7, by=["category"], model="seasonal-naive"),
    "panel": lambda panel: panel,
    "evaluation": lambda panel: foresale.evaluate(panel, horizon=7, windows=1, models=["seasonal-naive"]),
    "explanation": lambda panel: foresale.explain(panel, horizon=7, model="seasonal-naive"),
    "inspection": lambda panel: foresale.inspect(panel),
    "trend": lambda panel: foresale.trend(panel, by="category"),
    "cleaning": lambda panel: foresale.clean(panel)[1],
    "fitted": lambda panel: foresale.fit(panel, horizon=7, model="pretrained"),
    "hierarchy": lambda panel: foresale.Hierarchy.of(panel, ["category"]),
    "effects": lambda panel: foresale.Effects.fit(panel, horizon=7),
    "events": lambda panel: orders(),
    "recommender": lambda panel: foresale.Recommender.fit(orders()),
    "recommendations": lambda panel: foresale.recommend(orders(), top=2),
    "similar": lambda panel: foresale.Recommender.fit(orders()).similar(["tea"]),
    "audience": lambda panel: foresale.Recommender.fit(orders()).for_item("tea"),
    "lapsing": lambda panel: foresale.Recommender.fit(orders()).lapsing(),
    "report": lambda panel: foresale.report(
        panel, horizon=7, model="seasonal-naive", how=foresale.ReportOptions(windows=0, items=1, trend=False)
    ),
}


@pytest.fixture(scope="module")
def panel() -> Panel:
    return shop(items=6, periods=400, config=ShopConfig(future=7))


@pytest.mark.parametrize("made", SHORT.values(), ids=SHORT.keys())
def test_an_object_is_one_line(made: Callable[[Panel], object], panel: Panel):
    text = repr(made(panel))
    assert text.startswith("<")
    assert "\n" not in text
    assert len(text) <= LONGEST


def test_a_forecast_says_what_it_is(panel: Panel):
    found = foresale.forecast(panel, horizon=7, model="seasonal-naive")
    assert repr(found) == "<Forecast of 6 items by seasonal-naive, daily, 7 periods from 2024-02-05 to 2024-02-11>"
