"""What a test that ran says: the truth, and that it cannot be trusted where it was not run as planned."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.core.panel import Covariate, Panel
from foresale.pricing.effects.cube import PriceCube, price_cube
from foresale.pricing.experiments.analyse import ExperimentResult, analyse_experiment
from foresale.pricing.experiments.design import design_experiment
from foresale.pricing.experiments.options import ExperimentOptions
from foresale.workflows.experiment import analyse_experiment as analyse_of_panel

Shop = Callable[..., Panel]
Design = Callable[..., pl.DataFrame]


@pytest.fixture(scope="module")
def design(stores: Shop, prices: np.ndarray) -> Design:
    def made(places: int, **options: float) -> pl.DataFrame:
        asked = ExperimentOptions(**{"width": 0.5, **options})
        return design_experiment(price_cube(stores(places)), asked, price=prices, cost=0.6 * prices).calendar

    return made


@pytest.fixture(scope="module")
def calendar(design: Design) -> pl.DataFrame:
    return design(16)


def ran(shop: Shop, calendar: pl.DataFrame, *, places: int = 16, **how: float) -> ExperimentResult:
    return analyse_experiment(price_cube(shop(places, calendar, **how)), calendar)


@pytest.mark.parametrize("places", [1, 16])
def test_the_truth_is_found(places: int, design: Design, charged: Shop):
    found = ran(charged, design(places), places=places, elasticity=-2.5)
    assert found.verdict == "found"
    assert found.low <= -2.5 <= found.high
    assert found.high - found.low < 1.5
    assert found.kind == ("stores" if places > 1 else "weeks")


def test_where_prices_do_nothing_nothing_is_found(calendar: pl.DataFrame, charged: Shop):
    found = ran(charged, calendar, elasticity=0.0)
    assert found.verdict == "not found"
    assert found.low <= 0 <= found.high


def test_what_was_bought_ahead_does_not_count_where_it_is_washed_out(design: Design, charged: Shop):
    """Half of a cut is bought ahead: without a wash-out it bends the effect of blocks, with one it does not."""
    off = {}
    for washout in (0, 1):
        own = design(1, width=0.3, washout=washout)
        seen = partial(ran, charged, own, places=1, elasticity=-2.0, carry=1.5)
        off[washout] = np.mean([seen(seed=seed).elasticity for seed in range(12)]) + 2.0
    within = 1.5  # from the second period of a block on, the price before is the block's own
    assert off[1] == pytest.approx(within, abs=0.3)
    assert off[0] < off[1] - 0.3


def test_prices_that_were_not_charged_make_it_unsound(calendar: pl.DataFrame, charged: Shop):
    found = ran(charged, calendar, elasticity=-2.5, share=0.2)
    assert found.verdict == "unsound"
    assert "prices" in found.checks.filter(~pl.col("passed"))["check"].to_list()


def test_a_few_prices_that_were_not_charged_do_not_bend_the_effect(calendar: pl.DataFrame, charged: Shop):
    found = ran(charged, calendar, elasticity=-2.5, share=0.8)
    assert found.low <= -2.5 <= found.high


def test_a_calendar_comes_back_from_a_file(calendar: pl.DataFrame, charged: Shop, tmp_path: Path):
    panel = charged(16, calendar, elasticity=-2.5)
    calendar.write_csv(tmp_path / "design.csv")
    from_file, from_frame = (analyse_of_panel(panel, ran=source) for source in (tmp_path / "design.csv", calendar))
    assert from_file.elasticity == from_frame.elasticity
    assert (from_file.low, from_file.high) == (from_frame.low, from_frame.high)


@pytest.fixture(scope="module")
def cube(calendar: pl.DataFrame, charged: Shop) -> PriceCube:
    return price_cube(charged(16, calendar, elasticity=-2.0))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows.drop("arm"), "no column 'arm'"),
        (lambda rows: rows.with_columns(arm=pl.lit("dear")), "one cell that is dear and one"),
        (lambda rows: rows.with_columns(pl.col("place").replace("s0", "mars")), "no place 'mars'"),
        (lambda rows: rows.with_columns(pl.col("product") + "x"), "no product"),
        (lambda rows: rows.with_columns(price=pl.lit("dear")), "cannot be read"),
        (lambda rows: rows[1:], "not equally long"),
        (lambda rows: rows.with_columns(pl.col("timestamp") + pl.duration(weeks=300)), "too little of this test"),
    ],
)
def test_what_is_no_calendar_is_refused(
    calendar: pl.DataFrame, cube: PriceCube, words: str, change: Callable[[pl.DataFrame], pl.DataFrame]
):
    with pytest.raises(ConfigError, match=words):
        analyse_experiment(cube, change(calendar))


def test_a_test_that_nobody_charged_tells_nothing(calendar: pl.DataFrame, charged: Shop):
    with pytest.raises(ConfigError, match="were not charged"):
        ran(charged, calendar, elasticity=-2.0, share=0.0)


def test_a_product_that_nobody_charged_has_no_elasticity(calendar: pl.DataFrame, charged: Shop):
    panel = charged(16, calendar, elasticity=-2.0)
    price = panel.covariates["price"].values.reshape(3, 16, -1).copy()
    row = ["p0", "p1", "p2"].index(calendar["product"][0])
    price[row] = price[row].max()
    same = replace(panel, covariates={"price": Covariate("price", "past", price.ravel())})
    found = analyse_experiment(price_cube(same), calendar)
    assert found.products["elasticity"].null_count() == 1


def test_tables_are_named(calendar: pl.DataFrame, cube: PriceCube):
    found = analyse_experiment(cube, calendar)
    assert found.to_frame("products").columns == ["product", "elasticity", "low", "high", "contrasts"]
    assert np.isfinite(found.to_frame("contrasts")["elasticity"].to_numpy()).all()
    with pytest.raises(ConfigError, match="no table"):
        found.to_frame("all")
