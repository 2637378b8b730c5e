"""Files that are there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A file to write to that takes the place of `path` when all went well, and vanishes when not.

    A reader sees the old file or the new one, never half of it; it lies in the same folder, so that the move is one
    step. Its name holds the process, so that two that write the same file do not disturb one another.

    Raises:
        OSError: the folder does not exist or cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with whole_file(Path(folder, "sales.csv")) as part:
    ...         _ = part.write_text("tea,3")
    ...     [path.name for path in Path(folder).iterdir()]
    ['sales.csv']
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
