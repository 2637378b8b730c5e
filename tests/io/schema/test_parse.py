"""Stamps, numbers, ids and covariates, in every way people write them."""

from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.errors import ConfigError
from foresale.io.schema.cells import parse_extra, parse_ids
from foresale.io.schema.numbers import UNKNOWN, parse_numbers
from foresale.io.schema.times import parse_times


def stamps(values, **settings):
    return parse_times(pl.Series(values), **settings).values.to_list()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-31", datetime(2024, 1, 31)),
        ("2024/1/31", datetime(2024, 1, 31)),
        ("2024.01.31", datetime(2024, 1, 31)),
        ("20240131", datetime(2024, 1, 31)),
        ("31/12/2024", datetime(2024, 12, 31)),
        ("12/31/2024", datetime(2024, 12, 31)),
        ("31.12.2024", datetime(2024, 12, 31)),
        ("31-12-24", datetime(2024, 12, 31)),
        ("Jan 5, 2024", datetime(2024, 1, 5)),
        ("January 5 2024", datetime(2024, 1, 5)),
        ("5 Jan 2024", datetime(2024, 1, 5)),
        ("05-Jan-24", datetime(2024, 1, 5)),
        ("Fri, 5 January 2024", datetime(2024, 1, 5)),
        ("5. Mai 2024", datetime(2024, 5, 5)),
        ("2024-Jan-05", datetime(2024, 1, 5)),
        ("2024年1月5日", datetime(2024, 1, 5)),
        ("2024年1月", datetime(2024, 1, 1)),
        ("2024년 1월 5일", datetime(2024, 1, 5)),
        ("２０２４－０１－０５", datetime(2024, 1, 5)),
        ("2024-W05", datetime(2024, 1, 29)),
        ("2024W05", datetime(2024, 1, 29)),
        ("2020-W53", datetime(2020, 12, 28)),
        ("2024-W05-3", datetime(2024, 1, 31)),
        ("2024-01", datetime(2024, 1, 1)),
        ("202401", datetime(2024, 1, 1)),
        ("01/2024", datetime(2024, 1, 1)),
        ("Jan 2024", datetime(2024, 1, 1)),
        ("Jan-24", datetime(2024, 1, 1)),
        ("2024Q3", datetime(2024, 7, 1)),
        ("Q3 2024", datetime(2024, 7, 1)),
        ("2024", datetime(2024, 1, 1)),
        ("2024-01-31 13:45", datetime(2024, 1, 31, 13, 45)),
        ("2024-01-31T13:45:10", datetime(2024, 1, 31, 13, 45, 10)),
        ("2024-01-31T13:45:10.250Z", datetime(2024, 1, 31, 13, 45, 10, 250_000)),
        ("2024-01-31 13:45:10+02:00", datetime(2024, 1, 31, 13, 45, 10)),
        ("2024-01-31 13:45:10 -0500", datetime(2024, 1, 31, 13, 45, 10)),
        ("2024-01-31 13:45:10 UTC", datetime(2024, 1, 31, 13, 45, 10)),
        ("1/31/2024 1:45 PM", datetime(2024, 1, 31, 13, 45)),
        ("1/31/2024, 12:05:00 AM", datetime(2024, 1, 31, 0, 5)),
        ("20240131T134510", datetime(2024, 1, 31, 13, 45, 10)),
        ("20240131134510", datetime(2024, 1, 31, 13, 45, 10)),
        ("12/01/2009 07:45", datetime(2009, 1, 12, 7, 45)),
        (" 2024-01-31 ", datetime(2024, 1, 31)),
    ],
)
def test_every_common_way_to_write_a_stamp(text, expected):
    assert stamps([text]) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-30",
        "2023-02-29",
        "31/31/2024",
        "2024-13-01",
        "2024-W54",
        "2021-W53",
        "2024-01-31 25:00",
        "soon",
        "12:30",
        "2024-01-31 13:61",
        "1/31/2024 13:45 PM",
        "5",
        "2024-00-10",
        "-",
        "2024-01-31 x",
    ],
)
def test_what_is_no_date_becomes_none(text):
    assert stamps([text]) == [None]


@given(
    st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.sampled_from(["%d/%m/%Y", "%Y%m%d", "%G-W%V-%u", "%b %d, %Y"])
)
def test_a_written_date_comes_back(day, style):
    assert stamps([day.strftime(style), "31/12/2024"])[0] == datetime(day.year, day.month, day.day)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 12, 31)))
def test_a_written_moment_comes_back(moment):
    assert stamps([moment.isoformat()]) == [moment]


def test_the_order_of_day_and_month_is_decided_over_the_whole_column():
    assert stamps(["01/02/2024", "13/02/2024"])[0] == datetime(2024, 2, 1)
    assert stamps(["01/02/2024", "02/13/2024"])[0] == datetime(2024, 1, 2)


