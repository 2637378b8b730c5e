"""Charts of letters: right size, right heights, nothing for unknown."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from foresale.plotting.sparkline import bars, text_chart

values = st.lists(st.one_of(st.just(float("nan")), st.floats(0, 1e6)), min_size=1, max_size=200).map(np.array)


@given(values, st.integers(1, 60), st.integers(20, 120), st.integers(3, 20))
def test_chart_has_the_asked_size_whatever_the_data(history, horizon, width, height) -> None:
    median = np.linspace(0, 9, horizon)
    rows = text_chart(history, median, lower=median / 2, upper=median * 2, width=width, height=height)
    assert len(rows) == height
    assert len({len(row) for row in rows}) == 1
    assert len(rows[0]) <= width
    assert all(row.count("│") + row.count("┤") == 2 for row in rows)


@given(values)
def test_bars_have_one_letter_a_value_and_the_highest_is_full(series) -> None:
    line = bars(series)
    assert len(line) == series.size
    if np.nan_to_num(series).max() > 0:
        assert line[int(np.nanargmax(series))] == "█"


def test_labels_are_the_highest_value_and_zero() -> None:
    rows = text_chart(
        np.array([0.0, 1234.0]), np.array([600.0]), lower=np.array([1.0]), upper=np.array([2.0]), height=4
    )
    assert rows[0].startswith("1,234 ┤")
    assert rows[-1].startswith("    0 ┤")


def test_a_flat_line_stays_on_its_row_and_unknown_sales_leave_a_gap() -> None:
    history = np.array([8.0] * 4 + [np.nan] * 4 + [8.0] * 4)
    rows = text_chart(history, np.array([8.0]), lower=np.array([8.0]), upper=np.array([8.0]), width=40, height=3)
    left = rows[0].split("┤")[1].split("│")[0]
    assert left == "⠉⠉  ⠉⠉"
    assert not rows[1].strip("│ ")


def test_band_is_shaded_between_its_ends_only() -> None:
    flat = np.full(8, 5.0)
    rows = text_chart(np.array([10.0]), flat, lower=flat - 3, upper=flat + 3, width=40, height=10)
    ahead = [row.split("│")[-1].strip() for row in rows]
    assert [line for line, letters in enumerate(ahead) if letters] == [2, 3, 4, 5, 6, 7]
    assert "░" in ahead[2] and "░" in ahead[7] and "░" not in ahead[4]  # noqa: PT018


@pytest.mark.parametrize("series", [np.array([]), np.array([np.nan, np.nan]), np.zeros(5)])
def test_nothing_to_draw_is_drawn_as_nothing(series) -> None:
    assert bars(series).strip() == ""
    assert len(text_chart(series, np.zeros(3), lower=np.zeros(3), upper=np.zeros(3))) == 10


def test_a_peak_that_is_not_drawn_does_not_set_the_scale() -> None:
    history = np.concatenate([[1000.0], np.full(500, 10.0)])
    rows = text_chart(history, np.array([9.0]), lower=np.array([8.0]), upper=np.array([10.0]), width=40)
    assert rows[0].startswith("10 ┤")


@pytest.mark.parametrize(("top", "label"), [(0.5, "0.5"), (44.6, "44.6"), (1234.0, "1,234"), (1.2e6, "1.2e+06")])
def test_labels_are_short(top: float, label: str) -> None:
    flat = np.array([top])
    assert text_chart(flat, flat, lower=flat, upper=flat)[0].startswith(f"{label} ┤")
