"""Our double machine learning agrees with that of econml, where econml is installed."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

pytest.importorskip("econml", reason="the oracle is no dependency: pip install econml==0.17.0")
FOLDER = str(Path(__file__).resolve().parents[2] / "benchmarks")


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    sys.path.append(FOLDER)  # last, since two of its files bear names of packages
    try:
        return importlib.import_module("pricing_econml")
    finally:
        sys.path.remove(FOLDER)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", [100, 101])
def test_elasticities_and_their_errors_are_those_of_econml(benchmark: ModuleType, seed: int):
    found = benchmark.compared(seed)
    apart = np.abs(found["ours"] - found["theirs"]) / found["theirs_error"]
    ratio = found["ours_error"] / found["theirs_error"]
    assert np.median(apart) < 0.6
    assert apart.max() < 1.5
    assert 0.8 < ratio.min() <= ratio.max() < 1.3
