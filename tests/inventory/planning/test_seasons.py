"""Ends out of files, mark-downs against a search of its own, build-ups against what can be told by hand."""

import itertools

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.errors import ConfigError, DataError
from foresale.inventory.planning.buildup import Needs, build_up
from foresale.inventory.planning.markdowns import DEPTHS, Clearing, markdowns
from foresale.inventory.planning.seasons import read_seasons
from foresale.inventory.reading import Sources

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


def by_search(demand, *, units, end, price, salvage, elasticity):
    """The best revenue of one item over the same starts and depths, path by path."""

    def revenue(begin, depth):
        total = 0.0
        for path in demand:
            full = min(units, path[:begin].sum())
            cleared = min(units - full, path[begin:end].sum() * (1 - depth) ** -elasticity)
            total += price * full + price * (1 - depth) * cleared + salvage * (units - full - cleared)
        return total / len(demand)

    plain = revenue(end, 0.0)
    tried = [(revenue(part * end // 8, depth), part * end // 8, depth)
             for part, depth in itertools.product(range(8), DEPTHS)]  # fmt: skip
    return plain, max(tried)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), elasticity=st.floats(0.5, 4), salvage=st.floats(0, 1))
def test_mark_downs_are_the_best_of_the_grid(seed, elasticity, salvage):
    rng = np.random.default_rng(seed)
    demand = rng.poisson(4, (8, 2, 12)).astype(np.float32)
    units, end = rng.integers(20, 90, 2).astype(float), rng.integers(4, 13, 2)
    clearing = Clearing(units, end, np.full(2, 5.0), np.full(2, salvage), np.full(2, elasticity))
    found = markdowns(demand, clearing)
    for item in range(2):
        plain, (best, _, _) = by_search(demand[:, item], units=units[item], end=end[item], price=5.0, salvage=salvage,
                                        elasticity=elasticity)  # fmt: skip
        if found.start[item] < 0:
            assert best <= plain * 1.005 + 1e-6
        else:
            assert found.gain[item] == pytest.approx(best - plain, abs=1e-4)
            assert found.left[item] < found.left_full[item]


def test_what_sells_anyway_is_not_marked_down():
    demand = np.full((4, 1, 10), 5.0)
    clearing = Clearing(np.array([40.0]), np.array([10]), np.array([5.0]), np.array([1.0]), np.array([3.0]))
    assert markdowns(demand, clearing).start.tolist() == [-1]
    with pytest.raises(ConfigError, match="beyond"):
        markdowns(demand[:, :, :5], clearing)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_build_ups_keep_to_what_can_arrive(seed):
    rng = np.random.default_rng(seed)
    items, stretches = 4, 5
    needs = Needs(rng.integers(0, 30, (items, stretches)).astype(float), rng.uniform(0.5, 2, items),
                  rng.integers(0, 3, items), rng.uniform(0.05, 0.2, items), rng.uniform(1, 5, items))  # fmt: skip
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
