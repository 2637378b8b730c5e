import csv
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from foresale.cli.marks import header, is_ours
from foresale.pages.page import Section, page, write_page

NAMES = st.lists(st.text(st.sampled_from('ab,"\n é'), max_size=4), min_size=1, max_size=5, unique=True)


@given(NAMES)
def test_a_marked_header_reads_as_the_names(names: list[str]):
    assert next(csv.reader([header(names)], strict=True)) == names


@pytest.mark.parametrize("names", [["item_id", "sales"], ["sales"], ["a, b", "mean"], ["mean", "a, b"], ["a", 'b "c"']])
def test_a_marked_header_is_known_again(tmp_path: Path, names: list[str]):
    (tmp_path / "f.csv").write_text(header(names) + "\n")
    assert is_ours(tmp_path / "f.csv")


@pytest.mark.parametrize(
    "line",
    ["item_id,sales", '"item_id","sales"', '"item_id",sales', '"a, b"', "", "\x00\xff", 'item_id,"sales', "PAR1"],
)
def test_headers_of_others_are_not(tmp_path: Path, line: str):
    for name in ("f.csv", "f.parquet", "f.html", "f.json", "f.txt"):
        (tmp_path / name).write_bytes(line.encode("latin-1") + b"\n")
        assert not is_ours(tmp_path / name)


def test_a_page_names_its_generator(tmp_path: Path):
    write_page(tmp_path / "page.html", page("Tea", [Section("Sales", ["Much"])]))
    assert is_ours(tmp_path / "page.html")
    write_page(tmp_path / "page.html", "<html>somebody's own</html>")
    assert not is_ours(tmp_path / "page.html")
