"""Totals: gaps, ends, repeated rows, ids, covariates, static columns, availability."""

from datetime import date, datetime

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError, DataError
from foresale.data.options import ReadOptions
from foresale.data.read import panel, read_with_report


def _daily(items: dict[str, list[float | None]], start: str = "2024-03-01", **columns: list[object]) -> pl.DataFrame:
    first = date.fromisoformat(start).toordinal()
    rows = [
        (sku, date.fromordinal(first + at), value) for sku, values in items.items() for at, value in enumerate(values)
    ]
    frame = pl.DataFrame(rows, schema={"sku": pl.String, "day": pl.Date, "qty": pl.Float64}, orient="row")
    return frame.with_columns(pl.Series(name, values) for name, values in columns.items())


def _said(notes, *words):
    return any(all(word in note for word in words) for note in notes)


def test_rows_become_flat_arrays_item_after_item():
    garden = panel(_daily({"b": [1, 2], "a": [3, 4, 5]}))
    assert garden.items["item_id"].to_list() == ["a", "b"]
    assert garden.sales.tolist() == [3, 4, 5, 1, 2]
    assert garden.offsets.tolist() == [0, 3, 5]
    assert garden.keys == ("sku",)
    assert garden.time_type == pl.Date()
    assert garden.notes[0] == "5 rows, 2 items (sku), daily, 2024-03-01 to 2024-03-03; sales from 'qty'"


def test_items_end_with_their_own_last_row_and_it_is_said():
    garden = panel(_daily({"a": [3, 4, 5], "b": [1, 2]}))
    assert garden.history.tolist() == [3, 2]
    assert _said(garden.notes, "1 item ends before 2024-03-03", "own end", "b")


def test_gaps_of_totals_are_unknown_unless_told_to_be_zero():
    sales = _daily({"a": [1, 2, 3, 4]})[[0, 3]]
    unknown = panel(sales, frequency="D")
    assert np.isnan(unknown.sales[1:3]).all()
    assert _said(unknown.notes, "2 periods", "unknown")
    assert panel(sales, frequency="D", gaps="zero").sales.tolist() == [1, 0, 0, 4]


def test_many_gaps_and_no_zero_are_pointed_out():
    sparse = _daily({"a": list(range(1, 31))})[[0, 1, 5, 9, 29]]
    assert _said(panel(sparse).notes, "25 periods", "gaps='zero'")
    assert not _said(panel(sparse, gaps="zero").notes, "gaps='zero'")


def test_items_of_one_row_are_taken_as_daily_and_it_is_said():
    garden = panel(_daily({"a": [1], "b": [2]}))
    assert garden.frequency.name == "daily"
    assert _said(garden.notes, "No item has two rows", "daily")


def test_items_without_known_sales_are_said_and_nothing_known_is_refused():
    assert _said(panel(_daily({"a": [1, 2], "b": [None, None]})).notes, "1 item", "without any known sales", "b")
    with pytest.raises(DataError, match="no known sales: 2"):
        panel(_daily({"a": [None, None]}))


def test_unknown_sales_stay_unknown_where_gaps_are_zero():
    assert np.isnan(panel(_daily({"a": [1, None, 3]}), gaps="zero").sales[1])


def test_rows_that_are_alike_are_kept_once_and_reported():
    sales = _daily({"a": list(range(50)), "b": [1, 2, 3]})
    doubled = pl.concat([sales, sales[3:5]])
    garden, report = read_with_report(doubled)
    assert garden.sales[:5].tolist() == [0, 1, 2, 3, 4]
    assert (report.rows_read, report.rows_used) == (55, 53)
    assert report.faults[0].count == 2
    assert "row 54" in report.faults[0].place


def test_a_file_that_holds_everything_twice_is_not_doubled():
    sales = _daily({"a": [1, 2, 3], "b": [4, 5]})
    assert panel(pl.concat([sales, sales])).sales.tolist() == [1, 2, 3, 4, 5]


