"""Planned tests: within their bounds, as narrow as they say, and cheaper where less is asked for."""

from collections.abc import Callable
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.errors import ConfigError
from foresale.core.panel import Panel
from foresale.pricing.effects.cube import PriceCube, price_cube
from foresale.pricing.experiments import replay
from foresale.pricing.experiments.analyse import analyse_experiment
from foresale.pricing.experiments.design import Experiment, design_experiment
from foresale.pricing.experiments.layout import matched_places
from foresale.pricing.experiments.options import ExperimentOptions

Shop = Callable[..., Panel]


@pytest.fixture(scope="module")
def cube(stores: Shop) -> PriceCube:
    return price_cube(stores(16))


def planned(cube: PriceCube, **options: object) -> Experiment:
    price = np.nanmax(cube.price, axis=(1, 2)).round(2)
    return design_experiment(cube, ExperimentOptions(**options), price=price, cost=0.6 * price)


def test_a_wider_interval_costs_less(cube: PriceCube):
    tests = [planned(cube, width=width) for width in (0.4, 0.8, 2.0)]
    costs = [test.cost for test in tests]
    assert costs[0] > costs[1] > costs[2] > 0
    assert all(test.reaches for test in tests)
    assert (np.diff(tests[0].choices["width"]) < 0).all()
    assert (np.diff(tests[0].choices["cost"]) >= 0).all()


def test_the_width_that_is_said_is_the_width_that_comes(cube: PriceCube, charged: Shop):
    test = planned(cube, width=0.8)
    widths, held = [], []
    for seed in range(40):
        found = analyse_experiment(price_cube(charged(16, test.calendar, elasticity=-2.0, seed=seed)), test.calendar)
        widths.append(found.high - found.low)
        held.append(found.low <= -2.0 <= found.high)
    assert np.median(widths) == pytest.approx(test.replayed.width, rel=0.25)
    assert np.mean(held) >= 0.775  # three standard errors below the level


def test_what_the_past_says_of_a_test_is_honest(cube: PriceCube):
    said = planned(cube, width=0.8).replayed
    assert said.times == replay.REPLAYS
    assert said.alarms < 0.2
    assert said.coverage > 0.8


@pytest.mark.parametrize("places", [1, 5])
def test_few_places_are_compared_with_themselves(places: int, stores: Shop):
    test = planned(price_cube(stores(places)), width=1.0)
    assert test.kind == "weeks"
    arms = test.calendar.group_by("product", "place", "pair").agg("arm")
    assert all({*row} == {"dear", "cheap"} for row in arms["arm"])


def test_bounds_that_are_too_tight_are_said(cube: PriceCube):
    test = planned(cube, width=0.01, down=0.05, up=0.05, periods=4)
    assert not test.reaches
    assert "this is the narrowest" in " ".join(test.notes)


def test_the_same_seed_draws_the_same_lots(cube: PriceCube):
    one, again, other = (planned(cube, width=0.8, seed=seed).calendar["arm"].to_list() for seed in (1, 1, 2))
    assert one == again
    assert one != other


def test_named_products_are_those_that_are_tested(cube: PriceCube):
    assert planned(cube, width=2.0, products=["p1"]).calendar["product"].unique().to_list() == ["p1"]
    with pytest.raises(ConfigError, match="no product 'p9'"):
        planned(cube, products=["p9"])


def test_where_no_lots_can_be_drawn_it_is_refused(cube: PriceCube):
    with pytest.raises(ConfigError, match="no test can be planned"):
        planned(cube, most_places=2, compare="stores")


@settings(max_examples=10, deadline=None)
@given(
    down=st.floats(0, 0.4),
    up=st.floats(0.02, 0.4),
    periods=st.integers(2, 12),
    most_places=st.integers(8, 16),
    width=st.floats(0.2, 4),
    washout=st.integers(0, 1),
    compare=st.sampled_from(["stores", "weeks"]),
)
def test_a_test_keeps_its_bounds(cube: PriceCube, **options: float):
    with mock.patch.object(replay, "REPLAYS", 4):
        rows = planned(cube, **options).calendar if options["periods"] >= 4 or options["compare"] == "stores" else None
    if rows is None:
        return
    change = (rows["price"] / rows["price_now"] - 1).to_numpy()
    assert change.min() >= -options["down"] - 1e-9
    assert change.max() <= options["up"] + 1e-9
    assert rows["place"].n_unique() <= options["most_places"]
    assert rows["timestamp"].n_unique() <= options["periods"]
    assert not rows.select("product", "place", "timestamp").is_duplicated().any()
    cells = rows.group_by("product", "pair", "arm").len()
    assert cells["len"].n_unique() == 1
    assert (cells.group_by("product", "pair").len()["len"] == 2).all()


def test_places_go_with_those_they_are_like():
    draw = np.random.default_rng(0)
    course = np.repeat(draw.normal(size=(4, 60)), 2, axis=0)
    pairs = matched_places(np.exp(3 + course + 0.05 * draw.normal(size=course.shape))[None])
    assert sorted(map(sorted, pairs.tolist())) == [[0, 1], [2, 3], [4, 5], [6, 7]]
