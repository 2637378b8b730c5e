"""Models of other packages, as their entry points name them."""

from importlib.metadata import EntryPoint

import pytest

from foresale.core import entry_points as module
from foresale.core.entry_points import names_in
from foresale.core.errors import ConfigError
from foresale.data.synthetic import shop
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.registered import GROUP, registered
from foresale.workflows.forecast import forecast

NAIVE = "foresale.forecasting.naive:SeasonalNaive"


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    points = {"mine": NAIVE, "made": "foresale.storage.weights:pretrained", "no": "math:pi", "none": "os:getcwd"}
    found = [EntryPoint(name, value, GROUP) for name, value in points.items()]
    found += [EntryPoint("both", value, GROUP) for value in (NAIVE, "math:e")]
    monkeypatch.setattr(module, "entry_points", lambda group: found if group == GROUP else [])


@pytest.mark.usefixtures("installed")
def test_a_class_and_a_function_become_learners():
    assert names_in(GROUP) == ("mine", "made", "no", "none", "both")
    assert registered("mine").fit(shop(items=2, periods=40), horizon=3) == SeasonalNaive()
    assert registered("made").name == "pretrained"


@pytest.mark.usefixtures("installed")
def test_verbs_know_its_name():
    sales = shop(items=2, periods=60)
    found = forecast(sales, horizon=3, model="mine")
    assert (found.quantiles == forecast(sales, horizon=3, model="seasonal-naive").quantiles).all()
    with pytest.raises(ConfigError, match=r"and none of .*, mine, made"):
        forecast(sales, horizon=3, model="yours")


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("no", "no forecaster and no learner"),
        ("none", "is a str"),
        ("both", "several packages"),
        ("yours", "no installed"),
    ],
)
def test_what_is_no_model_is_refused(name: str, fault: str):
    with pytest.raises(ConfigError, match=fault):
        registered(name)