def test_rows_that_differ_are_refused_with_place_and_cure():
    sales = _daily({"a": list(range(50)), "b": [1, 2, 3]})
    again = pl.concat([sales, sales[3:4].with_columns(qty=pl.lit(99.0))])
    with pytest.raises(DataError, match=r"(?s)item and stamp.*row 4.*kind='orders'"):
        panel(again)
    garden, report = read_with_report(again, ReadOptions(bad_rows="drop"))
    assert garden.sales[3] == 99
    assert report.rows_used == report.rows_read - 1 == 53
    assert _said(garden.notes, "other values", "1")


def test_every_fault_of_a_file_is_reported_at_once():
    sales = _daily({"a": list(range(50)), "b": [1, 2, 3]}).with_columns(pl.col("qty").cast(pl.String))
    bad = pl.concat([sales, sales[3:4].with_columns(qty=pl.lit("99")), sales[4:5].with_columns(qty=pl.lit("many"))])
    with pytest.raises(DataError) as caught:
        panel(bad)
    assert len(caught.value.faults) == 2
    garden, report = read_with_report(bad, ReadOptions(bad_rows="drop"))
    assert report.rows_read == report.rows_used + sum(fault.rows for fault in report.faults)
    assert report.rows_used == 53
    assert len(garden.sales) == 53


def test_irregular_stamps_are_refused_with_place_and_cure():
    weeks = [date.fromordinal(date(2024, 1, 1).toordinal() + 7 * week + (week == 9)) for week in range(40)]
    sales = pl.DataFrame({"sku": ["a"] * 40, "day": weeks, "qty": range(40)})
    with pytest.raises(
        DataError, match=r"(?s)irregular stamps.*weekly \(Mondays\).*1 .*row 10: 2024-03-05.*frequency="
    ):
        panel(sales)
    assert len(panel(sales, bad_rows="drop").sales) == 40
    floored = panel(sales, frequency="W")
    assert floored.sales.tolist() == list(range(40))


def test_a_coarser_frequency_adds_totals_up():
    garden = panel(
        _daily({"a": [1.0] * 14, "b": [2.0] * 14}, start="2024-03-04", price=[1.0, 3.0] * 14, promo=["x"] * 27 + ["y"]),
        frequency="W",
    )
    assert garden.frequency.name == "weekly (Mondays)"
    assert garden.sales.tolist() == [7, 7, 14, 14]
    np.testing.assert_allclose(garden.covariates["price"].values, np.array([13, 15, 13, 15]) / 7, rtol=1e-6)
    assert _said(garden.notes, "Added up", "weekly")


def test_the_sum_of_an_unknown_is_unknown():
    garden = panel(_daily({"a": [1.0] * 6 + [None] + [1.0] * 7}, start="2024-03-04"), frequency="W")
    assert np.isnan(garden.sales[0])
    assert garden.sales[1] == 7


def test_an_asked_frequency_keeps_the_phase_of_the_data():
    fridays = [date.fromordinal(date(2024, 1, 5).toordinal() + 7 * week) for week in range(9)]
    sales = pl.DataFrame({"sku": ["a"] * 9, "day": fridays, "qty": range(9)})
    assert panel(sales, frequency="W").frequency.name == "weekly (Fridays)"
    assert panel(sales, frequency="W-MON").frequency.name == "weekly (Mondays)"


def test_several_key_columns_make_one_item_in_the_callers_types():
    sales = pl.DataFrame({"shop": [10, 9, 10], "sku": ["x", "x", "y"], "day": [date(2024, 1, 1)] * 3, "qty": [1, 2, 3]})
    garden = panel(sales, columns={"item": ["shop", "sku"]})
    assert garden.items["item_id"].to_list() == ["9|x", "10|x", "10|y"]
    assert garden.items.schema["shop"] == pl.Int64
    assert garden.keys == ("shop", "sku")
    assert garden.sales.tolist() == [2, 1, 3]


def test_a_single_key_keeps_its_type():
    sales = pl.DataFrame({"sku": [10, 9], "day": [date(2024, 1, 1)] * 2, "qty": [1, 2]})
    assert panel(sales).items["item_id"].to_list() == [9, 10]
    assert panel(sales).items.schema["item_id"] == pl.Int64


