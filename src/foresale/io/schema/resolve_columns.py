"""Which of several possible columns it is, decided by a look at their values."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from foresale.io.schema.numbers import parse_numbers
from foresale.io.schema.recognise import Roles, is_money, normalised
from foresale.io.schema.statuses import are_statuses
from foresale.io.schema.synonyms import NAMES, STATUSES
from foresale.io.schema.times import parse_times

_LOOK: Final = 2_000  # values that tell a column
_PAIRS: Final = 500_000  # rows up to which every pair of item and stamp is looked at
_FEW, _MUCH_FEWER = 0.05, 0.1
_STATUSES: Final = frozenset(map(normalised, STATUSES))
_MOSTLY, _OWN = 0.5, 0.5
"""Share of an item's rows that bear its name at least, and of the items that have one of their own."""
_ROW_IDS: Final = ("id", "key", "itemid", "uniqueid")


def resolve_columns(frame: pl.DataFrame, roles: Roles) -> tuple[Roles, tuple[str, ...]]:
    """The roles after a look at the values, and sentences on what was chosen.

    A stamp column must hold dates, a sales column numbers; a column that is different in every row is no item if
    another could be. Columns such as store belong to the item where items repeat their stamps without them and
    (nearly) do not with them.
    """
    names = dict(roles.names)
    for role, fits in (("timestamp", _holds_times), ("sales", _holds_numbers), ("price", _holds_numbers)):
        if role in names and role not in roles.named:
            names[role] = _first_fit(frame, roles.candidates[role], fits)
    status = _status(frame, roles)
    if status:
        names["status"] = status
    settled = replace(roles, names=names)
    if "item" not in roles.named:
        settled = replace(settled, item=_item(frame, settled))
    named = _name(frame, settled)
    settled = replace(settled, names={**settled.names, "name": named} if named else settled.names)
    notes = _choice_notes(settled)
    if "item" not in roles.named and "timestamp" in names:
        settled, notes = _with_places(frame, settled, notes)
    if not settled.item:
        notes = (*notes, "No item column is recognised: all rows are one series (else name it: item=sku).")
    return settled, notes


def _status(frame: pl.DataFrame, roles: Roles) -> str:
    """A column such as type or state that holds what became of orders, where no other is the status; else ""."""
    if "status" in roles.names or "status" in roles.named:
        return ""
    used = {*roles.item, *roles.names.values()}
    possible = [name for name in frame.columns if normalised(name) in _STATUSES and name not in used]
    return next((name for name in possible if are_statuses(frame[name])), "")


def _name(frame: pl.DataFrame, roles: Roles) -> str:
    """The column that says what items are called: one text stands beside most rows of an item; "" if there is none."""
    if not roles.item or "name" in roles.named:
        return roles.names.get("name", "") if roles.item else ""
    used = {*roles.item, *roles.names.values()}
    ranks = {normalised(name): rank for rank, name in reversed(list(enumerate(NAMES)))}
    possible = [name for name in frame.columns if normalised(name) in ranks and name not in used]
    possible.sort(key=lambda name: ranks[normalised(name)])
    return next((name for name in possible if _names_items(frame, name, roles.item)), "")


def _names_items(frame: pl.DataFrame, name: str, item: Sequence[str]) -> bool:
    """Whether a text is the same in most rows of an item, and others have others."""
    if frame[name].dtype not in (pl.String, pl.Categorical, pl.Enum):
        return False
    rows = _some_items(frame.select([*item, name]), item).drop_nulls(name)
    counts = rows.group_by([*item, name]).len("__rows").group_by(item).agg(pl.col("__rows").max())
    alike = rows.height and counts["__rows"].sum() >= _MOSTLY * rows.height
    return bool(alike and (counts.height == 1 or rows[name].n_unique() >= _OWN * counts.height))


def _first_fit(frame: pl.DataFrame, candidates: Sequence[str], fits: Callable[[pl.Series], bool]) -> str:
    return next((name for name in candidates if fits(_look(frame[name]))), candidates[0])


