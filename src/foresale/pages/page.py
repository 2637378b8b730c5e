"""The frame of every page: text, key figures, tables and pictures in one HTML file that needs no network."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from foresale.core.errors import ConfigError
from foresale.core.files import whole_file
from foresale.plotting.figure import Figure

UNKNOWN: Final = "–"
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_SEEN_AT_ONCE: Final = 8
"""Rows of a table from which on it can be searched."""
_SPARK_WIDTH: Final = 120
_SPARK_HEIGHT: Final = 24


@dataclass(frozen=True)
class Facts:
    """Key figures in a row of tiles: what each is called, and its value as it should stand there."""

    values: Mapping[str, object]


@dataclass(frozen=True)
class Notes:
    """A list of sentences: assumptions, fallbacks, warnings."""

    sentences: Sequence[str]


@dataclass(frozen=True)
class Spark:
    """A small line in a table cell; NaN breaks the line.

    >>> Spark([0.0, 1.0, 0.5]).lines
    ('0.0,22.0 60.0,2.0 120.0,12.0',)
    """

    values: Sequence[float] | npt.NDArray[np.floating]

    @property
    def lines(self) -> tuple[str, ...]:
        """Points of the line's unbroken parts, in the units of an SVG of 120 × 24."""
        values = np.asarray(self.values, float)
        known = np.isfinite(values)
        if not known.any():
            return ()
        low, high = min(float(values[known].min()), 0.0), float(values[known].max())
        x = np.linspace(0, _SPARK_WIDTH, values.size) if values.size > 1 else np.array([_SPARK_WIDTH / 2])
        y = _SPARK_HEIGHT - 2 - (values - low) / ((high - low) or 1.0) * (_SPARK_HEIGHT - 4)
        runs = np.split(np.arange(values.size), np.flatnonzero(np.diff(known.astype(int))) + 1)
        return tuple(" ".join(f"{x[i]:.1f},{y[i]:.1f}" for i in run) for run in runs if known[run[0]])


@dataclass(frozen=True)
class Share:
    """A share in a table cell, shown in percent; None where it is unknown.

    Attributes:
        value: 0.123 is 12.3 %.
        digits: decimals of the percentage.
        signed: whether a plus stands before what is above zero.
    """

    value: float | None
    digits: int = 1
    signed: bool = False

    def __str__(self) -> str:
        if self.value is None or not np.isfinite(self.value):
            return UNKNOWN
        percent = round(100 * self.value, self.digits) + 0.0  # no minus before a zero
        return f"{percent:{'+' if self.signed and percent else ''},.{self.digits}f} %"

    @classmethod
    def column(cls, frame: pl.DataFrame, *names: str, digits: int = 1, signed: bool = False) -> pl.DataFrame:
        """A table whose columns of shares are told in percent."""
        shown = [pl.Series(name, [cls(value, digits, signed) for value in frame[name]], pl.Object) for name in names]
        return frame.with_columns(shown)


@dataclass(frozen=True)
class Table:
    """A table that is as wide as its page, a card for each row on a phone, and sorts by a click on a heading.

    Attributes:
        columns: the headings.
        rows: the cells; numbers are set to the right and rounded, a `Spark` is drawn, None and NaN show as a dash.
        caption: what the table shows, read out before it.
        digits: decimals of numbers that are not whole.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    caption: str
    digits: int = 2

    def __post_init__(self) -> None:
        wrong = [number for number, row in enumerate(self.rows) if len(row) != len(self.columns)]
        if wrong:
            raise ConfigError(f"row {wrong[0]} of the table {self.caption!r} has not {len(self.columns)} cells")

    @classmethod
    def of(cls, frame: pl.DataFrame, *, caption: str, digits: int = 2) -> "Table":
        """The table of a data frame."""
        return cls(frame.columns, frame.rows(), caption, digits)

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Of each column, whether all of its known cells are numbers."""
        return tuple(self._is_numeric([row[place] for row in self.rows]) for place in range(len(self.columns)))

    @staticmethod
    def _is_numeric(cells: list[object]) -> bool:
        known = [cell for cell in cells if cell is not None]
        return bool(known) and all(isinstance(cell, int | float | np.number | Share) for cell in known)

    @property
    def search(self) -> bool:
        """Whether a box above it finds rows by a word in them: where there are more than can be seen at once."""
        return len(self.rows) > _SEEN_AT_ONCE


