"""The files of a shop that is made up, as a person would have them: for a first look without data of one's own."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from foresale.core.columns import ITEM, NAME, PRICE, TIMESTAMP
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, order_lines, shop

HORIZON: Final = 42
"""Six weeks: from the Monday before Thanksgiving to the days after Christmas."""
_FIRST: Final = date(2022, 11, 1)
_LAST: Final = date(2024, 11, 17)
"""The last day of the orders; the two Thanksgivings and Christmases before it are in them."""
_ITEMS: Final = 30
_SEED: Final = 7
_NOUNS: Final = {
    "garden": ("Watering can", "Herb planter", "Garden hose", "Bird feeder"),
    "kitchen": ("Cast-iron pan", "Tea kettle", "Chef's knife", "Storage jar"),
    "toys": ("Wooden train", "Puzzle", "Board game", "Plush bear"),
    "clothing": ("Rain jacket", "Wool socks", "Linen shirt", "Scarf"),
    "sports": ("Yoga mat", "Water bottle", "Skipping rope", "Tennis balls"),
    "beauty": ("Hand cream", "Shampoo bar", "Face oil", "Bath salts"),
}
_KINDS: Final = ("", ", large", ", small", ", blue", ", set of 2", ", green")
_SUPPLIERS: Final = {"Hansen": 5, "Ming & Co": 12, "Nord": 3}
"""Suppliers and their lead times in days."""
_MARGIN: Final = 0.45
_COVER: Final = (0, 18)
"""For how many days the stock on hand lasts, from the shortest to the longest."""


@dataclass(frozen=True)
class DemoFiles:
    """What a shop has on its last day, and what is found out later.

    Attributes:
        orders: order lines up to that day.
        items: one row per item: name, supplier, lead time, packs, cost.
        planned: what is known ahead: one row per item and day.
        stock: one row per item: on hand.
        happened: the same order lines, and those of the horizon.
        known: which columns of the order lines are known ahead.
        country: whose holidays count.
        about: what the shop is, in a sentence.
    """

    orders: Path
    items: Path
    planned: Path
    stock: Path
    happened: Path
    known: tuple[str, ...]
    country: str
    about: str

    @classmethod
    def in_folder(cls, folder: Path, *, known: tuple[str, ...], country: str, about: str) -> "DemoFiles":
        """The files under their usual names in a folder."""
        return cls(
            folder / "orders.parquet",
            folder / "items.csv",
            folder / "planned.csv",
            folder / "stock.csv",
            folder / "happened.parquet",
            known,
            country,
            about,
        )


def write_demo_files(folder: Path) -> DemoFiles:
    """The files of a simulated web shop, the same every time: 30 items over two years, as order lines.

    Raises:
        OSError: the folder cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pl.read_csv(write_demo_files(Path(folder)).stock).columns
    ['item_id', 'on_hand']
    """
    folder.mkdir(parents=True, exist_ok=True)
    about = "a web shop that is made up: 30 items and two years of order lines, up to Sunday, 17 November 2024"
    files = DemoFiles.in_folder(folder, known=(PRICE,), country="US", about=about)
    whole = shop(
        items=_ITEMS,
        periods=(_LAST - _FIRST).days + 1 + HORIZON,
        seed=_SEED,
        config=ShopConfig(start=_FIRST, level=6.0, closed=True, launches=0.1, intermittent=0.1),
    )
    lines = order_lines(whole, seed=_SEED).with_columns(currency=pl.lit("USD"))
    for path, last in ((files.orders, _LAST), (files.happened, _LAST + timedelta(HORIZON))):
        lines.filter(pl.col(TIMESTAMP).dt.date() <= last).write_parquet(path)
    _planned(whole).write_csv(files.planned)
    _terms(whole).write_csv(files.items)
    _stock(whole).write_csv(files.stock)
    return files


def _planned(panel: Panel) -> pl.DataFrame:
    """The prices of the horizon, which the shop sets itself."""
    rows = panel.offsets[1:, None] - np.arange(HORIZON, 0, -1)
    stamps = panel.frequency.timestamps(panel.cutoffs[:, None] - np.arange(HORIZON - 1, -1, -1))
    return pl.DataFrame(
        {
            ITEM: np.repeat(panel.items[ITEM].to_numpy(), HORIZON),
            TIMESTAMP: stamps.ravel().astype("datetime64[us]"),
            PRICE: panel.covariates[PRICE].values[rows].ravel().astype(float).round(2),
        }
    ).with_columns(pl.col(TIMESTAMP).dt.date())


def _terms(panel: Panel) -> pl.DataFrame:
    generator = np.random.default_rng(_SEED)
    price = panel.covariates[PRICE].values[panel.offsets[:-1] + panel.history - 1 - HORIZON].astype(float)
    supplier = pl.Series("supplier", list(_SUPPLIERS))[generator.integers(len(_SUPPLIERS), size=len(panel)).tolist()]
    return panel.items.select(ITEM, _names(panel.items), "category").with_columns(
        supplier,
        pl.Series("lead time", [f"{_SUPPLIERS[name]} days" for name in supplier]),
        pl.Series("cost", (price * (1 - _MARGIN)).round(2)),
        pl.Series("pack", generator.choice([6, 12, 24], len(panel))),
    )


def _names(items: pl.DataFrame) -> pl.Series:
    """What the items are called: within a category first the plain products, then their variants."""
    seen = dict.fromkeys(_NOUNS, 0)
    names = []
    for category in items["category"]:
        nouns, number = _NOUNS[category], seen[category]
        names.append(nouns[number % len(nouns)] + _KINDS[number // len(nouns) % len(_KINDS)])
        seen[category] += 1
    return pl.Series(NAME, names)


def _stock(panel: Panel) -> pl.DataFrame:
    """A shelf that is nearly empty here and too full there."""
    cover = np.random.default_rng(_SEED + 1).uniform(*_COVER, len(panel))
    before = replace(panel, covariates={}).back(HORIZON)
    recent = [float(np.nanmean(before.sales[before.rows(item)][-28:])) for item in range(len(before))]
    return pl.DataFrame({ITEM: panel.items[ITEM], "on_hand": np.round(cover * recent).astype(np.int64)})
