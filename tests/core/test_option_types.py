from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.core.option_types import check_horizon, check_types
from foresale.data.clean import CleanOptions, clean
from foresale.data.options import ReadOptions
from foresale.data.read import panel, read_with_report
from foresale.data.synthetic import ShopConfig
from foresale.explain.options import ExplainOptions
from foresale.inventory.defaults import Defaults
from foresale.inventory.planning.options import PlanOptions
from foresale.training.finetune.options import FinetuneOptions
from foresale.training.options import TrainOptions
from foresale.workflows.auto import Budget
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
    "wrong", [{"count": "3"}, {"count": 3.0}, {"count": True}, {"share": "0.5"}, {"share": None}, {"kind": ["a"]},
              {"names": "a"}, {"names": [1]}, {"flag": "no"}, {"flag": 1}],
)  # fmt: skip
def test_other_types_are_refused_by_name(wrong: dict[str, object]):
    with pytest.raises(ConfigError, match=f"^{next(iter(wrong))} is "):
        check_types(Options(**wrong))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (ReadOptions, {"start": 3}), (ReadOptions, {"sheet": 3}), (ReadOptions, {"sums": ["drop"]}),
        (ReadOptions, {"unfinished": 1}), (ReadOptions, {"columns": "sku"}), (ReadOptions, {"columns": {"item": 3}}),
        (ReadOptions, {"columns": {"sales": None}}),
        (ReadOptions, {"status": {"counted": "paid"}}), (ReadOptions, {"status": ["paid"]}),
        (ReadOptions, {"currency": None}), (ShopConfig, {"level": "12"}), (ShopConfig, {"start": "2024-01-01"}),
        (ShopConfig, {"closed": "no"}), (CleanOptions, {"promotions": "promo"}), (CleanOptions, {"chance": None}),
        (ReadOptions, {"horizon": "7"}), (ReadOptions, {"kind": []}), (CleanOptions, {"threshold": "high"}),
        (CleanOptions, {"gaps": ["zero"]}), (TrainOptions, {"steps": "10"}), (TrainOptions, {"rate": None}),
        (FinetuneOptions, {"steps": 1.5}), (Budget, {"seconds": "10m"}), (Budget, {"jobs": "all"}),
        (PlanOptions, {"budget": "much"}), (PlanOptions, {"accept": [7]}), (Defaults, {"lead_days": "5"}),
        (Defaults, {"service": "A"}), (ReportOptions, {"by": "category"}), (ExplainOptions, {"seed": None}),
        (SimulateOptions, {"start": "2024-01-01", "every": "7"}),
    ],
)  # fmt: skip
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
