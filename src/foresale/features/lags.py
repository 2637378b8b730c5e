"""What each item sold before: lags and rolling statistics that never see the future."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Literal

import numpy as np

from foresale.core.errors import ConfigError
from foresale.core.frequency import Index
from foresale.core.panel import Panel, Values
from foresale.features.blocks import Block, Matrix, blocks
from foresale.features.windows import (
    columns_since,
    faded_mean,
    rolling_max,
    rolling_mean,
    rolling_min,
    rolling_std,
    shifted,
)

Statistic = Literal["mean", "std", "min", "max", "zeros", "faded"]
STATISTICS: Final[tuple[Statistic, ...]] = ("mean", "std", "min", "max", "zeros", "faded")


def lag_features(panel: Panel, *, lags: Sequence[int] = (1, 7, 14, 28), windows: Sequence[int] = (7, 28),
                 statistics: Sequence[Statistic] = STATISTICS, horizon_gap: int = 1,
                 rows: Index | None = None) -> dict[str, Values]:  # fmt: skip
    """Lags and rolling statistics of the sales, by name, one value for each of the panel's rows.

    To forecast h steps ahead with one model, pass `horizon_gap=h`: then the features of a row are those known h
    periods earlier, in training as over the horizon, so none has to be forecast itself.

    - `lag_k`: sales k periods before.
    - `mean_w`, `std_w`, `min_w`, `max_w`, `zeros_w` (share of zeros): over the known ones among the w periods that end
      `horizon_gap` periods before; of fewer at the start of an item.
    - `faded_w`: mean with weights that halve every w periods.
    - `since_sale`: periods since something was sold, as known `horizon_gap` periods before, plus that gap.

    NaN is what cannot be known. Items are worked on in blocks, so memory is that of the result; pass `rows` to keep
    some rows only.

    Raises:
        ConfigError: a lag below the gap (it would see the future), a gap or a window below 1.

    >>> import polars as pl
    >>> from foresale.core.frequency import Frequency
    >>> panel = Panel(Frequency.parse("D"), pl.DataFrame({"item_id": ["a"]}), np.array([0]), np.array([0, 4]),
    ...     np.array([4]), np.array([2, 0, 4, 6], np.float32))
    >>> found = lag_features(panel, lags=[2], windows=[2], statistics=["mean", "zeros"])
    >>> {name: values.tolist() for name, values in found.items()}
    {'lag_2': [nan, nan, 2.0, 0.0],
     'mean_2': [nan, 2.0, 1.0, 2.0],
     'zeros_2': [nan, 0.0, 0.5, 0.5],
     'since_sale': [nan, 1.0, 2.0, 1.0]}
    """
    _check(lags, windows, statistics, horizon_gap)
    recipes = _recipes(lags, windows, statistics, horizon_gap)
    keep = slice(None) if rows is None else rows
    result = {}
    for name, recipe in recipes.items():
        result[name] = by_item(panel.sales, panel.offsets, recipe)[keep]
    return result


def lag_of(values: Values, offsets: Index, *, steps: int) -> Values:
    """[R] the value `steps` rows before in the same item, NaN where there is none.

    >>> lag_of(np.array([1, 2, 3, 9, 8], np.float32), np.array([0, 3, 5]), steps=1).tolist()
    [nan, 1.0, 2.0, nan, 9.0]
    """
    return by_item(values, offsets, lambda matrix: shifted(matrix, steps))


def by_item(values: Values, offsets: Index, recipe: Callable[[Matrix], Matrix]) -> Values:
    """[R] what a recipe makes of the matrices [n, L] of the items' values; see `foresale.features.windows`."""
    result = np.empty(values.shape, np.float32)
    for block in blocks(offsets):
        put(result, block, recipe(block.take(values)))
    return result


def put(result: Values, block: Block, matrix: Matrix) -> None:
    """Write a block's matrix into the rows of a result under construction."""
    result[block.rows[block.inside]] = matrix[block.inside]


def _recipes(lags: Sequence[int], windows: Sequence[int], statistics: Sequence[Statistic],
             gap: int) -> Mapping[str, Callable[[Matrix], Matrix]]:  # fmt: skip
    recipes: dict[str, Callable[[Matrix], Matrix]] = {f"lag_{lag}": _lag(lag) for lag in lags}
    for window in windows:
        recipes |= {f"{name}_{window}": _rolled(name, window, gap) for name in statistics}
    recipes["since_sale"] = lambda sales: columns_since(shifted(sales, gap) > 0) + gap
    return recipes


def _lag(steps: int) -> Callable[[Matrix], Matrix]:
    return lambda sales: shifted(sales, steps)


def _rolled(name: Statistic, window: int, gap: int) -> Callable[[Matrix], Matrix]:
    functions: Mapping[Statistic, Callable[[Matrix, int], Matrix]] = {
        "mean": rolling_mean,
        "std": rolling_std,
        "min": rolling_min,
        "max": rolling_max,
        "zeros": lambda sales, width: rolling_mean(np.where(np.isnan(sales), np.nan, sales == 0), width),
        "faded": faded_mean,
    }
    function = functions[name]
    return lambda sales: shifted(function(sales, window), gap)


def _check(lags: Sequence[int], windows: Sequence[int], statistics: Sequence[Statistic], gap: int) -> None:
    faults = list(_faults(lags, windows, statistics, gap))
    if faults:
        raise ConfigError("; ".join(faults))


def _faults(lags: Sequence[int], windows: Sequence[int], statistics: Sequence[Statistic], gap: int) -> Iterator[str]:
    if gap < 1:
        yield f"a horizon gap is at least 1, not {gap}"
    early = [lag for lag in lags if lag < max(gap, 1)]
    if early:
        yield f"the lags {early} would see the future: use lags of at least {max(gap, 1)}, the horizon gap"
    narrow = [window for window in windows if window < 1]
    if narrow:
        yield f"a window is at least 1 period wide, not {narrow}"
    unknown = [name for name in statistics if name not in STATISTICS]
    if unknown:
        yield f"unknown statistics {unknown}: there are {', '.join(STATISTICS)}"
