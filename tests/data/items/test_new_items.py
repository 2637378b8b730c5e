"""Items that were never sold are kept: with a period of unknown sales, their future and their static columns."""

from datetime import date

import numpy as np
import polars as pl

from foresale.core.columns import ITEM
from foresale.core.panel import Panel
from foresale.data import read

SALES = pl.DataFrame(
    {
        "sku": [1, 1, 1, 2, 2],
        "shop": ["n", "n", "n", "s", "s"],
        "day": [date(2024, 3, day) for day in (1, 2, 3, 2, 3)],
        "qty": [1.0, 2.0, 3.0, 4.0, 5.0],
        "promo": [0, 1, 0, 0, 1],
    }
)


def panel(sales: pl.DataFrame, **others: pl.DataFrame) -> Panel:
    return read.panel(sales, columns={"item": [name for name in ("sku", "shop") if name in sales.columns]}, **others)


def future(*items: tuple[int, str], days: tuple[int, ...] = (4, 5)) -> pl.DataFrame:
    rows = [(sku, shop, date(2024, 3, day), 1) for sku, shop in items for day in days]
    return pl.DataFrame(rows, schema=["sku", "shop", "day", "promo"], orient="row")


def test_an_item_of_the_future_alone_is_kept_with_what_is_known_ahead_of_it() -> None:
    garden = panel(SALES, future=future((1, "n"), (2, "s"), (2, "n")))
    assert garden.items[ITEM].to_list() == ["1|n", "2|s", "2|n"]
    assert garden.items["sku"].to_list() == [1, 2, 2]
    new = garden.select([2])
    assert (new.history.tolist(), new.cutoffs.tolist()) == ([1], garden.cutoffs[:1].tolist())
    assert np.isnan(new.sales).all()
    assert new.covariates["promo"].values[1:].tolist() == [1, 1]
    assert any("1 item of the future without a history (first: 2|n)" in note for note in garden.notes)


def test_the_others_are_as_without_the_newcomer() -> None:
    both, alone = (
        panel(SALES, future=future(*items)) for items in [((1, "n"), (2, "s"), (9, "n")), ((1, "n"), (2, "s"))]
    )
    kept = both.select([0, 1])
    for name in ("starts", "offsets", "history", "sales"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(alone, name))
    np.testing.assert_array_equal(kept.covariates["promo"].values, alone.covariates["promo"].values)


def test_one_whose_future_ends_early_is_left_aside_and_shortens_nobody() -> None:
    given = pl.concat([future((1, "n"), (2, "s")), future((7, "n"), days=(4,))])
    garden = panel(SALES, future=given)
    assert garden.items[ITEM].to_list() == ["1|n", "2|s"]
    assert garden.future.tolist() == [2, 2]
    assert any("1 item of the future file without a history" in note and "not used" in note for note in garden.notes)


def test_rows_of_the_past_alone_make_no_newcomer() -> None:
    given = pl.concat([future((1, "n"), (2, "s")), future((7, "n"), days=(1, 2))])
    assert len(panel(SALES, future=given)) == 2


def test_newcomers_of_the_items_file_have_their_static_columns() -> None:
    described = pl.DataFrame({"sku": [1, 2, 3], "shop": ["n", "s", "s"], "brand": ["a", "b", "c"]})
    garden = panel(SALES, items=described)
    assert garden.items[ITEM].to_list() == ["1|n", "2|s", "3|s"]
    assert garden.items["brand"].to_list() == ["a", "b", "c"]


def test_an_items_file_that_does_not_tell_every_key_brings_none() -> None:
    garden = panel(SALES, items=pl.DataFrame({"sku": [1, 2, 3], "brand": ["a", "b", "c"]}))
    assert len(garden) == 2


def test_an_items_file_of_a_future_with_keys_brings_those_of_the_future_only() -> None:
    described = pl.DataFrame({"sku": [1, 2, 3, 4], "shop": ["n", "s", "s", "s"], "brand": ["a", "b", "c", "d"]})
    garden = panel(SALES, future=future((1, "n"), (2, "s"), (4, "s")), items=described)
    assert garden.items["brand"].to_list() == ["a", "b", "d"]


def test_one_key_and_a_text_id_where_the_sales_have_numbers() -> None:
    sales = SALES.drop("shop", "promo")
    garden = panel(sales, items=pl.DataFrame({"sku": ["1", "2", "3"], "brand": ["a", "b", "c"]}))
    assert garden.items[ITEM].to_list() == [1, 2, 3]