def _look(column: pl.Series) -> pl.Series:
    step = max(len(column) // _LOOK, 1)
    return column.gather_every(step).drop_nulls()


def _holds_times(column: pl.Series) -> bool:
    return column.is_empty() or parse_times(column).values.null_count() * 2 <= len(column)


def _holds_numbers(column: pl.Series) -> bool:
    if column.dtype == pl.Boolean or not (column.dtype.is_numeric() or column.dtype == pl.String):
        return False
    return column.is_empty() or int(parse_numbers(column).wrong.sum()) * 2 <= len(column)


def _item(frame: pl.DataFrame, roles: Roles) -> tuple[str, ...]:
    """The first candidate that is not different in every row; a bare row number is no item at all."""
    candidates = roles.candidates.get("item", ())
    used = set(roles.names.values())
    free = [name for name in candidates if name not in used]
    free = [name for name in free if frame[name].null_count() < frame.height] or free
    if not free or frame.height < 3:
        return tuple(free[:1])
    for name in free:
        if not _all_distinct(frame[name]):
            return (name,)
    return () if normalised(free[0]) in _ROW_IDS[:2] and frame.height > 10 else (free[0],)


def _all_distinct(column: pl.Series) -> bool:
    """Whether no value comes twice, the first rows asked first since that mostly answers it."""
    head = column.head(1000)
    if head.n_unique() < len(head):
        return False
    return column.n_unique() == len(column)


def _choice_notes(roles: Roles) -> tuple[str, ...]:
    notes = []
    for role in ("item", "timestamp", "sales", "price"):
        chosen = roles.item[:1] if role == "item" else tuple(filter(None, [roles.names.get(role)]))
        others = [name for name in roles.candidates.get(role, ()) if name not in (*chosen, *roles.names.values())]
        if chosen and others:
            notes.append(f"{role.capitalize()} is column {chosen[0]!r}; it could also be {', '.join(others)}.")
    sales = roles.names.get("sales")
    if sales and "sales" not in roles.named and is_money(sales):
        notes.append(f"Sales is column {sales!r}, which may be money rather than units.")
    return tuple(notes)


def _with_places(frame: pl.DataFrame, roles: Roles, notes: tuple[str, ...]) -> tuple[Roles, tuple[str, ...]]:
    """Adds the columns to the item without which its stamps repeat: as few of them as do."""
    places = [name for name in roles.item_columns if name not in {*roles.item, *roles.names.values()}]
    places = [name for name in places if normalised(name) not in _STATUSES or not are_statuses(frame[name])]
    if not places or "order" in roles.names or frame.height < 2:
        return roles, notes
    stamp = roles.names["timestamp"]
    sample = _some_items(frame.select([*roles.item, *places, stamp]), roles.item)
    alone = _repeated(sample, [*roles.item, stamp])
    kept = list(places)
    together = _repeated(sample, [*roles.item, *kept, stamp])
    if alone < _FEW or together > alone * _MUCH_FEWER:
        return roles, notes
    for name in places:
        fewer = [place for place in kept if place != name]
        if _repeated(sample, [*roles.item, *fewer, stamp]) <= together:
            kept = fewer
    verb, them = ("belongs", "it") if len(kept) == 1 else ("belong", "them")
    note = f"{', '.join(kept)} {verb} to the item: without {them} {alone:.0%} of the rows repeat a stamp, with {them} "
    return replace(roles, item=(*roles.item, *kept)), (*notes, f"{note}{together:.0%}.")


def _some_items(frame: pl.DataFrame, item: Sequence[str]) -> pl.DataFrame:
    """Whole items, about half a million rows of them."""
    if frame.height <= _PAIRS or not item:
        return frame
    share = frame.height // _PAIRS + 1
    sample = frame.filter(pl.col(item[0]).hash(seed=1) % share == 0)
    return sample if sample.height else frame


def _repeated(frame: pl.DataFrame, names: Sequence[str]) -> float:
    """Share of the rows that are there again under the same names."""
    return 1 - frame.select(names).n_unique() / frame.height
