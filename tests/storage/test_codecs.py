"""Every forecaster comes back as it was: the same forecasts to the bit, here and in another process."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

import foresale
from foresale.core.errors import ModelError
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.storage.codec import Parts, decode, encode, storable
from foresale.training.options import TrainOptions
from foresale.workflows.budget import Budget
from foresale.workflows.models import NAMES

CONFIG = ShopConfig(future=14, launches=0.3, stockouts=0.02)
QUICK = Budget("quick", jobs=1)
SHORT = TrainOptions(steps=2, width=16)
FORECAST = """
import sys
import numpy as np
import foresale
from foresale.data.synthetic import ShopConfig, shop
from foresale.workflows.budget import Budget
panel = shop(items=6, periods=200, seed=5, config=ShopConfig(future=14, launches=0.3, stockouts=0.02))
found = foresale.forecast(panel, horizon=14, model=sys.argv[1], budget=Budget("quick", jobs=1))
np.savez(sys.argv[2], quantiles=found.quantiles, mean=found.mean)
"""


@pytest.fixture(scope="module")
def panel() -> Panel:
    return shop(items=6, periods=200, seed=5, config=CONFIG)


@pytest.fixture(scope="module")
def later() -> Panel:
    """The same shop two weeks later, with one more item."""
    return shop(items=7, periods=214, seed=5, config=CONFIG)


def same(one: foresale.Forecast, two: foresale.Forecast) -> None:
    assert np.array_equal(one.quantiles, two.quantiles)
    assert np.array_equal(one.mean, two.mean)
    assert np.array_equal(one.starts, two.starts)
    assert one.fallbacks == two.fallbacks
    assert (one.notes, one.model, one.copula) == (two.notes, two.model, two.copula)
    assert one.items.equals(two.items)


def otherwise_planned(panel: Panel) -> Panel:
    """The same past, and promotions on other days to come."""
    promotion = panel.covariates["promotion"]
    values = np.where(panel.is_history, promotion.values, 1 - promotion.values)
    return replace(panel, covariates={**panel.covariates, "promotion": replace(promotion, values=values)})


def slowly(names: tuple[str, ...]) -> Iterator[object]:
    for name in names:
        yield pytest.param(name, marks=[pytest.mark.slow] * (name in {"finetuned", "auto", "lstm", "transformer"}))


@pytest.mark.parametrize("name", [*slowly(NAMES)])
def test_a_loaded_model_forecasts_the_same_and_from_the_newest_sales(
    name: str, panel: Panel, later: Panel, tmp_path: Path
):
    fitted = foresale.fit(panel, horizon=14, model=name, options=SHORT, budget=QUICK, countries=["DE"])
    foresale.save(fitted, tmp_path / "model")
    loaded = foresale.load(tmp_path / "model")
    assert type(loaded) is type(fitted)
    for sales in (panel, later, panel.back(20), otherwise_planned(panel)):
        one, two = (foresale.forecast(sales, horizon=14, model=model, budget=QUICK) for model in (fitted, loaded))
        same(one, two)
        assert np.array_equal(two.starts, sales.cutoffs + 1)


def test_a_fitted_model_forecasts_as_the_verb_does(panel: Panel):
    fitted = foresale.fit(panel, horizon=14, model="ets")
    same(foresale.forecast(panel, horizon=14, model=fitted), foresale.forecast(panel, horizon=14, model="ets"))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["auto", "lightgbm"])
def test_another_process_forecasts_the_same(name: str, panel: Panel, tmp_path: Path):
    fitted = foresale.fit(panel, horizon=14, model=name, budget=QUICK)
    foresale.save(fitted, tmp_path / "model")
    done = [sys.executable, "-c", FORECAST, str(tmp_path / "model"), str(tmp_path / "found.npz")]
    subprocess.run(done, check=True, timeout=300)
    found, here = np.load(tmp_path / "found.npz"), foresale.forecast(panel, horizon=14, model=fitted, budget=QUICK)
    assert np.array_equal(found["quantiles"], here.quantiles)
    assert np.array_equal(found["mean"], here.mean)


def test_networks_that_members_share_are_kept_once(panel: Panel, tmp_path: Path):
    from foresale.forecasting.ensemble.forecaster import EnsembleForecaster
    from foresale.storage.weights import pretrained

    both = EnsembleForecaster((pretrained(), replace(pretrained(), flip=False)), np.full((3, 3, 2), 0.5))
    foresale.save(both, tmp_path / "model")
    assert len(list((tmp_path / "model").glob("network-*"))) == 4
    same(foresale.load(tmp_path / "model").forecast(panel, horizon=3), both.forecast(panel, horizon=3))


def test_nothing_is_pickled(panel: Panel, tmp_path: Path):
    foresale.save(foresale.fit(panel, horizon=14, model="lightgbm"), tmp_path / "model")
    for path in (tmp_path / "model").iterdir():
        assert path.suffix in {".json", ".npz", ".txt", ".safetensors"}
        assert b"\x80\x04\x95" not in path.read_bytes()
    if (tmp_path / "model" / "arrays.npz").exists():
        np.load(tmp_path / "model" / "arrays.npz", allow_pickle=False)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        b"\x00",
        0.1,
        float("inf"),
        "tea",
        (1, (2, "x")),
        {"a": 1, "b": (2.5,)},
        {3: "x", "is": 4},
        frozenset({"a", "b"}),
    ],
)
def test_values_come_back(value: object):
    parts = Parts()
    assert decode(json.loads(json.dumps(encode(value, parts))), parts) == value


@pytest.mark.parametrize("array", [np.arange(6, dtype=np.float32)[::2], np.float32(0.1), np.array([], np.int8)])
def test_arrays_come_back_with_their_type(array: np.ndarray):
    parts = Parts()
    again = decode(json.loads(json.dumps(encode(array, parts))), parts)
    assert again.dtype == array.dtype
    assert np.array_equal(again, array)


@pytest.mark.parametrize("value", [object(), np.array([object()]), lambda: 3, {"f": print}])
def test_what_is_no_data_is_not_kept(value: object):
    with pytest.raises(ModelError, match="not kept in model folders"):
        encode(value, Parts())


@storable
@dataclass(frozen=True)
class Doubled:
    factor: float


def test_classes_of_others_are_kept_where_they_say_so():
    parts = Parts()
    assert decode(encode((Doubled(3.0),), parts), parts) == (Doubled(3.0),)


def test_strange_classes_are_refused():
    with pytest.raises(ModelError, match=r"nothing here knows what a subprocess\.Popen is"):
        decode({"is": "subprocess.Popen", "of": {"args": "ls"}}, Parts())
    with pytest.raises(ModelError, match="no dataclass"):
        storable(int)