def test_a_key_column_called_item_id_among_several_is_kept_beside_the_joined_id():
    sales = pl.DataFrame({"item_id": ["x", "y"], "shop": [1, 1], "day": [date(2024, 1, 1)] * 2, "qty": [1, 2]})
    garden = panel(sales, columns={"item": ["item_id", "shop"]})
    assert garden.items["item_id"].to_list() == ["x|1", "y|1"]
    assert garden.items["item"].to_list() == ["x", "y"]
    assert garden.keys == ("item", "shop")


def test_an_item_id_beside_other_keys_is_left_out_and_said():
    sales = _daily({"a": [1, 2], "b": [3]}, item_id=["x", "x", "y"])
    garden = panel(sales, columns={"item": "sku"})
    assert garden.items["item_id"].to_list() == ["a", "b"]
    assert garden.statics == ()
    assert _said(garden.notes, "'item_id' is left out")


def test_a_table_without_items_is_one_item():
    garden = panel(pl.DataFrame({"day": [date(2024, 1, 1), date(2024, 1, 2)], "qty": [1, 2]}))
    assert garden.items["item_id"].to_list() == ["all"]
    assert garden.keys == ("item_id",)


def test_columns_become_past_covariates_categories_and_static_columns():
    garden = panel(
        _daily(
            {"a": [1, 2, 3], "b": [4, 5, 6]},
            temperature=[1.5, 2.5, None, 3.5, 3.5, 3.5],
            closed=[True, False, False, False, False, True],
            event=["sale", None, "fair", "sale", "sale", "sale"],
            colour=["red"] * 3 + ["blue"] * 3,
            size=[40, 40, 40, None, 41, 41],
            nothing=pl.Series([None] * 6, dtype=pl.Float64),
        )
    )
    assert garden.covariates["temperature"].values.tolist()[:2] == [1.5, 2.5]
    assert np.isnan(garden.covariates["temperature"].values[2])
    assert garden.covariates["closed"].values.tolist() == [1, 0, 0, 0, 0, 1]
    assert garden.covariates["event"].categories == ("fair", "sale")
    np.testing.assert_array_equal(garden.covariates["event"].values, [1, np.nan, 0, 1, 1, 1])
    assert {covariate.role for covariate in garden.covariates.values()} == {"past"}
    assert garden.statics == ("colour", "size")
    assert garden.items["size"].to_list() == [40, 41]
    assert garden.items.schema["size"] == pl.Int64
    assert "nothing" not in garden.covariates
    assert _said(garden.notes, "empty", "nothing")


def test_a_constant_column_is_a_covariate_when_it_is_declared_known():
    sales = _daily({"a": [1, 2, 3]}, promo=[0, 0, 0])
    assert panel(sales).statics == ("promo",)
    assert panel(sales, known=["promo"]).covariates["promo"].role == "known"
    with pytest.raises(ConfigError, match="promotion"):
        panel(sales, known=["promotion"])


def test_a_text_with_too_many_values_is_left_out_and_said():
    count = 1_500
    sales = _daily({"a": [1.0] * count, "b": [1.0] * 2}, remark=[f"remark {row}" for row in range(count + 2)])
    garden = panel(sales)
    assert not garden.covariates
    assert _said(garden.notes, "1,000", "remark")


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("stockout_hours", [0.0, 6.0, 24.0], [1, 0.75, 0]),
        ("is_stockout", [0, 1, 0], [1, 0, 1]),
        ("in_stock", [1.0, 0.5, None], [1, 0.5, np.nan]),
        ("in_stock", [17, 0, 3], [1, 0, 1]),
    ],
)
def test_availability_is_the_share_of_the_period_in_stock(name, values, expected):
    garden = panel(_daily({"a": [1, 2, 3]}, **{name: values}))
    np.testing.assert_allclose(garden.available, expected)
    assert not garden.covariates
    assert _said(garden.notes, "In stock", name)


