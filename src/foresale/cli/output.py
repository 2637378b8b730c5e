"""Results as files: the ending says the form, and a file is there whole or not at all."""

import tempfile
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
    check_folder(path.parent, name=path)


def check_folder(folder: Path, *, name: Path) -> None:
    """Refuse a place in which nothing can be made, found out by making something there, since rights alone may lie.

    Raises:
        ConfigError: `name` could not be written in this folder.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ConfigError(f"cannot write {name}: {error.strerror}") from error


def write_frame(frame: "pl.DataFrame", path: Path, *, digits: int | None = None) -> None:
    """Write a table in the form that the file's ending names.

    In text, numbers of single precision are written with so many `digits`: 4.1 rather than 4.1000004.
    """
    is_text = path.suffix.lower() == ".csv"
    if is_text and digits is not None:
        frame = _rounded(frame, digits)
    with whole_file(path) as part:
        if is_text:
            frame.write_csv(part)
        else:
            frame.write_parquet(part)


def _rounded(frame: "pl.DataFrame", digits: int) -> "pl.DataFrame":
    import polars as pl
    from polars import selectors

    return frame.with_columns(selectors.by_dtype(pl.Float32).cast(pl.Float64).round_sig_figs(digits))


def say_written(*paths: Path | None, quiet: bool) -> None:
    """Say which files were written; None was not asked for."""
    for path in paths:
        if path is not None and not quiet:
            note(f"Wrote {path}.")
