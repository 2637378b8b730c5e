"""Amounts as people write them: money with its sign, shares in percent, times in weeks."""

import re
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from foresale.io.schema.numbers import parse_numbers

_CODES: Final = (
    "USD",
    "EUR",
    "GBP",
    "CNY",
    "RMB",
    "JPY",
    "CHF",
    "PLN",
    "SEK",
    "NOK",
    "DKK",
    "CAD",
    "AUD",
    "HKD",
    "TWD",
    "KRW",
    "INR",
    "BRL",
    "MXN",
    "RUB",
)
_SIGNS: Final = r"[\p{Sc}元円원]|(?i:\b(?:" + "|".join(_CODES) + r"|zł|kr)\b)|R\$"
_ALIKE: Final = {
    "元": "¥",
    "円": "¥",
    "￥": "¥",
    "CNY": "¥",
    "RMB": "¥",
    "JPY": "¥",
    "EUR": "€",
    "USD": "$",
    "GBP": "£",
    "원": "₩",
    "KRW": "₩",
    "US$": "$",
}
_TIMES: Final = {
    1.0: r"d|day|days|tag|tage|tagen|jour|jours|dias?|días?|giorni|天|日|일",
    7.0: r"w|wk|wks|week|weeks|woche|wochen|semaines?|semanas?|周|星期|週|주",
    30.436875: r"m|mo|month|months|monat|monate|mois|mes(?:es)?|个月|月|ヶ月|개월",
    365.2425: r"y|yr|year|years|jahr|jahre|ans?|años?|年|년",
}
_UNITS: Final = r"(?i)\s*(?:units?|pcs|pieces|pc|stk|stück|ea|个|件|箱|個|개|kg|m3|m³|l)\.?$"


def sign_of(currency: str) -> str:
    """A currency by its sign, whether it is written as a sign or a code.

    >>> sign_of("EUR"), sign_of("€")
    ('€', '€')
    """
    return _ALIKE.get(currency.upper(), currency.upper())


@dataclass(frozen=True)
class Amounts:
    """A column of amounts.

    Attributes:
        values: Float64; null where nothing is written or it is no amount.
        wrong: Boolean, where something is written that is no amount.
        notes: how it was read, in sentences without the name of the column.
        currencies: the distinct signs of money that were written.
    """

    values: pl.Series
    wrong: pl.Series
    notes: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()


def parse_amounts(column: pl.Series, *, semicolons: bool = False) -> Amounts:
    """Numbers out of a column, whatever marks thousands and decimals; signs of money and words for pieces left out.

    >>> money = parse_amounts(pl.Series(["€ 1.234,50", "12 EUR", ""]))
    >>> money.values.to_list(), money.currencies
    ([1234.5, 12.0, None], ('€',))
    >>> parse_amounts(pl.Series(["$12", "free"])).wrong.to_list()
    [False, True]
    """
    if column.dtype != pl.String:
        plain = parse_numbers(column, semicolons=semicolons)
        return Amounts(plain.values, plain.wrong | plain.infinite)
    signs = column.str.extract_all(_SIGNS).explode(empty_as_null=True).drop_nulls().unique().to_list()
    bare = column.str.replace_all(_SIGNS, "").str.replace(_UNITS, "").str.strip_chars()
    bare = bare.zip_with((bare != "") | (column.str.strip_chars() == ""), column)
    parsed = parse_numbers(bare, semicolons=semicolons)
    written = tuple(sorted({sign_of(sign) for sign in signs}))
    notes = parsed.notes + ((f"signs of money are left out: {', '.join(written)}",) if written else ())
    return Amounts(parsed.values, parsed.wrong | parsed.infinite, notes, written)


