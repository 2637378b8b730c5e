import json
import re

import numpy as np
import polars as pl
import pytest

from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.inspection.inspect import inspect
from foresale.pages.inspection import inspection_page


def figures_of(html):
    return [json.loads(text) for text in re.findall(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)]


def test_the_page_says_and_shows_what_was_found():
    panel = shop(items=40, periods=800, config=ShopConfig(report_availability=False, stockouts=0.03))
    found = inspect(panel)
    html = inspection_page(found)
    titles = [figure["layout"]["title"]["text"] for figure in figures_of(html)]
    for title in ("Sales of all items", "Sales by weekday", "Sales by month", "How demand comes"):
        assert title in titles
    assert any(title.startswith("ABC/XYZ") for title in titles)
    assert any(title.endswith(": stock-outs") for title in titles)
    assert f"<dd>{found.rows:,}</dd>" in html
    assert "Correlation with sales" in html
    assert html.count("<h2") == 6


def test_festivals_are_marked_on_the_total():
    panel = shop(items=40, periods=365)
    start = int(panel.starts.min())
    html = inspection_page(inspect(panel, events=[(start + 314, "Double 11")]))
    marks = figures_of(html)[0]["data"][1]
    assert marks["text"] == ["Double 11"]
    assert marks["x"][0].startswith("2023-11-11")


@pytest.mark.parametrize("frequency", ["D", "W", "MS", "h"])
def test_odd_panels_have_a_page(frequency):
    sales = np.array([np.nan, 0, 3], np.float32)
    panel = Panel(
        frequency=Frequency.parse(frequency),
        items=pl.DataFrame({"item_id": ["<b>tea</b>"]}),
        starts=np.array([600]),
        offsets=np.array([0, 3]),
        history=np.array([3]),
        sales=sales,
        notes=("Read from a test.",),
    )
    html = inspection_page(inspect(panel))
    assert "<b>tea" not in html.split("<script>")[0]
    assert "How it was read" in html


def test_long_hourly_sales_are_drawn_by_day():
    panel = shop(items=2, periods=24 * 250, frequency="h", config=ShopConfig(launches=0))
    assert len(figures_of(inspection_page(inspect(panel)))[0]["data"][0]["x"]) == 250
