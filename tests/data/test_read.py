"""Future and items files, and laws of reading."""

from dataclasses import replace
from datetime import date, timedelta
from typing import get_type_hints

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.errors import ConfigError, DataError
from foresale.data.options import ReadOptions, ReadSettings
from foresale.data.read import panel, read, read_with_report
from foresale.data.synthetic import shop

SALES = pl.DataFrame(
    {
        "sku": ["a", "a", "a", "b", "b"],
        "day": [date(2024, 3, day) for day in (1, 2, 3, 2, 3)],
        "qty": [1.0, 2.0, 3.0, 4.0, 5.0],
        "promo": [0, 1, 0, 0, 1],
        "event": ["fair", "plain", "plain", "plain", "plain"],
        "weather": [9.0, 8.0, 7.0, 9.0, 8.0],
    }
)
FUTURE = pl.DataFrame(
    {
        "sku": ["a", "a", "b", "b"],
        "day": [date(2024, 3, day) for day in (4, 5, 4, 5)],
        "promo": [1, 0, 1, 1],
        "event": ["sale", "plain", "plain", None],
    }
)


def _said(notes, *words):
    return any(all(word in note for word in words) for note in notes)


def _same(one, other):
    assert one.items.equals(other.items)
    assert (one.frequency, one.keys, one.time_type) == (other.frequency, other.keys, other.time_type)
    for name in ("starts", "offsets", "history", "sales"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert list(one.covariates) == list(other.covariates)
    for name, covariate in one.covariates.items():
        assert (covariate.role, covariate.categories) == (
            other.covariates[name].role,
            other.covariates[name].categories,
        )
        np.testing.assert_array_equal(covariate.values, other.covariates[name].values)


def test_the_future_makes_its_columns_known():
    garden = panel(SALES, future=FUTURE)
    assert garden.future.tolist() == [2, 2]
    np.testing.assert_array_equal(garden.sales, [1, 2, 3, np.nan, np.nan, 4, 5, np.nan, np.nan])
    assert garden.covariates["promo"].values.tolist() == [0, 1, 0, 1, 0, 0, 1, 1, 1]
    assert garden.covariates["event"].categories == ("fair", "plain", "sale")
    np.testing.assert_array_equal(garden.covariates["event"].values, [0, 1, 1, 2, 1, 1, 1, 1, np.nan])
    assert [covariate.name for covariate in garden.known] == ["promo", "event"]
    np.testing.assert_array_equal(garden.covariates["weather"].values, [9, 8, 7, np.nan, np.nan, 9, 8, np.nan, np.nan])


def test_empty_cells_of_the_future_are_unknown_and_said():
    assert _said(panel(SALES, future=FUTURE).notes, "Empty cells", "1 in 'event'", "unknown")


def test_lacking_item_dates_are_refused_and_listed():
    with pytest.raises(DataError, match=r"(?s)item-dates that the future file lacks: 1 .*b at 2024-03-04.*carry"):
        panel(SALES, future=FUTURE.filter(~((pl.col("sku") == "b") & (pl.col("day") == date(2024, 3, 4)))))
    with pytest.raises(DataError, match=r"lacks: 2 .*b from 2024-03-04 to 2024-03-05\)"):
        panel(SALES, future=FUTURE.filter(sku="a"))
    with pytest.raises(DataError, match=r"lacks: 2 .*a at 2024-03-06; b at 2024-03-06"):
        panel(SALES, future=FUTURE, horizon=3)


def test_long_lists_of_lacking_item_dates_say_how_much_is_left_out():
    days = pl.DataFrame({"day": [date(2024, 3, 1), date(2024, 3, 2)]})
    sales = pl.DataFrame({"sku": [f"s{number:02}" for number in range(13)]}).join(days, how="cross")
    future = sales.filter(pl.col("sku") == "s00").with_columns(pl.col("day").dt.offset_by("2d"), promo=1)
    with pytest.raises(DataError, match=r"lacks: 24 .*s01 from .*; s10 from .* to 2024-03-04; and 2 more runs"):
        panel(sales.with_columns(qty=3, promo=0), future=future)


def test_lacking_item_dates_are_carried_on_request_and_it_is_said():
    garden = panel(SALES, future=FUTURE.filter(sku="a"), missing_future="carry")
    assert garden.covariates["promo"].values.tolist() == [0, 1, 0, 1, 0, 0, 1, 1, 1]
    assert garden.covariates["event"].values.tolist()[5:] == [1, 1, 1, 1]
    assert _said(garden.notes, "lacks 2 item-dates", "b from 2024-03-04 to 2024-03-05", "carried")


def test_an_empty_cell_is_not_carried():
    garden = panel(SALES, future=FUTURE, missing_future="carry", horizon=3)
    np.testing.assert_array_equal(garden.covariates["event"].values[-3:], [1, np.nan, 1])


def test_the_horizon_cuts_the_future():
    assert panel(SALES, future=FUTURE, horizon=1).future.tolist() == [1, 1]


def test_a_ragged_future_is_cut_to_what_all_items_have():
    longer = pl.concat([FUTURE, FUTURE[1:2].with_columns(day=pl.lit(date(2024, 3, 6)))])
    assert panel(SALES, future=longer).future.tolist() == [2, 2]


def test_a_future_without_items_holds_for_all():
    garden = panel(SALES, future=FUTURE.filter(sku="a").drop("sku"))
    assert garden.covariates["promo"].values.tolist() == [0, 1, 0, 1, 0, 0, 1, 1, 0]


def test_a_future_by_some_of_the_keys_holds_for_all_items_with_them():
    sales = SALES.with_columns(shop=pl.Series([1, 1, 1, 2, 2]))
    future = FUTURE.select(pl.col("sku").replace_strict({"a": 1, "b": 2}).alias("shop"), "day", "promo")
    garden = panel(sales, columns={"item": ["sku", "shop"]}, future=future)
    assert garden.covariates["promo"].values.tolist() == [0, 1, 0, 1, 0, 0, 1, 1, 1]


def test_the_keys_of_the_sales_are_those_of_the_future():
    both = pl.DataFrame({"sku": ["a", "b"]}).join(pl.DataFrame({"store_id": [1, 2]}), how="cross")
    days = pl.DataFrame({"day": [date(2024, 3, day) for day in (1, 2, 3, 4, 5)]})
    rows = both.join(days, how="cross").with_row_index("qty").with_columns(promo=pl.col("qty") % 2)
    sales, future = rows.filter(pl.col("day").dt.day() <= 3), rows.filter(pl.col("day").dt.day() > 3).drop("qty")
    garden = panel(sales, future=future)
    assert set(garden.keys) == {"sku", "store_id"}
    assert garden.future.tolist() == [2, 2, 2, 2]
    assert garden.covariates["promo"].values.reshape(4, 5)[0].tolist() == [0, 1, 0, 1, 0]


def test_a_key_called_item_id_is_found_again_in_the_future_and_items_files():
    sales = SALES.rename({"sku": "item_id"}).with_columns(shop=pl.lit(7))
    told = {"item": ["item_id", "shop"], "timestamp": "day"}
    garden = panel(
        sales,
        columns=told,
        future=FUTURE.rename({"sku": "item_id"}).with_columns(shop=pl.lit(7)),
        items=pl.DataFrame({"item_id": ["a", "b"], "brand": ["Al", "Bo"]}),
    )
    assert garden.future.tolist() == [2, 2]
    assert garden.items["brand"].to_list() == ["Al", "Bo"]
    joined = panel(sales, columns=told, items=pl.DataFrame({"item_id": ["a|7", "b|7"], "brand": ["Al", "Bo"]}))
    assert joined.items["brand"].to_list() == ["Al", "Bo"]


def test_a_future_of_strangers_is_refused():
    with pytest.raises(DataError, match=r"no item of the future file has a history.*zebra"):
        panel(SALES, future=FUTURE.with_columns(sku=pl.lit("zebra")))


def test_ids_of_another_type_in_the_future_are_the_same_items():
    number = pl.col("sku").replace_strict({"a": 1, "b": 2})
    garden = panel(SALES.with_columns(sku=number), future=FUTURE.with_columns(sku=number.cast(pl.String)))
    assert garden.future.tolist() == [2, 2]
    assert garden.items["item_id"].to_list() == [1, 2]


def test_rows_of_the_past_and_of_unseen_items_are_left_aside_and_said():
    past = FUTURE[:1].with_columns(day=pl.lit(date(2024, 3, 1)), promo=pl.lit(77, pl.Int64))
    unseen = FUTURE[:1].with_columns(sku=pl.lit("zebra"))
    garden = panel(SALES, future=pl.concat([FUTURE, past, unseen]))
    _same(garden, panel(SALES, future=FUTURE))
    assert _said(garden.notes, "1 row", "in the history")
    assert _said(garden.notes, "1 item", "zebra")


def test_a_future_that_only_repeats_the_history_is_refused():
    with pytest.raises(DataError, match="no row follows the history"):
        panel(SALES, future=SALES.drop("qty"))


def test_a_future_that_contradicts_itself_is_refused():
    twice = pl.concat([FUTURE, FUTURE[:1].with_columns(promo=pl.lit(0, pl.Int64))])
    with pytest.raises(DataError, match=r"future file: rows that repeat an item and period"):
        panel(SALES, future=twice)
    _same(panel(SALES, future=pl.concat([FUTURE, FUTURE[:1]])), panel(SALES, future=FUTURE))


def test_a_future_off_the_grid_is_refused():
    weeks = SALES.with_columns(day=pl.Series([date(2024, 3, 1) + timedelta(7 * week) for week in (0, 1, 2, 1, 2)]))
    future = FUTURE[:1].with_columns(day=pl.lit(date(2024, 3, 23)))
    with pytest.raises(DataError, match=r"(?s)off the weekly \(Fridays\) grid.*row 1: 2024-03-23"):
        panel(weeks, future=future)


def test_a_daily_future_of_a_weekly_panel_is_averaged():
    days = pl.DataFrame({"day": [date(2024, 3, 4) + timedelta(step) for step in range(28)]})
    rows = days.with_columns(sku=pl.lit("a"), qty=pl.lit(1.0), promo=pl.int_range(28) % 2)
    garden = panel(rows[:14], frequency="W", future=rows[14:].drop("qty"))
    assert garden.sales[:2].tolist() == [7, 7]
    assert garden.future.tolist() == [2]
    np.testing.assert_allclose(garden.covariates["promo"].values, [3 / 7, 4 / 7, 3 / 7, 4 / 7], rtol=1e-6)


def test_a_known_column_that_the_future_lacks_is_refused_or_carried():
    with pytest.raises(DataError, match=r"known columns that the future file lacks: 1 .*weather"):
        panel(SALES, future=FUTURE, known=["weather"])
    garden = panel(SALES, future=FUTURE, known=["weather"], missing_future="carry")
    assert garden.covariates["weather"].values.tolist() == [9, 8, 7, 7, 7, 9, 8, 8, 8]


def test_rows_without_sales_after_the_last_sales_are_the_future():
    both = pl.concat(
        [SALES, FUTURE.select("sku", "day", qty=None, promo="promo", event="event", weather=None)],
        how="vertical_relaxed",
    )
    garden, report = read_with_report(both)
    _same(garden, panel(SALES, future=FUTURE))
    assert (report.rows_read, report.rows_used) == (9, 9)
    assert _said(garden.notes, "4 rows after 2024-03-03", "taken for the future", "'promo', 'event' known ahead")
    other = panel(both, future=FUTURE, horizon=1)
    _same(other, panel(SALES, future=FUTURE, horizon=1))
    assert _said(other.notes, "4 rows after 2024-03-03", "left aside")


def test_an_item_that_ended_early_does_not_stretch_the_future_that_is_carried():
    longer = pl.concat(
        [
            SALES,
            pl.DataFrame(
                {
                    "sku": ["old", "old"],
                    "day": [date(2024, 2, 1), date(2024, 2, 2)],
                    "qty": [1.0, 1.0],
                    "promo": [0, 0],
                    "event": ["fair", "fair"],
                    "weather": [1.0, 1.0],
                }
            ),
        ]
    )
    future = pl.concat([FUTURE, FUTURE.filter(sku="a").with_columns(sku=pl.lit("old"))])
    garden = panel(longer, future=future, missing_future="carry")
    assert garden.future.tolist() == [2, 2, 2]
    assert garden.covariates["promo"].values[-2:].tolist() == [0, 0]


def test_a_column_of_order_lines_that_is_known_ahead_is_known_on_days_without_a_line():
    days = [date(2024, 3, day) for day in (1, 1, 3)]
    lines = pl.DataFrame(
        {"sku": ["a"] * 3, "day": days, "qty": [1, 2, 3], "order_id": list("123"), "mailer": [1, 1, 1]}
    )
    future = pl.DataFrame({"sku": ["a", "a"], "day": [date(2024, 3, 4), date(2024, 3, 5)], "mailer": [0, 1]})
    shop_of_lines = panel(lines, future=future)
    assert shop_of_lines.covariates["mailer"].role == "known"
    assert shop_of_lines.covariates["mailer"].values.tolist() == [1, 1, 1, 0, 1]
    assert _said(shop_of_lines.notes, "keep their last value", "mailer")


def test_a_declared_column_is_known_without_a_future():
    garden = panel(SALES, known=["promo"])
    assert garden.covariates["promo"].role == "known"
    assert garden.future.tolist() == [0, 0]


def test_a_calendar_that_reaches_back_gives_a_column_that_the_history_lacks():
    days = [date(2024, 3, 1) + timedelta(step) for step in range(-1, 5)]
    calendar = pl.DataFrame({"day": days, "mailer": [9, 1, 0, 1, 0, 1]})
    garden = panel(SALES, future=calendar)
    assert garden.covariates["mailer"].role == "known"
    assert garden.covariates["mailer"].values.tolist() == [1, 0, 1, 0, 1, 0, 1, 0, 1]


def test_sales_in_the_future_file_are_no_covariate():
    sales = SALES.rename({"qty": "main"})
    both = pl.concat([sales, FUTURE.with_columns(main=pl.lit(9.0), weather=None)], how="diagonal_relaxed")
    garden = panel(sales, columns={"sales": "main"}, future=both)
    assert set(garden.covariates) == {"promo", "event", "weather"}
    assert np.isnan(garden.sales[3:5]).all()


def test_a_column_that_never_changes_is_static_though_the_future_has_it():
    colours = pl.col("sku").replace_strict({"a": "red", "b": "blue"}).alias("colour")
    garden = panel(SALES.with_columns(colours), future=FUTURE.with_columns(colours))
    assert garden.statics == ("colour",)
    changed = FUTURE.with_columns(colour=pl.lit("red"))
    assert panel(SALES.with_columns(colours), future=changed).covariates["colour"].role == "known"


def test_columns_of_the_future_that_the_history_lacks_are_said():
    garden = panel(SALES, future=FUTURE.with_columns(moon=pl.lit(1.0)))
    assert "moon" not in garden.covariates
    assert _said(garden.notes, "moon", "not used")


def test_the_price_of_the_future_continues_the_price_of_the_history():
    sales = SALES.with_columns(unit_price=pl.Series([1.0, 2.0, 3.0, 4.0, 5.0]))
    garden = panel(sales, future=FUTURE.with_columns(unit_price=pl.Series([6.0, 7.0, 8.0, 9.0])))
    assert garden.covariates["price"].values.tolist() == [1, 2, 3, 6, 7, 4, 5, 8, 9]
    assert garden.covariates["price"].role == "known"


def test_the_price_of_order_lines_can_be_known_ahead():
    lines = SALES.with_columns(price=pl.Series([1.0, 2.0, 3.0, 4.0, 5.0]), order_id=pl.Series(list("12345")))
    garden = panel(lines, future=FUTURE.with_columns(price=pl.Series([6.0, 7.0, 8.0, 9.0])))
    assert garden.covariates["price"].values.tolist() == [1, 2, 3, 6, 7, 4, 5, 8, 9]
    assert garden.sales[2] == 3
    assert np.isnan(garden.sales[3:5]).all()


def test_the_items_file_gives_static_columns():
    items = pl.DataFrame({"sku": ["b", "c"], "brand": ["Bo", "Co"], "size": [40.0, 41.0]})
    garden = panel(SALES, items=items)
    assert garden.items["brand"].to_list() == [None, "Bo", "Co"]
    assert garden.items["size"].to_list() == [None, 40, 41]
    assert garden.statics == ("brand", "size")
    assert _said(garden.notes, "1 item not in the items file", "a")
    assert _said(garden.notes, "1 item of the items file without a history", "c", "newcomer")


def test_the_items_file_may_name_items_by_their_id():
    garden = panel(SALES, items=pl.DataFrame({"item_id": ["b", "a"], "brand": ["Bo", "Al"]}))
    assert garden.items["brand"].to_list() == ["Al", "Bo"]


def test_an_item_that_stands_twice_in_the_items_file_is_refused():
    items = pl.DataFrame({"sku": ["a", "b", "b"], "brand": ["Al", "Bo", "Be"]})
    with pytest.raises(DataError, match=r"items file: items that stand twice.*row 2: b"):
        panel(SALES, items=items)


@pytest.mark.parametrize(
    "settings",
    [
        {"kind": "sums"},
        {"gaps": "none"},
        {"bad_rows": "skip"},
        {"horizon": 0},
        {"known": "promo"},
        {"frequency": "xyz"},
    ],
)
def test_a_setting_that_cannot_be_is_refused(settings):
    with pytest.raises(ConfigError):
        panel(SALES, **settings)


def test_files_and_frames_give_the_same(tmp_path):
    SALES.write_parquet(tmp_path / "sales.parquet")
    SALES.write_csv(tmp_path / "sales.csv")
    FUTURE.write_parquet(tmp_path / "future.parquet")
    from_file = read(tmp_path / "sales.parquet", future=tmp_path / "future.parquet")
    _same(from_file, panel(SALES, future=FUTURE))
    _same(replace(read(tmp_path / "sales.csv"), time_type=pl.Date()), panel(SALES))


@settings(max_examples=40, deadline=None)
@given(
    items=st.integers(1, 5),
    periods=st.integers(2, 40),
    frequency=st.sampled_from(["D", "W-SUN", "MS", "h"]),
    seed=st.integers(0, 99),
)
def test_a_panel_survives_the_way_to_a_frame_and_back(items, periods, frequency, seed):
    one = shop(items=items, periods=periods, frequency=frequency, seed=seed)
    one = replace(one, items=one.items.select("item_id"))
    other = panel(one.to_frame(), frequency=frequency, known=["price", "promotion"])
    _same(one, other)
    np.testing.assert_array_equal(one.available, other.available)


_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.integers(0, 9),
        st.one_of(st.none(), st.integers(-3, 9)),
        st.sampled_from(["x", "y", None]),
    ),
    min_size=1,
    max_size=40,
)


