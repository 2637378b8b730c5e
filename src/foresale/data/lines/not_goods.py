"""Lines that sell no goods: postage, fees, discounts, adjustments, gift cards, samples, tests."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from foresale.data.lines.not_goods_words import ALONE, AT_THE_END, AT_THE_START, CODES, INSIDE

_FEW_WORDS: Final = 4
"""Words that a text of such a line has at most, numbers aside: longer ones are titles of goods ("… free shipping")."""
_SENTENCE: Final = 7
"""The same of a text that begins as such lines do: "Adjustment by john on 26/01/2010"."""
_FEW_LETTERS: Final = 10
"""The same in letters, for scripts without spaces."""
_MOST: Final = 0.5
"""Share of the items from which on the shop sells such things, so that they are goods."""


def kinds_of_not_goods(codes: pl.Series, names: pl.Series | None) -> pl.Series:
    """[N] what items are that are no goods, null for goods: told by their names, or codes where there is no name.

    An item without a name whose code differs in digits alone from one that its name tells is of the same kind. Where
    half of the items seem to be no goods, the shop sells such things, and all are goods.

    Args:
        codes: [N] ids of items, as text.
        names: [N] what they are called, null where unknown; None where nobody tells.

    >>> codes = pl.Series(["POST", "gift_20", "gift_30", "M", "85048", "22041", "2", "3"])
    >>> names = pl.Series(["DOTCOM POSTAGE", "Shop Gift Voucher £20", None, "Manual", "STAMP TIN", "FRAME",
    ...                    "SAMPLE TREE", "CUP"])
    >>> kinds_of_not_goods(codes, names).to_list()[:6]
    ['postage and delivery', 'gift cards', 'gift cards', 'manual adjustments', None, None]
    """
    texts = pl.repeat(None, len(codes), dtype=pl.String, eager=True) if names is None else names
    known = {text: kind_of_text(text) for text in texts.unique().drop_nulls().to_list()}
    found = [
        known[text] if text is not None else _kind_of_code(code, alone=names is None)
        for code, text in zip(codes.to_list(), texts.to_list(), strict=True)
    ]
    alike = {_family(code): kind for code, kind, text in zip(codes, found, texts, strict=True) if kind and text}
    alike.pop("", None)
    found = [
        kind or ("" if text else alike.get(_family(code), ""))
        for code, kind, text in zip(codes, found, texts, strict=True)
    ]
    if sum(map(bool, found)) > _MOST * len(found):
        found = [""] * len(found)
    return pl.Series("kind", [kind or None for kind in found], pl.String)


def kind_of_text(text: str) -> str:
    """What a line with this text is, "" for goods.

    >>> kind_of_text("AMAZON FEE"), kind_of_text("Frais de port Colissimo"), kind_of_text("补差价专拍")
    ('fees and charges', 'postage and delivery', 'manual adjustments')
    >>> kind_of_text("SET OF 3 SAMPLE BOTTLES"), kind_of_text("Kaffee"), kind_of_text("GIFT CARD HOLDER")
    ('', '', '')
    """
    words = _words(text)
    plain = " ".join(words)
    if not text.isascii() and len(plain.replace(" ", "")) <= _FEW_LETTERS:
        inside = next((kind for known, kind in _INSIDE.items() if known in plain), "")
        if inside:
            return inside
    begins = [" ".join(words[:count]) for count in range(1, _LONGEST + 1)] if len(words) <= _SENTENCE else []
    ends = [" ".join(words[-count:]) for count in range(1, _LONGEST + 1)] if len(words) <= _FEW_WORDS else []
    every = ((_STARTS, begins), (_ENDS, ends), (_WHOLE, [plain]))
    return next((known[part] for known, parts in every for part in parts if part in known), "")


def _kind_of_code(code: str, *, alone: bool) -> str:
    """What an id says: one of several words is a text where there is no other."""
    words = _words(code)
    return _CODES.get("".join(words), "") or (kind_of_text(code) if alone and len(words) > 1 else "")


def _family(code: str) -> str:
    """The word that a code begins with, if digits follow it: such codes differ in their numbers alone; else ""."""
    found = re.fullmatch(r"([^\W\d_]{3,})[\W\d_]*\d[\W\d_]*", code)
    return found[1].casefold() if found else ""


def _words(text: str) -> list[str]:
    """Words without case, accents, numbers and punctuation."""
    bare = text.casefold()
    if not bare.isascii():
        apart = unicodedata.normalize("NFKD", bare)
        bare = "".join(letter for letter in apart if unicodedata.category(letter) != "Mn")
        bare = unicodedata.normalize("NFC", bare)
    return _WORD.findall(bare)


_WORD: Final = re.compile(r"[^\W\d_]+")


def _by_text(kinds: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {" ".join(_words(text)): kind for kind, texts in kinds.items() for text in texts}


_WHOLE: Final = _by_text(ALONE)
_ENDS: Final = _by_text(AT_THE_END)
_STARTS: Final = _by_text(AT_THE_START)
_INSIDE: Final = _by_text(INSIDE)
_CODES: Final = _by_text(CODES)
_LONGEST: Final = max(len(text.split()) for text in (*_ENDS, *_STARTS))
