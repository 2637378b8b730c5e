"""Bundles: an item that is sold as a set counts as sales of its parts, since these are what is stocked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from foresale.core.errors import DataError, Fault
from foresale.data.column_names import column_called, items_by_text
from foresale.data.item_keys import as_text
from foresale.io.table import ROW, Table

_PARTS: Final = (
    "components",
    "bundle_components",
    "bundle_of",
    "consists_of",
    "kit_components",
    "bill_of_materials",
    "bom",
    "komponenten",
    "bestandteile",
    "stückliste",
    "composants",
    "componentes",
    "componenti",
    "składniki",
    "компоненты",
    "组件",
    "套装组成",
    "組合商品",
    "構成品",
    "セット内容",
    "구성품",
)
_TIMES: Final = re.compile(r"(?P<item>.+?)(?:\s*[*×]\s*|\s+x\s*)(?P<units>\d+(?:\.\d+)?)")
_BEFORE: Final = re.compile(r"(?P<units>\d+(?:\.\d+)?)(?:\s*[*×]\s*|\s*x\s+)(?P<item>.+)")


@dataclass(frozen=True)
class Bundle:
    """An item that is sold as a set, by its id as text.

    Attributes:
        item: the bundle's id.
        parts: the ids of its parts, and how many units of each are in one bundle.
    """

    item: str
    parts: tuple[tuple[str, float], ...]


def bundles_of(items: Table) -> tuple[Table, tuple[Bundle, ...]]:
    """A table of items without its column of components, and what that says.

    `components` names the parts with semicolons between them, each with its units where there are several:
    "cup*2; tray".

    Raises:
        DataError: a part that is the bundle itself, or units that are none.

    >>> import polars as pl
    >>> from foresale.io.table import load
    >>> file = load(pl.DataFrame({"sku": ["set", "cup"], "components": ["cup*2; tray", None]}), needs="items")
    >>> bundles_of(file)[1]
    (Bundle(item='set', parts=(('cup', 2.0), ('tray', 1.0))),)
    """
    column = column_called(items, _PARTS)
    if column is None or not items.keys:
        return items, ()
    bundles = []
    for row, item, text in zip(items.frame[ROW], items_by_text(items), as_text(items.frame[column]), strict=True):
        parts: dict[str, float] = {}
        for part, units in _parts(text or ""):
            parts[part] = parts.get(part, 0.0) + units
        if item in parts or any(units <= 0 for units in parts.values()):
            cure = 'Name its parts with their units, such as "cup*2; tray".'
            place = f"{items.place(row)}: {text}"
            raise DataError([Fault("a bundle of itself or of nothing", 1, place, cure)], source="items file")
        if parts:
            bundles.append(Bundle(item, tuple(parts.items())))
    return replace(items, frame=items.frame.drop(column)), tuple(bundles)


def _parts(text: str) -> Iterator[tuple[str, float]]:
    """Each part that is written with its units in one bundle; a name alone is one unit."""
    for written in filter(None, map(str.strip, text.split(";"))):
        found = _TIMES.fullmatch(written) or _BEFORE.fullmatch(written)
        yield (found["item"].strip(), float(found["units"])) if found else (written, 1.0)
