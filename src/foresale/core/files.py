"""Files and folders that are there whole or not at all."""

import errno
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_PART: Final = ".foresale-{}.part"
"""What a file or folder is called while it is written; its own name might make this one too long for the disk."""
_STALE_SECONDS: Final = 24 * 60 * 60
"""Without a change for so long, what is half written belongs to a process that was killed; no write takes a day."""
_ATTEMPTS: Final = 100
"""Moves into a place that others move into as well, before it is given up."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A file to write to that takes the place of `path` when all went well, and vanishes when not.

    A reader sees the old file or the new one, never half of it; it lies in the same folder, so that the move is one
    step. Its name is drawn, so that two that write the same file do not disturb one another, in other containers too.
    What a killed process left in the folder is taken away a day later.

    Raises:
        OSError: the folder does not exist or cannot be written, or the disk is full; it names the file.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with whole_file(Path(folder, "sales.csv")) as part:
    ...         _ = part.write_text("tea,3")
    ...     [path.name for path in Path(folder).iterdir()]
    ['sales.csv']
    """
    sweep(path.parent)
    part = _beside(path)
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise _of(error, path) from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path, *, old: Path) -> Iterator[Path]:
    """A folder to fill that takes the place of the folder `path` when all went well, and vanishes when not.

    A folder cannot be replaced in one step: the one that was there stands at `old` for a moment, where a kill leaves
    it. Of several that write the same folder at once, the last one stays, whole.

    Raises:
        OSError: the place cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path.parent)
    part = _beside(path)
    part.mkdir()
    try:
        yield part
        _move_in(part, path, old)
    except OSError as error:
        raise _of(error, path) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Take away what killed processes left half written in a folder."""
    before = time.time() - _STALE_SECONDS
    for part in folder.glob(_PART.format("*")):
        try:
            if part.stat().st_mtime > before:
                continue
            if part.is_dir():
                shutil.rmtree(part, ignore_errors=True)
            else:
                part.unlink()
        except OSError:  # another one took it away, or it belongs to somebody else
            continue


def _of(error: OSError, path: Path) -> OSError:
    """The error with the name of what was to be written, rather than the one it has while it is written, or none."""
    if error.errno is None:  # of a writer that only has words for it
        return OSError(errno.EIO, str(error), str(path))
    return OSError(error.errno, error.strerror, str(path))


def _beside(path: Path) -> Path:
    return path.with_name(_PART.format(os.urandom(8).hex()))


def _move_in(part: Path, path: Path, old: Path) -> None:
    """Move a folder to its place, over and over where others move theirs there in between."""
    for attempt in range(_ATTEMPTS):
        shutil.rmtree(old, ignore_errors=True)
        try:
            if path.exists():
                path.rename(old)
            part.rename(path)
        except OSError:
            if attempt == _ATTEMPTS - 1:
                raise
            continue
        shutil.rmtree(old, ignore_errors=True)
        return
