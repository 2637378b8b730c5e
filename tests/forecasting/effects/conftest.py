"""Panels made for the tests of the layer of effects, whose every effect is known."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
import pytest

from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel


def panel_of(
    sales: np.ndarray,
    *,
    start: str = "2021-01-01",
    frequency: str = "D",
    future: int = 0,
    known: Mapping[str, np.ndarray] | None = None,
    columns: Mapping[str, Sequence[object]] | None = None,
) -> Panel:
    """Items of equal length [N, T] with `future` periods after the cutoff, over which covariates [N, T] are known."""
    grid = Frequency.parse(frequency)
    count, length = sales.shape
    values = sales.astype(np.float32).copy()
    if future:
        values[:, -future:] = np.nan
    items = pl.DataFrame({"item_id": [f"item-{number}" for number in range(count)], **(columns or {})})
    first = int(grid.index(np.array([start], "datetime64[us]"))[0])
    covariates = {
        name: Covariate(name, "known", np.broadcast_to(each, sales.shape).astype(np.float32).ravel())
        for name, each in (known or {}).items()
    }
    return Panel(
        grid,
        items,
        np.full(count, first),
        np.arange(count + 1) * length,
        np.full(count, length - future),
        values.ravel(),
        covariates,
    )


def stamps(start: str, periods: int, *, frequency: str = "D") -> np.ndarray:
    """[T] of consecutive periods."""
    grid = Frequency.parse(frequency)
    first = int(grid.index(np.array([start], "datetime64[us]"))[0])
    return grid.timestamps(first + np.arange(periods)).astype("datetime64[D]")


@pytest.fixture(scope="session")
def made() -> object:
    return panel_of


@pytest.fixture(scope="session")
def days() -> object:
    return stamps
