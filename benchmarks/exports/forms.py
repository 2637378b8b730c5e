"""The forms that text takes on its way: encodings, separators, marks of numbers, quotes, line ends, dates."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any, Final

ENCODINGS: Final = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "utf-32")


@dataclass(frozen=True)
class Form:
    """How a table is written.

    Attributes:
        encoding: of the bytes.
        separator: between columns.
        decimal: mark before decimals.
        thousands: mark between thousands, "" for none.
        quoted: whether every cell stands in quotes.
        ending: of lines.
        blank: how many lines without a cell stand between rows.
        hint: whether the first line names the separator.
    """

    encoding: str
    separator: str
    decimal: str
    thousands: str
    quoted: bool
    ending: str
    blank: int
    hint: bool


def form_of(dice: Random, *, separator: str = "", decimal: str = "") -> Form:
    """Any form, with a decimal comma only where commas separate nothing."""
    chosen = separator or dice.choice((",", ",", ";", "\t", "|"))
    mark = decimal or ("," if chosen == ";" and dice.random() < 0.5 else ".")
    thousands = dice.choice(("", "", "\u202f" if mark == "," or chosen == ";" else ",")) if not decimal else ""
    return Form(
        dice.choice(ENCODINGS),
        chosen,
        mark,
        thousands,
        dice.random() < 0.3,
        dice.choice(("\n", "\r\n")),
        dice.choice((0, 0, 0, 3)),
        dice.random() < 0.1,
    )


def text_of(dice: Random, header: Sequence[str], rows: Sequence[Sequence[Any]], form: Form) -> bytes:
    """A table as bytes."""
    out = io.StringIO(newline="")
    style = csv.QUOTE_ALL if form.quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=form.separator, quoting=style, lineterminator=form.ending)
    writer.writerow(header)
    blanks = set(dice.sample(range(len(rows)), min(form.blank, len(rows))))
    for place, row in enumerate(rows):
        if place in blanks:
            out.write(dice.choice(("", form.separator * (len(header) - 1))) + form.ending)
        writer.writerow(["" if cell is None else _number(cell, form) for cell in row])
    hint = f"sep={form.separator}{form.ending}" if form.hint else ""
    text = hint + out.getvalue()
    is_chinese = any("一" <= letter <= "鿿" for letter in text) and not any("Ѐ" <= letter <= "ӿ" for letter in text)
    return text.encode(form.encoding if form.encoding != "gb18030" or is_chinese else "utf-8")


def _number(cell: Any, form: Form) -> Any:
    if not isinstance(cell, int | float):
        return cell
    text = f"{cell:,}".replace(",", "\0").replace(".", form.decimal)
    return text.replace("\0", form.thousands)


def _epoch(day: date) -> str:
    return str(int((datetime(day.year, day.month, day.day) - datetime(1970, 1, 1)).total_seconds()))


def _serial(day: date) -> str:
    return str((day - date(1899, 12, 30)).days)


DATES: Final[tuple[Callable[[date], str], ...]] = (
    date.isoformat,
    lambda day: f"{day:%d.%m.%Y}",
    lambda day: f"{day:%d/%m/%Y}",
    lambda day: f"{day:%Y/%m/%d}",
    lambda day: f"{day:%Y%m%d}",
    lambda day: f"{day:%b} {day.day}, {day.year}",
    lambda day: f"{day.day} {day:%B} {day.year}",
    lambda day: f"{day:%d-%b-%y}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day:%Y-%m-%d} 00:00:00",
    lambda day: f"{day:%Y-%m-%d}T00:00:00Z",
)
OF_OUR_TIME: Final = (_epoch, _serial)
"""Numbers stand for dates within decades of today; a date of another age makes them something else."""


def date_words(dice: Random, days: Sequence[date], form: Form) -> Callable[[date], str]:
    """One way to write the dates of a table."""
    near = all(1995 < day.year < 2040 for day in days)
    short = all(1970 < day.year < 2069 for day in days)
    ways = [way for way in DATES if short or way is not DATES[7]]
    ways += OF_OUR_TIME if near else ()
    return dice.choice(
        [way for way in ways if not (form.separator == "," and way is DATES[5] and not form.quoted)] or ways
    )
