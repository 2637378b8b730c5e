"""What can go wrong, said so that the reader can act: the place, the count and the cure."""

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real


class ForesaleError(Exception):
    """Anything Foresale refuses to do, with a message for a person."""


class ConfigError(ForesaleError, ValueError):
    """A setting that cannot be: unknown name, impossible value, two settings that exclude each other."""


def check_number(value: object, what: str, *, whole: bool = False) -> None:
    """Refuse what is no number, where a number is asked for.

    Raises:
        ConfigError: text, a flag, nothing, or a number with a fraction where it has to be whole.

    >>> check_number("7", "a horizon", whole=True)
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: a horizon is a whole number, not '7'
    """
    if isinstance(value, bool) or not isinstance(value, Integral if whole else Real):
        raise ConfigError(f"{what} is a {'whole ' if whole else ''}number, not {value!r}")


class ModelError(ForesaleError):
    """A model folder that cannot be read, or does not fit the data it is given."""


class MissingExtraError(ForesaleError, ImportError):
    """An optional part is not installed; the message is the command that installs it."""

    def __init__(self, *, purpose: str, extra: str) -> None:
        super().__init__(f"{purpose} needs an optional part: pip install 'foresale[{extra}]'")


@dataclass(frozen=True)
class Fault:
    """One kind of fault in some data.

    Attributes:
        what: the fault in plain words, e.g. "sales is not a number".
        count: how many rows or items have it.
        place: the first of them, e.g. "row 17: 'n/a'".
        cure: what to do about it.
        rows: how many input rows are refused because of it (0 when the fault concerns no single row).
    """

    what: str
    count: int
    place: str
    cure: str
    rows: int = 0

    def __str__(self) -> str:
        first = "at" if self.count == 1 else "first at"
        return f"{self.what}: {self.count:,} ({first} {self.place}). {self.cure}"


class DataError(ForesaleError, ValueError):
    """Data that cannot be used, with every fault found, not only the first.

    >>> print(DataError([Fault("sales is not a number", 2, "row 3: 'n/a'", "Correct them or pass bad_rows='drop'.")]))
    sales is not a number: 2 (first at row 3: 'n/a'). Correct them or pass bad_rows='drop'.
    """

    def __init__(self, faults: Sequence[Fault], *, source: str = "") -> None:
        self.faults = tuple(faults)
        self.source = source
        lines = [str(fault) for fault in self.faults]
        if len(lines) > 1:
            lines = [f"{len(lines)} faults:", *(f"  {number}. {line}" for number, line in enumerate(lines, 1))]
        super().__init__((f"{source}: " if source else "") + "\n".join(lines))


class TooShortError(DataError):
    """No item has enough history for what was asked; something simpler may still do."""
