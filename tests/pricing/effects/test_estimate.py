"""Effects of prices where the truth is known, and what is said where it cannot be known."""

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.pricing.effects.columns import RIVALS
from foresale.pricing.effects.estimate import find_elasticities
from foresale.pricing.effects.options import ElasticityOptions

OWN = np.array([-1.5, -2.5, -3.5])
PLACES, WEEKS = 25, 110


def market(*, follows: bool, differ: bool, seed: int = 0, zeros: bool = False) -> Panel:
    """Three brands in 25 stores, whose prices follow an unseen shock or are drawn, by store or for all alike."""
    draw = np.random.default_rng(seed)
    shock = draw.normal(size=(3, WEEKS))
    for week in range(1, WEEKS):
        shock[:, week] = 0.7 * shock[:, week - 1] + 0.7 * draw.normal(size=3)
    price = 0.1 * draw.normal(size=(3, WEEKS)) - (0.1 * shock if follows else 0)
    price = np.repeat(price[:, None], PLACES, axis=1)
    if differ:
        price = price + 0.1 * draw.normal(size=price.shape)
    level = 0.5 if zeros else 4.0
    log_sales = level + 0.3 * shock[:, None] + OWN[:, None, None] * price + 0.1 * draw.normal(size=price.shape)
    return panel_of(draw.poisson(np.exp(log_sales)), 3 * np.exp(price))


def panel_of(sales: np.ndarray, price: np.ndarray, **more: np.ndarray) -> Panel:
    products, places, weeks = sales.shape
    items = pl.DataFrame(
        {
            "sku": np.repeat([f"p{n}" for n in range(products)], places),
            "store": np.tile([f"s{n}" for n in range(places)], products),
        }
    )
    items = items.with_columns(pl.concat_str("sku", "store", separator="|").alias("item_id"))
    count = products * places
    covariates = {
        name: Covariate(name, "past", values.astype(np.float32).ravel())
        for name, values in {"price": price, **more}.items()
    }
    return Panel(
        Frequency.parse("W"),
        items,
        np.full(count, 2000),
        np.arange(count + 1) * weeks,
        np.full(count, weeks),
        sales.astype(np.float32).ravel(),
        covariates,
        keys=("sku", "store"),
    )


@pytest.mark.parametrize("follows", [False, True])
def test_places_tell_the_effect_whatever_prices_follow(follows: bool):
    found = find_elasticities(market(follows=follows, differ=True))
    assert (found.design, found.verdict) == ("between-places", "identified")
    assert np.abs(found.values - OWN).max() < 0.2
    assert found.own["product"].to_list() == ["p0", "p1", "p2"]


def test_time_alone_says_when_prices_follow_demand():
    found = find_elasticities(market(follows=True, differ=False))
    assert (found.design, found.verdict) == ("over-time", "unknown")
    assert "cannot be known" in " ".join(found.notes)
    assert not found.checks["passed"].all()


def test_time_alone_is_believed_as_far_as_nothing_speaks_against_it():
    every = [find_elasticities(market(follows=False, differ=False, seed=seed)) for seed in range(6)]
    assert {found.design for found in every} == {"over-time"}
    assert [found.verdict for found in every].count("assumed") >= 4
    assert np.mean([np.abs(found.values - OWN).max() for found in every]) < 0.6


