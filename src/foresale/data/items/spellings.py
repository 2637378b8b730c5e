"""Ids that differ in case, leading zeros, spaces or width alone: most likely one item in two spellings."""

import re
import unicodedata
from typing import Final

import polars as pl

from foresale.core.text import counted

_SHOWN: Final = 3  # pairs that a sentence has room for


def spelling_notes(items: pl.DataFrame, keys: tuple[str, ...]) -> tuple[str, ...]:
    """A sentence for each key column with ids in several spellings.

    >>> spelling_notes(pl.DataFrame({"sku": ["85123A", "85123a", "7"]}), ("sku",))[0].partition(":")[0]
    "1 id of 'sku' in several spellings ('85123A' and '85123a')"
    """
    notes = []
    for key in keys:
        if items[key].dtype not in (pl.String, pl.Categorical, pl.Enum):
            continue
        groups: dict[str, list[str]] = {}
        for text in items[key].unique().drop_nulls().cast(pl.String).sort().to_list():
            groups.setdefault(_plain(text), []).append(text)
        several = [texts for texts in groups.values() if len(texts) > 1]
        if several:
            shown = "; ".join(" and ".join(map(repr, texts)) for texts in several[:_SHOWN])
            more = "; …" if len(several) > _SHOWN else ""
            count = f"{counted(len(several), 'id')} of '{key}' in several spellings"
            notes.append(f"{count} ({shown}{more}): items of their own; write them alike if they are one.")
    return tuple(notes)


def _plain(text: str) -> str:
    """Without case, width, white space and the zeros in front of a number."""
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()
    return bare.lstrip("0") or "0" if bare.isdecimal() else bare
