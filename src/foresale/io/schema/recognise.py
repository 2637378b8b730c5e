"""Which column is what: by what the caller said, else by what people call such columns."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal

from foresale.core.errors import ConfigError, DataError, Fault
from foresale.core.text import few
from foresale.io.schema.synonyms import BESIDE, MONEY, OF_LINES, PLACES, ROLES, SUM_WORDS

Needs = Literal["sales", "future", "items", "events"]
ColumnsTold = Mapping[str, str | Sequence[str]]

_NEEDED: Final = {
    "sales": ("timestamp", "sales"), "future": ("timestamp",), "items": ("item",), "events": ("timestamp",),
}  # fmt: skip
_LOOKED_FOR: Final = {
    "sales": tuple(ROLES), "future": ("item", "timestamp", "sales"), "items": ("item",), "events": tuple(ROLES),
}  # fmt: skip
_TOLD: Final = (*ROLES, "name")
_CURE: Final = "Name the columns: --columns item=sku timestamp=day sales=qty, or columns={'item': 'sku', …} in Python."
_WIDE: Final = "There seems to be one column per period: turn them into rows (unpivot, melt) of item, date and sales."
_PERIOD_NAME: Final = (
    r"[A-Za-z]{1,5}[ _]?\d{1,4}|\d{4}[-/_.]?[WMQ]?\d{1,2}([-/_.]?\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
)


def normalised(name: str) -> str:
    """A column name without what people write differently: case, accents, width, spaces and punctuation.

    >>> normalised("Invoice Date"), normalised("Référence"), normalised("单价(元)")
    ('invoicedate', 'reference', '单价元')
    """
    plain = name.casefold()
    if not plain.isascii():
        apart = unicodedata.normalize("NFKD", plain)
        plain = "".join(letter for letter in apart if unicodedata.category(letter) != "Mn")
        plain = unicodedata.normalize("NFC", plain)
    return re.sub(r"[\W_]+", "", plain)


_BY_NAME: Final = {
    role: {normalised(name): rank for rank, name in reversed(list(enumerate(names)))} for role, names in ROLES.items()
}
_OF_LINES: Final = {normalised(name): frozenset(map(normalised, beside)) for name, beside in OF_LINES.items()}
_MONEY: Final = frozenset(map(normalised, MONEY))
_SUM_WORDS: Final = frozenset(map(normalised, SUM_WORDS))
_PLACES: Final = {normalised(name): rank for rank, name in enumerate(PLACES)}


def is_money(name: str) -> bool:
    """Whether a column's name speaks of money rather than of units.

    >>> is_money("Revenue"), is_money("qty")
    (True, False)
    """
    return normalised(name) in _MONEY


def is_sum_word(text: str) -> bool:
    """Whether a text is what people call the sum of all rows.

    >>> is_sum_word("Grand Total"), is_sum_word("Total Care")
    (True, False)
    """
    return normalised(text) in _SUM_WORDS


def is_known_name(name: str) -> bool:
    """Whether a column of this name would be recognised.

    >>> is_known_name("销量"), is_known_name("éé")
    (True, False)
    """
    plain = normalised(name)
    return plain in _PLACES or any(plain in names for names in _BY_NAME.values())


@dataclass(frozen=True)
class Roles:
    """What each column is.

    Attributes:
        item: columns that tell items apart; empty where none was recognised.
        names: the column of every other role.
        named: roles that the caller named.
        candidates: for each role that was recognised, every column that could be it, best first.
        item_columns: columns such as store or colour that may belong to the item, the broadest first.
    """

    item: tuple[str, ...]
    names: Mapping[str, str]
    named: frozenset[str]
    candidates: Mapping[str, tuple[str, ...]]
    item_columns: tuple[str, ...]


def recognise(
    found: Sequence[str],
    *,
    columns: ColumnsTold | None = None,
    needs: Needs = "sales",
    repeated: frozenset[str] = frozenset(),
) -> Roles:
    """The roles of the columns `found`: those in `columns` win, the others go by their names.

    A role told as "" is left empty.

    Raises:
        ConfigError: `columns` speaks of a role that does not exist, or names one column twice.
        DataError: a column told is not there; a needed one is not recognised, or two could be it.

    >>> roles = recognise(["InvoiceDate", "StockCode", "Quantity", "Price", "Country"])
    >>> roles.item, dict(roles.names)
    (('StockCode',), {'timestamp': 'InvoiceDate', 'sales': 'Quantity', 'price': 'Price'})
    """
    named = _told(found, columns or {} if needs in ("sales", "events") else _here(found, columns or {}, needs))
    taken = {name for names in named.values() for name in names}
    chosen: dict[str, tuple[str, ...]] = {role: names for role, names in named.items() if names}
    possible: dict[str, tuple[str, ...]] = {}
    for role in _LOOKED_FOR[needs]:
        if role in named:
            continue
        free = [name for name in found if name not in taken]
        candidates = _candidates(free, role, found)
        if not candidates:
            continue
        _refuse_twins(candidates, role, repeated)
        chosen[role] = (candidates[0],)
        possible[role] = tuple(candidates)
        taken.add(candidates[0])
    missing = [role for role in _NEEDED[needs] if role not in chosen]
    if missing:
        raise _not_recognised(found, missing)
    return Roles(
        item=chosen.get("item", ()),
        names={role: names[0] for role, names in chosen.items() if role != "item"},
        named=frozenset(named),
        candidates=possible,
        item_columns=tuple(
            sorted(
                (n for n in found if normalised(n) in _PLACES and n not in taken),
                key=lambda name: _PLACES[normalised(name)],
            )
        ),
    )


def _candidates(free: Sequence[str], role: str, found: Sequence[str]) -> list[str]:
    """The columns that could have a role, best first; some names stand for it only beside another column."""
    ranks = _BY_NAME[role]
    plain = set(map(normalised, found))
    possible = [
        name for name in free if normalised(name) in ranks and not (role == "price" and is_of_lines(name, found))
    ]
    if role == "item" and "parentitemid" in plain:
        possible = [name for name in possible if normalised(name) != "itemid"] or possible
    possible.sort(key=lambda name: ranks[normalised(name)])
    beside = {normalised(name): normalised(other) for name, other in BESIDE.get(role, {}).items()}
    return possible or [name for name in free if beside.get(normalised(name)) in plain]


def is_of_lines(name: str, found: Sequence[str]) -> bool:
    """Whether a column holds amounts of whole lines of orders: by its name, or by that of a column beside it.

    >>> is_of_lines("item-price", ["item-price", "shipping-price"]), is_of_lines("item_price", ["qty"])
    (True, False)
    """
    plain = normalised(name)
    return plain in _MONEY or not _OF_LINES.get(plain, frozenset()).isdisjoint(map(normalised, found))


def _refuse_twins(candidates: Sequence[str], role: str, repeated: frozenset[str]) -> None:
    twins = [name for name in candidates if normalised(name) == normalised(candidates[0])]
    if len(twins) > 1 or twins[0] in repeated:
        place = ", ".join(twins) if len(twins) > 1 else f"{twins[0]}, which is there twice"
        raise DataError([Fault(f"several columns could be the {role}", max(len(twins), 2), place, _CURE)])


def _here(found: Sequence[str], columns: ColumnsTold, needs: Needs) -> dict[str, tuple[str, ...]]:
    """What was told of the sales, as far as it holds beside them: other files have fewer columns."""
    names = {role: split_names(value, found) for role, value in columns.items() if role in _LOOKED_FOR[needs]}
    present = {role: tuple(name for name in named if name in found) for role, named in names.items()}
    return {role: named for role, named in present.items() if named or not names[role]}


def _told(found: Sequence[str], columns: ColumnsTold) -> dict[str, tuple[str, ...]]:
    faults: list[Fault] = []
    named: dict[str, tuple[str, ...]] = {}
    for role, value in columns.items():
        if role not in _TOLD:
            close = get_close_matches(role, _TOLD, 1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise ConfigError(f"unknown role {role!r} in columns.{hint} There are {', '.join(_TOLD)}.")
        names = split_names(value, found)
        if len(names) > 1 and role != "item":
            raise ConfigError(f"{role} is one column, not {len(names)}: {', '.join(names)}")
        faults += [_absent(name, role, found) for name in names if name not in found]
        named[role] = names
    if faults:
        raise DataError(faults)
    used = [name for names in named.values() for name in names]
    twice = sorted({name for name in used if used.count(name) > 1})
    if twice:
        raise ConfigError(f"columns name {', '.join(map(repr, twice))} twice; a column has one role")
    return named


def split_names(value: str | Sequence[str], found: Sequence[str]) -> tuple[str, ...]:
    """The column names that are told: several in a list or, where no column has a comma in its name, in a text.

    >>> split_names("year, month", ["year", "month", "qty"])
    ('year', 'month')
    """
    if isinstance(value, str):
        parts = [value.strip()] if value.strip() in found else [part.strip() for part in value.split(",")]
        return tuple(part for part in parts if part)
    return tuple(str(part) for part in value)


def _absent(name: str, role: str, found: Sequence[str]) -> Fault:
    by_plain = {normalised(column): column for column in found}
    close = get_close_matches(normalised(name), list(by_plain), 1, cutoff=0.5)
    hint = f"Did you mean {by_plain[close[0]]!r}? " if close else ""
    return Fault(f"no column {name!r} for {role}", 1, _listed(found), f"{hint}Name one of the columns that are there.")


def _not_recognised(found: Sequence[str], missing: Sequence[str]) -> DataError:
    faults = []
    periods = [name for name in found if re.fullmatch(_PERIOD_NAME, name.strip())]
    cure = _WIDE if len(periods) > max(6, len(found) // 2) else _CURE
    for role in missing:
        names = {normalised(name): name for name in found}
        known = [name for name in _BY_NAME[role] if len(name) > 2]
        near = [names[name] for name in names if get_close_matches(name, known, 1, cutoff=0.75)]
        hint = f"Is it {near[0]!r}? " if near else ""
        faults.append(Fault(f"no {role} column recognised", 1, _listed(found), hint + cure))
    return DataError(faults)


def _listed(found: Sequence[str]) -> str:
    return f"columns {few(found, shown=30)}"
