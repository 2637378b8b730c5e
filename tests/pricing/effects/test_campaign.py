"""Campaigns: their lift in units and money, the dip after them, and when they cannot be known."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.pricing.effects.campaign import CampaignOptions, find_campaign

WEEKS, PRODUCTS, PLACES = 110, 4, 6
BEGIN, LENGTH = 100, 3
FREQUENCY = Frequency.parse("W")


def shop(
    *,
    effect: float = 0.0,
    dip: float = 0.0,
    drift: float = 0.0,
    treated: slice = slice(0, 1),
    seed: int = 0,
    places: slice = slice(None),
) -> Panel:
    """Products in places over weeks; some of them have a campaign from week 100 on."""
    draw = np.random.default_rng(seed)
    week = np.arange(WEEKS)
    season = 0.4 * np.sin(2 * np.pi * week / 52) + np.cumsum(0.03 * draw.normal(size=WEEKS))
    level = draw.normal(4.5, 0.4, size=(PRODUCTS, PLACES, 1))
    moved = np.zeros((PRODUCTS, PLACES, WEEKS))
    during, after = (week >= BEGIN) & (week < BEGIN + LENGTH), (week >= BEGIN + LENGTH) & (week < BEGIN + 2 * LENGTH)
    moved[treated, places] += effect * during + dip * after + drift * np.maximum(week - BEGIN + 8, 0)
    sales = draw.poisson(np.exp(level + season + 0.08 * draw.normal(size=moved.shape) + moved)).astype(np.float32)
    price = np.where(np.broadcast_to(during, sales.shape), 4.0, 5.0).astype(np.float32)
    items = pl.DataFrame(
        {
            "sku": np.repeat([f"p{n}" for n in range(PRODUCTS)], PLACES),
            "store": np.tile([f"s{n}" for n in range(PLACES)], PRODUCTS),
        }
    )
    items = items.with_columns(pl.concat_str("sku", "store", separator="|").alias("item_id"))
    count = PRODUCTS * PLACES
    covariates = {"price": Covariate("price", "past", price.ravel())}
    return Panel(
        FREQUENCY,
        items,
        np.full(count, 2000),
        np.arange(count + 1) * WEEKS,
        np.full(count, WEEKS),
        sales.ravel(),
        covariates,
        keys=("sku", "store"),
    )


FROM, TO = (str(stamp)[:10] for stamp in FREQUENCY.timestamps(np.array([2000 + BEGIN, 2000 + BEGIN + LENGTH - 1])))


def test_a_lift_and_the_dip_after_it_are_found():
    panel = shop(effect=0.6, dip=-0.3)
    found = find_campaign(panel, items=["p0"], start=FROM, end=TO)
    assert found.verdict == "found"
    assert np.log1p(found.during.effect) == pytest.approx(0.6, abs=0.12)
    assert found.after is not None
    assert found.after.effect == pytest.approx(np.expm1(-0.3), abs=0.1)
    sold = panel.sales.reshape(PRODUCTS, PLACES, WEEKS)[0, :, BEGIN : BEGIN + LENGTH].sum()
    assert found.during.units == pytest.approx(sold * (1 - np.exp(-0.6)), rel=0.2)
    assert found.during.units_low < found.during.units < found.during.units_high
    assert found.during.money == pytest.approx(4 * sold - 5 * (sold - found.during.units), rel=1e-3)


@pytest.mark.parametrize(
    "who", [{"items": ["p0"]}, {"in_places": ["s1"]}, {"items": ["p0"], "in_places": ["s1"]}, {"items": ["p0|s1"]}]
)
def test_nothing_is_found_where_nothing_was(who: dict[str, list[str]]):
    verdicts = [find_campaign(shop(seed=seed), start=FROM, end=TO, **who).verdict for seed in range(12)]
    assert verdicts.count("found") <= 4


def test_a_product_in_one_place_is_compared_with_itself_elsewhere():
    found = find_campaign(shop(effect=0.5, places=slice(2, 3)), items=["p0"], in_places=["s2"], start=FROM, end=TO)
    assert set(found.donors["donor"]) <= {f"s{n}" for n in range(PLACES) if n != 2}
    assert found.during.effect == pytest.approx(np.expm1(0.5), abs=0.25)


def test_sales_that_had_come_apart_before_are_said():
    found = find_campaign(shop(drift=0.1), items=["p0"], start=FROM, end=TO)
    assert found.verdict == "unknown"
    assert "before" in found.checks.filter(~pl.col("passed"))["check"].to_list()


def test_too_few_donors_and_too_short_a_past_are_said():
    panel = shop(effect=0.6).select(np.arange(2 * PLACES))
    found = find_campaign(panel, items=["p0"], start=FROM, end=TO, options=CampaignOptions(before=20))
    failed = found.checks.filter(~pl.col("passed"))["check"].to_list()
    assert found.verdict == "unknown"
    assert {"donors", "history"} <= set(failed)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda panel: find_campaign(panel, items=["p9"], start=FROM, end=TO), "no item 'p9'"),
        (lambda panel: find_campaign(panel, in_places=["mars"], start=FROM, end=TO), "no place 'mars'"),
        (lambda panel: find_campaign(panel, start=FROM, end=TO), "name the items or the places"),
        (
            lambda panel: find_campaign(panel, items=[f"p{n}" for n in range(PRODUCTS)], start=FROM, end=TO),
            "all items had",
        ),
        (lambda panel: find_campaign(panel, items=["p0"], start=TO, end=FROM), "before it begins"),
        (lambda panel: find_campaign(panel, items=["p0"], start="2030-01-01", end="2030-02-01"), "needs sales in it"),
        (lambda panel: find_campaign(panel, items=["p0"], start="soon", end=TO), "a day is written"),
        (lambda panel: find_campaign(panel, items=["p0"], start="today", end=TO), "a day is written"),
        (lambda panel: find_campaign(panel, items=["p0"], start="NaT", end=TO), "a day is written"),
    ],
)
def test_what_cannot_be_is_refused(ask: Callable[[Panel], object], words: str):
    with pytest.raises(ConfigError, match=words):
        ask(shop())


def test_a_period_that_nobody_knows_is_no_hindrance():
    panel = shop(effect=0.6)
    sales = panel.sales.reshape(-1, WEEKS).copy()
    sales[:, 60] = np.nan
    found = find_campaign(replace(panel, sales=sales.ravel()), items=["p0"], start=FROM, end=TO)
    assert found.verdict == "found"
    assert found.periods["sales"].is_finite().all()


def test_tables_are_named():
    found = find_campaign(shop(), items=["p0"], start=FROM, end=TO)
    assert found.to_frame().columns == ["timestamp", "sales", "expected", "low", "high", "part"]
    with pytest.raises(ConfigError, match="no table"):
        found.to_frame("all")


def test_a_profile_of_the_week_is_no_campaign():
    """The treated one sells on Saturdays, all others on Mondays: a campaign on a Saturday is not found for that."""
    draw = np.random.default_rng(0)
    days, count = 300, 5
    week = np.arange(days) % 7
    profile = np.where(np.arange(count)[:, None] == 0, np.eye(7)[5], np.eye(7)[0])[:, week]
    sales = draw.poisson(np.exp(5 + 0.7 * profile + 0.05 * draw.normal(size=(count, days)))).astype(np.float32)
    items = pl.DataFrame({"item_id": [f"p{n}" for n in range(count)]})
    panel = Panel(
        Frequency.parse("D"),
        items,
        np.full(count, 19_000),
        np.arange(count + 1) * days,
        np.full(count, days),
        sales.ravel(),
        {},
    )
    saturday = 19_000 + int(np.flatnonzero(week == 5)[-2])
    stamp = str(panel.frequency.timestamps(np.array([saturday]))[0])[:10]
    found = find_campaign(panel, items=["p0"], start=stamp, end=stamp)
    assert abs(found.during.effect) < 0.2
    assert found.during.high - found.during.low < 0.5
