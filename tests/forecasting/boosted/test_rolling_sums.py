"""Running sums tell what slices would."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from foresale.forecasting.boosted.rolling_sums import Past

NUMBERS = st.lists(st.one_of(st.just(float("nan")), st.floats(0, 1000, width=32)), min_size=1, max_size=30)


@given(NUMBERS, st.data())
def test_runs_are_those_of_the_slice(values: list[float], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(values)))
    end = data.draw(st.integers(first, len(values)))
    run = np.array(values[first:end], np.float32)
    known = run[np.isfinite(run)].astype(np.float64)
    past = Past(np.array(values, np.float32), np.zeros(len(values), np.int64))
    edges = np.array([first]), np.array([end])
    assert past.count(*edges)[0] == known.size
    if not known.size:
        assert np.isnan(past.mean(*edges)[0])
        return
    assert past.mean(*edges)[0] == pytest.approx(known.mean(), abs=1e-6)
    assert past.deviation(*edges)[0] == pytest.approx(known.std(), abs=1e-2)
    assert past.zeros(*edges)[0] == pytest.approx((known == 0).mean())


def test_rows_before_an_item_are_unknown() -> None:
    past = Past(np.array([1, 2, 3, 4], np.float32), np.array([0, 0, 1, 1]))
    found = past.at(np.array([1, 2, -1]), np.array([2, 2, 0]))
    np.testing.assert_array_equal(found, [np.nan, 3, np.nan])
