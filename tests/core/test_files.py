import os
import threading
import time
from pathlib import Path

import pytest

from foresale.core.files import whole_file, whole_folder


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


def test_a_long_name_is_written(tmp_path: Path):
    path = tmp_path / ("f" * 250 + ".csv")
    with whole_file(path) as part:
        part.write_text("tea")
    assert path.read_text() == "tea"


def test_several_write_one_file_in_one_process(tmp_path: Path):
    with whole_file(tmp_path / "f.csv") as one, whole_file(tmp_path / "f.csv") as two:
        one.write_text("one")
        two.write_text("two")
    assert (tmp_path / "f.csv").read_text() == "one"
    assert list(tmp_path.iterdir()) == [tmp_path / "f.csv"]


def test_what_a_killed_process_left_is_taken_away_a_day_later(tmp_path: Path):
    old, new, theirs = (tmp_path / f".{name}.part" for name in ("foresale-old", "foresale-new", "theirs"))
    for path in (old, new, theirs):
        path.mkdir()
        (path / "half.txt").touch()
    for path in (old, theirs):
        os.utime(path, (time.time() - 2 * 24 * 3600,) * 2)
    with whole_file(tmp_path / "f.csv") as part:
        part.touch()
    assert sorted(tmp_path.iterdir()) == sorted([new, theirs, tmp_path / "f.csv"])


def test_folders_that_are_written_at_once_are_whole(tmp_path: Path):
    failed: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for _ in range(20):
                with whole_folder(tmp_path / "model", old=tmp_path / "old") as part:
                    for name in ("a", "b"):
                        (part / name).write_text(str(number))
        except OSError as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len({(tmp_path / "model" / name).read_text() for name in ("a", "b")}) == 1
    assert list(tmp_path.iterdir()) == [tmp_path / "model"]


def test_a_failed_folder_leaves_the_old_one(tmp_path: Path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "a").touch()

    def write_half() -> None:
        with whole_folder(tmp_path / "model", old=tmp_path / "old"):
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        write_half()
    assert (tmp_path / "model" / "a").exists()
    assert list(tmp_path.iterdir()) == [tmp_path / "model"]


def test_an_error_names_the_file(tmp_path: Path):
    def write() -> None:
        with whole_file(tmp_path / "f.csv"), Path("/dev/full").open("wb", buffering=0) as full:
            full.write(b"tea")

    with pytest.raises(OSError, match="No space left") as caught:
        write()
    assert caught.value.filename == str(tmp_path / "f.csv")