def _frame(rows):
    start = date(2024, 3, 1)
    days = [(sku, start + timedelta(day), quantity, text) for sku, day, quantity, text in rows]
    schema = {"sku": pl.String, "day": pl.Date, "qty": pl.Int64, "text": pl.String}
    return pl.DataFrame(days, schema=schema, orient="row")


@settings(max_examples=60, deadline=None)
@given(rows=_ROWS, kind=st.sampled_from(["auto", "orders", "totals"]))
def test_every_row_is_used_or_reported(rows, kind):
    try:
        garden, report = read_with_report(_frame(rows), ReadOptions(kind=kind, bad_rows="drop", frequency="D"))
    except DataError:
        return
    assert report.rows_read == len(rows)
    assert report.rows_read == report.rows_used + sum(fault.rows for fault in report.faults)
    used = _frame(rows).drop_nulls("qty")
    if kind == "orders":
        assert np.nansum(garden.sales) == used.filter(pl.col("qty") >= 0)["qty"].sum()


def test_newcomers_are_sorted_by_their_keys_wherever_their_rows_stand():
    coming = [(sku, date(2024, 3, day), 1) for sku in ("z", "b", "a", "m") for day in (4, 5)]
    future = pl.DataFrame(coming, schema=["sku", "day", "promo"], orient="row")
    garden = panel(SALES, future=future, known=["promo"])
    assert garden.items["sku"].to_list() == ["a", "b", "m", "z"]
    _same(garden, panel(SALES, future=future.reverse(), known=["promo"]))


