"""The pages in a real browser: nothing breaks, nothing is fetched, nothing sticks out, in both widths and themes."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.evaluation.backtest import backtest
from foresale.evaluation.hindsight import Hindsight
from foresale.forecasting.naive import SeasonalNaive
from foresale.inventory.defaults import Defaults
from foresale.pages.demo import demo_page
from foresale.pages.elasticities import elasticities_page
from foresale.pages.evaluation import evaluation_page
from foresale.pages.explanation import explanation_page
from foresale.pages.forecast import forecast_page
from foresale.pages.inspection import inspection_page
from foresale.pages.plan import plan_page
from foresale.pages.pricing import markdowns_page, prices_page, promotions_page, what_if_page
from foresale.pages.report import report_page
from foresale.pages.simulation import simulation_page
from foresale.pages.trend import trend_page
from foresale.pricing.promotions.options import PromotionOptions
from foresale.workflows.elasticities import elasticities
from foresale.workflows.explain import explain
from foresale.workflows.inspect import inspect
from foresale.workflows.mark_down import mark_down
from foresale.workflows.plan import plan
from foresale.workflows.price import price
from foresale.workflows.promote import promote
from foresale.workflows.report import ReportOptions, report
from foresale.workflows.simulate import SimulateOptions, simulate
from foresale.workflows.trend import trend
from foresale.workflows.what_if import what_if

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DAYS = SimulateOptions("2023-11-01", periods=60, service=(0.9, 0.95), rules=("average:28+safety:7",), paths=20)
SIZES = {"wide": (1440, 900), "phone": (390, 844)}


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    if CHROMIUM is None and "CI" not in os.environ:
        pytest.skip("there is no Chromium here: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM or "chromium", args=FLAGS)
        yield started
        started.close()


def named(panel: Panel) -> Panel:
    """The panel with names as long as a shop has them."""
    names = [f"{4711 + row} Enamelled cast-iron casserole with lid, oval, {row} l" for row in range(len(panel))]
    return replace(panel, items=panel.items.with_columns(item_name=pl.Series(names)))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, tested_pages: dict[str, str]) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    panel = named(shop(items=15, periods=420, seed=5, config=ShopConfig(launches=0, level=900)))
    before = panel.back(28)
    model = SeasonalNaive()
    forecast = model.forecast(before, horizon=28)
    seasons = {f"season of {season}": SeasonalNaive(season) for season in (1, 2, 3, 14, 21, 28, 35)}
    stock = pl.DataFrame(
        {
            "item_id": panel.items["item_id"],
            "on_hand": range(0, 300_000, 20_000),
            "lead_time": 9,
            "cost": "1234.50 EUR",
            "supplier": "Gebrüder Grünwald & Söhne",
        }
    )
    order = plan(before, stock=stock, horizon=28, model="seasonal-naive")
    reasons = explain(before, horizon=28, model="seasonal-naive")
    look_back = Hindsight.of(forecast, panel, baseline=SeasonalNaive(1).forecast(before, horizon=28))
    how = ReportOptions(windows=1, items=2)
    costs = Defaults(lead_days=4)
    monthly = named(shop(items=4, periods=60, frequency="MS", config=ShopConfig(launches=0)))
    made = {
        "plan": plan_page(order, history=before),
        "forecast": forecast_page(forecast, history=before, actual=panel),
        "evaluation": evaluation_page(backtest(panel, seasons, horizon=28, windows=2)),
        "inspection": inspection_page(inspect(panel, countries=["US"])),
        "simulation": simulation_page(simulate(panel, options=DAYS, defaults=costs, models="croston")),
        "explanation": explanation_page(reasons),
        "trend": trend_page(trend(panel, horizon=28, by="category")),
        "report": report_page(report(panel, horizon=28, model="seasonal-naive", how=how)),
        "demo": demo_page(
            look_back,
            reasons,
            order,
            history=before,
            happened=panel,
            countries=["US"],
            baseline="the day before",
            about="a shop",
        ),
        "elasticities": elasticities_page(elasticities(panel)),
        "promote": promotions_page(
            promote(before, options=PromotionOptions(festivals=(2,)), model="seasonal-naive", unknown="plan")
        ),
        "price": prices_page(price(before, model="seasonal-naive", unknown="plan")),
        "markdowns": markdowns_page(
            mark_down(before, stock=stock, end="2024-06-30", model="seasonal-naive", unknown="plan")
        ),
        "what-if": what_if_page(what_if(before, change=["price=-10%"], model="seasonal-naive")),
        "monthly": explanation_page(explain(monthly, horizon=12, model="seasonal-naive")),
    }
    for name, html in (made | tested_pages).items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return folder


NAMES = [
    "plan",
    "forecast",
    "evaluation",
    "inspection",
    "simulation",
    "explanation",
    "trend",
    "report",
    "demo",
    "elasticities",
    "promote",
    "price",
    "markdowns",
    "what-if",
    "monthly",
    "campaign",
    "experiment",
    "result",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("size", "theme"), [("wide", "light"), ("phone", "dark")])
def test_a_page_is_whole(
    browser: "Browser", pages: Path, name: str, size: str, theme: str, clipped: Callable[["Page"], list[str]]
) -> None:
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
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    page.wait_for_function("[...document.querySelectorAll('.picture')].every((p) => p.querySelector('.main-svg'))")
    assert faults == []
    assert [url for url in asked if url != address and not url.startswith(("data:", "blob:"))] == []
    assert clipped(page) == []
    assert page.locator("h1").count() == 1
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in background.removeprefix("rgb(").removesuffix(")").split(",")[:3])
    assert (brightness > 384) == (theme == "light"), background
    context.close()


def test_what_is_clipped_is_found(browser: "Browser", clipped: Callable[["Page"], list[str]]) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    hidden = "width: 99px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap"
    page.set_content(
        f"<body><p style='{hidden}'>as long as a name of a product can be</p><p style='width: 500px'>wide</p></body>"
    )
    kinds = {told.partition(":")[0] for told in clipped(page)}
    assert kinds == {"to be scrolled", "shortened", "sticks out", "the page is wider than its window"}
    page.close()


def test_rows_are_found_and_sorted_on_a_phone(browser: "Browser", pages: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto((pages / "forecast.html").as_uri())
    section = page.locator("#items")
    cards = section.locator("tbody tr:visible")
    assert cards.count() == 15
    section.locator("select").select_option(label="Item")
    names = [text.split("\n")[0] for text in cards.all_inner_texts()]
    assert names == sorted(names)
    section.locator("input").fill("4722")
    assert cards.count() == 1
    page.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_can_be_mailed_and_counts_in_words(pages: Path, name: str) -> None:
    html = (pages / f"{name}.html").read_text()
    assert len(html.encode()) < 1_300_000
    text = re.sub(r"<script.*?</script>|<[^>]+>", " ", html, flags=re.DOTALL)
    assert re.findall(r"\b1 (?:periods|days|items|times|orders|weeks|months)\b", text) == []


def test_a_month_has_no_weeks(pages: Path) -> None:
    html = (pages / "monthly.html").read_text()
    assert "week" not in re.sub(r"<(script|style).*?</\1>", "", html, flags=re.DOTALL)