def test_an_order_that_cannot_be_known_is_said():
    times = parse_times(pl.Series(["01/02/2024", "03/02/2024"]))
    assert times.values[0] == datetime(2024, 2, 1)
    assert times.notes == ("Dates fit day first or month first; they are read day first (else pass date_order='mdy').",)
    assert stamps(["01/02/2024"], date_order="mdy") == [datetime(2024, 1, 2)]
    assert stamps(["24/01/02"], date_order="ymd") == [datetime(2024, 1, 2)]
    assert stamps(["1/2/2024 3:00 PM"]) == [datetime(2024, 1, 2, 15)]  # who writes PM writes the month first


def test_dates_of_both_orders_leave_the_rarer_ones_unread():
    times = parse_times(pl.Series(["13/01/2024", "14/01/2024", "01/15/2024"]))
    assert times.values.is_null().to_list() == [False, False, True]
    assert "some fit only the other order" in times.notes[0]


def test_an_unknown_order_is_refused():
    with pytest.raises(ConfigError, match="date_order is one of"):
        parse_times(pl.Series(["2024-01-01"]), date_order="ydm")


def test_weeks_without_a_dash_are_told_from_months():
    assert stamps(["202401", "202453"]) == [datetime(2024, 1, 1), None]
    assert stamps(["202405", "202420"]) == [datetime(2024, 1, 29), datetime(2024, 5, 13)]
    assert stamps(["202405", "202406"]) == [datetime(2024, 5, 1), datetime(2024, 6, 1)]


@pytest.mark.parametrize("power", [0, 3, 6, 9])
def test_seconds_since_1970_in_every_unit(power):
    times = parse_times(pl.Series([1_704_067_200 * 10**power, 1_704_153_600 * 10**power]))
    assert times.values.to_list() == [datetime(2024, 1, 1), datetime(2024, 1, 2)]
    assert times.time_type == pl.Datetime("us")


def test_whole_numbers_and_their_text_are_read_as_dates():
    assert stamps([20240131, 20240201]) == [datetime(2024, 1, 31), datetime(2024, 2, 1)]
    assert stamps([20240131.0, None]) == [datetime(2024, 1, 31), None]
    assert stamps(["1704067200", "1704153600"]) == [datetime(2024, 1, 1), datetime(2024, 1, 2)]


def test_a_zone_is_kept_and_its_clock_read():
    column = pl.Series([datetime(2024, 7, 1, 22)]).dt.replace_time_zone("UTC").dt.convert_time_zone("Asia/Shanghai")
    times = parse_times(column)
    assert times.values.to_list() == [datetime(2024, 7, 2, 6)]
    assert times.time_type == pl.Datetime("us", "Asia/Shanghai")


def test_mixed_offsets_are_read_as_written_and_said():
    times = parse_times(pl.Series(["2024-03-30T10:00+01:00", "2024-03-31T10:00+02:00"]))
    assert times.values.to_list() == [datetime(2024, 3, 30, 10), datetime(2024, 3, 31, 10)]
    assert "several offsets (+01:00, +02:00)" in times.notes[0]


def test_dates_far_away_are_told_from_text():
    times = parse_times(pl.Series(["1899-12-31", "2201-01-01", "2024-01-01", "x"]))
    assert times.far.to_list() == [True, True, False, False]
    assert times.values.null_count() == 3


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1,234.5", "12"], [1234.5, 12]),
        (["1.234,5", "12"], [1234.5, 12]),
        (["1 234,5", "0,5"], [1234.5, 0.5]),
        (["1\u00a0234", "7"], [1234, 7]),
        (["1’234.50"], [1234.5]),
        (["1,234", "12"], [1234, 12]),
        (["1,234,567"], [1_234_567]),
        (["12,34,567.5"], [1_234_567.5]),
        (["1.234.567"], [1_234_567]),
        (["1,5", "2.5"], [1.5, 2.5]),
        (["0,125"], [0.125]),
        (["-3", "(3)", "3-", "−3", "+3"], [-3, -3, -3, -3, 3]),
        (["£1.50", "2 €", "¥3", "4元"], [1.5, 2, 3, 4]),
        (["1e3", ".5", "5."], [1000, 0.5, 5]),
        (["１２"], [12]),
        (["", "n/a", "NULL", "1"], [None, None, None, 1]),
    ],
)
def test_every_common_way_to_write_a_number(texts, expected):
    numbers = parse_numbers(pl.Series(texts))
    assert numbers.values.to_list() == expected
    assert not numbers.wrong.any()


def test_a_mark_that_could_be_either_follows_the_separator_of_the_file():
    text = pl.Series(["1,234", "5,678"])
    assert parse_numbers(text).values.to_list() == [1234, 5678]
    assert parse_numbers(text, semicolons=True).values.to_list() == [1.234, 5.678]
    points = pl.Series(["1.234", "567"])
    assert parse_numbers(points).values.to_list() == [1.234, 567]
    assert parse_numbers(points, semicolons=True).values.to_list() == [1234, 567]
    assert parse_numbers(pl.Series(["1.234", "5678"]), semicolons=True).values.to_list() == [1.234, 5678]