@dataclass(frozen=True)
class Picture:
    """A figure, what it shows in words for those who do not see it, and an optional caption below."""

    figure: Figure
    description: str
    caption: str = ""

    @property
    def title(self) -> str:
        """What stands above the picture: text of the page, which wraps where the picture could only cut it off."""
        title = self.figure.layout.title
        return str(title.text or "") if title is not None else ""

    @property
    def json(self) -> Markup:
        """The figure as JSON that cannot close the script element it stands in."""
        return Markup(self.figure.to_json().replace("<", "\\u003c"))  # noqa: S704 - "<" cannot occur


@dataclass(frozen=True)
class Details:
    """Parts that are folded away below a line of summary; pictures in it are drawn when it is opened."""

    summary: str
    parts: Sequence["Part"]
    open: bool = False


Part = str | Facts | Notes | Table | Picture | Details


def _pictured(parts: Sequence[Part]) -> bool:
    return any(isinstance(p, Picture) or (isinstance(p, Details) and _pictured(p.parts)) for p in parts)


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it; a string is a paragraph."""

    title: str
    parts: Sequence[Part] = field(default_factory=tuple)

    @property
    def anchor(self) -> str:
        """The id that the table of contents points to."""
        return "-".join("".join(c.lower() if c.isalnum() else " " for c in self.title).split()) or "section"


def page(title: str, sections: Sequence[Section], *, lead: str = "", lang: str = "en") -> str:
    """One self-contained HTML file: light and dark, narrow and wide, printable, all text escaped.

    Args:
        title: the page's heading and window title.
        sections: what it shows, in order; two with the same title get different anchors.
        lead: one sentence below the heading.
        lang: the language of the text, as a BCP 47 tag.

    >>> html = page("Tea & Co", [Section("Sales", ["<b> is text here"])])
    >>> "Tea &amp; Co" in html, "&lt;b&gt; is text here" in html, len(html) < 20_000
    (True, True, True)
    """
    pictured = any(_pictured(section.parts) for section in sections)
    return _template().render(
        title=title,
        sections=list(zip(_anchors(sections), sections, strict=True)),
        lead=lead,
        lang=lang,
        plotly=_plotly() if pictured else "",
        kinds=_KINDS,
    )


def write_page(path: str | Path, html: str) -> Path:
    """Write a page so that a reader sees the old file or the new one, never half of it.

    Raises:
        OSError: the folder does not exist or cannot be written.
    """
    target = Path(path)
    with whole_file(target) as part:
        part.write_text(html, encoding="utf-8", newline="\n")
    return target


_KINDS: Final = {Facts: "facts", Notes: "notes", Table: "table", Picture: "picture", Details: "details", str: "text"}


def _anchors(sections: Sequence[Section]) -> list[str]:
    seen: dict[str, int] = {}
    anchors = []
    for section in sections:
        seen[section.anchor] = seen.get(section.anchor, 0) + 1
        repeated = seen[section.anchor]
        anchors.append(section.anchor if repeated == 1 else f"{section.anchor}-{repeated}")
    return anchors


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("foresale.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(cell=_cell, sort_key=_sort_key)
    environment.tests.update(spark=lambda value: isinstance(value, Spark), day=_is_day)
    return environment.get_template("page.html.j2")


@cache
def _plotly() -> str:
    """Plotly's script, compressed and as text: a sixth of its size, and unpacked by the browser."""
    packed = files("foresale.pages").joinpath("plotly", "plotly-cartesian.min.js.gz").read_bytes()
    return b64encode(packed).decode("ascii")


def _cell(value: object, digits: int) -> str:
    if value is None or (isinstance(value, float | np.floating) and not np.isfinite(value)):
        return UNKNOWN
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return f"{value:,}"
    if isinstance(value, float | np.floating):
        return f"{value:,.{digits}f}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == datetime.min.time() else "%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


def _is_day(value: object) -> bool:
    """Whether a cell holds a date, which is not to be broken over two lines."""
    return isinstance(value, date) or (isinstance(value, str) and bool(_DAY.fullmatch(value)))


def _sort_key(value: object) -> str:
    if isinstance(value, Share):
        return _sort_key(value.value)
    if isinstance(value, Spark):
        known = np.asarray(value.values, float)
        return str(float(np.nansum(known)))
    if isinstance(value, int | float | np.number) and np.isfinite(float(value)):
        return json.dumps(float(value))
    return "" if value is None or isinstance(value, float | np.floating) else str(value)
