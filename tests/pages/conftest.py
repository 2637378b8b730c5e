"""What a reader must never meet on a page: text that is cut off, sticks out, or has to be scrolled to."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from foresale.cli.app import app

if TYPE_CHECKING:
    from playwright.sync_api import Page

CLIPPED = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  const told = (what, element) => found.push(`${what}: ${element.textContent.trim().slice(0, 60)}`);
  for (const text of document.querySelectorAll(".picture svg text")) {
    const [own, around] = [text.getBoundingClientRect(), text.closest(".picture").getBoundingClientRect()];
    if (own.width && (own.left < around.left - 1 || own.right > around.right + 1
      || own.top < around.top - 1 || own.bottom > around.bottom + 1)) told("cut off by its picture", text);
  }
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest(".picture, .skip, thead, svg, option, script, style")) continue;
    const [own, style] = [element.getBoundingClientRect(), getComputedStyle(element)];
    if (!own.width || !own.height) continue;
    if (own.left < -1 || own.right > wide + 1) told("sticks out", element);
    if (style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1) told("to be scrolled", element);
    if (style.textOverflow === "ellipsis") told("shortened", element);
  }
  if (document.documentElement.scrollWidth > wide) found.push("the page is wider than its window");
  return found;
}"""
"""The texts that a reader cannot see whole in a window as wide as it is. Tables may be scrolled down, not sideways."""


@pytest.fixture
def clipped() -> Callable[["Page"], list[str]]:
    return lambda page: page.evaluate(CLIPPED)


def _stores(folder: Path) -> None:
    """Weekly sales of products with names as long as a shop has them, in twelve stores whose prices differ."""
    draw = np.random.default_rng(0)
    weeks = np.arange("2022-01-03", "2024-01-01", 7, "datetime64[D]")
    skus = [f"{4711 + number}-GREEN" for number in range(6)]
    log_price = 0.1 * draw.normal(size=(len(skus), 12, weeks.size))
    steep = np.linspace(-4.0, -1.5, len(skus))[:, None, None]
    frame = pl.DataFrame(
        {
            "sku": np.repeat(skus, 12 * weeks.size),
            "store": np.tile(np.repeat(np.arange(12), weeks.size), len(skus)),
            "week": np.tile(weeks, 12 * len(skus)),
            "units": draw.poisson(np.exp(5.5 + steep * log_price)).ravel(),
            "unit price (EUR)": (1_240 * np.exp(log_price)).ravel().round(2),
        }
    )
    title = pl.format("{} Enamelled cast-iron casserole with lid, oval, 5 l", pl.col("sku"))
    frame.with_columns(title=title).write_csv(folder / "sales.csv")
    pl.DataFrame({"sku": skus, "cost": 806.5}).write_csv(folder / "items.csv")


def _as_planned(folder: Path) -> None:
    """The sales with those of a test of prices after them, as its calendar says."""
    calendar, sold = pl.read_csv(folder / "design.csv"), pl.read_csv(folder / "sales.csv")
    later = calendar.select(
        pl.col("price").alias("unit price (EUR)"),
        sku="product",
        store="place",
        week=pl.col("timestamp").str.head(10),
        units=(300 * (pl.col("price") / pl.col("price_now")) ** -3).round().cast(pl.Int64),
        title=pl.col("product"),
    )
    pl.concat([sold, later.select(sold.columns)]).write_csv(folder / "later.csv")


ASKED = {
    "campaign": (
        "campaign",
        "sales.csv",
        "--item",
        "4711-GREEN",
        "--in",
        "3",
        "--from",
        "2023-09-04",
        "--to",
        "2023-09-17",
    ),
    "experiment": (
        "experiment",
        "sales.csv",
        "--items",
        "items.csv",
        "--width",
        "2",
        "--horizon",
        "6",
        "--output",
        "design.csv",
    ),
    "result": ("experiment", "later.csv", "--ran", "design.csv"),
}
"""By the name of a page on tests of prices, the command that writes it."""


@pytest.fixture(scope="session")
def tested_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The pages on campaigns and tests of prices, by name, as the commands write them."""
    folder = tmp_path_factory.mktemp("prices")
    _stores(folder)
    pages = {}
    with contextlib.chdir(folder):
        for name, words in ASKED.items():
            if name == "result":
                _as_planned(folder)
            done = CliRunner().invoke(app, [*words, "--html", f"{name}.html"])
            assert done.exit_code == 0, done.output
            pages[name] = (folder / f"{name}.html").read_text(encoding="utf-8")
    return pages
