"""Demand under other prices, as the forecaster is asked for it."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from foresale.core.columns import PRICE
from foresale.core.errors import TooShortError
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.data.synthetic import shop
from foresale.forecasting.naive import SeasonalNaive
from foresale.workflows.what_if import what_if


class ByPrice:
    """Forecasts as many units as the price of the last period ahead."""

    name = "by price"

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        found = SeasonalNaive().forecast(panel, horizon=horizon)
        price = panel.covariates[PRICE].values[panel.offsets[1:] - 1]
        return replace(found, mean=np.broadcast_to(price[:, None], found.mean.shape).astype(np.float32))


@dataclass(frozen=True)
class Learns:
    """Remembers every panel that it learnt from."""

    learnt: list[Panel] = field(default_factory=list)
    short: bool = False
    name: str = "learns"

    def fit(self, panel: Panel, *, horizon: int) -> Forecaster:
        self.learnt.append(panel)
        if self.short:
            raise TooShortError([])
        return ByPrice()


def test_what_was_learnt_once_is_asked_for_both_prices():
    model = Learns()
    table = what_if(shop(items=3, periods=300), change=["price=-10%"], horizon=2, model=model).to_frame()
    assert len(model.learnt) == 1
    assert table["units_now"].to_list() == pytest.approx(table["price_now"].to_list())
    assert table["by_forecaster"].to_list() == pytest.approx((0.9 * table["price_now"]).to_list())


def test_what_is_too_short_to_learn_from_is_forecast_by_its_season_at_both_prices():
    table = what_if(shop(items=3, periods=300), change=["price=-10%"], horizon=2, model=Learns(short=True)).to_frame()
    assert table["by_forecaster"].to_list() == table["units_now"].to_list()
    assert table["by_effects"].sum() > table["units_now"].sum() > 0