def test_without_trees_it_is_told_how_to_install_them(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    notes = " ".join(find_elasticities(market(follows=False, differ=False)).notes)
    assert (
        "by ridge regression; a model of boosted trees needs an optional part: pip install 'foresale[trees]'" in notes
    )


def test_counts_with_zeros_are_no_less_right():
    panel = market(follows=True, differ=True, zeros=True)
    assert (panel.sales == 0).mean() > 0.1
    found = find_elasticities(panel)
    assert np.abs(found.values - OWN).max() < 0.35


def test_a_cost_tells_what_time_does_not():
    draw = np.random.default_rng(1)
    shock = draw.normal(size=(3, 1, WEEKS))
    cost = 0.2 * draw.normal(size=(3, 1, WEEKS))
    price = 0.7 * cost - 0.1 * shock
    sales = draw.poisson(np.exp(6 + 0.3 * shock + OWN[:, None, None] * price))
    found = find_elasticities(
        panel_of(sales, np.exp(price), unit_cost=np.exp(cost)), ElasticityOptions(cost="unit_cost")
    )
    assert (found.design, found.verdict) == ("instrument", "identified")
    assert np.abs(found.values - OWN).max() < 0.7


def test_who_takes_customers_from_whom():
    draw = np.random.default_rng(2)
    price = 0.15 * draw.normal(size=(2, PLACES, WEEKS))
    sales = draw.poisson(np.exp(5 - 2 * price + np.array([0.8, 0.0])[:, None, None] * price[::-1]))
    found = find_elasticities(panel_of(sales, np.exp(price)))
    assert found.cross["kind"].to_list()[0] == "substitute"
    assert found.cross["elasticity"].to_list() == pytest.approx([0.8, 0.0], abs=0.15)


def rivals_of(products: int, *, differ: bool) -> Panel:
    """Products that customers leave at -3 when they grow dearer, and come to at 1.5 when all others do."""
    draw = np.random.default_rng(6)
    price = 0.2 * draw.normal(size=(products, PLACES if differ else 1, WEEKS))
    cost = price + 0.02 * draw.normal(size=price.shape)
    others = (price.sum(axis=0) - price) / (products - 1)
    price, cost, others = (np.broadcast_to(own, (products, PLACES, WEEKS)) for own in (price, cost, others))
    sales = draw.poisson(np.exp(5 - 3 * price + 1.5 * others))
    return panel_of(sales, np.exp(price), unit_cost=np.exp(cost))


@pytest.mark.parametrize(
    ("design", "products", "differ"),
    [("over-time", 3, False), ("instrument", 3, False), ("between-places", RIVALS + 4, True)],
)
def test_prices_of_rivals_count_whether_or_not_they_are_told_apart(design: str, products: int, differ: bool):
    found = find_elasticities(rivals_of(products, differ=differ), ElasticityOptions(design=design, cost="unit_cost"))
    dearer = 1 + 0.1 * (np.arange(products) > 0)
    factor = found.factor(dearer, against=np.ones(products))[0]
    assert np.log(factor) / np.log(1.1) == pytest.approx(1.5, abs=0.15)
    assert np.diag(found.estimates.cross).tolist() == [0.0] * products
    assert (found.estimates.cross[~np.eye(products, dtype=bool)] > 0).all()


def test_what_is_bought_ahead_is_not_bought_after():
    draw = np.random.default_rng(3)
    price = 0.15 * draw.normal(size=(2, PLACES, WEEKS))
    before = np.concatenate([price[..., :1], price[..., :-1]], axis=-1)
    found = find_elasticities(panel_of(draw.poisson(np.exp(5 - 2 * price + 0.5 * before)), np.exp(price)))
    dip = found.timing.filter(pl.col("periods_after") == 1)
    assert dip["effect"][0] == pytest.approx(0.9**0.5 - 1, abs=0.02)
    assert found.timing.filter(pl.col("periods_after") == -1)["high"][0] > 0


def test_a_feature_lifts_beside_its_price():
    draw = np.random.default_rng(4)
    price = np.where(draw.random((2, PLACES, WEEKS)) < 0.2, np.log(0.8), 0.0)
    feature = (draw.random(price.shape) < 0.15).astype(float)
    sales = draw.poisson(np.exp(4 - 2 * price + 0.5 * feature))
    found = find_elasticities(panel_of(sales, np.exp(price), feature=feature))
    lifts = {(row["kind"], row["depth"]): row["lift"] for row in found.promotions.iter_rows(named=True)}
    assert lifts["feature", ""] == pytest.approx(np.exp(0.5), rel=0.06)
    assert lifts["price cut", "15–25 %"] == pytest.approx(0.8**-2, rel=0.08)


def test_products_that_never_change_their_price_are_told_by_the_others():
    draw = np.random.default_rng(5)
    price = 0.1 * draw.normal(size=(3, PLACES, WEEKS))
    price[2] = 0
    found = find_elasticities(panel_of(draw.poisson(np.exp(5 - 2 * price)), np.exp(price)))
    assert found.own["estimate"][2] is None
    assert found.values[2] == pytest.approx(-2, abs=0.3)
    assert found.errors[2] > found.errors[:2].max()
    assert "1 product say nothing" in " ".join(found.notes)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (ElasticityOptions(cost="fee"), "no column of numbers 'fee'"),
        (ElasticityOptions(place="town"), "place is one of several key columns"),
        (ElasticityOptions(groups=("colour",)), "no column 'colour'"),
        (ElasticityOptions(design="instrument"), "no cost is named"),
    ],
)
def test_what_cannot_be_is_refused(options: ElasticityOptions, message: str):
    with pytest.raises(ConfigError, match=message):
        find_elasticities(market(follows=False, differ=True), options)


def test_without_prices_nothing_is_said():
    panel = market(follows=False, differ=True)
    bare = Panel(panel.frequency, panel.items, panel.starts, panel.offsets, panel.history, panel.sales, keys=panel.keys)
    with pytest.raises(ConfigError, match="there are no prices"):
        find_elasticities(bare)
