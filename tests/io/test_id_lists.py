from pathlib import Path

import pytest

from foresale.core.errors import DataError
from foresale.io.id_lists import read_ids


@pytest.mark.parametrize(
    ("name", "text", "ids"),
    [
        ("list.txt", "ann\nbob\n\nann\n", ("ann", "bob")),
        ("list.csv", "customer_id,since\n0012,2020\n7,2021\n", ("0012", "7")),
        ("bare.csv", "0012\n0034\n", ("0012", "0034")),
        ("named.csv", "name,user_id\nAnn,a1\nBob,b1\n", ("a1", "b1")),
    ],
)
def test_files_of_ids(name: str, text: str, ids: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    assert read_ids(str(tmp_path / name), role="customer") == ids


def test_a_file_that_does_not_tell_which_column_is_refused(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("colour,height\nred,3\n")
    with pytest.raises(DataError, match=r"no customer column recognised.*Call one of them customer"):
        read_ids(str(tmp_path / "list.csv"), role="customer")


def test_ids_themselves() -> None:
    assert read_ids("ann,, bob ,ann", role="customer") == ("ann", "bob")
