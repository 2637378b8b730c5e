"""Bundles: what was sold of a set counts as sales of its parts, and no cent is lost."""

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import DataError
from foresale.core.panel import Panel
from foresale.data.read import panel

DAYS = [f"2024-03-{day:02d}" for day in range(1, 11)]
SALES = pl.DataFrame(
    {
        "sku": ["set"] * 10 + ["cup"] * 10 + ["tray"] * 3,
        "day": DAYS * 2 + DAYS[7:],
        "qty": [3] * 10 + [1] * 10 + [2] * 3,
        "price": [18.0] * 10 + [5.0] * 10 + [10.0] * 3,
        "order_id": [str(row) for row in range(23)],
    }
)


def units(found: Panel) -> dict[str, list[float]]:
    return {item: found.sales[found.rows(place)].tolist() for place, item in enumerate(found.items["item_id"])}


@pytest.mark.parametrize("written", ["cup*2; tray", "2 x cup;tray", "cup × 2 ; 1 * tray", "cup; tray; cup"])
def test_the_parts_have_the_sales_of_the_bundle(written):
    found = panel(SALES, items=pl.DataFrame({"sku": ["set"], "components": [written]}))
    assert units(found) == {"cup": [7.0] * 10, "tray": [3.0] * 7 + [5.0] * 3}
    assert any("set: 30 sold, counted as 2 × cup, 1 × tray each" in note for note in found.notes)
    assert "components" not in found.statics


def test_money_is_shared_by_units_and_prices():
    found = panel(SALES, items=pl.DataFrame({"sku": ["set"], "components": ["cup*2; tray"]}))
    money = {
        item: float(np.nansum(found.revenue[found.rows(place)])) for place, item in enumerate(found.items["item_id"])
    }
    assert money == pytest.approx({"cup": 50 + 270, "tray": 60 + 270})


def test_a_bundle_of_bundles_ends_at_what_is_stocked():
    items = pl.DataFrame({"sku": ["set", "tray"], "components": ["tray*2", "cup*3"]})
    assert units(panel(SALES, items=items)) == {"cup": [19.0] * 7 + [25.0] * 3}


def test_a_part_that_sold_in_bundles_only_is_forecast():
    items = pl.DataFrame({"sku": ["set", "lid"], "components": ["lid*4", None]})
    found = units(panel(SALES, items=items))
    assert found["lid"] == [12.0] * 10
    assert "set" not in found


def test_a_bundle_of_unknown_parts_stays_and_is_said():
    found = panel(SALES, items=pl.DataFrame({"sku": ["set"], "components": ["saucer*2"]}))
    assert units(found)["set"] == [3.0] * 10
    assert any("left as they are" in note and "set (saucer)" in note for note in found.notes)


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ({"sku": ["set"], "components": ["set*2"]}, "bundle of itself"),
        ({"sku": ["set"], "components": ["cup*0"]}, "or of nothing"),
        ({"sku": ["set", "cup"], "components": ["cup", "set"]}, "in a circle"),
    ],
)
def test_what_cannot_be_is_refused(items, words):
    with pytest.raises(DataError, match=words):
        panel(SALES, items=pl.DataFrame(items))


def test_what_a_bundle_hands_to_an_old_item_goes_on_to_its_heir():
    items = pl.DataFrame({"sku": ["set", "cup"], "components": ["tray*2", None], "replaces": [None, "tray"]})
    found = units(panel(SALES, items=items))
    assert found == {"cup": [7.0] * 7 + [9.0] * 3}


def test_a_circle_of_an_heir_and_a_bundle_is_refused():
    items = pl.DataFrame({"sku": ["set", "cup"], "components": ["cup*2", None], "successor": [None, "set"]})
    with pytest.raises(DataError, match="in a circle"):
        panel(SALES, items=items)
