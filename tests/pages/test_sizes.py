"""Pages of a shop of fifty items can be sent by mail."""

from collections.abc import Callable

import polars as pl
import pytest

from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.evaluation.backtest import backtest
from foresale.forecasting.naive import SeasonalNaive
from foresale.inventory.defaults import Defaults
from foresale.pages.evaluation import evaluation_page
from foresale.pages.explanation import explanation_page
from foresale.pages.forecast import forecast_page
from foresale.pages.inspection import inspection_page
from foresale.pages.plan import plan_page
from foresale.pages.report import report_page
from foresale.pages.simulation import simulation_page
from foresale.pages.trend import trend_page
from foresale.workflows.explain import explain
from foresale.workflows.inspect import inspect
from foresale.workflows.plan import plan
from foresale.workflows.report import ReportOptions, report
from foresale.workflows.simulate import SimulateOptions, simulate
from foresale.workflows.trend import trend

pytestmark = pytest.mark.slow
MOST = 2_000_000
"""Bytes."""
MODEL = "seasonal-naive"
DAYS = SimulateOptions("2023-11-01", periods=60, service=(0.9, 0.95), rules=("average:28+safety:7",), paths=20)
COSTS = Defaults(lead_days=4)


def stock(panel: Panel) -> pl.DataFrame:
    return pl.DataFrame({"item_id": panel.items["item_id"], "on_hand": 5_000, "lead_time": 9, "cost": "12.50 EUR"})


PAGES: dict[str, Callable[[Panel], str]] = {
    "forecast": lambda shop: forecast_page(SeasonalNaive().forecast(shop, horizon=28), history=shop),
    "report": lambda shop: report_page(report(shop, horizon=28, model=MODEL, how=ReportOptions(windows=1))),
    "plan": lambda shop: plan_page(plan(shop, stock=stock(shop), horizon=28, model=MODEL), history=shop),
    "simulation": lambda shop: simulation_page(simulate(shop, options=DAYS, defaults=COSTS, models=MODEL)),
    "explanation": lambda shop: explanation_page(explain(shop, horizon=28, model=MODEL)),
    "evaluation": lambda shop: evaluation_page(backtest(shop, {MODEL: SeasonalNaive()}, horizon=28, windows=3)),
    "trend": lambda shop: trend_page(trend(shop, horizon=28, by="category")),
    "inspection": lambda shop: inspection_page(inspect(shop, countries=["US"])),
}


@pytest.fixture(scope="module")
def fifty() -> Panel:
    return shop(items=50, periods=420, seed=5, config=ShopConfig(launches=0, level=900))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_fifty_items_can_be_mailed(fifty: Panel, name: str) -> None:
    assert len(PAGES[name](fifty).encode()) <= MOST
