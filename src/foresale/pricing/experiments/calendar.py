"""The calendar of a test as it was written, or as a spreadsheet gave it back."""

from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Index, Numbers
from foresale.core.columns import TIMESTAMP
from foresale.core.errors import ConfigError
from foresale.core.text import quoted
from foresale.pricing.effects.cube import ONLY, PRODUCT, PriceCube, row_of
from foresale.pricing.experiments.layout import Layout
from foresale.pricing.experiments.options import Kind

_COLUMNS: Final = (PRODUCT, TIMESTAMP, "price", "arm", "pair")
_ARMS: Final = ("dear", "cheap")


def calendar_cells(calendar: pl.DataFrame, cube: PriceCube) -> pl.DataFrame:
    """One row per product and pair: where and when it is dear and cheap, and at which prices.

    Args:
        calendar: product, place (unless there is one only), timestamp, price, arm, pair and, where not all periods are
            analysed, counts; of any types that can be read as theirs.
        cube: the sales that it is of.

    Raises:
        ConfigError: a column that is missing or cannot be read, or pairs without one dear and one cheap cell.
    """
    missing = [name for name in _COLUMNS if name not in calendar.columns]
    if missing:
        raise ConfigError(f"the calendar of a test has no column {quoted(missing)}; it has {quoted(calendar.columns)}")
    text = calendar.with_columns(
        pl.col(PRODUCT, "arm").cast(pl.String),
        pl.col("price", "pair").cast(pl.Float64, strict=False),
        pl.col(TIMESTAMP).cast(pl.String).str.slice(0, 19).str.to_datetime(time_unit="us", strict=False),
        place=pl.col("place").cast(pl.String) if "place" in calendar.columns else pl.lit(ONLY),
        counts=pl.col("counts").cast(pl.String).str.to_lowercase().is_in(["true", "1"])
        if "counts" in calendar.columns
        else pl.lit(value=True),
    )
    unread = [name for name in (TIMESTAMP, "price", "pair") if text[name].null_count()]
    if unread:
        raise ConfigError(f"the calendar of a test has cells in {quoted(unread)} that cannot be read")
    period = cube.frequency.index(text[TIMESTAMP].to_numpy()) - cube.start
    by = text.with_columns(pl.Series("period", period)).group_by(PRODUCT, "pair", "arm", "place", maintain_order=True)
    frame = by.agg(
        pl.col("period").min().alias("begin"),
        pl.len().alias("length"),
        (~pl.col("counts")).sum().alias("washout"),
        pl.col("price").mean(),
    )
    sides = [frame.filter(pl.col("arm") == arm) for arm in _ARMS]
    both = sides[0].join(sides[1], on=[PRODUCT, "pair"], suffix="_cheap", maintain_order="left")
    if not both.height or any(side.height != both.height for side in sides) or frame.height != 2 * both.height:
        raise ConfigError(
            "each product and pair in the calendar of a test has one cell that is dear and one that is "
            "cheap (column arm)"
        )
    if both["length"].n_unique() > 1:
        raise ConfigError("the cells in the calendar of a test are not equally long: rows are missing")
    return both


def layout_of(cells: pl.DataFrame, cube: PriceCube) -> tuple[Layout, Numbers, Numbers]:
    """The contrasts of the cells, their lots, and [N] the differences of log prices that were planned.

    Raises:
        ConfigError: a product or a place that the sales do not have.
    """
    product = np.array([row_of(cube.products[PRODUCT], name) for name in cells[PRODUCT]], np.int64)
    place = np.stack([_places(cells[name], cube) for name in ("place", "place_cheap")], axis=1)
    begin = cells.select("begin", "begin_cheap").to_numpy().astype(np.int64)
    dear_first = (begin[:, 0] < begin[:, 1]) | ((begin[:, 0] == begin[:, 1]) & (place[:, 0] < place[:, 1]))
    order = np.where(dear_first[:, None], [0, 1], [1, 0])
    kind: Kind = "weeks" if (place[:, 0] == place[:, 1]).all() else "stores"
    layout = Layout(
        kind,
        product,
        cells["pair"].cast(pl.Int64).to_numpy(),
        np.take_along_axis(place, order, axis=1),
        np.take_along_axis(begin, order, axis=1),
        int(cells["length"].item(0)),
        int(cells["washout"].max()),  # type: ignore[arg-type]
    )
    sign = np.where(dear_first, 1.0, -1.0)
    return layout, sign, sign * np.log(cells["price"].to_numpy() / cells["price_cheap"].to_numpy())


def _places(names: pl.Series, cube: PriceCube) -> Index:
    rows = {name: n for n, name in enumerate(cube.place_names)}
    unknown = [name for name in names if name not in rows]
    if unknown:
        raise ConfigError(
            f"there is no place {unknown[0]!r} in the sales; the first ones are {list(cube.place_names[:5])}"
        )
    return np.array([rows[name] for name in names], np.int64)
