from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest

from foresale.cli.output import Writing, check_output, write_frame
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
    Writing().check(path)


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
        'mean,"mase"',
        "0.1,0.123456789",
        "4.1,0.123456789",
        "1234570.0,0.123456789",
    ]
    write_frame(frame, tmp_path / "f.parquet", digits=6)
    assert pl.read_parquet(tmp_path / "f.parquet").equals(frame)


@pytest.mark.parametrize("name", ["f.parquet", "f.csv", "page.html", "all.json"])
def test_what_others_wrote_is_not_replaced(tmp_path: Path, name: str):
    path = tmp_path / name
    if name.endswith("parquet"):
        FRAME.write_parquet(path)
    else:
        FRAME.write_csv(path)
    page, table = (path, None) if name.endswith("html") else (None, path)
    with pytest.raises(ConfigError, match="Foresale did not write it"):
        Writing().check(table, page=page, endings=(".csv", ".parquet", ".json"))
    Writing(overwrite=True).check(table, page=page, endings=(".csv", ".parquet", ".json"))


@pytest.mark.parametrize("name", ["sales.csv", "sales/february.csv"])
def test_what_is_read_is_not_replaced_though_foresale_wrote_it(tmp_path: Path, name: str):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    write_frame(FRAME, path)
    source = str(tmp_path / name.split("/")[0])
    with pytest.raises(ConfigError, match="is read"):
        Writing().check(path, inputs=(None, source))
    Writing(overwrite=True).check(path, inputs=(None, source))
    Writing().check(path, inputs=(None, "", str(tmp_path / "elsewhere"), "sqlite:///shop.db"))


def test_a_result_does_not_go_where_the_next_run_would_read_it(tmp_path: Path):
    (tmp_path / "sales").mkdir()
    for source in ("sales", "sales/*.csv"):
        with pytest.raises(ConfigError, match="is read"):
            Writing().check(tmp_path / "sales" / "forecast.csv", inputs=(str(tmp_path / source),))
    Writing().check(tmp_path / "sales" / "_forecast.csv", inputs=(str(tmp_path / "sales"),))


def test_a_link_to_what_is_read_is_the_same_file(tmp_path: Path):
    write_frame(FRAME, tmp_path / "sales.csv")
    (tmp_path / "other.csv").symlink_to(tmp_path / "sales.csv")
    with pytest.raises(ConfigError, match="is read"):
        Writing().check(tmp_path / "other.csv", inputs=(str(tmp_path / "sales.csv"),))


def test_two_results_do_not_share_a_file(tmp_path: Path):
    with pytest.raises(ConfigError, match="two results"):
        Writing(overwrite=True).check(tmp_path / "f.csv", tmp_path / "new" / ".." / "f.csv")


def test_text_that_a_spreadsheet_would_compute_is_disarmed_on_request(tmp_path: Path):
    ids = ["=1+1", "+7", "-7", "@sum", "tea-3", "7"]
    frame = pl.DataFrame({"item_id": ids, "=kind": ids, "mean": [-1.0] * 6})
    Writing().table(frame, tmp_path / "f.csv")
    assert pl.read_csv(tmp_path / "f.csv").equals(frame)
    Writing(safe_csv=True).table(frame, tmp_path / "f.csv")
    safe = pl.read_csv(tmp_path / "f.csv")
    assert safe.columns == ["item_id", "'=kind", "mean"]
    assert safe["item_id"].to_list() == safe["'=kind"].to_list() == ["'=1+1", "'+7", "'-7", "'@sum", "tea-3", "7"]
    assert safe["mean"].to_list() == [-1.0] * 6
    Writing(safe_csv=True).table(frame, tmp_path / "f.parquet")
    assert pl.read_parquet(tmp_path / "f.parquet").equals(frame)


@pytest.mark.parametrize("name", ["f.parquet", "f.csv"])
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch):
    write_frame(FRAME, tmp_path / name)
    before = (tmp_path / name).read_bytes()

    @contextmanager
    def full(path: Path) -> Iterator[Path]:
        yield Path("/dev/full")

    monkeypatch.setattr("foresale.cli.output.whole_file", full)
    with pytest.raises(OSError, match="No space left"):
        write_frame(pl.DataFrame({"mean": range(100_000)}), tmp_path / name)
    assert (tmp_path / name).read_bytes() == before