@settings(max_examples=60, deadline=None)
@given(rows=_ROWS, kind=st.sampled_from(["orders", "totals"]), seed=st.integers(0, 99))
def test_the_order_of_the_rows_does_not_matter(rows, kind, seed):
    frame = _frame(rows).unique(["sku", "day"], keep="first", maintain_order=True)
    frame = frame if kind == "totals" else _frame(rows)
    shuffled = frame.sample(fraction=1, shuffle=True, seed=seed)
    try:
        one = panel(frame, kind=kind, bad_rows="drop", frequency="D")
    except DataError:
        with pytest.raises(DataError):
            panel(shuffled, kind=kind, bad_rows="drop", frequency="D")
        return
    _same(one, panel(shuffled, kind=kind, bad_rows="drop", frequency="D"))


@settings(max_examples=30, deadline=None)
@given(extra=st.integers(0, 5), promo=st.lists(st.integers(0, 9), min_size=5, max_size=5))
def test_what_the_future_says_changes_nothing_in_the_history(extra, promo):
    days = [date(2024, 3, 4) + timedelta(step) for step in range(2 + extra)]
    rows = [(sku, day, promo[step % 5]) for sku in ("a", "b") for step, day in enumerate(days)]
    future = pl.DataFrame(rows, schema={"sku": pl.String, "day": pl.Date, "promo": pl.Int64}, orient="row")
    garden = panel(SALES, future=future)
    history = garden.is_history
    alone = panel(SALES, known=["promo"])
    np.testing.assert_array_equal(garden.sales[history], alone.sales)
    for name, covariate in alone.covariates.items():
        np.testing.assert_array_equal(garden.covariates[name].values[history], covariate.values)
    assert garden.items.equals(alone.items)


def test_keywords_are_the_fields_of_the_options_with_their_types():
    assert get_type_hints(ReadSettings) == get_type_hints(ReadOptions)


def test_keywords_go_before_the_options():
    sales = pl.DataFrame({"sku": ["a", "a"], "day": ["2024-03-01", "2024-03-03"], "qty": [3, 5]})
    assert read(sales, ReadOptions(gaps="zero")).sales.tolist() == [3.0, 0.0, 5.0]
    assert np.isnan(read(sales, ReadOptions(gaps="zero"), gaps="unknown").sales[1])
    with pytest.raises(TypeError, match="gap"):
        read(sales, gap="zero")  # type: ignore[call-arg]
