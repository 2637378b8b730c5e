from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest


@pytest.fixture
def only() -> Callable[..., Any]:
    """Series with nothing but the settings that are given switched on, all of level 100."""
    torch = pytest.importorskip("torch")
    from foresale.training.simulate import Simulated, SimulationConfig, simulate

    def make(unit: str = "day", *, count: int = 100, length: int = 400, **settings: Any) -> Simulated:
        level = {"level_median": 100.0, "level_spread": 0.0, "irregularity": (1.0, 1.0)}
        config = replace(SimulationConfig.bare(unit), **(level | settings))  # type: ignore[arg-type]
        return simulate(count, length, config, generator=torch.Generator().manual_seed(3))

    return make
