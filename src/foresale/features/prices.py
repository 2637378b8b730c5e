"""Prices and promotions seen against the item's own past: how deep a discount is, how fresh, how worn out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from foresale.core.errors import ConfigError
from foresale.core.option_types import check_types
from foresale.core.panel import Covariate, Panel, Values
from foresale.features.blocks import Block, Matrix, blocks
from foresale.features.lags import lag_of, put
from foresale.features.ranks import ranks_within
from foresale.features.windows import columns_since, columns_until, rolling_max, rolling_mean, shifted

Meaning = Literal["price", "promotion", "factor"]

_PRICE: Final = re.compile(r"price|cost_?to_?customer|msrp|价格|单价|售价", re.IGNORECASE)
_PROMOTION: Final = re.compile(
    r"promo|discount|markdown|mark_down|deal|activity|coupon|campaign|on_?sale|special_?offer|feature|display|促销|折扣|活动",
    re.IGNORECASE,
)
_TOLERANCE: Final = 1e-4


@dataclass(frozen=True)
class PriceConfig:
    """What to look at.

    Attributes:
        window: periods whose highest price counts as the regular one, and over which promotions wear out.
        horizon_gap: periods that lie between a row and what it may see of a covariate that is not known ahead.
        category: a static column (or key) within which prices are ranked, if any.
    """

    window: int = 28
    horizon_gap: int = 1
    category: str | None = None

    def __post_init__(self) -> None:
        check_types(self)
        if self.window < 1 or self.horizon_gap < 1:
            raise ConfigError(f"window and horizon gap are at least 1, not {self.window} and {self.horizon_gap}")


def meaning_of(covariate: Covariate, panel: Panel) -> Meaning | None:
    """Whether a covariate is a price, a promotion, or a factor on the price (1 = no discount), by its name.

    Names are looked at first ("sell_price", "onpromotion", "MarkDown1", "discount", "activity_flag", 折扣 …). A
    discount whose known history lies between 0 and 1, and more often at 1 than at 0, is a factor: 0.8 means 20 % off.
    Categorical covariates have no meaning here.

    >>> import polars as pl
    >>> from foresale.core.frequency import Frequency
    >>> panel = Panel(Frequency.parse("D"), pl.DataFrame({"item_id": ["a"]}), np.array([0]), np.array([0, 3]),
    ...     np.array([3]), np.zeros(3, np.float32))
    >>> meaning_of(Covariate("discount", "known", np.array([1, 1, 0.8], np.float32)), panel)
    'factor'
    """
    if covariate.categories:
        return None
    if _PROMOTION.search(covariate.name):
        return "factor" if _is_factor(covariate, panel) else "promotion"
    return "price" if _PRICE.search(covariate.name) else None


def _is_factor(covariate: Covariate, panel: Panel) -> bool:
    past = covariate.values[panel.is_history & ~np.isnan(covariate.values)]
    if "discount" not in covariate.name.lower() and "折扣" not in covariate.name:
        return False
    return bool(past.size and past.min() >= 0 and past.max() <= 1 and (past == 1).sum() > (past == 0).sum())


def price_features(panel: Panel, config: PriceConfig | None = None) -> dict[str, Values]:
    """Features of every price and promotion of a panel, by name, one value for each of its rows.

    Of a price (or a factor on it):
    - `…_depth`: 1 - price / regular, where regular is the highest price of the window up to the row.
    - `…_relative`: price / mean of all the item's earlier prices - 1.
    - `…_since_change`: periods since the price changed, counted from the first known price before any change.
    - `…_rank`: its place among the prices of the same category in the same period, from 0 (cheapest) to 1; only where
      a category is named.

    Of a promotion (on where above 0) or a factor (on where below 1):
    - `…_since`: periods since the last promoted one.
    - `…_until`: periods until the next promoted one; only where it is known ahead.
    - `…_fatigue`: share of promoted ones in the window before the row.

    A covariate known ahead is seen up to the row itself (and ahead for `…_until`), one that is not only up to
    `horizon_gap` rows before. NaN is what cannot be known.

    Raises:
        ConfigError: the category is no static column of the panel.

    >>> import polars as pl
    >>> from foresale.core.frequency import Frequency
    >>> panel = Panel(Frequency.parse("D"), pl.DataFrame({"item_id": ["a"]}), np.array([0]), np.array([0, 4]),
    ...     np.array([4]), np.zeros(4, np.float32),
    ...     {"price": Covariate("price", "known", np.array([10, 10, 8, 8], np.float32))})
    >>> {name: values.round(2).tolist() for name, values in price_features(panel).items()}
    {'price_depth': [0.0, 0.0, 0.2..., 0.2...],
     'price_relative': [nan, 0.0, -0.2..., -0.1...],
     'price_since_change': [0.0, 1.0, 0.0, 1.0]}
    """
    config = config or PriceConfig()
    if config.category and config.category not in panel.items.columns:
        raise ConfigError(f"no static column {config.category!r}. There are: {', '.join(panel.items.columns)}.")
    result: dict[str, Values] = {}
    for covariate in panel.covariates.values():
        meaning = meaning_of(covariate, panel)
        if meaning is not None:
            result |= _features_of(covariate, panel, config, meaning)
    return result


def _features_of(covariate: Covariate, panel: Panel, config: PriceConfig, meaning: Meaning) -> dict[str, Values]:
    result: dict[str, Values] = {}
    for block in blocks(panel.offsets):
        matrix = block.take(covariate.values)
        if covariate.role == "past":
            matrix = shifted(matrix, config.horizon_gap)
        found = {} if meaning == "promotion" else _of_price(matrix, config)
        if meaning != "price":
            found |= _of_promotion(matrix, config, meaning, ahead=covariate.role == "known")
        _write(result, block, {f"{covariate.name}_{name}": values for name, values in found.items()}, panel)
    if meaning == "price" and config.category:
        values = covariate.values
        if covariate.role == "past":
            values = lag_of(values, panel.offsets, steps=config.horizon_gap)
        result[f"{covariate.name}_rank"] = ranks_within(values, panel, config.category)
    return result


def _of_price(price: Matrix, config: PriceConfig) -> dict[str, Matrix]:
    regular = rolling_max(price, config.window)
    earlier = shifted(rolling_mean(price, price.shape[1]), 1)
    return {
        "depth": 1 - price / np.where(regular > 0, regular, np.nan),
        "relative": price / np.where(earlier > 0, earlier, np.nan) - 1,
        "since_change": columns_since(_changed(price)),
    }


def _changed(price: Matrix) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Where a known price differs from the last known one, and the first known one."""
    known = ~np.isnan(price)
    last = np.maximum.accumulate(np.where(known, np.arange(price.shape[1]), -1), axis=1)
    carried = np.take_along_axis(price, np.maximum(last, 0), axis=1)
    before = shifted(carried, 1)
    same = np.abs(price - before) <= _TOLERANCE * np.abs(before)
    return np.asarray(known & ~same)


def _of_promotion(value: Matrix, config: PriceConfig, meaning: Meaning, *, ahead: bool) -> dict[str, Matrix]:
    on = value < 1 if meaning == "factor" else value > 0
    share = np.where(np.isnan(value), np.nan, on)
    found = {"since": columns_since(on), "fatigue": shifted(rolling_mean(share, config.window), 1)}
    return found | ({"until": columns_until(on)} if ahead else {})


def _write(result: dict[str, Values], block: Block, found: Mapping[str, Matrix], panel: Panel) -> None:
    for name, matrix in found.items():
        put(result.setdefault(name, np.full(panel.sales.shape, np.nan, np.float32)), block, matrix)
