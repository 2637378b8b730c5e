"""Ids of customers or items that a person lists: after a comma, or in a file."""

from pathlib import Path

from foresale.core.errors import DataError, Fault
from foresale.io.schema.recognise import normalised
from foresale.io.schema.synonyms import ROLES
from foresale.io.sources import fetch


def read_ids(told: str, *, role: str) -> tuple[str, ...]:
    """The ids that a text tells: of a file where it is the name of one, else the text itself, separated by commas.

    A file is a table with a column of the role, or one id a line.

    Args:
        told: the name of a file, or ids.
        role: what the ids are of: "customer" or "item".

    Raises:
        DataError: a file that cannot be read, or in which no column is of the role.

    >>> read_ids("ann, bob", role="customer")
    ('ann', 'bob')
    """
    path = Path(told).expanduser()
    ids = _of_file(path, role) if path.is_file() else told.split(",")
    return tuple(dict.fromkeys(name.strip() for name in ids if name.strip()))


def _of_file(path: Path, role: str) -> list[str]:
    if path.suffix.lower() in {".txt", ""}:
        return path.read_text(encoding="utf-8-sig").splitlines()
    frame = fetch(path).frame
    known = {normalised(name) for name in ROLES[role]}
    names = [name for name in frame.columns if normalised(name) in known] or frame.columns
    if frame.width > 1 and len(names) == frame.width:
        cure = f"Call one of them {role}, or leave one column."
        raise DataError([Fault(f"no {role} column recognised", frame.width, f"columns of {path.name}", cure)])
    ids = [str(value) for value in frame[names[0]].drop_nulls()]
    return ids if normalised(names[0]) in known else [names[0], *ids]
