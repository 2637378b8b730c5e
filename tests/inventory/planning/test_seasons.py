"""Ends out of files, build-ups against what can be told by hand."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.errors import ConfigError, DataError
from foresale.inventory.planning.buildup import Needs, build_up
from foresale.inventory.planning.seasons import read_seasons
from foresale.inventory.read import Sources

ITEMS = pl.DataFrame({"item_id": ["a", "b", "c"]})


def test_ends_and_elasticities_out_of_files(tmp_path):
    stock = tmp_path / "stock.csv"
    stock.write_text("sku,stock,end of life\na,3,2026-12-24\nb,4,2026-12-31\n")
    items = tmp_path / "items.csv"
    items.write_text("sku;Saisonende;price elasticity\nb;2026-11-30;-1,5\nc;;0\n")
    found = read_seasons(ITEMS, Sources(stock, items))
    assert found.end.astype(str).tolist() == ["2026-12-24", "2026-11-30", "NaT"]
    np.testing.assert_allclose(found.elasticity, [np.nan, 1.5, 0], atol=1e-6)


def test_files_without_seasons_end_nothing():
    found = read_seasons(ITEMS, Sources(pl.DataFrame({"sku": ["a"], "stock": [3]})))
    assert np.isnat(found.end).all()


def test_ends_that_are_no_dates_are_named():
    told = pl.DataFrame({"sku": ["a", "b"], "stock": [3, 4], "season_end": ["2026-12-24", "soon"]})
    with pytest.raises(DataError, match=r"season_end is no date: 1 .*'soon'"):
        read_seasons(ITEMS, Sources(told))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_build_ups_keep_to_what_can_arrive(seed):
    rng = np.random.default_rng(seed)
    items, stretches = 4, 5
    needs = Needs(
        rng.integers(0, 30, (items, stretches)).astype(float),
        rng.uniform(0.5, 2, items),
        rng.integers(0, 3, items),
        rng.uniform(0.05, 0.2, items),
        rng.uniform(1, 5, items),
    )
    found = build_up(needs, 60.0)
    assert (needs.use @ found.units <= 60 + 1e-6).all()
    assert (found.units[np.arange(stretches) < needs.earliest[:, None]] == 0).all()
    there = np.cumsum(found.units + found.unmet - needs.units, axis=1)
    assert (there >= -1e-6).all()
    assert (found.unmet <= needs.units + 1e-6).all()
    roomy = build_up(needs, 1e6)
    late = np.where(np.arange(stretches) >= needs.earliest[:, None], needs.units, 0)
    np.testing.assert_allclose(roomy.units, late, atol=1e-6)
    assert roomy.prices.max() == 0


def test_the_cheaper_item_waits_in_the_warehouse():
    needs = Needs(
        np.array([[0.0, 30.0], [0.0, 30.0]]), np.ones(2), np.zeros(2, int), np.array([0.1, 0.3]), np.ones(2) * 9
    )
    found = build_up(needs, 40.0)
    np.testing.assert_allclose(found.units, [[20, 10], [0, 30]], atol=1e-6)
    assert found.prices[1] == pytest.approx(0.1)
    with pytest.raises(ConfigError):
        build_up(needs, -1)
