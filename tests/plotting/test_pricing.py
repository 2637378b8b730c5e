"""Pictures and sentences of plans of promotions and of chosen prices."""

import numpy as np
import polars as pl
import pytest
from scipy import sparse

from foresale.core.errors import ConfigError
from foresale.narrate.sentences import sentences
from foresale.plotting.plot import plot
from foresale.plotting.pricing import waterfall_chart
from foresale.pricing.markdowns.options import MarkdownOptions
from foresale.pricing.markdowns.plan import Closing, plan_markdowns
from foresale.pricing.market import Market
from foresale.pricing.prices.choose import choose_prices
from foresale.pricing.prices.options import PriceOptions
from foresale.pricing.promotions.options import PromotionOptions
from foresale.pricing.promotions.plan import PromotionPlan, plan_promotions

SHOP = Market(
    pl.Series(["tea", "pot"]),
    np.array([10.0, 8.0]),
    np.array([6.0, 5.0]),
    np.full((2, 4), 50.0),
    np.array([-4.0, -1.5]),
    np.full(2, 0.1),
    sparse.csc_array((2, 2)),
)
STAMPS = np.array(["2024-01-01", "2024-01-08", "2024-01-15", "2024-01-22"], "datetime64[us]")


@pytest.fixture
def plan() -> PromotionPlan:
    return plan_promotions(SHOP, PromotionOptions(periods=4, display_cost=1.0, gap=1), stamps=STAMPS)


def test_a_calendar_has_a_column_for_each_period(plan: PromotionPlan):
    chart = plot(plan).data[0]
    assert list(chart.x) == ["2024-01-01", "2024-01-08", "2024-01-15", "2024-01-22"]
    assert list(chart.y) == ["tea"]
    assert np.nanmax(np.array(chart.z, float)) == pytest.approx(100 * plan.promotions["depth"].max())


def test_a_waterfall_ends_at_the_profit(plan: PromotionPlan):
    chart = waterfall_chart(plan, "tea").data[0]
    assert chart.y[-1] == pytest.approx(plan.profit)
    assert chart.base[-2] + chart.y[-2] == pytest.approx(plan.profit)
    with pytest.raises(ConfigError, match="no promotion of 'cup'"):
        waterfall_chart(plan, "cup")


def test_sentences_say_what_it_brings(plan: PromotionPlan):
    said = " ".join(sentences(plan))
    assert "promotions of 1 product bring" in said
    assert "that displays cost" in said
    nothing = plan_promotions(SHOP, PromotionOptions(periods=4, slots=0), stamps=STAMPS)
    assert "No promotion is worth its money" in sentences(nothing)[0]


def test_mark_downs_are_drawn_as_steps_and_told():
    closing = Closing(np.array([500.0, 20.0]), np.full((8, 2, 4), 50.0, np.float32), np.zeros(2), STAMPS)
    plan = plan_markdowns(SHOP, closing, MarkdownOptions())
    lines = {line.name: line for line in plot(plan).data}
    assert lines["tea"].y[-1] < 100
    assert list(lines) == ["tea"]
    assert set(plot(plan, "pot").data[0].y) == {100}
    assert str(plot(plan, "pot").data[0].x[-1])[:10] == "2024-01-22"
    said = " ".join(sentences(plan))
    assert "300 of 520 units of 2 products would be left" in said
    assert "Mark-downs of 1 product leave" in said
    with pytest.raises(ConfigError, match="nothing is left of 'cup'"):
        plot(plan, "cup")


def test_chosen_prices_are_drawn_and_told():
    choice = choose_prices(SHOP, PriceOptions())
    assert set(plot(choice).data[0].y) == {"tea", "pot"}
    assert "2 of 2 prices change" in sentences(choice)[0]
    assert "No price is changed" in sentences(choose_prices(SHOP, PriceOptions(down=0, up=0)))[0]
