"""A page is one well-formed file that needs no network and lets no text become markup."""

import json
import re
from datetime import date, datetime
from html.parser import HTMLParser

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.pages.page import Facts, Notes, Picture, Section, Spark, Table, page, write_page
from foresale.plotting.charts import line_chart

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Reader(HTMLParser):
    """Collects elements and complains about tags that do not close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"script", "style"} and data.strip():
            self.text.append(data.strip())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def html() -> str:
    table = Table(
        ["Item", "Line", "Units", "Share"],
        [("<i>tea</i>", Spark([1.0, np.nan, 2.0]), 1200, 0.5), ("coffee", Spark([]), None, float("nan"))],
        "Best & worst",
    )
    figure = line_chart([1, 2], {"</script><script>alert(1)</script>": [1, 2]}, title="Sales")
    sections = [
        Section("First", ["A & B", Facts({"Items": 3, "Unknown": None}), Notes(["<note>"])]),
        Section("First", [table]),
        Section("图表", [Picture(figure, "Two days of sales", "caption")]),
    ]
    return page("Tea & <Co>", sections, lead="lead")


def test_page_is_well_formed_with_landmarks_headings_and_language(html: str) -> None:
    found = Reader(html)
    assert html.startswith("<!doctype html>")
    assert found.all("html") == [{"lang": "en"}]
    for landmark in ("header", "main", "footer", "nav"):
        assert len(found.all(landmark)) == 1
    assert len(found.all("h1")) == 1
    assert len(found.all("h2")) == len(found.all("section")) == 3
    assert any(meta.get("name") == "viewport" for meta in found.all("meta"))


def test_nothing_is_fetched_from_anywhere(html: str) -> None:
    found = Reader(html)
    for _, attributes in found.elements:
        for name in ("src", "href", "srcset", "action", "data"):
            value = attributes.get(name) or ""
            assert not re.match(r"(https?:)?//", value), value
    assert not any(script.get("src") for script in found.all("script"))
    style = "".join(re.findall(r"<style>(.*?)</style>", html, re.DOTALL))
    assert "url(" not in style
    assert "@import" not in style
    assert "showSendToCloud: false" in html


def test_text_stays_text(html: str) -> None:
    found = Reader(html)
    assert "Tea & <Co>" in found.text
    assert {"A & B", "<note>", "<i>tea</i>", "Best & worst"} <= set(found.text)
    assert not found.all("i")
    assert "alert(1)</script>" not in html


def test_sections_with_one_title_have_their_own_anchors_and_links_lead_to_them(html: str) -> None:
    found = Reader(html)
    anchors = [section["id"] for section in found.all("section")]
    assert anchors == ["first", "first-2", "图表"]
    assert [f"#{anchor}" for anchor in anchors] == [link["href"] for link in found.all("a")][1:]


def test_picture_is_described_and_its_data_can_be_read_back(html: str) -> None:
    found = Reader(html)
    assert any(each.get("aria-label") == "Two days of sales" for each in found.all("div"))
    (data,) = re.findall(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    assert json.loads(data)["data"][0]["name"] == "</script><script>alert(1)</script>"
    assert html.count('<script type="application/gzip" id="plotly">') == 1


def test_unknown_is_a_dash_and_sorts_as_unknown(html: str) -> None:
    found = Reader(html)
    assert found.text.count("–") == 3
    keys = [cell["data-key"] for cell in found.all("td")]
    assert keys == ["<i>tea</i>", "3.0", "1200.0", "0.5", "coffee", "0.0", "", ""]
    assert len(found.all("polyline")) == 2


def test_numbers_are_set_to_the_right_and_headings_are_buttons(html: str) -> None:
    found = Reader(html)
    assert [heading.get("class") for heading in found.all("th")] == [None, None, "number", "number"]
    assert len([button for button in found.all("button") if button.get("class") != "theme"]) == 4


def test_a_page_without_pictures_is_light() -> None:
    assert len(page("Short", [Section("One", ["text"])])) < 20_000


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1234567, "1,234,567"),
        (np.int64(3), "3"),
        (1234.5678, "1,234.57"),
        (np.float32(0.5), "0.50"),
        (True, "yes"),
        (date(2024, 5, 1), "2024-05-01"),
        (datetime(2024, 5, 1), "2024-05-01"),
        (datetime(2024, 5, 1, 13, 30), "2024-05-01 13:30"),
        (float("inf"), "–"),
    ],
)
def test_cells_are_shown_as_people_write_them(value: object, shown: str) -> None:
    assert shown in Reader(page("t", [Section("s", [Table(["x"], [(value,)], "c")])])).text


def test_tables_come_from_frames() -> None:
    frame = pl.DataFrame({"a": [1, 2], "b": ["x", None]})
    table = Table.of(frame, caption="c")
    assert table.columns == ["a", "b"]
    assert table.numeric == (True, False)
    with pytest.raises(ConfigError, match="row 1"):
        Table(["a"], [(1,), (1, 2)], "ragged")


def test_a_page_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch) -> None:
    target = tmp_path / "page.html"
    assert write_page(target, "old") == target

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_page(target, "new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_written_as_utf_8(tmp_path) -> None:
    path = write_page(tmp_path / "p.html", "销量 ☕")
    assert path.read_bytes().decode("utf-8") == "销量 ☕"
