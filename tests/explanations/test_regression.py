"""The regression behind explanations: known factors are found, quiet items lean on the others."""

import numpy as np
import pytest

from foresale.core.frequency import Frequency
from foresale.explanations.design import design_of
from foresale.explanations.regression import Observed, Prior, fit, pooled
from foresale.explanations.structure import excess_of, in_units


def test_pooled_coefficients_are_those_that_the_items_share():
    generator = np.random.default_rng(0)
    flags = (generator.random((300, 1)) < 0.2).astype(float)
    levels = generator.uniform(2, 50, 40)
    sales = generator.poisson(levels[:, None] * np.exp(0.7 * flags[:, 0])).astype(float)
    columns = np.concatenate([np.ones((300, 1)), flags], axis=1)
    observed = Observed(sales, columns, np.zeros((40, 300, 0)), np.log(sales.mean(axis=1)))
    mean = pooled(observed, np.diag([0.1, 1.0]), free=1, own=np.array([0.1, 10.0]))
    assert mean[0] == 0
    assert mean[1] == pytest.approx(0.7, abs=0.03)


def test_an_item_that_never_saw_a_cause_has_what_the_others_say():
    flags = np.zeros((1, 100, 1))
    observed = Observed(np.full((1, 100), 5.0), np.ones((100, 1)), flags, np.log([5.0]))
    found = fit(observed, Prior(np.array([0.0, 0.9]), np.diag([0.1, 10.0])))
    assert found[0, 1] == pytest.approx(0.9)


def test_unknown_sales_do_not_count():
    sales = np.full((1, 60), 8.0)
    hidden = sales.copy()
    hidden[0, 20:30] = np.nan
    found = [
        fit(Observed(each, np.ones((60, 1)), np.zeros((1, 60, 0)), np.log([4.0])), Prior(np.zeros(1), np.eye(1)))
        for each in (sales, hidden)
    ]
    assert np.exp(found[0][0, 0]) == pytest.approx(2, rel=0.03)
    assert np.exp(found[1][0, 0]) == pytest.approx(2, rel=0.03)


def test_shares_of_factors_sum_to_the_product_and_do_not_depend_on_their_order():
    generator = np.random.default_rng(1)
    logs = generator.normal(0, 0.5, (6, 9, 4))
    level = generator.uniform(0, 100, 6)
    units = in_units(logs, level)
    assert level[:, None] + units.sum(axis=2) == pytest.approx(level[:, None] * np.exp(logs.sum(axis=2)))
    assert in_units(logs[..., ::-1], level)[..., ::-1] == pytest.approx(units)


def test_the_factor_of_a_season_is_one_on_average():
    coefficients = np.random.default_rng(2).normal(0, 0.4, (3, 7))
    cycle = np.eye(7) - 1 / 7
    factors = np.exp(coefficients @ cycle.T - excess_of(coefficients, cycle)[:, None])
    assert factors.mean(axis=1) == pytest.approx(np.ones(3))


@pytest.mark.parametrize(
    ("frequency", "seasons"),
    [("h", ["daily", "weekly"]), ("D", ["weekly", "annual"]), ("W", ["annual"]), ("MS", ["annual"]), ("YS", [])],
)
def test_each_grid_has_its_seasons(frequency: str, seasons: list[str]):
    grid = Frequency.parse(frequency)
    cutoff = int(grid.index(np.array(["2024-06-01"], "datetime64[D]"))[0])
    longest = 1000 if frequency in "hD" else 200
    design = design_of(grid, cutoff=cutoff, longest=longest, last=cutoff + 10, countries=())
    assert [part.name for part in design.parts if part.kind == "season"] == seasons
    assert design.values.shape[1] == design.parts[-1].columns.stop
    assert np.isfinite(design.values).all()


def test_public_holidays_are_told_apart_by_name_and_days_of_festivals_are_not_told_twice():
    daily = Frequency.parse("D")
    cutoff = int(daily.index(np.array(["2024-12-20"], "datetime64[D]"))[0])
    design = design_of(daily, cutoff=cutoff, longest=800, last=cutoff + 14, countries=("US",))
    names = [part.name for part in design.parts if part.kind == "event"]
    assert "Juneteenth National Independence Day" in names
    assert "Christmas" in names
    assert "Christmas Day" not in names
    assert len(names) == len(set(names))
