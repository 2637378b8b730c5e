"""Results as files: the ending says the form, a file is there whole or not at all, and nobody's data is replaced."""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from foresale.cli.console import note
from foresale.cli.marks import KEY, header, is_ours
from foresale.core.errors import ConfigError
from foresale.core.files import whole_file

if TYPE_CHECKING:
    import polars as pl

WRITING: Final = "Writing files"
ENDINGS: Final = (".parquet", ".csv")
PAGES: Final = (".html",)
_CLOCK: Final = "%Y-%m-%d %H:%M:%S"
"""How a time without a zone is written in text."""
_FORMULA: Final = r"^[=+\-@\t\r]"
"""How a cell begins that a spreadsheet takes for a formula (OWASP, "CSV Injection")."""

Output = Annotated[
    Path | None,
    typer.Option("--output", metavar="FILE", help="Write the result to a file that ends in .parquet or .csv."),
]


@dataclass(frozen=True)
class Writing:
    """What files may be replaced, and for whom text tables are written; the same on every command."""

    overwrite: Annotated[
        bool,
        typer.Option(
            "--overwrite",
            rich_help_panel=WRITING,
            help="Replace files that Foresale did not write, or that this command reads; else they are refused.",
        ),
    ] = False
    safe_csv: Annotated[
        bool,
        typer.Option(
            "--safe-csv",
            rich_help_panel=WRITING,
            help="In .csv files, set ' before text that begins with =, +, - or @, which a spreadsheet would compute.",
        ),
    ] = False

    def check(
        self,
        *tables: Path | None,
        page: Path | None = None,
        inputs: Sequence[str | None] = (),
        endings: tuple[str, ...] = ENDINGS,
    ) -> None:
        """Refuse files that could not be written in the end, or that hold what is not ours, before any work is done.

        Raises:
            ConfigError: another ending, a folder of that name, a place that cannot be written to, one file for two
                results, or a file that is read or that Foresale did not write (unless it may be overwritten).
        """
        wanted = [(path, endings) for path in tables if path is not None]
        wanted += [(page, PAGES)] if page is not None else []
        for number, (path, allowed) in enumerate(wanted):
            check_output(path, endings=allowed)
            if any(_is_same(path, other) for other, _ in wanted[:number]):
                raise ConfigError(f"{path} is named for two results. Give each a file of its own.")
            if not self.overwrite:
                check_unread(path, inputs)
                check_ours(path)

    def table(self, frame: "pl.DataFrame", path: Path, *, digits: int | None = None) -> None:
        """Write a table in the form that the file's ending names; see `write_frame`."""
        write_frame(safe(frame) if self.safe_csv and path.suffix.lower() == ".csv" else frame, path, digits=digits)

    def tables(self, frames: "Iterable[pl.DataFrame]", path: Path) -> None:
        """Write tables of the same columns as one, each when it comes, so that they never stand in memory together.

        Raises:
            OSError: the disk is full, or the folder is gone.
        """
        is_text = path.suffix.lower() == ".csv"
        with whole_file(path) as part:
            if is_text:
                for number, frame in enumerate(frames):
                    _write_text(safe(frame) if self.safe_csv else frame, part, goes_on=number > 0)
            else:
                _write_columns(frames, part)


def check_output(path: Path, *, endings: tuple[str, ...] = ENDINGS) -> None:
    """Refuse a file that could not be written in the end, before any work is done; its folder is made.

    Raises:
        ConfigError: another ending, a folder of that name, or a place that cannot be written to.
    """
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


def check_unread(path: Path, inputs: Iterable[str | None]) -> None:
    """Refuse a result in the place of what the command reads, or where its next run would read the result.

    Raises:
        ConfigError: it is an input, or one of the files that a folder or a pattern means.
    """
    from foresale.io.sources import would_read

    for source in inputs:
        if source and would_read(source, path):
            what = "it is read by this command" if Path(source).is_file() else f"{source} is read, and would hold it"
            raise ConfigError(f"{path} is not written: {what}. Choose another name, or pass --overwrite to replace it.")


def check_ours(path: Path) -> None:
    """Refuse to replace a file that Foresale did not write.

    Raises:
        ConfigError: such a file, or one that cannot be read.
    """
    try:
        kept = path.exists() and not (path.is_file() and is_ours(path))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    if kept:
        cure = "Choose another name, or pass --overwrite to replace it."
        raise ConfigError(f"{path} is not replaced: it is there, and Foresale did not write it. {cure}")


def write_frame(frame: "pl.DataFrame", path: Path, *, digits: int | None = None) -> None:
    """Write a table in the form that the file's ending names, with the mark of Foresale.

    In text, numbers of single precision are written with so many `digits`: 4.1 rather than 4.1000004.

    Raises:
        OSError: the disk is full, or the folder is gone.
    """
    import polars as pl

    is_text = path.suffix.lower() == ".csv"
    if is_text and digits is not None:
        frame = _rounded(frame, digits)
    with whole_file(path) as part:
        try:
            if is_text:
                _write_text(frame, part)
            else:
                frame.write_parquet(part, metadata={KEY: "table"})
        except pl.exceptions.ComputeError as error:  # how its Parquet writer tells of a full disk
            raise OSError(str(error)) from error


def _write_text(frame: "pl.DataFrame", path: Path, *, goes_on: bool = False) -> None:
    from polars import selectors

    clocks = selectors.datetime(time_zone=None)
    frame = frame.with_columns(clocks.dt.to_string(_CLOCK))
    with path.open("ab" if goes_on else "wb") as file:
        if not goes_on:
            file.write(f"{header(frame.columns)}\n".encode())
            file.flush()
        frame.write_csv(file, include_header=False)


def _write_columns(frames: "Iterable[pl.DataFrame]", path: Path) -> None:
    """Write tables to one Parquet file, by way of a file for each."""
    import polars as pl

    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".foresale-", suffix=".part") as folder:
        parts = []
        for number, frame in enumerate(frames):
            parts.append(Path(folder, f"{number}.parquet"))
            frame.write_parquet(parts[-1])
        pl.scan_parquet(parts).sink_parquet(path, metadata={KEY: "table"})


def safe(frame: "pl.DataFrame") -> "pl.DataFrame":
    """The table with ' before text that a spreadsheet would take for a formula, in names and cells."""
    import polars as pl
    from polars import selectors

    text = selectors.string() | selectors.categorical() | selectors.enum()
    begins = pl.DataFrame({"name": frame.columns})["name"].str.contains(_FORMULA)
    names = {name: f"'{name}" for name, risky in zip(frame.columns, begins, strict=True) if risky}
    return frame.with_columns(text.cast(pl.String).str.replace(f"({_FORMULA})", "'$1")).rename(names)


def _rounded(frame: "pl.DataFrame", digits: int) -> "pl.DataFrame":
    import polars as pl
    from polars import selectors

    return frame.with_columns(selectors.by_dtype(pl.Float32).cast(pl.Float64).round_sig_figs(digits))


def _is_same(path: Path, other: Path) -> bool:
    return path.resolve() == other.resolve()


def say_written(*paths: Path | None, quiet: bool) -> None:
    """Say which files were written; None was not asked for."""
    for path in paths:
        if path is not None and not quiet:
            note(f"Wrote {path}.")
