"""What is of a wrong type is refused in plain words, whatever it is given to."""

from collections.abc import Callable

import pytest

import foresale
from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.data.synthetic import shop


@pytest.fixture(scope="module")
def forecast() -> Forecast:
    return foresale.SeasonalNaive().forecast(shop(items=2, periods=60), horizon=7)


@pytest.mark.parametrize(
    "asked",
    [
        lambda found: found.quantile("0.5"),
        lambda found: found.sum("7"),
        lambda found: found.sum(2.5),
        lambda found: found.paths("7"),
        lambda found: found.paths(7, seed="x"),
        lambda found: foresale.load(7),
        lambda found: foresale.save(found, "place"),
        lambda found: foresale.load(None),
        lambda found: foresale.save(foresale.SeasonalNaive(), 7),
        lambda found: foresale.save(foresale.SeasonalNaive, "place"),
        lambda found: shop(items=2, periods=60).back("7"),
        lambda found: shop(items=2, periods=60).back(1.5),
        lambda found: foresale.ModelConfig(7),
        lambda found: foresale.ModelConfig("ets", countries="CN"),
        lambda found: foresale.fit(shop(items=2, periods=60), horizon=7, model="ets", budget=60),
        lambda found: foresale.forecast(found, horizon=7),
        lambda found: foresale.read(7),
    ],
)
def test_wrong_types_are_refused(asked: Callable[[Forecast], object], forecast: Forecast):
    with pytest.raises(ConfigError):
        asked(forecast)
