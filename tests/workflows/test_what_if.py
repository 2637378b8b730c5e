"""Demand under other prices, as the forecaster is asked for it."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
import pytest

from foresale.core.columns import PRICE
from foresale.core.errors import ConfigError, TooShortError
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.core.protocols import Forecaster
from foresale.forecasting.naive import SeasonalNaive
from foresale.pricing.promotions.options import PromotionOptions
from foresale.workflows.promote import promote
from foresale.workflows.what_if import what_if


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
        return SeasonalNaive()


def shop(weeks: int = 110) -> Panel:
    """Two products of elasticity -2 in weeks, of which one is shown at a display now and then, × 1.5."""
    draw = np.random.default_rng(0)
    log_price, display = 0.2 * draw.normal(size=(2, weeks)), draw.random((2, weeks)) < 0.2
    display[1] = False
    sales = draw.poisson(np.exp(6 - 2 * log_price + np.log(1.5) * display)).astype(np.float32)
    covariates = {
        "price": Covariate("price", "past", (10 * np.exp(log_price)).astype(np.float32).ravel()),
        "display": Covariate("display", "past", display.astype(np.float32).ravel()),
    }
    return Panel(
        Frequency.parse("W"),
        pl.DataFrame({"item_id": ["tea", "pot"]}),
        np.full(2, 2000),
        np.arange(3) * weeks,
        np.full(2, weeks),
        sales.ravel(),
        covariates,
    )


def test_one_model_learns_and_the_demand_model_moves_it():
    model = Learns()
    found = what_if(shop(), change=["price=-10%"], horizon=2, model=model)
    table = found.to_frame()
    assert len(model.learnt) == 1
    assert {PRICE, "display"} <= set(model.learnt[0].covariates)
    assert table["by"].unique().to_list() == ["forecaster"]
    moved = (table["by_forecaster"] / table["units_now"]).to_list()
    assert moved == pytest.approx([0.9**-2] * 4, rel=0.12)
    assert any("boosted trees on all prices" in note for note in found.notes)


def test_what_is_too_short_to_learn_from_is_forecast_by_its_season():
    table = what_if(shop(), change=["price=-10%"], horizon=2, model=Learns(short=True)).to_frame()
    assert table["by_effects"].sum() > table["units_now"].sum() > 0


def test_flags_move_what_they_moved_and_those_never_seen_are_the_effects_word():
    table = what_if(shop(), change=["display=1"], horizon=2, model="seasonal-naive").to_frame()
    tea, pot = table.filter(product="tea"), table.filter(product="pot")
    assert tea["by"].to_list() == ["forecaster"] * 2
    assert pot["by"].to_list() == ["effects"] * 2
    assert (tea["by_forecaster"] / tea["units_now"]).to_list() == pytest.approx([1.5] * 2, rel=0.15)
    assert (tea["promotion"] / tea["units_now"]).to_list() == pytest.approx([0.5] * 2, rel=0.3)


def test_a_change_of_some_periods_leaves_the_others():
    stamps = what_if(shop(), change=["tea=5"], horizon=3, model="seasonal-naive").to_frame()["timestamp"][:3]
    day = str(stamps[1])[:10]
    table = what_if(shop(), change=[f"tea=5@{day}"], horizon=3, model="seasonal-naive").to_frame()
    assert (table["price"] != table["price_now"]).to_list() == [False, True, False, False, False, False]
    assert table["own_price"][0] == 0 < table["own_price"][1]


def test_a_plan_of_promotions_is_taken_as_it_is():
    plan = promote(
        shop(), options=PromotionOptions(periods=3, caution=0.0, funding=0.5), model="seasonal-naive", unknown="plan"
    )
    table = what_if(shop(), plan=plan, horizon=3, model="seasonal-naive").to_frame()
    changed = table.filter((pl.col("price") - pl.col("price_now")).abs() > 1e-6)
    assert changed["price"].to_list() == pytest.approx(
        plan.promotions.sort("product", descending=True)["price"].to_list()
    )


def test_nothing_is_changed_by_nothing():
    with pytest.raises(ConfigError, match="nothing is changed"):
        what_if(shop(), model="seasonal-naive")
