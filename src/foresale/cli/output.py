"""Results as files: the ending says the form, and a file is there whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from foresale.cli.console import note
from foresale.core.errors import ConfigError
from foresale.core.files import whole_file

if TYPE_CHECKING:
    import polars as pl

ENDINGS: Final = (".parquet", ".csv")

Output = Annotated[
    Path | None,
    typer.Option("--output", metavar="FILE", help="Write the result to a file that ends in .parquet or .csv."),
]


def check_output(path: Path | None, *, endings: tuple[str, ...] = ENDINGS) -> None:
    """Refuse a file that could not be written in the end, before any work is done; its folder is made.

    Raises:
        ConfigError: another ending, a folder of that name, or a place that cannot be written to.
    """
    if path is None:
        return
    if path.suffix.lower() not in endings:
        raise ConfigError(f"cannot write {path}: its name must end in {' or '.join(endings)}")
    if path.is_dir():
        raise ConfigError(f"cannot write {path}: there is a folder of that name")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from error
    if not os.access(path.parent, os.W_OK):
        raise ConfigError(f"cannot write {path}: its folder is read-only")


def write_frame(frame: "pl.DataFrame", path: Path) -> None:
    """Write a table in the form that the file's ending names."""
    write: dict[str, Callable[[Path], object]] = {".parquet": frame.write_parquet, ".csv": frame.write_csv}
    with whole_file(path) as part:
        write[path.suffix.lower()](part)


def say_written(*paths: Path | None, quiet: bool) -> None:
    """Say which files were written; None was not asked for."""
    for path in paths:
        if path is not None and not quiet:
            note(f"Wrote {path}.")
