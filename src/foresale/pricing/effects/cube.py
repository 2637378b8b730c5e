"""Sales and prices of products in places over periods: what effects of prices are learnt from."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Flags, Floating, Index, Numbers
from foresale.core.columns import NAME, PRICE
from foresale.core.covariate_names import names_cost, names_price, names_promotion
from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency, weekday_of
from foresale.core.panel import Covariate, Panel
from foresale.core.text import counted, quoted
from foresale.features.covariate_spec import CovariateSpec

PRODUCT: Final = "product"
ONLY: Final = "everywhere"
"""The place of a shop whose items have no place."""
_PLACE: Final = re.compile(
    r"store|shop|branch|outlet|site|location|warehouse|place|region|market|channel|city|state|country|retailer|centre|center"
    r"|门店|店铺|仓|区域|渠道",
    re.IGNORECASE,
)
_GROUPS: Final = ("category", "brand")
_LABELS: Final = 4
"""Labels of a promotion column that are told apart, the most frequent first."""
_REGULAR_SHARE: Final = 0.8
_REGULAR_WINDOW: Final = 9
"""The regular price is what 80 % of the prices within four periods before and after do not exceed."""
PROMOTED: Final = 0.05
"""Share below the regular price from which on a price is a promotion: what panels of scanners take (IRI, 5 %)."""


@dataclass(frozen=True)
class PriceCube:
    """Sales and prices of P products in S places over T periods; NaN where unknown.

    Attributes:
        frequency: the grid.
        start: grid position of the first period.
        products: one row per product: `product`, and the groups it belongs to.
        groups: names of the groups, the broadest first.
        place_names: names of the places.
        sales: [P, S, T] units.
        price: [P, S, T] money per unit.
        flags: by name, [P, S, T] display, feature and other promotion flags, 0 or 1.
        cost: [P, S, T] the instrument, or None.
        items: [P, S] row of the panel's items, -1 where a place does not sell a product.
        notes: what was assumed.
    """

    frequency: Frequency
    start: int
    products: pl.DataFrame
    groups: tuple[str, ...]
    place_names: tuple[str, ...]
    sales: Numbers = field(repr=False)
    price: Numbers = field(repr=False)
    flags: Mapping[str, Numbers] = field(default_factory=dict, repr=False)
    cost: Numbers | None = field(default=None, repr=False)
    items: Index = field(default_factory=lambda: np.zeros((0, 0), np.int64), repr=False)
    notes: tuple[str, ...] = ()

    @cached_property
    def log_price(self) -> Numbers:
        """[P, S, T] logarithm of the price, NaN where unknown or not above zero."""
        return np.log(np.where(self.price > 0, self.price, np.nan))

    @cached_property
    def regular(self) -> Numbers:
        """[P, S, T] the price without promotions."""
        return regular_price(self.price)

    @cached_property
    def known(self) -> Flags:
        """[P, S, T] where both sales and a price are known."""
        return np.isfinite(self.sales) & np.isfinite(self.price) & (self.price > 0)

    @cached_property
    def log_sales(self) -> Numbers:
        """[P, S, T] logarithm of units, NaN where sales or price are unknown.

        Half a unit is added to counts: without it the mean logarithm of a count is too low by half its inverse, the
        more so the dearer it is (Anscombe 1948).
        """
        seen = self.known & (self.sales + self.half > 0)
        return np.log(np.where(seen, self.sales + self.half, np.nan))

    @cached_property
    def half(self) -> float:
        """What is added to units before logarithms: half of one where they are counts, else nothing."""
        return 0.5 * bool((np.nan_to_num(self.sales) % 1 == 0).all())

    @cached_property
    def depth(self) -> Numbers:
        """[P, S, T] share by which a price lies below the regular one; 0 where it does not."""
        return np.clip(1 - self.price / self.regular, 0, 1)

    @cached_property
    def promoted(self) -> Flags:
        """[P, S, T] where a price lies so far below the regular one, or a flag says, that it is a promotion."""
        promoted = np.nan_to_num(self.depth) >= PROMOTED
        for values in self.flags.values():
            promoted |= np.nan_to_num(values) > 0
        return np.asarray(promoted)

    @cached_property
    def in_one_place(self) -> "PriceCube":
        """The cube itself where there is one place, else that of all of them."""
        return self.summed() if len(self.place_names) > 1 else self

    def summed(self) -> "PriceCube":
        """All places as one: units added up, prices and flags averaged over the places that sell."""
        known = self.known
        count = known.sum(axis=1, keepdims=True)

        def mean(values: Numbers) -> Numbers:
            total = np.where(known & np.isfinite(values), values, 0).sum(axis=1, keepdims=True)
            return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))

        most = count.max(axis=2, keepdims=True)
        units = np.where(known, self.sales, 0).sum(axis=1, keepdims=True)
        sales = np.where(count > 0, units * most / np.maximum(count, 1), np.nan)
        return replace(
            self,
            place_names=(ONLY,),
            sales=sales,
            price=np.exp(mean(self.log_price)),
            flags={name: mean(values) for name, values in self.flags.items()},
            cost=None if self.cost is None else mean(self.cost),
            items=self.items[:, :1],
        )


def regular_price(price: Numbers) -> Numbers:
    """[..., T] the price without promotions: what most of the prices around a period do not exceed.

    >>> regular_price(np.array([2.0, 2.0, 1.0, 2.0, 2.0])).tolist()
    [2.0, 2.0, 2.0, 2.0, 2.0]
    """
    half = _REGULAR_WINDOW // 2
    padded = np.pad(price, [(0, 0)] * (price.ndim - 1) + [(half, half)], constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, _REGULAR_WINDOW, axis=-1)
    ordered = np.sort(windows, axis=-1)  # NaN last
    count = np.isfinite(windows).sum(axis=-1)
    rank = np.maximum(np.ceil(_REGULAR_SHARE * count).astype(np.int64) - 1, 0)
    return np.asarray(np.take_along_axis(ordered, rank[..., None], axis=-1)[..., 0])


def price_cube(
    panel: Panel, *, place: str | None = None, groups: Sequence[str] = (), cost: str | None = None
) -> PriceCube:
    """The sales and prices of a panel by product, place and period, up to the cutoffs.

    Days are added up to weeks: prices change by the week, and a week has no weekdays to explain. Where an item sold
    nothing and no price is told, its last price holds on.

    Raises:
        ConfigError: no prices, no such column.

    >>> from foresale.data.synthetic import shop
    >>> cube = price_cube(shop(items=4, periods=140))
    >>> cube.sales.shape, cube.frequency.name, cube.groups
    ((4, 1, 19), 'weekly (Mondays)', ('category',))
    """
    price = _price_of(panel)
    where = place_of(panel, place)
    kept = _groups_of(panel, groups)
    names, items, places = _grid(panel, where)
    products = _products(panel, names, items, kept)
    notes = [f"Items are {quoted([*_product_keys(panel, where)])} in places of {where!r}."] if where else []
    cubes: dict[str, Floating] = {"price": price.values, "sales": panel.sales, **dict(_flags(panel))}
    costing = _cost_of(panel, cost)
    if costing is not None:
        cubes["cost"] = costing.values
        notes.append(f"{costing.name!r} is taken to move prices, and demand through them alone.")
    start, dense = dense_columns(panel, cubes, items)
    dense["price"] = carried(dense["price"])
    frequency = panel.frequency
    if frequency.unit == "day" and frequency.count == 1:
        start, dense, frequency = _weekly(start, dense)
        notes.append("Days are added up to weeks that begin on Mondays.")
    flags = {name: values for name, values in dense.items() if name not in {"price", "sales", "cost"}}
    return PriceCube(
        frequency,
        start,
        products,
        kept,
        places,
        dense["sales"],
        dense["price"],
        flags,
        dense.get("cost"),
        items,
        tuple(notes),
    )


def _price_of(panel: Panel) -> Covariate:
    found = panel.covariates.get(PRICE)
    if found is None or found.categories:
        named = [c for name, c in panel.covariates.items() if names_price(name) and not c.categories]
        found = next((c for c in named if not names_cost(c.name)), None)
    if found is None:
        beside = quoted(panel.covariates) or "no columns"
        raise ConfigError(
            f"there are no prices; beside the sales there are {beside}: name that of the price, --columns price=COLUMN"
        )
    return found


def _cost_of(panel: Panel, cost: str | None) -> Covariate | None:
    if cost is None:
        return None
    found = panel.covariates.get(cost)
    if found is None or found.categories:
        raise ConfigError(
            f"there is no column of numbers {cost!r} beside the sales; there are {quoted(panel.covariates) or 'none'}"
        )
    return found


def place_of(panel: Panel, place: str | None) -> str | None:
    """The key column that says where an item is sold: the one that is named, or called so; None without one.

    Raises:
        ConfigError: it is none of several key columns.
    """
    if place is not None:
        if place not in panel.keys or len(panel.keys) < 2:
            raise ConfigError(f"place is one of several key columns of the items ({quoted(panel.keys)}), not {place!r}")
        return place
    named = [name for name in panel.keys if _PLACE.search(name)]
    return named[0] if named and len(panel.keys) > 1 else None


def product_names(panel: Panel, where: str | None) -> pl.Series:
    """[N] the product of each item: what its keys say beside the place."""
    keys = _product_keys(panel, where)
    return panel.items.select(pl.concat_str(pl.col(keys).cast(pl.String), separator="|").alias(PRODUCT))[PRODUCT]


def _product_keys(panel: Panel, where: str | None) -> tuple[str, ...]:
    return tuple(name for name in panel.keys if name != where)


def _groups_of(panel: Panel, groups: Sequence[str]) -> tuple[str, ...]:
    missing = [name for name in groups if name not in panel.items.columns]
    if missing:
        raise ConfigError(f"the items have no column {quoted(missing)}; they have {quoted(panel.items.columns)}")
    return tuple(groups) or tuple(name for name in _GROUPS if name in panel.items.columns)


def _grid(panel: Panel, where: str | None) -> tuple[list[str], Index, tuple[str, ...]]:
    """Names of the products, [P, S] items, names of the places."""
    names = product_names(panel, where)
    shops = panel.items[where].cast(pl.String) if where else pl.repeat(ONLY, len(panel), dtype=pl.String, eager=True)
    products, places = names.unique(maintain_order=True).to_list(), shops.unique(maintain_order=True).to_list()
    items = np.full((len(products), len(places)), -1, np.int64)
    row, column = ({name: n for n, name in enumerate(all_)} for all_ in (products, places))
    items[[row[name] for name in names], [column[name] for name in shops]] = np.arange(len(panel))
    return products, items, tuple(places)


def _products(panel: Panel, names: list[str], items: Index, groups: Sequence[str]) -> pl.DataFrame:
    """One row per product with its groups, as its first item has them."""
    first = np.where(items >= 0, items, np.iinfo(np.int64).max).min(axis=1)
    beside = [name for name in (NAME, *groups) if name in panel.items.columns]
    own = panel.items.select(beside)[first.tolist()] if beside else pl.DataFrame()
    columns = [pl.col(name).cast(pl.String).fill_null("") for name in groups]
    return pl.DataFrame({PRODUCT: names}).hstack(own.with_columns(columns) if beside else own)


def _flags(panel: Panel) -> Iterator[tuple[str, Numbers]]:
    """Promotion columns as flags; of labels, one flag for each frequent one but the most frequent."""
    for covariate in panel.covariates.values():
        if not names_promotion(covariate.name):
            continue
        spec = CovariateSpec.of(covariate, panel)
        if not spec.learnable or not spec.varies:
            continue
        if spec.kind == "flag":
            yield covariate.name, covariate.values.astype(np.float64)
        elif spec.kind == "label":
            for code in spec.frequent(_LABELS + 1)[1:]:
                values = np.where(np.isfinite(covariate.values), covariate.values == code, np.nan)
                yield f"{covariate.name}={covariate.categories[code]}", values.astype(np.float64)


def dense_columns(panel: Panel, columns: Mapping[str, Floating], items: Index) -> tuple[int, dict[str, Numbers]]:
    """Grid position of the first period, and each column as [..., T], up to the cutoffs; NaN where unknown.

    Args:
        panel: the items.
        columns: by name, [R] values of its rows.
        items: [...] rows of the items, -1 for none.
    """
    first, last = int(panel.starts.min()), int(panel.cutoffs.max())
    rows = np.flatnonzero(panel.is_history)
    owners = panel.owners[rows]
    periods = panel.starts[owners] + panel.positions[rows] - first
    dense = {}
    for name, values in columns.items():
        by_item = np.full((len(panel) + 1, last - first + 1), np.nan)
        by_item[owners, periods] = values[rows]
        dense[name] = by_item[items]  # -1 is the row of nothing
    return first, dense


def carried(price: Numbers) -> Numbers:
    """[..., T] prices that hold on where none is told.

    >>> carried(np.array([np.nan, 2.0, np.nan, 3.0])).tolist()
    [nan, 2.0, 2.0, 3.0]
    """
    known = np.isfinite(price)
    last = np.maximum.accumulate(np.where(known, np.arange(price.shape[-1]), -1), axis=-1)
    return np.where(last >= 0, np.take_along_axis(price, np.maximum(last, 0), axis=-1), np.nan)


def _weekly(start: int, dense: Mapping[str, Numbers]) -> tuple[int, dict[str, Numbers], Frequency]:
    """Whole weeks from Monday on: sales added up, all else averaged."""
    weeks = Frequency.parse("W")
    skip = int(-weekday_of(np.array(start)) % 7)
    length = (next(iter(dense.values())).shape[-1] - skip) // 7
    if length < 1:
        raise ConfigError("the sales hold no whole week, which effects of prices are learnt from")
    made = {}
    for name, values in dense.items():
        folded = values[..., skip : skip + 7 * length].reshape(*values.shape[:-1], length, 7)
        made[name] = folded.sum(axis=-1) if name == "sales" else known_mean(folded)
    day = np.array([start + skip], "datetime64[D]")
    return int(weeks.index(day)[0]), made, weeks


def known_mean(values: Numbers, axis: int = -1, *, keepdims: bool = False) -> Numbers:
    """Means along an axis of what is known; NaN where nothing is.

    >>> known_mean(np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, np.nan]])).tolist()
    [2.0, nan]
    """
    known = np.isfinite(values)
    count = known.sum(axis=axis, keepdims=keepdims)
    total = np.where(known, values, 0).sum(axis=axis, keepdims=keepdims)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def row_of(names: pl.Series, product: object) -> int:
    """Where a product stands among all names.

    Raises:
        ConfigError: no such product.
    """
    row = names.index_of(str(product))
    if row is None:
        raise ConfigError(f"there is no product {product!r}; the first ones are {names.head(5).to_list()}")
    return int(row)


def said_size(cube: PriceCube) -> str:
    """The size of a cube in words.

    >>> from foresale.data.synthetic import shop
    >>> said_size(price_cube(shop(items=4, periods=140)))
    '4 products in 1 place over 19 periods'
    """
    products, places, periods = cube.sales.shape
    return f"{counted(products, 'product')} in {counted(places, 'place')} over {counted(periods, 'period')}"
