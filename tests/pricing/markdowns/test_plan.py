"""Mark-downs in several steps: more than a single one, within every rule, and careful."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st
from scipy import sparse

from foresale.pricing.markdowns.options import MarkdownOptions
from foresale.pricing.markdowns.plan import Closing, MarkdownPlan, plan_markdowns
from foresale.pricing.markdowns.single import Clearing, markdowns
from foresale.pricing.market import Market

STAMPS = (np.arange(10) * 7).astype("datetime64[D]").astype("datetime64[us]")


def planned(
    units: float,
    *,
    elasticity: float = -2.5,
    error: float = 0.05,
    demand: float = 6.0,
    salvage: float = 0.0,
    options: MarkdownOptions | None = None,
) -> MarkdownPlan:
    paths = np.random.default_rng(0).poisson(demand, (32, 1, 10)).astype(np.float32)
    market = Market(
        pl.Series(["coat"]),
        np.array([20.0]),
        np.array([9.0]),
        paths.mean(axis=0),
        np.array([elasticity]),
        np.array([error]),
        sparse.csc_array((1, 1)),
    )
    closing = Closing(np.array([units]), paths, np.array([salvage]), STAMPS)
    return plan_markdowns(market, closing, options or MarkdownOptions(risk=1.0))


def test_several_steps_bring_at_least_as_much_as_one():
    paths = np.random.default_rng(0).poisson(6.0, (32, 1, 10)).astype(np.float32)
    once = markdowns(paths, Clearing(np.array([150.0]), np.array([10]), np.array([20.0]), np.zeros(1), np.array([2.5])))
    plan = planned(150.0, error=1e-6)
    assert plan.gain >= once.gain[0] - 0.005 * plan.products["money"][0]
    assert plan.products["sold"][0] > plan.products["sold_regular"][0]
    assert "would be left at the regular price" in plan.products["reason"][0]


def test_what_sells_anyway_is_left_at_its_price():
    plan = planned(30.0)
    assert plan.to_frame()["depth"].to_list() == [0.0]
    assert plan.gain == pytest.approx(0, abs=0.01 * plan.products["money"][0])


def test_what_does_not_answer_to_its_price_is_not_marked_down():
    plan = planned(150.0, elasticity=-0.2, error=0.1)
    assert plan.gain == 0
    assert "no mark-down brings more" in plan.products["reason"][0]


def test_doubt_makes_it_careful():
    """Where the weak end of the elasticity loses money, the regular price stays, and the reason says so."""
    bold = planned(150.0, elasticity=-1.8, error=1.0)
    careful = planned(150.0, elasticity=-1.8, error=1.0, options=MarkdownOptions(risk=0.0))
    assert bold.gain > careful.gain
    assert bold.products["worst"][0] < 0 <= careful.products["worst"][0]


def test_nothing_in_stock_needs_no_mark_down():
    plan = planned(0.0)
    assert plan.products.height == plan.to_frame().height == 0
    assert repr(plan) == "<MarkdownPlan of 0 products, 0 marked down, gain 0>"


@settings(max_examples=25, deadline=None)
@given(
    st.floats(20, 400),
    st.floats(-5, 0),
    st.floats(0.01, 1),
    st.builds(
        MarkdownOptions,
        steps=st.integers(1, 4),
        least_step=st.floats(0, 0.2),
        most_step=st.floats(0.2, 0.6),
        ending=st.none() | st.just(0.99),
        risk=st.floats(0, 0.2),
        paths=st.just(32),
    ),
)
def test_every_rule_is_held(units: float, elasticity: float, error: float, options: MarkdownOptions):
    plan = planned(units, elasticity=elasticity, error=error, salvage=2.0, options=options)
    price = np.append(20.0, plan.to_frame()["price"].to_numpy())
    cut = 1 - price[1:] / price[:-1]
    moved = cut > 0
    assert (cut >= 0).all()
    assert moved.sum() <= options.steps
    assert (cut[moved] >= options.least_step - 1e-6).all()
    assert (cut[moved] <= options.most_step + 1e-6).all()
    if options.ending is not None:
        assert np.round(price[1:][moved] % 1, 2).tolist() == [0.99] * int(moved.sum())
    row = plan.products.row(0, named=True)
    assert row["worst"] >= -options.risk * row["money_regular"] - 1e-6
    assert row["money"] >= row["money_regular"] - 1e-6
    assert 0 <= row["sold_regular"] <= 1
    assert 0 <= row["sold"] <= 1
    assert row["low"] <= row["high"]
