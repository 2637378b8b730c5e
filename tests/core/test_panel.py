import numpy as np
import polars as pl
import pytest
from hypothesis import given, strategies as st

from foresale.core.caller_time import caller_time
from foresale.core.errors import ConfigError, DataError
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel

NAN = np.nan


def _panel(**changes):
    """Two items of 3 and 2 periods of history and one of future, with a known, a past and a categorical covariate."""
    known = Covariate("promo", "known", np.array([0, 1, 0, 1, 1, 0, 0], np.float32))
    past = Covariate("visits", "past", np.array([5, 6, 7, NAN, 8, 9, NAN], np.float32))
    event = Covariate("event", "known", np.array([0, NAN, 1, 1, 0, 0, 1], np.float32), ("fair", "sale"))
    parts = {
        "frequency": Frequency("day"),
        "items": pl.DataFrame({"item_id": ["a|1", "b|2"], "sku": ["a", "b"], "shop": [1, 2], "colour": ["red", None]}),
        "starts": np.array([19_783, 19_790]),
        "offsets": np.array([0, 4, 7]),
        "history": np.array([3, 2]),
        "sales": np.array([1, NAN, 3, NAN, 4, 5, NAN], np.float32),
        "covariates": {covariate.name: covariate for covariate in (known, past, event)},
        "available": np.array([1, 0.5, 1, NAN, 1, 1, NAN], np.float32),
        "keys": ("sku", "shop"),
        "time_type": pl.Date(),
    }
    return Panel(**(parts | changes))


def test_what_a_panel_tells_of_itself():
    panel = _panel()
    assert len(panel) == 2
    assert panel.lengths.tolist() == [4, 3]
    assert panel.cutoffs.tolist() == [19_785, 19_791]
    assert panel.future.tolist() == [1, 1]
    assert panel.statics == ("colour",)
    assert [covariate.name for covariate in panel.known] == ["promo", "event"]
    assert [covariate.name for covariate in panel.past] == ["visits"]
    assert panel.is_history.tolist() == [True, True, True, False, True, True, False]
    assert panel.owners.tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert panel.positions.tolist() == [0, 1, 2, 3, 0, 1, 2]
    assert panel.sales[panel.rows(1)].tolist() == [4, 5]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"items": pl.DataFrame({"sku": ["a", "b"]})}, "item_id"),
        ({"items": pl.DataFrame({"item_id": ["a", "a"]})}, "twice"),
        ({"items": pl.DataFrame({"item_id": []})}, "no items"),
        ({"sales": np.zeros(6, np.float32)}, "sales"),
        ({"offsets": np.array([0, 7])}, "offsets"),
        ({"history": np.array([0, 2])}, "history"),
        ({"history": np.array([5, 2])}, "history"),
        ({"available": np.zeros(2, np.float32)}, "available"),
        ({"covariates": {"x": Covariate("x", "past", np.zeros(3, np.float32))}}, "x"),
        ({"sales": np.array([1, np.inf, 3, NAN, 4, 5, NAN], np.float32)}, "infinite"),
    ],
)
def test_parts_that_do_not_fit_make_no_panel(changes, word):
    with pytest.raises(DataError, match=word):
        _panel(**changes)


def test_arrays_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        _panel().sales[0] = 7


def test_select_keeps_the_order_asked_for():
    chosen = _panel().select([1, 0])
    assert chosen.items["item_id"].to_list() == ["b|2", "a|1"]
    np.testing.assert_array_equal(chosen.sales, [4, 5, NAN, 1, NAN, 3, NAN])
    assert chosen.covariates["promo"].values.tolist() == [1, 0, 0, 0, 1, 0, 1]
    np.testing.assert_array_equal(chosen.available, [1, 1, NAN, 1, 0.5, 1, NAN])


def test_back_hides_what_came_later_and_keeps_what_is_known():
    past = _panel().back(1)
    assert past.history.tolist() == [2, 1]
    np.testing.assert_array_equal(past.sales, [1, NAN, NAN, NAN, 4, NAN, NAN])
    np.testing.assert_array_equal(past.covariates["visits"].values, [5, 6, NAN, NAN, 8, NAN, NAN])
    np.testing.assert_array_equal(past.available, [1, 0.5, NAN, NAN, 1, NAN, NAN])
    assert past.covariates["promo"].values.tolist() == _panel().covariates["promo"].values.tolist()


def test_back_leaves_out_items_without_history():
    assert _panel().back(2).items["item_id"].to_list() == ["a|1"]
    with pytest.raises(DataError, match="fewer steps than 3"):
        _panel().back(3)
    with pytest.raises(ConfigError):
        _panel().back(-1)


@given(first=st.integers(0, 2), second=st.integers(0, 2))
def test_going_back_twice_is_going_back_by_the_sum(first, second):
    if first + second > 2:
        return
    once, twice = _panel().back(first + second), _panel().back(first).back(second)
    np.testing.assert_array_equal(once.sales, twice.sales)
    assert once.history.tolist() == twice.history.tolist()
    assert once.items.equals(twice.items)


