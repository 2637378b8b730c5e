"""Why forecasts change: each cause alone is found out, together they sum."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from foresale.core.errors import DataError
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.panel import Covariate, Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.explanations.change import CAUSES, ForecastSource, changes, compare_forecasts, with_plan
from foresale.forecasting.naive import SeasonalNaive
from foresale.narrate.sentences import sentences
from foresale.plotting.plot import plot


@dataclass(frozen=True)
class Last:
    """The last sale, times a factor, doubled under a promotion."""

    factor: float = 1.0
    name: str = "last"

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        last = np.nan_to_num(panel.sales[panel.offsets[:-1] + panel.history - 1])
        rows = (panel.offsets[:-1] + panel.history)[:, None] + np.arange(horizon)
        mean = self.factor * last[:, None] * 2.0 ** panel.covariates["promotion"].values[rows]
        return Forecast.of(panel, np.repeat(mean[..., None], len(LEVELS), axis=2), model=self.name)


def garden(promoted: int = 0) -> Panel:
    """Three items of 60 days and 20 to come, whose last `promoted` are under a promotion."""
    panel = shop(items=3, periods=60, config=ShopConfig(future=20, launches=0, intermittent=0, level=50))
    flags = np.zeros((3, 80), np.float32)
    flags[:, 80 - promoted :] = 1
    sales = np.where(panel.is_history, np.tile(np.arange(1, 81), 3), np.nan).astype(np.float32)
    return replace(panel, sales=sales, covariates={"promotion": Covariate("promotion", "known", flags.ravel())})


def test_new_sales_alone():
    panel, model = garden(), Last()
    change = compare_forecasts(ForecastSource(panel.back(5), model, 20), ForecastSource(panel, model, 15))
    assert change.new - change.old == pytest.approx(np.full((3, 15), 5.0))
    assert change.shares["new sales"] == pytest.approx(np.full((3, 15), 5.0))
    assert not change.shares["changed plan"].any()
    assert not change.shares["other model"].any()


def test_a_changed_plan_alone():
    model = Last()
    change = compare_forecasts(ForecastSource(garden(), model, 20), ForecastSource(garden(promoted=4), model, 20))
    assert change.shares["changed plan"][0] == pytest.approx([0] * 16 + [60] * 4)
    assert not change.shares["new sales"].any()


def test_another_model_alone():
    change = compare_forecasts(ForecastSource(garden(), Last(), 20), ForecastSource(garden(), Last(1.5), 20))
    assert change.shares["other model"] == pytest.approx(np.full((3, 20), 30.0))
    assert change.churn == pytest.approx(np.full(3, 30 / 75))


def test_all_three_at_once_sum_and_get_what_they_do_on_average_over_all_orders():
    old, new = garden(), garden(promoted=20)
    change = compare_forecasts(ForecastSource(old.back(10), Last(), 30), ForecastSource(new, Last(1.5), 20))
    assert sum(change.shares.values()) == pytest.approx(change.new - change.old)
    value = {
        (s, p, m): (60 if s else 50) * (2 if p else 1) * (1.5 if m else 1)
        for s in (0, 1)
        for p in (0, 1)
        for m in (0, 1)
    }
    sales = (
        2 * (value[1, 0, 0] - value[0, 0, 0])
        + (value[1, 1, 0] - value[0, 1, 0])
        + (value[1, 0, 1] - value[0, 0, 1])
        + 2 * (value[1, 1, 1] - value[0, 1, 1])
    ) / 6
    assert change.shares["new sales"][0] == pytest.approx(np.full(20, sales))
    assert "other model" in sentences(change, language="en")[1]
    assert "更换模型" in sentences(change, language="zh")[1]


def test_only_items_and_periods_of_both_are_compared():
    panel, model = garden(), Last()
    change = compare_forecasts(
        ForecastSource(panel.back(5), model, 12), ForecastSource(panel.select([2, 0]), model, 15)
    )
    assert change.items["item_id"].to_list() == ["item-3", "item-1"]
    assert change.old.shape == (2, 7)
    assert change.to_frame().columns == ["item_id", "timestamp", "old", "new", *CAUSES]
    with pytest.raises(DataError, match="share no period"):
        compare_forecasts(ForecastSource(panel.back(5), model, 5), ForecastSource(panel, model, 15))


def test_changes_since_some_days_ago_are_those_of_the_chosen_items():
    panel = shop(items=4, periods=100, config=ShopConfig(future=20))
    change = changes(panel, SeasonalNaive(), horizon=14, since=7, items=["item-4"])
    assert change.items["item_id"].to_list() == ["item-4"]
    assert change.shares["new sales"] == pytest.approx(change.new - change.old)
    assert len(plot(change).data) >= 2
    assert change.summary()["change"].to_list() == pytest.approx([(change.new - change.old).sum()])


def test_a_plan_is_taken_over_by_its_dates():
    old, new = garden().back(10), garden(promoted=3)
    planned = with_plan(old, new)
    assert planned.covariates["promotion"].values.reshape(3, 80).sum(axis=1).tolist() == [3, 3, 3]
    assert with_plan(new, old).covariates["promotion"].values.sum() == 0
