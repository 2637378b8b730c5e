"""Optional parts: one place says which is missing, and the README says what each is for."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]


def test_all_is_all_of_them():
    (everything,) = PARTS["all"]
    named = set(re.search(r"\[(.*)\]", everything)[1].split(","))
    covered = {package for name in named for package in PARTS[name]}
    assert named <= set(PARTS)
    assert {package for name, packages in PARTS.items() if name != "all" for package in packages} == covered


def test_the_readme_tells_what_each_is_for():
    table = (ROOT / "README.md").read_text().split("| optional part | for |")[1].split("\n\n")[0]
    cells = "".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| "))
    assert set(re.findall(r"`(\w+)`", cells)) == set(PARTS)


def test_parts_that_are_named_exist():
    """What errors tell to install can be installed, and one helper tells it."""
    sources = {path: path.read_text() for path in (ROOT / "src").rglob("*.py")}
    told = {extra for text in sources.values() for extra in re.findall(r"""extra="(\w+)\"""", text)}
    assert told <= set(PARTS)
    raising = {path.name for path, text in sources.items() if "raise MissingExtraError" in text}
    assert raising == {"extras.py", "database.py"}  # the driver of a database is known only when it is asked for
