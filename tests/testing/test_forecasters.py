"""All forecasters keep the laws that those of other packages are held to, and the laws catch who does not."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.forecasting.naive import SeasonalNaive
from foresale.storage.codec import storable
from foresale.storage.weights import pretrained
from foresale.testing import check_forecaster
from foresale.training.options import TrainOptions
from foresale.workflows.budget import Budget
from foresale.workflows.model_config import ModelConfig
from foresale.workflows.models import FINETUNED, NAMES, NETWORKS, UNTAUGHT

TAUGHT = (FINETUNED, *NETWORKS)
SHORT = TrainOptions(steps=2, width=16)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name, marks=[] if name in UNTAUGHT else [pytest.mark.slow, *[pytest.mark.train] * (name in TAUGHT)]
        )
        for name in NAMES
    ],
)
def test_ours_keep_the_laws(name: str):
    check_forecaster(ModelConfig(name, options=SHORT, budget=Budget("quick", jobs=1)))


def test_networks_look_at_each_item_alone():
    check_forecaster(pretrained(), local=True)


@storable
@dataclass(frozen=True)
class Mine:
    """A forecaster that does nothing wrong, until a test makes it."""

    name: str = "mine"

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        return replace(SeasonalNaive().forecast(panel, horizon=horizon), model=self.name)


def test_a_forecaster_of_another_package_keeps_them():
    check_forecaster(Mine())


@storable
@dataclass(frozen=True)
class Backwards(Mine):
    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        found = super().forecast(panel, horizon=horizon)
        return replace(found, items=found.items.reverse())


@storable
@dataclass(frozen=True)
class Few(Mine):
    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        found = super().forecast(panel, horizon=horizon)
        return replace(found, quantiles=found.quantiles[..., 10:11], levels=(0.5,))


@storable
@dataclass(frozen=True)
class Old(Mine):
    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        return super().forecast(panel.back(1), horizon=horizon)


@storable
@dataclass(frozen=True)
class First(Mine):
    """All items are forecast like the one that stands first."""

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        found = super().forecast(panel, horizon=horizon)
        return replace(found, quantiles=np.broadcast_to(found.quantiles[:1], found.quantiles.shape).copy())


@storable
@dataclass(frozen=True)
class Pooled(Mine):
    """All items are forecast like their mean."""

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        found = super().forecast(panel, horizon=horizon)
        mean = found.quantiles.mean(axis=0, keepdims=True)
        return replace(found, quantiles=np.repeat(mean, len(panel), axis=0))


class Drawn(Mine):
    """Another forecast each time."""

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        found = super().forecast(panel, horizon=horizon)
        return replace(found, mean=found.mean + np.float32(np.random.default_rng().uniform()))


class Unkept(Mine):
    """Of a class that nobody may load."""


class Forgetful(Mine):
    """A learner that remembers the last sales it saw, whatever it is shown later."""

    def fit(self, panel: Panel, *, horizon: int) -> "Fixed":
        return Fixed(super().forecast(panel, horizon=horizon))


class Fixed:
    name = "fixed"

    def __init__(self, forecast: Forecast) -> None:
        self.kept = forecast

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        return self.kept


@pytest.mark.parametrize(
    ("wrong", "law"),
    [
        (Backwards(), "in its order"),
        (Few(), "the 21"),
        (Old(), "starts after each item's cutoff"),
        (First(), "order of the items"),
        (Drawn(), "fitted twice"),
        (Unkept(), "can be saved"),
        (Forgetful(), "order of the items"),
    ],
)
def test_laws_that_are_broken_are_named(wrong: Mine, law: str):
    with pytest.raises(AssertionError, match=law):
        check_forecaster(wrong)


def test_who_promises_to_look_at_each_item_alone_has_to():
    check_forecaster(Pooled())
    with pytest.raises(AssertionError, match="an item more"):
        check_forecaster(Pooled(), local=True)
