from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl
import pytest

import foresale
from foresale.cleaning.clean import CleanOptions, clean
from foresale.core.errors import ConfigError
from foresale.core.option_types import check_horizon, check_types, checked
from foresale.core.protocols import Forecaster, Learner
from foresale.data.options import ReadOptions
from foresale.data.read import panel, read_with_report
from foresale.data.synthetic import ShopConfig, shop
from foresale.explanations.options import ExplainOptions
from foresale.forecasting.boosted.learner import BoostedLearner
from foresale.forecasting.boosted.options import BoostedOptions
from foresale.forecasting.effects.layer import EffectOptions
from foresale.forecasting.ensemble.learner import EnsembleLearner
from foresale.forecasting.finetuned import FinetuneLearner
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.neural import NetworkLearner
from foresale.inventory.defaults import Defaults
from foresale.inventory.planning.options import PlanOptions
from foresale.training.finetune.options import FinetuneOptions
from foresale.training.options import TrainOptions
from foresale.training.pretrain.options import Objectives, PretrainOptions
from foresale.workflows.budget import Budget
from foresale.workflows.model_config import ModelConfig
from foresale.workflows.report import ReportOptions
from foresale.workflows.simulate import SimulateOptions


@dataclass(frozen=True)
class Options:
    count: int = 1
    share: float = 0.5
    kind: Literal["a", "b"] | None = "a"
    names: tuple[str, ...] = ()
    flag: bool = False


@pytest.mark.parametrize(
    "right", [{"count": np.int64(3)}, {"share": 1}, {"share": np.float32(0.5)}, {"kind": None}, {"names": ["a"]}]
)
def test_numbers_of_numpy_and_lists_are_right(right: dict[str, object]):
    check_types(Options(**right))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": "3"},
        {"count": 3.0},
        {"count": True},
        {"share": "0.5"},
        {"share": None},
        {"kind": ["a"]},
        {"names": "a"},
        {"names": [1]},
        {"flag": "no"},
        {"flag": 1},
    ],
)
def test_other_types_are_refused_by_name(wrong: dict[str, object]):
    with pytest.raises(ConfigError, match=f"^{next(iter(wrong))} is "):
        check_types(Options(**wrong))  # type: ignore[arg-type]


@checked
def verb(
    subject: object,
    *,
    model: str | Path | Forecaster | Learner = "auto",
    items: Sequence[object] | None = None,
    options: TrainOptions | None = None,
    watch: Callable[[int], None] | None = None,
    like: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """A wish."""
    return f"{subject} {model} {items}"


@pytest.mark.parametrize(
    "right",
    [
        {"model": Path("a")},
        {"model": SeasonalNaive()},
        {"model": BoostedLearner()},
        {"items": pl.Series(["a"])},
        {"items": np.arange(2)},
        {"items": {"a"}},
        {"options": TrainOptions()},
        {"watch": print},
        {"like": {"a": ["b"]}},
    ],
)
def test_a_verb_takes_what_it_declares(right: dict[str, Any]):
    assert verb("tea", **right).startswith("tea")
    assert verb.__doc__ == "A wish."


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": 5},
        {"model": object()},
        {"items": "a"},
        {"items": 5},
        {"items": {"a": 1}},
        {"options": {"steps": 1}},
        {"watch": "loud"},
        {"like": {"a": "b"}},
        {"like": ["a"]},
    ],
)
def test_a_verb_refuses_the_rest_by_name(wrong: dict[str, Any]):
    with pytest.raises(ConfigError, match=f"^{next(iter(wrong))} is .*, not "):
        verb("tea", **wrong)


def test_the_verbs_of_the_package_are_checked():
    panel = shop(items=2, periods=30)
    verbs = (foresale.forecast, foresale.evaluate, foresale.trend, foresale.inspect, foresale.clean, foresale.train)
    for one in verbs:
        with pytest.raises(ConfigError, match="countries is a list of text, not 5"):
            one(panel, countries=5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (ReadOptions, {"start": 3}),
        (ReadOptions, {"sheet": 3}),
        (ReadOptions, {"sums": ["drop"]}),
        (ReadOptions, {"unfinished": 1}),
        (ReadOptions, {"columns": "sku"}),
        (ReadOptions, {"columns": {"item": 3}}),
        (ReadOptions, {"columns": {"sales": None}}),
        (ReadOptions, {"status": {"counted": "paid"}}),
        (ReadOptions, {"status": ["paid"]}),
        (ReadOptions, {"currency": None}),
        (ShopConfig, {"level": "12"}),
        (ShopConfig, {"start": "2024-01-01"}),
        (ShopConfig, {"closed": "no"}),
        (CleanOptions, {"promotions": "promo"}),
        (CleanOptions, {"chance": None}),
        (ReadOptions, {"horizon": "7"}),
        (ReadOptions, {"kind": []}),
        (CleanOptions, {"threshold": "high"}),
        (CleanOptions, {"gaps": ["zero"]}),
        (TrainOptions, {"steps": "10"}),
        (TrainOptions, {"rate": None}),
        (FinetuneOptions, {"steps": 1.5}),
        (Budget, {"seconds": "10m"}),
        (Budget, {"jobs": "all"}),
        (PlanOptions, {"budget": "much"}),
        (PlanOptions, {"accept": [7]}),
        (Defaults, {"lead_days": "5"}),
        (Defaults, {"service": "A"}),
        (ReportOptions, {"by": "category"}),
        (ExplainOptions, {"seed": None}),
        (SimulateOptions, {"start": "2024-01-01", "every": "7"}),
        (EffectOptions, {"countries": "US"}),
        (BoostedOptions, {"rounds": "many"}),
        (BoostedOptions, {"levels": 0.5}),
        (BoostedLearner, {"options": {}}),
        (EnsembleLearner, {"candidates": ["ets"]}),
        (FinetuneLearner, {"start": None, "options": {"steps": 3}}),
        (NetworkLearner, {"backbone": "lstm", "options": TrainOptions}),
        (PretrainOptions, {"steps": "3"}),
        (Objectives, {"mean": "a"}),
        (ExplainOptions, {"since": "a week"}),
        (ModelConfig, {"budget": 5}),
        (ModelConfig, {"model": 5}),
        (ModelConfig, {"options": None}),
        (ModelConfig, {"countries": "US"}),
    ],
)
def test_all_options_refuse_other_types(kind: type, wrong: dict[str, object]):
    with pytest.raises(ConfigError, match=list(wrong)[-1]):
        kind(**wrong)


@pytest.mark.parametrize("horizon", ["7", 7.0, None, True, 0])
def test_a_horizon_is_a_number_of_periods(horizon: object):
    with pytest.raises(ConfigError, match="a horizon"):
        check_horizon(horizon)


def test_options_are_of_their_own_class_and_empty_names_are_no_files():
    frame = pl.DataFrame({"sku": "a", "day": ["2024-03-01", "2024-03-02"], "qty": [1, 2]})
    shop = panel(frame, future="", items=" ")
    assert shop.sales.tolist() == [1, 2]
    with pytest.raises(ConfigError, match="ReadOptions"):
        read_with_report(frame, {"kind": "orders"})  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="CleanOptions"):
        clean(shop, options={"gaps": "zero"})  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="expected_peaks"):
        clean(shop, expected_peaks=[True])  # type: ignore[arg-type]
