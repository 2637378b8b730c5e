"""A forecast beside what then happened."""

import numpy as np
import pytest

from foresale.core.errors import ConfigError
from foresale.data.synthetic import ShopConfig, shop
from foresale.evaluation.hindsight import Hindsight
from foresale.forecasting.naive import SeasonalNaive
from foresale.narrate.hindsight import hindsight_sentences

PANEL = shop(items=4, periods=120, config=ShopConfig(launches=0))
BEFORE = PANEL.back(14)


def looked_back() -> Hindsight:
    forecast = SeasonalNaive().forecast(BEFORE, horizon=14)
    return Hindsight.of(forecast, PANEL, baseline=SeasonalNaive(season=1).forecast(BEFORE, horizon=14))


def test_what_was_sold_is_what_the_panel_knows():
    found = looked_back()
    np.testing.assert_array_equal(found.actual, PANEL.sales.reshape(4, 120)[:, -14:])
    assert found.sold == pytest.approx(np.nansum(PANEL.sales.reshape(4, 120)[:, -14:]))
    assert [week.sold for week in found.weeks()] == pytest.approx(
        [np.nansum(found.actual[:, :7]), np.nansum(found.actual[:, 7:])]
    )
    assert sum(week.expected for week in found.weeks()) == pytest.approx(found.expected, rel=1e-5)


def test_a_forecast_of_what_happened_is_off_by_nothing():
    found = looked_back()
    exact = SeasonalNaive().forecast(BEFORE, horizon=14)
    exact.quantiles[:] = np.nan_to_num(found.actual)[..., None]
    assert Hindsight.of(exact, PANEL, baseline=exact).error == 0


def test_the_sentences_say_who_was_better():
    better = looked_back()
    worse = Hindsight(better.baseline, better.actual, better.forecast)
    assert better.error < better.baseline_error
    assert " less than repeating" in hindsight_sentences(better, baseline="repeating")[1]
    assert " less " not in hindsight_sentences(worse, baseline="repeating")[1]


def test_nothing_known_afterwards_is_refused():
    forecast = SeasonalNaive().forecast(PANEL, horizon=7)
    with pytest.raises(ConfigError, match="nothing is known"):
        Hindsight.of(forecast, PANEL, baseline=forecast)
