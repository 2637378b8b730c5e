"""The pages in a real browser: nothing breaks, nothing is fetched, nothing sticks out, in both widths and themes."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from foresale.data.synthetic import ShopConfig, shop
from foresale.evaluation.backtest import backtest
from foresale.forecasting.naive import SeasonalNaive
from foresale.inventory.defaults import Defaults
from foresale.pages.evaluation import evaluation_page
from foresale.pages.forecast import forecast_page
from foresale.pages.inspection import inspection_page
from foresale.pages.plan import plan_page
from foresale.pages.simulation import simulation_page
from foresale.workflows.inspect import inspect
from foresale.workflows.plan import plan
from foresale.workflows.simulate import SimulateOptions, simulate

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow
CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
DAYS = SimulateOptions("2023-11-01", periods=60, service=(0.9, 0.95), rules=("average:28+safety:7",), paths=20)
SIZES = {"wide": (1440, 900), "phone": (390, 844)}
CUT_OFF = """[...document.querySelectorAll(".picture .gtitle, .picture .xtitle, .picture .ytitle")]
  .filter((text) => {
    const [own, around] = [text.getBoundingClientRect(), text.closest(".picture").getBoundingClientRect()];
    return own.left < around.left - 1 || own.right > around.right + 1
      || own.top < around.top - 1 || own.bottom > around.bottom + 1;
  }).map((text) => text.textContent)"""
"""The titles that stick out of their pictures, where they would be cut off."""


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    if CHROMIUM is None and "CI" not in os.environ:
        pytest.skip("there is no Chromium here: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM or "chromium", args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    panel = shop(items=15, periods=400, seed=5, config=ShopConfig(launches=0))
    forecast = SeasonalNaive().forecast(panel, horizon=28)
    seasons = {f"season of {season} days": SeasonalNaive(season) for season in (1, 2, 3, 14, 21, 28, 35)}
    evaluation = backtest(panel, seasons, horizon=28, windows=2)
    stock = pl.DataFrame({"item_id": panel.items["item_id"], "on_hand": range(0, 3000, 200), "lead_time": 9})
    made = {
        "plan": plan_page(plan(forecast, stock=stock), history=panel),
        "forecast": forecast_page(forecast, history=panel),
        "evaluation": evaluation_page(evaluation),
        "inspection": inspection_page(inspect(panel)),
        "simulation": simulation_page(simulate(panel, options=DAYS, defaults=Defaults(lead_days=4), models="croston")),
    }
    for name, html in made.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ["forecast", "evaluation", "inspection", "plan", "simulation"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_is_whole(browser: "Browser", pages: Path, name: str, size: str, theme: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    faults: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    address = (pages / f"{name}.html").as_uri()
    page.goto(address)
    page.wait_for_selector(".js-plotly-plot .main-svg")
    assert faults == []
    assert [url for url in asked if url != address and not url.startswith(("data:", "blob:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CUT_OFF) == []
    assert page.locator("h1").count() == 1
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in background.removeprefix("rgb(").removesuffix(")").split(",")[:3])
    assert (brightness > 384) == (theme == "light"), background
    context.close()
