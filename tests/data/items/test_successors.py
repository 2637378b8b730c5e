"""Successors: histories move to the heir, whole or in part, and no unit is lost."""

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import DataError
from foresale.core.panel import Panel
from foresale.data.read import panel

DAYS = [f"2024-03-{day:02d}" for day in range(1, 11)]
SALES = pl.DataFrame(
    {
        "sku": ["old"] * 10 + ["other"] * 10 + ["new"] * 3,
        "day": DAYS * 2 + DAYS[7:],
        "qty": [4] * 10 + [1] * 10 + [2] * 3,
    }
)


def units(found: Panel) -> dict[str, list[float]]:
    return {item: found.sales[found.rows(place)].tolist() for place, item in enumerate(found.items["item_id"])}


@pytest.mark.parametrize(
    "items",
    [{"sku": ["new"], "replaces": ["old"]}, {"sku": ["old", "new"], "successor": ["new", None]}],
)
def test_the_heir_has_the_history_of_the_old_item(items):
    found = panel(SALES, items=pl.DataFrame(items))
    assert units(found) == {"new": [4.0] * 7 + [6.0] * 3, "other": [1.0] * 10}
    assert any("new for old" in note for note in found.notes)
    assert not {"replaces", "successor"} & set(found.statics)


@pytest.mark.parametrize("share", [0.25, 25.0])
def test_a_share_moves_and_the_rest_stays(share):
    found = units(panel(SALES, items=pl.DataFrame({"sku": ["new"], "replaces": ["old"], "share": [share]})))
    assert found["old"] == [3.0] * 10
    assert found["new"] == [1.0] * 7 + [3.0] * 3


def test_two_heirs_share_and_a_chain_goes_on_to_its_end():
    items = pl.DataFrame({"sku": ["new", "other"], "replaces": ["old", "old"], "share": [0.6, 0.4]})
    found = units(panel(SALES, items=items))
    assert found.keys() == {"new", "other"}
    np.testing.assert_allclose(found["other"], [2.6] * 10, rtol=1e-6)
    chain = units(panel(SALES, items=pl.DataFrame({"sku": ["other", "new"], "replaces": ["old", "other"]})))
    assert chain == {"new": [5.0] * 7 + [7.0] * 3}


def test_an_heir_that_has_not_sold_yet_begins_with_the_history():
    items = pl.DataFrame({"sku": ["fresh", "old", "other", "new"], "replaces": ["old", None, None, None]})
    assert units(panel(SALES, items=items))["fresh"] == [4.0] * 10


def test_revenue_moves_with_the_units():
    lines = SALES.with_columns(price=2.5, order_id=pl.Series(map(str, range(23))))
    found = panel(lines, items=pl.DataFrame({"sku": ["new"], "replaces": ["old"], "share": [0.5]}))
    assert float(np.nansum(found.revenue)) == pytest.approx(float((lines["qty"] * lines["price"]).sum()))


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ({"sku": ["new"], "replaces": ["old"], "share": [-0.5]}, "no share between 0 and 1"),
        ({"sku": ["new", "other"], "replaces": ["old", "old"]}, "hand on more than their history"),
        ({"sku": ["new", "old"], "replaces": ["old", "new"]}, "replace each other"),
    ],
)
def test_what_cannot_be_is_refused(items, words):
    with pytest.raises(DataError, match=words):
        panel(SALES, items=pl.DataFrame(items))


def test_an_old_item_without_sales_is_said():
    found = panel(SALES, items=pl.DataFrame({"sku": ["new"], "replaces": ["ancient"]}))
    assert any("Not handed on" in note and "new for ancient" in note for note in found.notes)


def test_a_file_that_names_the_old_item_alone_is_enough():
    found = panel(SALES, items=pl.DataFrame({"sku": ["old"], "successor": ["new"], "brand": ["A"]}))
    assert units(found)["new"] == [4.0] * 7 + [6.0] * 3
