"""Groups as a panel: sums that are not lower for what is unknown, one cutoff, and nothing from the future."""

from dataclasses import replace
from functools import partial

import numpy as np
import polars as pl
import pytest

from foresale.core.chunks import row_chunks
from foresale.core.frequency import Frequency
from foresale.core.hierarchy import Hierarchy
from foresale.core.panel import Covariate, Panel
from foresale.forecasting.reconcile import aggregate
from foresale.forecasting.reconcile.aggregate import aligned, grouped

NAN = float("nan")


def shop(
    *sales: list[float], starts: list[int] | None = None, history: list[int] | None = None, **more: object
) -> Panel:
    lengths = np.array([len(own) for own in sales])
    return Panel(
        Frequency("day"),
        pl.DataFrame({"item_id": [f"i{at}" for at in range(len(sales))], "shelf": ["a", "b", "a"][: len(sales)]}),
        starts=np.array(starts or [0] * len(sales)),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        history=np.array(history or lengths),
        sales=np.concatenate(sales).astype(np.float32),
        **more,  # type: ignore[arg-type]
    )


def test_sales_of_a_group_are_the_sums_of_its_items(shelves) -> None:
    panel = shelves()
    found = grouped(panel, Hierarchy.of(panel, ["category", "region"]))
    matrix = panel.sales.reshape(12, 77)
    assert len(found.panel) == 6
    np.testing.assert_allclose(found.panel.sales.reshape(6, 77)[0], matrix.sum(axis=0))
    np.testing.assert_allclose(found.panel.sales.reshape(6, 77)[2], matrix[1::3].sum(axis=0))
    assert not found.estimated.any()
    assert found.panel.items.columns == ["item_id", "category", "region"]
    assert found.panel.items.row(2) == ("category=c1", "c1", None)


def test_items_are_added_a_few_at_a_time_just_the_same(shelves, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = shelves(unknown=0.1)
    whole = grouped(panel, Hierarchy.of(panel, ["region"])).panel
    monkeypatch.setattr(aggregate, "row_chunks", partial(row_chunks, cells=100))
    parts = grouped(panel, Hierarchy.of(panel, ["region"])).panel
    np.testing.assert_allclose(whole.sales, parts.sales)
    np.testing.assert_allclose(whole.covariates["price"].values, parts.covariates["price"].values)


def test_an_unknown_sale_is_estimated_from_the_others_and_told() -> None:
    panel = shop([6, 6, 6, 6], [2, 2, NAN, NAN], [4, 4, 4, NAN])
    found = grouped(panel, Hierarchy.of(panel, ["shelf"]))
    total, first, second = found.panel.sales.reshape(3, 4)
    assert total.tolist() == [12, 12, 12, 12]
    assert first.tolist() == [10, 10, 10, 10]
    np.testing.assert_array_equal(second, [2, 2, NAN, NAN])
    assert found.estimated.tolist() == [0.5, 0.25, 0.5]


def test_where_less_than_half_is_known_the_sum_is_unknown() -> None:
    panel = shop([9, 9, NAN], [2, 2, 2])
    assert np.isnan(grouped(panel, Hierarchy.of(panel, [])).panel.sales[2])


def test_items_that_begin_later_sold_nothing_before() -> None:
    panel = shop([5, 5, 5], [1], [2, 2], starts=[10, 12, 11])
    total = grouped(panel, Hierarchy.of(panel, ["shelf"])).panel
    assert total.starts.tolist() == [10, 10, 12]
    assert total.sales.tolist() == [5, 7, 8, 5, 7, 7, 1]


def test_prices_are_those_of_what_is_sold_and_flags_are_shares() -> None:
    price = Covariate("price", "known", np.array([10, 10, 20, NAN], np.float32))
    flag = Covariate("flag", "known", np.array([1, 1, 0, 1], np.float32))
    panel = shop([3, NAN], [1, NAN], history=[1, 1], covariates={"price": price, "flag": flag})
    total = grouped(panel, Hierarchy.of(panel, [])).panel
    assert total.covariates["price"].values.tolist() == [12.5, 10]
    assert total.covariates["flag"].values.tolist() == [0.75, 1]


def test_categories_stay_where_all_items_agree_and_are_named_where_not() -> None:
    agreed = Covariate("day", "known", np.array([1, 0, 1, NAN], np.float32), ("work", "feast"))
    varied = Covariate("label", "known", np.array([1, 0, 0, 0], np.float32), ("no", "yes"))
    panel = shop([3, 3], [1, 1], covariates={"day": agreed, "label": varied})
    total = grouped(panel, Hierarchy.of(panel, [])).panel
    assert total.covariates["day"].values.tolist() == [1, 0]
    assert "label" not in total.covariates
    assert "items differ in it: label" in total.notes[-1]


def test_items_that_end_earlier_are_unknown_up_to_the_common_cutoff() -> None:
    price = Covariate("price", "known", np.array([1, 2, 3, 4, 5, 6, 7], np.float32))
    panel = shop([1, 2, NAN, NAN], [3, 4, NAN], history=[2, 2], starts=[0, 1], covariates={"price": price})
    even = aligned(panel)
    assert even.cutoffs.tolist() == [2, 2]
    assert even.history.tolist() == [3, 2]
    np.testing.assert_array_equal(even.sales, [1, 2, NAN, NAN, 3, 4, NAN])
    assert even.covariates["price"].values.tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert aligned(even) is even


def test_sums_know_nothing_of_what_follows_the_cutoff(shelves) -> None:
    panel = shelves(unknown=0.1)
    tree = Hierarchy.of(panel, ["category"])
    past = grouped(panel.back(10), tree).panel
    changed = panel.sales.copy()
    late = panel.positions >= 60
    changed[late] = changed[late] * 9 + 1
    other = grouped(replace(panel, sales=changed).back(10), tree).panel
    np.testing.assert_array_equal(past.sales, other.sales)
    np.testing.assert_array_equal(past.covariates["price"].values, other.covariates["price"].values)
