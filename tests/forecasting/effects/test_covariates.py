"""How covariates known ahead may move sales."""

from dataclasses import replace

import numpy as np
import pytest

from foresale.core.panel import Covariate
from foresale.forecasting.effects.covariates import KindSpec, SlopeSpec, covariate_specs
from foresale.forecasting.effects.grid import Grid


def spec_of(made: object, values: np.ndarray, *, future: int = 0) -> object:
    panel = made(np.ones((1, values.size)), future=future, known={"it": values[None]})
    return next(iter(covariate_specs(panel, block=7)), None)


def test_what_tells_nothing_is_left_out(made: object) -> None:
    assert spec_of(made, np.ones(50)) is None
    assert spec_of(made, np.full(50, np.nan)) is None
    mostly_unknown = np.where(np.arange(50) < 20, np.arange(50) % 2, np.nan)
    assert spec_of(made, mostly_unknown) is None
    only_ahead = np.where(np.arange(50) >= 43, 1.0, 0.0)
    assert spec_of(made, only_ahead, future=7) is None, "nothing after the cutoff tells what a covariate is"


def test_flags_labels_prices_and_numbers(made: object) -> None:
    rng = np.random.default_rng(0)
    flag = spec_of(made, (np.arange(90) % 30 == 0).astype(float))
    assert flag == KindSpec("it", (1.0,), ("it",), runs=True, block=7)
    inverted = spec_of(made, (np.arange(90) % 30 != 0).astype(float))
    assert inverted == KindSpec("it", (0.0,), ("no it",), runs=True, block=7)
    often = spec_of(made, np.arange(90) % 10 // 4.0)
    assert isinstance(often, KindSpec)
    assert often.labels == ("1", "2")
    assert not often.runs, "values of most periods have no days around them"
    price = spec_of(made, rng.uniform(5, 9, 90))
    assert isinstance(price, SlopeSpec)
    assert price.logarithm
    heat = spec_of(made, rng.normal(0, 8, 90))
    assert isinstance(heat, SlopeSpec)
    assert (heat.logarithm, heat.heavy) == (False, False)
    clicks = spec_of(made, np.where(rng.random(90) < 0.1, 5000.0, rng.integers(0, 40, 90)))
    assert isinstance(clicks, SlopeSpec)
    assert clicks.heavy


def test_labels_are_called_by_their_name(made: object) -> None:
    values = np.array([0, 0, 0, 1, 0, 2] * 10, np.float32)
    panel = made(np.ones((1, 60)))
    named = {"channel": Covariate("channel", "known", values, ("web", "app", "store"))}
    (spec,) = covariate_specs(replace(panel, covariates=named), block=7)
    assert isinstance(spec, KindSpec)
    assert spec.labels == ("app", "store")


def test_a_run_has_a_first_a_second_and_later_days_and_days_around_it(made: object) -> None:
    on = np.zeros(90)
    on[[30, 31, 32, 33, 60]] = 1
    panel = made(np.ones((1, 90)), known={"sale": on[None]})
    (spec,) = covariate_specs(panel, block=7)
    clock = spec.clock_on(Grid.of(panel, horizon=1), np.array([0]))
    titles = {place: clock.titles[slot] for place, slot in enumerate(clock.slots[0]) if slot >= 0}
    assert titles == {
        28: "2 before sale",
        29: "1 before sale",
        30: "sale, period 1",
        31: "sale, period 2",
        32: "sale, period 3 on",
        33: "sale, period 3 on",
        34: "1 after sale",
        35: "2 after sale",
        36: "3 after sale",
        58: "2 before sale",
        59: "1 before sale",
        60: "sale, period 1",
        61: "1 after sale",
        62: "2 after sale",
        63: "3 after sale",
    }


def test_numbers_stand_against_the_mean_of_their_history_and_nothing_beyond_what_was_seen(made: object) -> None:
    price = np.array([8.0, 10, 12] * 20 + [1000.0, np.nan])
    panel = made(np.ones((1, 62)), future=2, known={"price": price[None]})
    spec = SlopeSpec("price", logarithm=True, unit=1, heavy=False, low=8, high=12)
    values, beyond = spec.values(Grid.of(panel, horizon=2), np.array([0]))
    assert values[0, :60].mean() == pytest.approx(0, abs=1e-9)
    assert values[0, 2] - values[0, 0] == pytest.approx(np.log(12 / 8))
    assert values[0, 60] == values[0, 2]
    assert values[0, 61] == 0
    assert beyond[0, 60:].tolist() == [True, False]


def test_a_price_of_zero_where_nothing_is_sold_says_that_an_item_is_not_on_sale(made: object) -> None:
    rng = np.random.default_rng(0)
    offered = np.arange(120) % 40 < 30
    price = np.where(offered, rng.uniform(5, 9, 120), 0.0)
    panel = made(np.where(offered, 4.0, 0.0)[None], known={"it": price[None]})
    (spec,) = covariate_specs(panel, block=7)
    assert isinstance(spec, SlopeSpec)
    assert spec.gone
    assert spec.logarithm
    assert spec.low >= 5
    values, beyond = spec.values(Grid.of(panel, horizon=7), np.array([0]))
    assert not values[0, :120][~offered].any()
    assert not beyond[0, :120].any()


def test_a_discount_of_zero_is_a_value_like_others(made: object) -> None:
    rng = np.random.default_rng(0)
    off = np.where(np.arange(120) % 10 < 3, rng.uniform(0.01, 0.5, 120), 0.0)
    (spec,) = covariate_specs(made(np.full((1, 120), 4.0), known={"it": off[None]}), block=7)
    assert isinstance(spec, SlopeSpec)
    assert not spec.gone
    assert spec.low == 0
