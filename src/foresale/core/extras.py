"""Optional parts: what each is for, and what is said where one is not installed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from foresale.core.errors import MissingExtraError

EXTRAS: Final = {
    "train": "learning networks from sales",
    "trees": "a model of boosted trees",
    "plot": "a picture as a figure of plotly",
    "explain": "what networks looked at",
    "excel": "reading Excel files",
    "sql": "reading from a database",
    "postgres": "reading from PostgreSQL",
}
"""What each optional part of the package is needed for, by its name in `pip install 'foresale[NAME]'`."""


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Import what an optional part brings; where it is not installed, the command that installs it is told.

    Raises:
        MissingExtraError: an import failed.

    >>> with needs("excel"):
    ...     import no_such_package
    Traceback (most recent call last):
    foresale.core.errors.MissingExtraError: reading Excel files needs an optional part: pip install 'foresale[excel]'
    """
    try:
        yield
    except ImportError as error:
        raise MissingExtraError(purpose=EXTRAS[extra], extra=extra) from error
