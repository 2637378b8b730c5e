"""Days in the periods of a grid."""

import numpy as np
import pytest

from foresale.calendar.days import span_of
from foresale.core.frequency import Frequency


def test_days_become_periods_by_their_sum_their_mean_or_the_strongest() -> None:
    span = span_of(Frequency.parse("2D"), 0, 1)
    days = np.array([0.2, -0.4, 0.1, 0.3])
    assert span.sums(days).tolist() == pytest.approx([-0.2, 0.4])
    assert span.means(days).tolist() == pytest.approx([-0.1, 0.2])
    assert span.means(np.stack([days, -days], axis=1))[:, 1].tolist() == pytest.approx([0.1, -0.2])
    assert span.strongest(days).tolist() == [-0.4, 0.3]


def test_a_period_shorter_than_a_day_has_what_its_day_has() -> None:
    span = span_of(Frequency.parse("12h"), 0, 3)
    days = np.array([2.0, 5.0])
    for values in (span.sums(days), span.means(days), span.strongest(days)):
        assert values.tolist() == [2, 2, 5, 5]
