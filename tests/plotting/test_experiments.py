"""Pictures of tests of prices and of campaigns: their numbers are those of the tables."""

import numpy as np
import pytest

import foresale
from foresale.data.synthetic import shop
from foresale.plotting.campaign import campaign_chart
from foresale.plotting.experiments import choices_chart, experiment_chart, result_chart
from foresale.pricing.experiments.analyse import ExperimentResult
from foresale.pricing.experiments.design import Experiment


@pytest.fixture(scope="module")
def garden() -> foresale.Panel:
    return shop(items=4, periods=800, seed=1)


@pytest.fixture(scope="module")
def design(garden: foresale.Panel) -> Experiment:
    return foresale.experiment(garden.back(91), options=foresale.ExperimentOptions(width=3.0, periods=12))


@pytest.fixture(scope="module")
def found(garden: foresale.Panel, design: Experiment) -> ExperimentResult:
    return foresale.analyse_experiment(garden, ran=design.to_frame())


def test_a_calendar_is_drawn_as_it_is(design: Experiment):
    drawn = experiment_chart(design).data[0]
    rows = design.calendar.with_columns(change=100 * (design.calendar["price"] / design.calendar["price_now"] - 1))
    assert len(drawn.y) == rows.select("product", "place").n_unique()
    assert np.nanmin(drawn.z) == pytest.approx(rows["change"].min())
    assert np.nanmax(drawn.z) == pytest.approx(rows["change"].max())


def test_the_chosen_test_lies_among_those_that_could_be_run(design: Experiment):
    line, chosen = choices_chart(design).data[:2]
    assert len(line.x) == design.choices.height
    assert (chosen.x, chosen.y) == ([design.cost], [design.replayed.width])


def test_a_result_shows_all_together_beside_each_product(found: ExperimentResult):
    drawn = result_chart(found).data[0]
    assert drawn.y == [*found.products.sort("elasticity")["product"], "all together"]
    assert drawn.x[-1] == found.elasticity
    assert foresale.sentences(found)


def test_a_campaign_is_marked_in_its_course(garden: foresale.Panel):
    found = foresale.campaign(garden, items=["item-1"], start="2023-09-04", end="2023-09-10")
    marked = campaign_chart(found).data[-1]
    assert marked.name == "In the campaign"
    assert np.array_equal(marked.y, found.periods.filter(found.periods["part"] == "during")["sales"])
    assert foresale.sentences(found)[0]
