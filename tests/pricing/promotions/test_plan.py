"""Plans of promotions: the best there is on small shops, and every rule held exactly whatever the shop."""

from dataclasses import replace
from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st
from scipy import sparse

from foresale.core.errors import ConfigError
from foresale.pricing.market import Market
from foresale.pricing.promotions import solve as solving
from foresale.pricing.promotions.candidates import Candidates, candidates
from foresale.pricing.promotions.options import PromotionOptions
from foresale.pricing.promotions.plan import plan_promotions
from foresale.pricing.promotions.solve import rows, solve

STAMPS = (np.arange(4) * 7).astype("datetime64[D]").astype("datetime64[us]")


def market(
    seed: int, *, products: int = 3, periods: int = 4, ladder: bool = False, supply: bool = True, since: bool = False
) -> Market:
    draw = np.random.default_rng(seed)
    price = np.sort(draw.uniform(2, 12, products).round(2))
    demand = draw.uniform(5, 60, (products, periods))
    cross = sparse.csc_array(draw.uniform(0, 0.3, (products, products)) * (1 - np.eye(products)))
    had = np.cumsum(demand, axis=1) * draw.uniform(0.9, 2.5, (products, 1)) if supply else None
    names = pl.Series([f"p{n}" for n in range(products)])
    return Market(
        names,
        price,
        price * draw.uniform(0.3, 0.8, products),
        demand,
        draw.uniform(-5, -1.5, products),
        np.full(products, 0.2),
        cross,
        (0.1,),
        had,
        tuple((n, n + 1) for n in range(products - 1)) if ladder else (),
        since=draw.integers(0, 6, products).astype(float) if since else None,
    )


def keeps(market: Market, chosen: Candidates, options: PromotionOptions) -> bool:
    """Whether a plan keeps every rule, said once more and plainly."""
    periods = market.demand.shape[1]
    for item in range(len(market.price)):
        times = np.sort(chosen.period[chosen.product == item])
        if market.since is not None and times.size and times[0] + 1 + market.since[item] <= options.gap:
            return False
        if (np.diff(times) <= options.gap).any() or (options.most is not None and times.size > options.most):
            return False
        if market.supply is not None:
            room = np.maximum(market.supply[item] - np.cumsum(market.demand[item]), 0)
            for period in range(periods):
                early = (chosen.product == item) & (chosen.period <= period)
                if chosen.extra[early].sum() > room[period] * (1 + 1e-6) + 1e-6:
                    return False
    counts = np.bincount(chosen.period, minlength=periods)
    if options.slots is not None and counts.max(initial=0) > options.slots:
        return False
    if any(counts[period] < options.festival_promotions for period in options.festivals):
        return False
    if any(counts[period] for period in options.quiet):
        return False
    if options.budget is not None and chosen.spend.sum() > options.budget * (1 + 1e-6) + 1e-6:
        return False
    asked = np.repeat(market.price[:, None], periods, axis=1)
    asked[chosen.product, chosen.period] = chosen.price
    if any((asked[below] > asked[above] + 1e-6).any() for below, above in market.ladder):
        return False
    if options.least_total_margin is not None:
        base = (market.price - market.cost)[:, None] * market.demand
        margin = base.sum() + (chosen.own - chosen.cannibalised - chosen.ahead).sum()
        revenue = (market.price[:, None] * market.demand).sum() + chosen.revenue.sum()
        if margin < options.least_total_margin * revenue - 1e-6:
            return False
    if options.ending is not None and (np.abs(chosen.price % 1 - options.ending) > 1e-6).any():
        return False
    paid = options.funding * (market.price[chosen.product] - chosen.price)
    earned = (chosen.price - market.cost[chosen.product] + paid) / chosen.price
    return bool((earned >= options.least_margin - 1e-9).all())


def brute(market: Market, offered: Candidates, options: PromotionOptions) -> float:
    """The best profit of all plans there are."""
    choices = []
    for item in range(len(market.price)):
        for period in range(market.demand.shape[1]):
            own = np.flatnonzero((offered.product == item) & (offered.period == period))
            choices.append([-1, *own])
    best = -np.inf
    for picked in product(*choices):
        chosen = offered.pick(np.array([place for place in picked if place >= 0], np.int64))
        if chosen.profit.sum() > best and keeps(market, chosen, options):
            best = float(chosen.profit.sum())
    return best


@pytest.mark.parametrize("seed", range(8))
def test_a_small_plan_is_the_best_there_is(seed: int):
    small = market(seed, products=3, periods=3, ladder=seed % 2 == 0)
    options = PromotionOptions(
        periods=3,
        depths=(0.15, 0.3),
        slots=2,
        budget=90.0,
        display_cost=2.0,
        gap=1,
        caution=0.0,
        festivals=(1,) if seed % 3 == 0 else (),
    )
    offered = candidates(small, options)
    best = brute(small, offered, options)
    if not np.isfinite(best):
        with pytest.raises(ConfigError, match="no plan keeps all rules"):
            solve(small, offered, options)
        return
    assert solve(small, offered, options).profit == pytest.approx(best, abs=1e-6)


