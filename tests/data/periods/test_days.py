"""Rows are counted by the day, however many there are, before 1970 too."""

from datetime import datetime, timedelta

import numpy as np
from hypothesis import given, strategies as st

from foresale.data.periods.days import rows_by_day

_EPOCH = datetime(1970, 1, 1)


@given(st.lists(st.datetimes(datetime(1960, 1, 1), datetime(1980, 1, 1)), max_size=30))
def test_each_day_has_its_rows(stamps: list[datetime]) -> None:
    days, rows = rows_by_day(np.array(stamps, "datetime64[us]"))
    expected = sorted({stamp.date() for stamp in stamps})
    assert [(_EPOCH + timedelta(int(day))).date() for day in days] == expected
    assert rows.tolist() == [sum(stamp.date() == day for stamp in stamps) for day in expected]
