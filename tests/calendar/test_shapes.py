"""How feasts are felt on the days around them."""

from datetime import date

import numpy as np
import pytest

from foresale.calendar.occurrences import Occurrence, day_number, occurrences
from foresale.calendar.shapes import fall, lay, rise, share_of, traces

DOUBLE_11 = day_number(date(2024, 11, 11))


def _one(run_up: int, days: int, after: int) -> Occurrence:
    return Occurrence("feast", "Feast", 100, 100 + days - 1, 100 - run_up, 100 + days - 1 + after, "feast", False)


@pytest.mark.parametrize(("run_up", "days", "after"), [(0, 1, 0), (7, 1, 2), (21, 8, 7), (30, 2, 0)])
def test_it_rises_to_the_day_and_falls_after_it(run_up: int, days: int, after: int) -> None:
    own = _one(run_up, days, after)
    assert rise(own).size == run_up
    assert fall(own).size == after
    assert (np.diff(rise(own)) > 0).all()
    assert (np.diff(fall(own)) < 0).all()
    assert all(0 < value < 1 for value in (*rise(own), *fall(own)))
    assert share_of(own).sum() == pytest.approx(1)
    assert share_of(own).size == run_up + days
    found = traces(0, 200, [own])["feast"]
    assert found.on.sum() == days
    assert found.opening.sum() == (days > 1)
    assert (found.before > 0).sum() == run_up
    assert (found.after > 0).sum() == after
    assert found.signed.max() == 1
    assert (found.signed[own.last + 1 : own.ends + 1] < 0).all()
    assert not found.signed[: own.begins].any()
    assert not found.signed[own.ends + 1 :].any()


def test_a_part_of_the_days_has_the_same_as_the_whole() -> None:
    whole = traces(DOUBLE_11 - 60, DOUBLE_11 + 60, occurrences(DOUBLE_11 - 60, DOUBLE_11 + 60))["double_11"].signed
    for begin, end in ((-10, 3), (0, 0), (2, 20), (-60, -1)):
        felt = occurrences(DOUBLE_11 + begin, DOUBLE_11 + end)
        part = traces(DOUBLE_11 + begin, DOUBLE_11 + end, felt)["double_11"].signed
        assert np.array_equal(part, whole[60 + begin : 60 + end + 1])


def test_of_two_that_overlap_the_stronger_stays() -> None:
    row = np.array([0.0, 0.5, -0.9])
    lay(row, -1, np.array([9.0, 0.2, 0.6, 0.1]))
    assert row.tolist() == [0.2, 0.6, -0.9]
    lay(row, 5, np.array([1.0]))
    assert row.tolist() == [0.2, 0.6, -0.9]
