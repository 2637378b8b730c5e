"""What a feast is called, whoever writes it: names without marks, and keys."""

import re
from typing import Final

_MARKS: Final = re.compile(r"\s*\((?:observed|estimated|observed, estimated)\)$")


def named(title: str) -> tuple[str, bool]:
    """A holiday's name without the marks of the holidays package, and whether its date is an estimate.

    >>> named("Eid al-Fitr (estimated)")
    ('Eid al-Fitr', True)
    """
    return _MARKS.sub("", title), "estimated" in title


def feast_of(name: str) -> str:
    """The key of a feast.

    >>> feast_of("Eid al-Fitr"), feast_of("Valentine's Day"), feast_of("9.9")
    ('eid_al_fitr', 'valentines_day', '9_9')
    """
    plain = name.lower().replace("'", "").replace("’", "")
    return "_".join("".join(letter if letter.isalnum() else " " for letter in plain).split())