def parse_shares(column: pl.Series, *, above_one: bool = False, semicolons: bool = False) -> Amounts:
    """Shares of one: 0.95, 95 % and a column with values such as 95 are the same.

    Where a share may lie above one, as a year's holding of costly room does, 10.4 may be 10.4 % or 1040 %: that is
    asked, unless the column's name says which ("in %", "share").

    Args:
        column: what is written.
        above_one: whether a share may be above one.
        semicolons: whether semicolons part the columns of its file.

    >>> parse_shares(pl.Series(["95 %", "0.98"])).values.to_list()
    [0.95, 0.98]
    >>> parse_shares(pl.Series([95.0, 98.0])).values.to_list()
    [0.95, 0.98]
    >>> parse_shares(pl.Series("holding cost", [10.4]), above_one=True).wrong.to_list()
    [True]
    >>> [parse_shares(pl.Series(name, [10.4]), above_one=True).values[0] for name in ("holding %", "holding share")]
    [0.104, 10.4]
    """
    if column.dtype == pl.String:
        signed = column.str.contains("[%％]").fill_null(value=False)
        plain = parse_amounts(column.str.replace_all(r"\s*[%％]", ""), semicolons=semicolons)
    else:
        signed = pl.repeat(False, len(column), dtype=pl.Boolean, eager=True)
        plain = parse_amounts(column, semicolons=semicolons)
    bare = plain.values.filter(~signed)
    told = _share_in_name(column.name) if above_one else None
    percent = bool(((bare > 1) & (bare <= 100)).any()) and not bool(((bare > 0) & (bare < 1)).any())
    percent = told == "percent" or (percent and not above_one)
    unclear = (~signed & (plain.values > 1)).fill_null(value=False) if above_one and told is None else None
    divided = signed | pl.repeat(percent, len(column), dtype=pl.Boolean, eager=True)
    notes = (*plain.notes, "numbers are read as percent") if percent else plain.notes
    wrong = plain.wrong if unclear is None else plain.wrong | unclear
    return Amounts((plain.values / 100).round(12).zip_with(divided, plain.values), wrong, notes)


def _share_in_name(name: str) -> Literal["percent", "share"] | None:
    """What a column's name says of the numbers in it."""
    if re.search(
        r"(?i)[%％]|\b(?:percent|per cent|pct|prozent|pourcent|por ciento|percentage)|百分", name.replace("_", " ")
    ):
        return "percent"
    return (
        "share"
        if re.search(r"(?i)\b(?:share|fraction|ratio|anteil|part|proportion)\b", name.replace("_", " "))
        else None
    )


def parse_days(column: pl.Series, *, unit: float = 1.0, semicolons: bool = False) -> Amounts:
    """Days out of numbers, or of text such as "2 weeks"; a number alone counts `unit` days.

    >>> parse_days(pl.Series(["2 weeks", "10 d", "3", "3周"])).values.to_list()
    [14.0, 10.0, 3.0, 21.0]
    """
    if column.dtype != pl.String:
        plain = parse_amounts(column, semicolons=semicolons)
        return Amounts(plain.values * unit, plain.wrong)
    text, factor = column.str.strip_chars(), pl.repeat(unit, len(column), dtype=pl.Float64, eager=True)
    for days, words in _TIMES.items():
        ending = rf"(?i)([0-9.,])\s*(?:{words})\.?$"
        fits = text.str.contains(ending).fill_null(value=False)
        text = text.str.replace(ending, "$1")
        factor = factor.set(fits, days)
    plain = parse_amounts(text, semicolons=semicolons)
    return Amounts(plain.values * factor, plain.wrong, plain.notes)


def unit_in_name(name: str) -> float:
    """Days in the unit of time that a column's name ends in; 1 where it names none.

    >>> unit_in_name("Lead time (weeks)"), unit_in_name("lead_time"), unit_in_name("shelf life months")
    (7.0, 1.0, 30.436875)
    """
    word = re.split(r"[\W_]+", name.strip().strip(")]） ").casefold())[-1]
    return next((days for days, words in _TIMES.items() if len(word) > 1 and re.fullmatch(words, word)), 1.0)