def test_text_and_infinities_are_told_apart():
    numbers = parse_numbers(pl.Series(["many", "inf", "-Infinity", "1", "1,2,3", "1.2.3", "0x10", "1_000"]))
    assert numbers.wrong.to_list() == [True, False, False, False, True, True, True, True]
    assert numbers.infinite.to_list() == [False, True, True] + [False] * 5
    assert numbers.values.to_list() == [None, None, None, 1] + [None] * 4


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_as_python_writes_them_come_back_exactly(values):
    assert parse_numbers(pl.Series(map(repr, values))).values.to_list() == values


def test_one_id_is_written_one_way():
    ids, notes = parse_ids(pl.Series("sku", ["1", " 1", "1.0", "2"]), from_text=False)
    assert ids.to_list() == ["1", "1", "1", "2"]
    assert len(notes) == 2
    assert parse_ids(pl.Series("sku", ["1.0", "1", "A"]), from_text=False)[0].to_list() == ["1", "1", "A"]
    assert parse_ids(pl.Series("sku", ["1.0", "2.0", "A"]), from_text=False)[0].to_list() == ["1.0", "2.0", "A"]


@pytest.mark.parametrize("kind", [pl.Int8, pl.UInt64, pl.Boolean, pl.Categorical, pl.Enum(["0", "1"]), pl.String])
def test_ids_keep_the_type_of_their_column(kind):
    column = pl.Series("sku", ["0", "1"]) if kind not in (pl.Int8, pl.UInt64, pl.Boolean) else pl.Series("sku", [0, 1])
    column = column.cast(kind)
    assert parse_ids(column, from_text=False)[0].equals(column, check_dtypes=True)


def test_ids_in_text_files_are_numbers_only_where_nothing_is_lost():
    assert parse_ids(pl.Series("sku", ["7", "12"]), from_text=True)[0].dtype == pl.Int64
    for texts in (["007", "12"], ["7", "1e3"], ["+7", "8"], ["7", "99999999999999999999"], ["7", "A"]):
        assert parse_ids(pl.Series("sku", texts), from_text=True)[0].to_list() == texts


def test_ids_that_are_floats_become_whole_or_text():
    assert parse_ids(pl.Series("sku", [1.0, None, float("nan")]), from_text=False)[0].to_list() == [1, None, None]
    assert parse_ids(pl.Series("sku", [1.5, 2.0]), from_text=False)[0].to_list() == ["1.5", "2.0"]


def test_covariates_are_numbers_flags_or_text():
    def read(values, **settings):
        return parse_extra(pl.Series("x", values), from_text=True, **settings).values

    assert read(["1,5", "2,5"]).to_list() == [1.5, 2.5]
    assert read(["yes", "no", None]).to_list() == [True, False, None]
    assert read(["0", "1"]).dtype == pl.Float64
    assert read(["red", " blue"]).to_list() == ["red", "blue"]
    assert read(["01", "10"]).to_list() == ["01", "10"]
    assert read([None, None]) is None
    assert read([[1], [2]]) is None
    assert read([float("inf"), 1.0]).to_list() == [None, 1.0]
    assert read([date(2024, 1, 1)]).to_list() == ["2024-01-01"]


def test_a_column_that_is_text_because_of_few_values_is_named():
    parsed = parse_extra(pl.Series("x", [str(i) for i in range(20)] + ["twelve"]), from_text=True)
    assert parsed.notes == ("Column 'x' is read as text: 1 of its values are no numbers, such as 'twelve'.",)


DATE_LIKE = st.from_regex(
    r"\A[0-9]{1,4}[-/.年 ][0-9]{1,2}[-/.月 ]?([0-9]{1,4})?[ T]?([0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)?"
    r"( ?[AP]M| ?[+-][0-9]{2}:?[0-9]{2}|Z)?\Z"
)
NUMBER_LIKE = st.text(st.sampled_from(list("0123456789.,+-eE ’()€%'٣３")), max_size=9)


@settings(deadline=None)
@given(st.lists(st.one_of(DATE_LIKE, NUMBER_LIKE, st.text(max_size=12)), min_size=1, max_size=4))
def test_any_text_is_a_stamp_or_none(texts):
    times = parse_times(pl.Series(texts, dtype=pl.String))
    assert len(times.values) == len(texts)
    assert times.values.dtype == pl.Datetime("us")
    assert all(value is None or 1900 <= value.year <= 2200 for value in times.values)


@settings(deadline=None)
@given(st.lists(st.one_of(NUMBER_LIKE, st.text(max_size=12)), min_size=1, max_size=4), st.booleans())
def test_any_text_is_a_number_or_wrong_or_unknown(texts, semicolons):
    numbers = parse_numbers(pl.Series(texts, dtype=pl.String), semicolons=semicolons)
    assert (numbers.values.is_null() | (~numbers.wrong & ~numbers.infinite)).all()
    unknown = numbers.values.is_null() & ~numbers.wrong & ~numbers.infinite
    assert all(text.strip() in UNKNOWN for text, nothing in zip(texts, unknown, strict=True) if nothing)


def test_text_that_another_library_left_for_unknown() -> None:
    parsed = parse_extra(pl.Series("x", ["tea", "nan", "", "none", None]), from_text=False)
    assert parsed.values is not None
    assert parsed.values.to_list() == ["tea", None, None, "none", None]
