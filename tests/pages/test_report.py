"""The pages of a report and of a trend: what is on them, how large they are, and that a browser and axe-core agree."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from foresale.core.errors import ConfigError
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.pages.report import report_page, thinned
from foresale.pages.trend import trend_page
from foresale.workflows.report import Report, ReportOptions, report
from foresale.workflows.trend import trend

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAIVE = "seasonal-naive"


@pytest.fixture(scope="module")
def panel() -> Panel:
    made = shop(items=12, periods=760, seed=5, config=ShopConfig(launches=0))
    names = made.items["item_id"].to_list()
    return replace(made, items=made.items.with_columns(item_id=np.array(["<b>first</b> & co", *names[1:]])))


@pytest.fixture(scope="module")
def made(panel: Panel) -> Report:
    return report(panel, horizon=14, model=NAIVE, how=ReportOptions(windows=1, items=2))


def test_the_page_says_what_came_in_what_comes_and_where_to_look(made: Report) -> None:
    html = report_page(made, title="Autumn & Co")
    for heading in (
        "At a glance",
        "Where to look first",
        "Forecast",
        "Items",
        "Trend and peaks",
        "Prices and promotions",
        "How good it is",
        "What came in",
        "All items",
        "Notes",
    ):
        assert f">{heading}</h2>" in html, heading
    assert "<title>Autumn &amp; Co</title>" in html
    assert "<b>first</b>" not in html.replace("\\u003cb>", "")
    assert html.count("plotly.js v") <= html.count("<script>")
    assert made.by == ("category",)


def test_parts_can_be_left_out(panel: Panel) -> None:
    bare = report(
        panel, horizon=7, model=NAIVE, how=ReportOptions(by=("store",), windows=0, items=0, trend=False, prices=False)
    )
    html = report_page(bare)
    assert bare.evaluation is None
    assert "How good it is" not in html
    assert "Trend and peaks" not in html
    assert "Prices and promotions" not in html
    assert "store=" in " ".join(bare.groups.steps.items["item_id"])
    with pytest.raises(ConfigError, match="0 windows"):
        ReportOptions(windows=-1)
    with pytest.raises(ConfigError, match="no column colour"):
        report(panel, horizon=7, model=NAIVE, how=ReportOptions(by=("colour",)))


def test_a_history_too_short_for_a_backtest_is_said(panel: Panel) -> None:
    short = shop(items=3, periods=12, seed=1)
    found = report(short, horizon=7, model=NAIVE, how=ReportOptions(windows=3, items=1))
    assert found.evaluation is None
    assert any("no backtest" in note for note in found.notes)
    assert "no backtest" in report_page(found)


def test_a_thousand_items_fit_into_ten_megabytes() -> None:
    many = shop(items=1100, periods=80, seed=2)
    html = report_page(report(many, horizon=14, model=NAIVE, how=ReportOptions(windows=0, items=2, trend=False)))
    assert len(html.encode()) < 10_000_000
    assert "the first 1,000 of 1,100" in html
    assert "Left out here" in html


def test_thinning_keeps_the_mean_and_the_gaps() -> None:
    values = np.arange(120.0)
    assert np.isclose(np.nanmean(thinned(values, points=40)), values.mean())
    assert thinned(np.array([]), points=5).size <= 1


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
def addresses(made: Report, panel: Panel, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder: Path = tmp_path_factory.mktemp("pages")
    pages = {"report": report_page(made), "trend": trend_page(trend(panel, by="category"))}
    for name, html in pages.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in pages}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["report", "trend"])
@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")])
def test_a_page_is_whole_and_accessible(
    browser: "Browser", addresses: dict[str, str], name: str, width: int, theme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    faults: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(addresses[name])
    page.wait_for_selector(".js-plotly-plot .main-svg")
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    page.wait_for_function("[...document.querySelectorAll('.picture')].every((p) => p.querySelector('.main-svg'))")
    assert faults == []
    assert [url for url in asked if url != addresses[name] and not url.startswith(("data:", "blob:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    results = Axe().run(page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in results] == []
    context.close()


@pytest.mark.slow
def test_the_keyboard_reaches_everything(browser: "Browser", addresses: dict[str, str]) -> None:
    page: Page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
    page.goto(addresses["report"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "theme"
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.keyboard.press("Enter")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    fold = page.locator("details:not([open]) > summary").first
    fold.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")
    table = page.locator("#where-to-look-first table")
    table.locator("th button").first.focus()
    page.keyboard.press("Enter")
    names = table.locator("tbody tr td:first-child").all_inner_texts()
    assert names == sorted(names, key=str.casefold) or len(names) < 2
    box = page.locator("#where-to-look-first input[type=search]")
    box.fill("no such item")
    assert table.locator("tbody tr:visible").count() == 0
    assert "0 of" in page.locator("#where-to-look-first [role=status]").inner_text()
    box.fill("")
    assert table.locator("tbody tr:visible").count() == len(names)
    page.close()


@pytest.mark.slow
def test_paper_shows_what_was_folded_away(browser: "Browser", addresses: dict[str, str]) -> None:
    page: Page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="dark")
    page.goto(addresses["report"])
    page.wait_for_selector(".js-plotly-plot .main-svg")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    assert not page.locator(".theme").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.close()
