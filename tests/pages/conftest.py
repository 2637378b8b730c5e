"""What a reader must never meet on a page: text that is cut off, sticks out, or has to be scrolled to."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

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
