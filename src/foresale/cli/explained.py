"""Explanations as tables for the terminal."""

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from foresale.cli.tables import plain_table
from foresale.core.columns import ITEM
from foresale.core.labels import item_index, item_label
from foresale.core.text import day

if TYPE_CHECKING:
    from rich.table import Table

    from foresale.explanations.attribution import Attribution
    from foresale.explanations.explanation import Explanation
    from foresale.explanations.lookalikes import Lookalikes

_SHOWN: Final = 10  # components that a terminal has room for
_HEADINGS: Final = {
    "en": ("component", "{count} periods", "share", "a period", "total"),
    "zh": ("组成", "{count} 期合计", "占比", "每期", "合计"),
}


def explained_table(found: "Explanation", item: object, *, language: Literal["en", "zh"]) -> "Table":
    """What each component of one item (the first by default) comes to over the horizon; those of nothing are left out.

    Raises:
        ConfigError: no such item.
    """
    from foresale.narrate.phrases import Phrases, number, percent

    place, words = item_index(found.forecast.items, item), Phrases.of(language)
    component, sum_of, share, mean, total = _HEADINGS[language]
    horizon = found.forecast.horizon
    whole = float(found.values[place].sum())
    table = plain_table(
        f"{item_label(found.forecast.items, place)}, {found.forecast.model}",
        names=(component,),
        numbers=(sum_of.format(count=horizon), share, mean),
    )
    for number_of, part in enumerate(found.components):
        values = found.ahead[place, :, number_of]
        if np.abs(values).max(initial=0) > 0 or part.kind in {"level", "remainder"}:
            units = float(values.sum())
            table.add_row(
                words.name(part.name),
                number(units, sign=part.kind != "level"),
                percent(units / whole) if whole > 0 else "–",
                number(units / horizon, sign=part.kind != "level"),
            )
    table.add_section()
    table.add_row(total, number(whole), "100 %" if whole > 0 else "–", number(whole / horizon))
    return table


def attributed_table(found: "Attribution", item: object) -> "Table":
    """What moved a model's forecast of one item most, in units of the mean over the horizon.

    Raises:
        ConfigError: no such item.
    """
    from foresale.narrate.phrases import number

    frame = found.ranked(item).head(_SHOWN)
    steps = found.start.shape[1] if found.start.ndim == 2 else 1
    table = plain_table(f"What {found.model} looked at", names=("source",), numbers=("adds", "moved"))
    for source, value, moved in frame.iter_rows():
        table.add_row(source, number(value / steps, sign=True), number(moved / steps))
    return table


def lookalikes_table(found: "Lookalikes", item: object) -> "Table":
    """The past windows that most resemble what is coming for one item."""
    import polars as pl

    ids = found.frame[ITEM].cast(pl.String)
    first = found.forecast.items[ITEM].cast(pl.String)[0] if item is None else str(item)
    table = plain_table("Like what is coming", names=("item", "from"), numbers=("similarity", "its size"))
    for like, start, similarity, ratio in found.frame.filter(ids == first)[
        "like", "start", "similarity", "ratio"
    ].rows():
        size = f"{1 / ratio:.2g} ×" if ratio else "–"
        table.add_row(str(like), day(start), f"{similarity:.2f}", size)
    return table