shops = st.builds(
    market,
    st.integers(0, 10_000),
    products=st.integers(2, 5),
    periods=st.integers(3, 6),
    ladder=st.booleans(),
    supply=st.booleans(),
    since=st.booleans(),
)
rules = st.builds(
    PromotionOptions,
    periods=st.just(6),
    slots=st.none() | st.integers(0, 3),
    budget=st.none() | st.floats(0, 300),
    display_cost=st.floats(0, 20),
    gap=st.integers(0, 4),
    most=st.none() | st.integers(0, 2),
    least_margin=st.floats(0, 0.5),
    least_total_margin=st.none() | st.floats(0.1, 0.4),
    funding=st.floats(0, 1),
    ending=st.none() | st.just(0.99),
    quiet=st.lists(st.integers(1, 2), max_size=1).map(tuple),
    festivals=st.lists(st.just(0), max_size=1).map(tuple),
    festival_promotions=st.just(0) | st.just(1),
    caution=st.floats(0, 2),
)


@settings(max_examples=40)
@given(shops, rules, st.booleans())
def test_every_rule_is_held(shop: Market, options: PromotionOptions, large: bool):
    """Solved whole, and as large programmes are: by the relaxation and what it leaves."""
    offered = candidates(shop, options)
    usual = solving._SMALL
    solving._SMALL = 0 if large else usual
    try:
        found = solve(shop, offered, options)
    except ConfigError:
        assert options.festivals or options.least_total_margin  # rules that ask for something
        return
    finally:
        solving._SMALL = usual
    chosen = offered.pick(found.chosen)
    assert keeps(shop, chosen, options)
    assert found.profit == pytest.approx(float(chosen.profit.sum()))
    assert found.profit <= found.bound + 1e-6
    for _, low, high in rows(shop, offered, options):
        assert (low <= high).all()


def test_large_and_whole_agree():
    shop = market(5, products=20, periods=6)
    options = PromotionOptions(periods=6, slots=3, budget=400.0, caution=0.0, tolerance=0.0)
    offered = candidates(shop, options)
    whole = solve(shop, offered, options)
    usual, solving._SMALL = solving._SMALL, 0
    try:
        reduced = solve(shop, offered, options)
    finally:
        solving._SMALL = usual
    assert reduced.profit == pytest.approx(whole.profit, rel=1e-6)


def test_halo_makes_promotions_worth_their_money():
    shop = market(1, supply=False)
    options = PromotionOptions(periods=4, caution=0.0, gap=0)
    plain, along = (plan_promotions(replace(shop, halo=own), options, stamps=STAMPS) for own in (None, np.full(3, 2.0)))
    assert (along.promotions["halo"] / along.promotions["extra"]).to_list() == pytest.approx(
        [2.0] * along.promotions.height
    )
    assert along.profit >= plain.profit + plain.promotions["extra"].sum() * 2.0 - 1e-6


def test_profit_is_what_it_is_made_of():
    shop = market(1)
    plan = plan_promotions(shop, PromotionOptions(periods=4, caution=0.0, gap=0), stamps=STAMPS)
    table = plan.to_frame()
    parts = table["own"] - table["display"] - table["cannibalised"] - table["bought_ahead"] + table["halo"]
    assert table["profit"].to_list() == pytest.approx(parts.to_list())
    assert ((table["low"] <= table["profit"] + 1e-9) & (table["profit"] <= table["high"] + 1e-9)).all()
    assert plan.profit == pytest.approx(float(table["profit"].sum()))


def test_prices_end_as_they_are_to():
    options = PromotionOptions(periods=4, ending=0.99, depths=(0.1, 0.2, 0.3, 0.4), caution=0.0)
    offered = candidates(market(2), options)
    assert np.round(offered.price % 1, 2).tolist() == [0.99] * len(offered)
    keys = set(zip(offered.product.tolist(), offered.period.tolist(), offered.price.tolist(), strict=True))
    assert len(keys) == len(offered)


def test_doubt_makes_a_plan_smaller():
    shop = market(3, supply=False)
    plans = [
        plan_promotions(shop, PromotionOptions(periods=4, caution=caution), stamps=np.zeros(4, "datetime64[us]"))
        for caution in (0.0, 4.0)
    ]
    assert plans[1].profit < plans[0].profit


def test_festivals_without_anything_to_promote_are_refused():
    options = PromotionOptions(periods=4, festivals=(1,), least_margin=0.99)
    with pytest.raises(ConfigError, match="none is allowed"):
        plan_promotions(market(1), options, stamps=np.zeros(4, "datetime64[us]"))
