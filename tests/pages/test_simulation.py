"""The page of a replay says what its numbers say."""

import json
import re

import numpy as np
import pytest

from foresale.data.synthetic import ShopConfig, shop
from foresale.inventory.defaults import Defaults
from foresale.inventory.simulation.replay import Replay
from foresale.narrate.sentences import sentences
from foresale.narrate.simulation import before_and_after
from foresale.pages.simulation import simulation_page
from foresale.workflows.simulate import SimulateOptions, simulate


@pytest.fixture(scope="module")
def replay() -> Replay:
    days = SimulateOptions("2023-05-01", periods=50, service=(0.9, 0.95), rules=("cover:28",), paths=20)
    return simulate(
        shop(items=5, periods=200, seed=2, config=ShopConfig(launches=0)),
        options=days,
        defaults=Defaults(lead_days=3),
        models="seasonal-naive",
    )


def test_pictures_and_tables(replay: Replay):
    html = simulation_page(replay)
    pictures = [
        json.loads(data) for data in re.findall(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    ]
    titles = [figure["layout"]["title"]["text"] for figure in pictures]
    assert titles == ["Money in stock", "Lost margin so far", "Cost at each fill rate", "Stock at each fill rate"]
    lines = [trace["name"] for trace in pictures[2]["data"]]
    assert lines == ["seasonal-naive", "cover:28", "normal safety stock", "perfect foresight"]
    assert pictures[2]["data"][0]["text"] == ["90 %", "95 %"]
    pair = before_and_after(replay)
    assert pair is not None
    for outcome in pair:
        assert f"{outcome.cost.value:,.0f}" in html
    assert html.count("<table") == 2


def test_before_is_the_rule_and_after_the_cheapest_plan_that_serves_as_well(replay: Replay):
    pair = before_and_after(replay)
    assert pair is not None
    before, after = pair
    assert before.contender.name == "cover:28"
    plans = [outcome for outcome in replay.outcomes if outcome.contender.role == "plan"]
    good = [plan for plan in plans if plan.fill_rate.value >= before.fill_rate.value]
    if good:
        assert after.cost.value == min(plan.cost.value for plan in good)
    else:
        assert after.fill_rate.value == max(plan.fill_rate.value for plan in plans)
    said = " ".join(sentences(replay))
    assert f"{after.fill_rate.value:.1%} of demand instead of {before.fill_rate.value:.1%}" in said
    change = after.cost.value / before.cost.value - 1
    assert f"{abs(change):.1%} {'less' if change < 0 else 'more'}" in said


def test_lost_margin_in_the_picture_is_that_of_the_days(replay: Replay):
    outcome = replay.outcomes[0]
    assert np.isclose(outcome.result.short[3:].sum(), outcome.result.money["lost"].sum(), rtol=1e-4)
