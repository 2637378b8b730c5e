"""Changes as they are written and as they stand in files, laid on products and periods."""

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError, DataError
from foresale.core.frequency import Frequency
from foresale.pricing.changes import Change, Course, Grid, changed_course, read_changes

STAMPS = np.array(["2024-01-01", "2024-01-08", "2024-01-15"], "datetime64[us]")
GRID = Grid(pl.Series(["tea", "pot"]), Frequency.parse("W-MON"), STAMPS)
NOW = Course(np.array([[10.0] * 3, [8.0] * 3]), {"display": np.zeros((2, 3))})


def changed(*texts: str) -> Course:
    return changed_course(NOW, tuple(map(Change.parse, texts)), GRID)


def test_changes_are_made_in_their_order():
    assert changed("price=-10%", "tea=9.50").price.tolist() == pytest.approx(np.array([[9.5] * 3, [7.2] * 3]))
    assert NOW.price[0, 0] == 10


def test_flags_and_periods():
    course = changed("tea:display=1@2024-01-10", "pot=-50%@2024-01-01..2024-01-08")
    assert course.flags["display"].tolist() == [[0, 1, 0], [0, 0, 0]]
    assert course.price.tolist() == [[10, 10, 10], [4, 4, 8]]
    assert NOW.changed(course).tolist() == [[False, True, False], [True, True, False]]
    assert changed("display=1").flags["display"].all()


@pytest.mark.parametrize("text", ["tea", "tea=cheap", "=5", "tea=-100%", "tea=9@soon", "tea=9@2024-01-15..2024-01-01"])
def test_what_is_no_change_is_refused(text: str):
    with pytest.raises(ConfigError, match="a change is"):
        Change.parse(text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("cup=9", "no product or flag 'cup'"),
        ("cup:display=1", "no product 'cup'"),
        ("display=2", "is a flag"),
        ("tea=0", "a price is above zero"),
        ("tea=9@2025-01-01", "outside of the periods to come"),
    ],
)
def test_what_cannot_be_changed_is_named(text: str, wrong: str):
    with pytest.raises(ConfigError, match=wrong):
        changed(text)


def test_a_file_of_changes():
    told = pl.DataFrame(
        {
            "product": ["tea", "pot", "pot"],
            "timestamp": ["2024-01-08", "2024-01-15", "2025-01-06"],
            "price": [9.0, None, 1.0],
            "display": [None, 1, None],
            "profit": [3.0, 2.0, 1.0],
        }
    )
    course, notes = read_changes(told, NOW, GRID)
    assert course.price.tolist() == [[10, 9, 10], [8, 8, 8]]
    assert course.flags["display"].tolist() == [[0, 0, 0], [0, 0, 1]]
    assert notes == (
        "Changed as told: price, display in 2 rows.",
        "1 row of changes lie outside of the periods to come and are left aside.",
    )


def test_a_file_without_days_is_for_all_periods():
    course, _ = read_changes(pl.DataFrame({"sku": ["pot"], "price": [7.0]}), NOW, GRID)
    assert course.price[1].tolist() == [7, 7, 7]


@pytest.mark.parametrize(
    ("columns", "wrong"),
    [
        ({"price": [-1.0]}, "price is no price above zero"),
        ({"display": [2]}, "display is neither 0 nor 1"),
        ({"note": ["x"]}, "no column of prices or flags"),
        ({"price": ["dear"]}, "price is no price above zero"),
    ],
)
def test_faulty_files_are_named(columns: dict[str, list[object]], wrong: str):
    with pytest.raises(DataError, match=wrong):
        read_changes(pl.DataFrame({"product": ["tea"], **columns}), NOW, GRID)
