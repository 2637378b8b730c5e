"""What a covariate is, is decided by what was seen of it up to the cutoffs."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.features.covariate_spec import CovariateSpec

NAN = np.nan


def spec_of(values: list[float], *, categories: tuple[str, ...] = (), history: int = 4) -> CovariateSpec:
    covariate = Covariate("told", "known", np.array(values, np.float32), categories)
    panel = Panel(
        Frequency("day"),
        pl.DataFrame({"item_id": ["a"]}),
        np.array([0]),
        np.array([0, len(values)]),
        np.array([history]),
        np.full(len(values), NAN, np.float32),
        {"told": covariate},
    )
    return CovariateSpec.of(covariate, panel)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([0, 1, 0, 1], "flag"),
        ([1, 1, 1, NAN], "flag"),
        ([2.5, 3, 3, 2], "ratio"),
        ([0, 3, 3, 2], "difference"),
        ([-1, 3, 3, 2], "difference"),
        ([0, 1, 0, 1, 7], "flag"),  # the 7 is of the future
    ],
)
def test_numbers_are_flags_ratios_or_differences(values: list[float], kind: str) -> None:
    assert spec_of(values).kind == kind


def test_labels_come_by_how_often_they_were_seen() -> None:
    spec = spec_of([2, 0, 2, NAN], categories=("fair", "sale", "visit"))
    assert spec.kind == "label"
    assert spec.frequent(5) == (2, 0)
    assert spec.frequent(1) == (2,)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 3, 4], {"learnable": True, "gaps": False, "varies": True}),
        ([1, NAN, NAN, 4], {"learnable": True, "gaps": True, "varies": True}),
        ([1, NAN, NAN, NAN], {"learnable": False, "gaps": True, "varies": False}),
        ([NAN] * 4, {"learnable": False, "gaps": True, "varies": False}),
        ([5, 5, 5, 5], {"learnable": True, "gaps": False, "varies": False}),
    ],
)
def test_what_is_hardly_known_or_never_changes_is_told(values: list[float], expected: dict[str, Any]) -> None:
    spec = spec_of(values)
    assert {name: getattr(spec, name) for name in expected} == expected
