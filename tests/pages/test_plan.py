"""The page of a plan: what it says, and that nothing breaks where there is nothing to say."""

import numpy as np
import polars as pl
import pytest
from markupsafe import escape

from foresale.data.synthetic import ShopConfig, shop
from foresale.inventory.planning.plan import Plan
from foresale.pages.plan import plan_page
from foresale.plotting.plot import plot
from foresale.workflows.plan import plan

PANEL = shop(items=6, periods=120, seed=4, config=ShopConfig(launches=0))


def planned(on_hand: object, **columns: object) -> Plan:
    stock = pl.DataFrame({"item_id": PANEL.items["item_id"], "on_hand": on_hand, "lead_time": 5, **columns})
    return plan(PANEL, stock=stock, horizon=14, model="seasonal-naive")


def test_a_page_says_what_the_plan_says():
    made = planned([0, 10, 20, 40, 80, 9000], supplier="<Ming & Sons>")
    html = plan_page(made, history=PANEL)
    frame = made.to_frame()
    assert "&lt;Ming &amp; Sons&gt;" in html
    assert "<Ming" not in html
    first = frame.row(0, named=True)
    assert first["exception"] == "excess"
    assert f'class="long">{first["reason"]}</td>' in html
    assert html.index("Exceptions</h2>") < html.index("Orders of today</h2>") < html.index("Projected stock</h2>")
    assert escape(made.notes[0]) in html


@pytest.mark.parametrize("on_hand", [np.full(6, 1e5), np.zeros(6)])
def test_a_page_of_a_plan_without_orders_or_without_stock(on_hand: object):
    html = plan_page(planned(on_hand))
    assert ("Nothing is ordered today." in html) == bool(np.all(on_hand))


def test_items_that_end_are_listed():
    plain, ending = (plan_page(planned([0, 10, 20, 40, 80, 9000], season_end=end)) for end in (None, "2023-05-20"))
    assert "Ends</h2>" not in plain
    assert "Ends</h2>" in ending
    assert "Mark down from" in ending


def test_the_picture_of_an_item():
    made = planned([0, 10, 20, 40, 80, 9000])
    item = PANEL.items["item_id"][1]
    figure = plot(made, item)
    traces = {trace.name: trace for trace in figure.data}
    seen = made.projection(item)
    np.testing.assert_allclose(traces["Expected stock"].y, seen["stock"].to_numpy())
    np.testing.assert_allclose(traces["Without new orders"].y, seen["unordered"].to_numpy())
    np.testing.assert_allclose(traces["Risk to run out"].y, 100 * seen["risk"].to_numpy())
    assert figure.layout.title.text == item
    assert {note.text for note in figure.layout.annotations} == {"order of today"}
    assert plot(made).layout.title.text == made.to_frame()["item_id"][0]
