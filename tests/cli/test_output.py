from pathlib import Path

import polars as pl
import pytest

from foresale.cli.output import check_output, write_frame
from foresale.core.errors import ConfigError

FRAME = pl.DataFrame({"sku": [7, 8], "0.5": [1.5, 2.5]})


@pytest.mark.parametrize("name", ["f.parquet", "f.csv", "F.CSV"])
def test_the_ending_says_the_form(tmp_path: Path, name: str):
    path = tmp_path / "new" / name
    check_output(path)
    write_frame(FRAME, path)
    back = pl.read_parquet(path) if name.endswith("parquet") else pl.read_csv(path)
    assert back.equals(FRAME)
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("name", ["f.xlsx", "f", "f.csv.gz"])
def test_other_endings_are_refused_before_anything_is_made(tmp_path: Path, name: str):
    with pytest.raises(ConfigError, match=r"must end in .parquet or .csv"):
        check_output(tmp_path / "new" / name)
    assert not (tmp_path / "new").exists()


def test_places_that_cannot_be_written_are_refused(tmp_path: Path):
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "file").touch()
    for path in (tmp_path / "folder.csv", tmp_path / "file" / "f.csv"):
        with pytest.raises(ConfigError, match="cannot write"):
            check_output(path)


def test_a_place_that_only_seems_writable_is_refused():
    for path in (Path("/proc/f.csv"), Path("/proc/self/new/f.csv")):
        with pytest.raises(ConfigError, match="cannot write"):
            check_output(path)


def test_numbers_of_single_precision_are_written_without_noise(tmp_path: Path):
    frame = pl.DataFrame({"mean": pl.Series([0.1, 4.1000004, 1_234_567], dtype=pl.Float32), "mase": 0.123456789})
    write_frame(frame, tmp_path / "f.csv", digits=6)
    assert (tmp_path / "f.csv").read_text().split() == [
        "mean,mase", "0.1,0.123456789", "4.1,0.123456789", "1234570.0,0.123456789",
    ]  # fmt: skip
    write_frame(frame, tmp_path / "f.parquet", digits=6)
    assert pl.read_parquet(tmp_path / "f.parquet").equals(frame)
