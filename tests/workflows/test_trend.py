"""The wish of a trend: what it says of items, and in which money."""

import numpy as np
import polars as pl

from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.narrate.sentences import sentences
from foresale.pages.trend import trend_page
from foresale.workflows.trend import trend


def test_names_and_the_currency_stand_beside_items_that_move():
    days, growing = np.arange(800), np.linspace(5, 40, 800)
    start = int(Frequency.parse("D").index(np.array(["2022-01-03"], "datetime64[D]"))[0])
    sales = np.stack([growing, growing[::-1], np.full(800, 20.0)]) + days % 3
    prices = {"price": Covariate("price", "past", np.full(sales.size, 2.0, np.float32))}
    items = pl.DataFrame({"item_id": ["a", "b", "c"], "item_name": ["Mug", "Lamp", "Rug"]})
    panel = Panel(
        Frequency.parse("D"),
        items,
        np.full(3, start),
        np.arange(4) * 800,
        np.full(3, 800),
        sales.astype(np.float32).ravel(),
        prices,
        currency="GBP",
    )
    found = trend(panel)
    said = " ".join(sentences(found))
    assert "The largest gain: a Mug (" in said
    assert "The largest loss: b Lamp (" in said
    assert found.currency == "GBP"
    assert "At the last price, GBP" in trend_page(found)
