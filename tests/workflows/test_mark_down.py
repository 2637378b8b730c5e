"""What is left, and until when, as mark-downs are planned by it."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError, DataError
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.pricing.markdowns.options import MarkdownOptions
from foresale.pricing.markdowns.plan import MarkdownPlan
from foresale.workflows.mark_down import mark_down

WEEKS = 60


def shop() -> Panel:
    """Two products of elasticity -3 that sell 50 a week at 10, up to the end of 2023."""
    draw = np.random.default_rng(0)
    log_price = 0.1 * draw.normal(size=(2, WEEKS))
    sales = draw.poisson(50 * np.exp(-3 * log_price)).astype(np.float32)
    grid = Frequency.parse("W-MON")
    first = int(grid.index(np.array(["2023-12-31"], "datetime64[D]"))[0]) - WEEKS + 1
    price = Covariate("price", "past", (10 * np.exp(log_price)).astype(np.float32).ravel())
    return Panel(
        grid,
        pl.DataFrame({"item_id": ["tea", "pot"]}),
        np.full(2, first),
        np.arange(3) * WEEKS,
        np.full(2, WEEKS),
        sales.ravel(),
        {"price": price},
    )


def planned(end: str | None = "2024-02-04", *, panel: Panel | None = None, **columns: object) -> MarkdownPlan:
    stock = pl.DataFrame({"item_id": ["tea", "pot"], "on_hand": [900, 300], **columns})
    options = MarkdownOptions(risk=1.0)
    return mark_down(panel or shop(), stock=stock, end=end, options=options, model="seasonal-naive", unknown="plan")


def row(plan: MarkdownPlan, product: str) -> dict[str, float]:
    return plan.products.filter(product=product).row(0, named=True)


def test_what_is_left_over_is_marked_down_and_the_rest_is_not():
    plan = planned()
    assert row(plan, "tea")["last"] < 0.9 * row(plan, "tea")["regular"]
    assert row(plan, "tea")["sold"] > row(plan, "tea")["sold_regular"] + 0.2
    assert row(plan, "tea")["sold_regular"] == pytest.approx(5 * 50 / 900, rel=0.2)
    assert str(plan.end)[:10] == "2024-01-29"


def test_each_product_has_its_own_end_and_a_part_of_a_week_sells_its_share():
    part, whole = (planned(end=None, season_end=["2024-02-04", day]) for day in ("2024-01-03", "2024-01-07"))
    assert row(part, "pot")["sold_regular"] == pytest.approx(3 / 7 * row(whole, "pot")["sold_regular"], rel=0.01)
    assert row(part, "tea")["sold_regular"] == row(whole, "tea")["sold_regular"]


def test_what_comes_after_the_end_is_not_there_to_sell():
    due = {"on_order": [100, 100], "due": ["2024-01-20", "2024-01-20"]}
    plan = planned(end=None, season_end=["2024-02-04", "2024-01-14"], **due)
    assert (row(plan, "tea")["units"], row(plan, "pot")["units"]) == (1000, 300)


def test_salvage_keeps_prices_up():
    cheap, dear = (row(planned(salvage_value=[value] * 2), "tea")["last"] for value in (0.0, 8.0))
    assert dear > cheap


def test_an_end_is_needed():
    with pytest.raises(ConfigError, match="pass --end"):
        planned(end=None)
    with pytest.raises(ConfigError, match="the season ended"):
        planned(end="2023-01-01")


def test_nothing_is_said_of_costs_since_what_was_paid_is_spent():
    assert not any("margin" in note for note in planned().notes)


def test_items_of_a_category_have_ends_of_their_own():
    panel = shop()
    panel = replace(panel, items=panel.items.with_columns(category=pl.lit("kitchen")))
    days = ["2024-02-04", "2024-01-03"]
    whole, part = (
        planned(end=None, panel=panel, season_end=days, **beside) for beside in ({}, {"category": ["kitchen"] * 2})
    )
    assert part.products.equals(whole.products)
    assert row(part, "pot")["sold_regular"] < 0.5 * row(planned(), "pot")["sold_regular"]


def test_faults_of_stock_and_of_ends_are_told_together():
    with pytest.raises(DataError) as told:
        planned(on_hand=[-1, 300], season_end=["soon", "2024-01-03"])
    assert {"on_hand", "season_end"} <= set(" ".join(fault.what for fault in told.value.faults).split())
