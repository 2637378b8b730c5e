from pathlib import Path

import pytest

from foresale.core.files import whole_file


def test_a_failed_write_leaves_the_old_file(tmp_path: Path):
    path = tmp_path / "f.csv"
    path.write_text("old")

    def write_half() -> None:
        with whole_file(path) as part:
            part.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
