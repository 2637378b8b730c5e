"""What becomes of demand under other prices."""

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.pricing.what_if import Change, Told, changed_prices, what_if

NAMES = pl.Series(["tea", "pot"])
NOW = np.array([10.0, 8.0])


def test_changes_are_read_in_their_order():
    changes = tuple(map(Change.parse, ("price=-10%", "tea=9.50")))
    assert changed_prices(NAMES, NOW, changes).tolist() == pytest.approx([9.5, 7.2])


@pytest.mark.parametrize("text", ["tea", "tea=cheap", "=5", "tea=-100%", "tea=0"])
def test_what_is_no_change_is_refused(text: str):
    with pytest.raises(ConfigError, match="a change is"):
        Change.parse(text)


def test_an_unknown_product_is_refused():
    with pytest.raises(ConfigError, match="no product 'cup'"):
        changed_prices(NAMES, NOW, (Change("cup", price=1.0),))


def test_the_forecaster_speaks_where_a_price_was_seen_and_both_where_they_disagree():
    told = Told(np.full((2, 3), 10.0), np.full((2, 3), 12.0), np.array([2.0, 1.5]), np.array([1.5, 1.2]),
                np.array([2.5, 1.8]))  # fmt: skip
    found = what_if(NAMES, (NOW, 0.9 * NOW), told, np.array([True, False]), np.zeros(3, "datetime64[us]"))
    rows = found.by_product()
    assert dict(rows.select("product", "by").iter_rows()) == {"tea": "forecaster", "pot": "effects"}
    assert dict(rows.select("product", "units").iter_rows()) == {"tea": 36.0, "pot": 45.0}
    assert "disagree by more than 10 % for 2 products; most for tea: 36 units" in found.notes[0]
    assert repr(found) == "<WhatIf of 2 products: 60 units become 81>"