def test_to_frame_has_the_history_in_the_callers_terms():
    frame = _panel().to_frame()
    assert frame.columns == ["sku", "shop", "timestamp", "sales", "promo", "visits", "event", "available"]
    assert frame.schema["timestamp"] == pl.Date
    assert frame["timestamp"].cast(pl.String).to_list() == [
        "2024-03-01",
        "2024-03-02",
        "2024-03-03",
        "2024-03-08",
        "2024-03-09",
    ]
    assert frame["sales"].to_list() == [1, None, 3, 4, 5]
    assert frame["event"].to_list() == ["fair", None, "sale", "fair", "fair"]
    assert frame["shop"].to_list() == [1, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("time_type", "expected"),
    [
        (pl.Date(), ["2024-03-01", "2024-03-02"]),
        (pl.Datetime("ms"), ["2024-03-01 00:00:00.000", "2024-03-02 00:00:00.000"]),
        (pl.Datetime("us", "Asia/Shanghai"), ["2024-03-01 00:00:00.000000+08:00", "2024-03-02 00:00:00.000000+08:00"]),
    ],
)
def test_timestamps_come_back_in_the_callers_type(time_type, expected):
    stamps = np.array(["2024-03-01", "2024-03-02"], "datetime64[us]")
    series = caller_time(stamps, time_type)
    assert series.dtype == time_type
    assert series.cast(pl.String).to_list() == expected


@pytest.mark.parametrize(("stamp", "dtype"), [("2024-03-01", pl.Date()), ("2024-03-01T06:30", pl.Datetime("us"))])
def test_text_comes_back_as_dates_or_times_never_as_text(stamp: str, dtype: pl.DataType):
    series = caller_time(np.array([stamp], "datetime64[us]"), pl.String())
    assert series.dtype == dtype
    assert str(series[0]).replace(" ", "T").startswith(stamp)


@pytest.mark.parametrize(("frequency", "dtype"), [("D", pl.Date()), ("MS", pl.Date()), ("h", pl.Datetime("us"))])
def test_tables_of_a_panel_read_from_text_have_one_type_of_stamps(frequency: str, dtype: pl.DataType):
    """Whatever part of it they show: the first period of the hours here is a midnight."""
    panel = Panel(
        Frequency.parse(frequency),
        pl.DataFrame({"item_id": ["tea"]}),
        np.array([0]),
        np.array([0, 1]),
        np.array([1]),
        np.ones(1, np.float32),
        time_type=pl.String(),
    )
    assert panel.to_frame()["timestamp"].dtype == dtype


def test_an_hour_that_the_clocks_skip_is_told_as_the_next() -> None:
    stamps = np.array(["2024-03-31T01:00", "2024-03-31T02:00", "2024-03-31T03:00"], "datetime64[us]")
    series = caller_time(stamps, pl.Datetime("us", "Europe/Berlin"))
    assert series.dt.hour().to_list() == [1, 3, 3]


def test_a_panel_tells_itself_in_a_line() -> None:
    panel = Panel(
        Frequency.parse("D"),
        pl.DataFrame({"item_id": ["tea"]}),
        starts=np.array([19_000]),
        offsets=np.array([0, 3]),
        history=np.array([2]),
        sales=np.array([1, 2, np.nan], np.float32),
        covariates={"price": Covariate("price", "known", np.ones(3, np.float32))},
    )
    assert repr(panel) == "<Panel of 1 item, daily, 2022-01-08 to 2022-01-09, with price>"


def test_rows_are_added_up_item_by_item():
    panel = _panel()
    assert panel.item_sums(np.nan_to_num(panel.sales)).tolist() == [4, 9]
    assert panel.item_counts(np.isfinite(panel.sales)).tolist() == [2, 2]
    assert panel.item_any(np.isnan(panel.sales) & panel.is_history).tolist() == [True, False]
    assert panel.item_means(panel.sales).tolist() == [2, 4.5]
    unknown = panel.item_means(np.where(panel.owners == 0, np.float32(NAN), panel.sales))
    assert np.isnan(unknown[0])
    assert unknown[1] == 4.5


def test_the_newest_sales_stand_side_by_side_at_their_cutoffs():
    panel = _panel()
    newest = panel.newest(np.array([1, 0]), width=3)
    assert np.array_equal(newest, np.array([[NAN, 4, 5], [1, NAN, 3]]), equal_nan=True)
    rows, inside = panel.newest_rows(np.array([1]), width=3)
    assert inside.tolist() == [[False, True, True]]
    assert rows[0, 1:].tolist() == [4, 5]


@given(st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=12), min_size=1, max_size=5), st.integers(1, 8))
def test_the_seasonal_scale_of_an_item_is_its_own(histories: list[list[int]], season: int):
    lengths = np.array([len(history) for history in histories])
    panel = Panel(
        Frequency("day"),
        pl.DataFrame({"item_id": list(range(lengths.size))}),
        np.zeros_like(lengths),
        np.concatenate([[0], np.cumsum(lengths)]),
        lengths,
        np.concatenate(histories).astype(np.float32),
    )
    scale = panel.seasonal_scale(season=season)
    for history, own in zip(histories, scale, strict=True):
        pairs = [abs(late - early) for early, late in zip(history, history[season:], strict=False)]
        assert own == pytest.approx(np.mean(pairs)) if pairs else np.isnan(own)


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 3), st.integers(-2, 10)), min_size=1, max_size=8))
def test_rows_are_numbered_within_their_items(items: list[tuple[int, int, int]]):
    history, future, first = (np.array(part) for part in zip(*items, strict=True))
    lengths = history + future
    panel = Panel(
        Frequency("day"),
        pl.DataFrame({"item_id": np.arange(len(items))}),
        starts=np.zeros(len(items), np.int64),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        history=history,
        sales=np.zeros(int(lengths.sum()), np.float32),
    )
    positions = np.concatenate([np.arange(length) for length in lengths])
    assert panel.positions.tolist() == positions.tolist()
    assert panel.since(first).tolist() == (positions >= np.repeat(first, lengths)).tolist()
    assert panel.is_history.tolist() == (positions < np.repeat(history, lengths)).tolist()
