"""The buyers that are forecast, and when a season begins."""

import numpy as np
import pytest

from foresale.core.errors import ConfigError
from foresale.recommending.outlook import WEEKS, Outlook


def test_what_is_not_forecast_says_nothing() -> None:
    outlook = Outlook.unknown(3)
    begins, highest = outlook.season(np.array([0.0, 1.0, 5.0]))
    assert np.isnan(begins).all()
    assert highest.tolist() == [1, 1, 1]
    assert outlook.against(np.ones(3)).tolist() == [1, 1, 1]


def test_a_season_begins_in_the_week_that_rises() -> None:
    buyers = np.array([[4.0, 4, 4, 4], [4, 12, 20, 4], [0.1, 0.2, 0.4, 0.8]])
    begins, highest = Outlook(buyers, np.zeros(3), np.ones(3)).season(np.array([4.0, 4.0, 0.1]))
    assert np.isnan(begins[[0, 2]]).all()
    assert begins[1] == 1
    assert highest[1] == pytest.approx(20.5 / 4.5)


def test_new_items_are_unknown() -> None:
    wider = Outlook(np.ones((2, WEEKS)), np.zeros(2), np.ones(2), "ets").widened(5)
    assert wider.buyers.shape == (5, WEEKS)
    assert np.isnan(wider.high[2:]).all()
    assert wider.model == "ets"


def test_rows_have_to_fit() -> None:
    with pytest.raises(ConfigError, match="a row for each item"):
        Outlook(np.ones((2, WEEKS)), np.zeros(3), np.ones(2))
