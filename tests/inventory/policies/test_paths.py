"""Sample paths of orders: their margins and correlations, and that they do not depend on what should not matter."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast, mean_of
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.core.paths import Copula, TemporalCorrelation
from foresale.inventory.levels import Ahead
from foresale.inventory.policies.paths import PathDraw
from foresale.inventory.policies.registry import policy_named
from foresale.inventory.policies.situation import Situation
from foresale.inventory.policies.tails import Tails
from foresale.inventory.policies.terms import ReplenishmentTerms

STEPS = 40
LINK = TemporalCorrelation(persistent=0.3, lasting=0.4, decay=0.6)


def forecast_of(seed: int = 0, *, items: int = 3, freedom: float = np.inf) -> Forecast:
    rng = np.random.default_rng(seed)
    quantiles = np.sort(rng.gamma(0.8, 9, (items, STEPS, 21)), axis=2).astype(np.float32)
    names = pl.DataFrame({"item_id": [f"i{number}" for number in range(items)]})
    return Forecast(
        names,
        Frequency("day"),
        np.zeros(items, int),
        quantiles,
        mean_of(quantiles),
        copula=Copula((LINK,), freedom=freedom),
    )


def drawn(forecast: Forecast, *, count: int = 1024, seed: int = 0, steps: int = STEPS) -> np.ndarray:
    draw = PathDraw.of(forecast, steps=steps, count=count, seed=seed)
    return draw.paths(forecast, np.arange(len(forecast.items)))


def test_margins_are_the_quantiles_and_the_mean_does_not_depend_on_how_many():
    forecast = forecast_of()
    few, many = drawn(forecast, count=500), drawn(forecast, count=2000)
    for place, level in enumerate(forecast.levels):
        if 0.02 < level < 0.98:
            found = np.quantile(many, level, axis=0, method="hazen")
            np.testing.assert_allclose(found, forecast.quantiles[:, :, place], rtol=0.02, atol=0.02)
    np.testing.assert_allclose(few.mean(axis=0), many.mean(axis=0), rtol=2e-3)


@pytest.mark.parametrize("freedom", [np.inf, 4.0])
def test_steps_hang_together_as_they_should(freedom):
    forecast = forecast_of(freedom=freedom)
    paths = drawn(forecast, count=2048)[:, 0]
    ranks = paths.argsort(axis=0).argsort(axis=0)
    from scipy.special import ndtri

    scores = ndtri((ranks + 0.5) / len(ranks))
    seen = np.corrcoef(scores.T)
    np.testing.assert_allclose(seen, LINK.correlation(STEPS), atol=0.01 if np.isinf(freedom) else 0.08)


def test_the_first_steps_are_the_same_however_many_follow():
    forecast = forecast_of()
    for count in (60, 1024):
        assert np.array_equal(drawn(forecast, count=count, steps=12), drawn(forecast, count=count)[:, :, :12])


def test_an_item_has_the_same_paths_whoever_stands_beside_it():
    forecast = forecast_of(items=5)
    draw = PathDraw.of(forecast, steps=STEPS, count=200, seed=3)
    assert np.array_equal(draw.paths(forecast, np.array([4, 1])), draw.paths(forecast, np.arange(5))[:, [4, 1]])


def test_another_draw_hardly_moves_an_order():
    """Of lumpy items with lead times that vary; by less than a tenth, where independent draws move them by a third."""
    forecast = forecast_of(items=30)
    lead = np.ceil(np.random.default_rng(1).gamma(9, 0.6, (199, 30))).astype(int)
    terms = ReplenishmentTerms.plain(30, lead=lead, review=7)
    orders = [
        policy_named("base-stock").wanted(
            Situation.today(terms, Ahead(np.zeros(30), np.zeros((30, 1))), drawn(forecast, seed=seed, count=count))
        )[:, 0]
        for seed, count in ((0, 2048), (1, 2048), (0, 4096))
    ]
    for other in orders[1:]:
        assert np.abs(other / orders[0] - 1).max() < 0.06


def test_one_path_is_no_draw():
    with pytest.raises(ConfigError, match="two paths or more"):
        drawn(forecast_of(), count=1)


def shop_of(jumps: float, *, items: int = 40) -> Panel:
    """Weekly items of which now and then one sells a multiple of all before."""
    rng = np.random.default_rng(0)
    sales = rng.poisson(20, (items, 150)).astype(np.float32)
    sales[np.arange(items), rng.integers(80, 150, items)] *= jumps
    names = pl.DataFrame({"item_id": [f"i{number}" for number in range(items)]})
    return Panel(
        Frequency.parse("W"),
        names,
        np.zeros(items, int),
        np.arange(items + 1) * 150,
        np.full(items, 150),
        sales.ravel(),
    )


def test_how_far_records_are_passed_is_learnt_from_the_class():
    calm, wild = (Tails.of(shop_of(jumps), horizon=13) for jumps in (1.0, 6.0))
    assert calm.growth.max() < 1.4
    assert 2.5 < wild.growth[0] < 6
    assert (wild.record > calm.record).any()


def test_a_tail_ends_where_nothing_is_known_to_reach():
    forecast = forecast_of()
    heavy = forecast.quantiles.copy()
    heavy[:, :, -1] = 5_000
    heavy = replace(forecast, quantiles=heavy)
    tails = Tails(pl.Series(["i0", "i2"]), np.array([90.0, 0.0]), np.array([2.0, 2.0]))
    draw = PathDraw.of(heavy, steps=STEPS, count=500, seed=0)
    free, bounded = (draw.paths(heavy, np.arange(3), tails=each) for each in (None, tails))
    assert free.max() > 5_000
    assert bounded[:, 0].max() == 180
    assert np.array_equal(bounded[:, 1:], free[:, 1:])
    middle = heavy.quantile(0.5)[0] * 2
    raised = replace(tails, record=np.array([0.01, 0.0]))
    assert (draw.paths(heavy, np.arange(3), tails=raised)[:, 0] <= middle + 1e-4).all()