def test_the_price_of_totals_has_its_canonical_name():
    garden = panel(_daily({"a": [1, 2, 3]}, unit_price=[2.0, 2.5, 2.0]))
    assert garden.covariates["price"].values.tolist() == [2, 2.5, 2]
    assert _said(garden.notes, "'price'", "'unit_price'")


def test_hours_are_a_grid_and_not_orders():
    hours = [datetime(2024, 1, 1 + hour // 24, hour % 24) for hour in range(48)]
    garden = panel(pl.DataFrame({"sku": ["a"] * 48, "time": hours, "qty": range(48)}))
    assert garden.frequency.name == "hourly"
    assert garden.sales.tolist() == list(range(48))


def test_the_hour_that_comes_twice_when_clocks_go_back_is_added_up():
    hours = pl.datetime_range(datetime(2024, 10, 25), datetime(2024, 10, 29), "1h", time_zone="UTC", eager=True)
    local = hours.dt.convert_time_zone("Europe/Berlin")
    sales = pl.DataFrame({"sku": ["a"] * len(local), "time": local, "qty": range(len(local))})
    garden = panel(sales, bad_rows="error")
    twice = sales.filter(pl.col("time").dt.replace_time_zone(None) == datetime(2024, 10, 27, 2))["qty"].to_list()
    assert len(twice) == 2
    assert garden.sales.sum() == sum(range(len(local)))
    assert sum(twice) in garden.sales.tolist()
    assert _said(garden.notes, "clocks go back")


def test_sales_of_a_last_period_that_is_not_over_are_unknown_and_it_is_said():
    garden = panel(_daily({"a": [1.0] * 10}, start="2024-03-04"), frequency="W")
    np.testing.assert_array_equal(garden.sales, [7, np.nan])
    assert _said(garden.notes, "2024-03-11", "2024-03-13", "not over")
    kept = panel(_daily({"a": [1.0] * 10}, start="2024-03-04"), frequency="W", unfinished="keep")
    assert kept.sales.tolist() == [7, 3]
    assert _said(kept.notes, "2024-03-11", "2024-03-13", "as if it were whole")


def test_one_stamp_far_off_is_refused_rather_than_filling_the_memory():
    sales = pl.DataFrame({"sku": ["a", "a"], "time": [datetime(1700, 1, 1), datetime(2024, 1, 1, 0, 1)], "qty": [1, 2]})
    with pytest.raises(DataError):
        panel(pl.concat([sales.with_columns(sku=pl.lit(str(item))) for item in range(8)]), frequency="1min")


def test_a_frame_without_rows_is_refused():
    with pytest.raises(DataError, match="no rows"):
        panel(pl.DataFrame({"sku": [], "day": [], "qty": []}))


def test_what_was_given_is_not_changed():
    sales = _daily({"b": [1, 2], "a": [3, 4]}, promo=[1, 0, 1, 1])
    before = sales.clone()
    panel(sales)
    assert sales.equals(before)


def test_months_stamped_on_their_last_day_of_business_have_a_row_each_and_a_future_alike():
    months = np.arange(30) + np.datetime64("2021-02", "M")
    days = np.busday_offset(months.astype("datetime64[D]"), -1, roll="forward")
    frame = pl.DataFrame({"sku": "a", "day": days, "qty": np.arange(30), "promo": 0})
    garden = panel(frame[:28].drop("promo").with_columns(promo=0), future=frame[28:].drop("qty"))
    assert garden.frequency.name == "monthly"
    assert garden.sales[:28].tolist() == list(range(28))
    assert garden.history.tolist() == [28]
    assert _said(garden.notes, "One stamp a month", "read as months")


def test_months_that_are_none_of_the_calendar_are_refused_with_the_cure():
    days = np.datetime64("2021-01-30") + np.cumsum((28, 29, 30) * 10).astype("timedelta64[D]")
    with pytest.raises(DataError, match=r"not one in every month .*: 30 \(first at row 1: 2021-02-27.*first day"):
        panel(pl.DataFrame({"sku": "a", "day": days, "qty": 5}))
