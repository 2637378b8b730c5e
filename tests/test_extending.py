"""The page on extending is an installed package: its files are written, its entry points found, its commands run."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parent.parent / "docs" / "extending.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
MOST_LINES = 20


def blocks(language: str) -> list[str]:
    return [code for found, code in BLOCK.findall(PAGE.read_text()) if found == language]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages with the one of the page in it, as an installer lays it out."""
    folder = tmp_path_factory.mktemp("site")
    for code in blocks("python"):
        path = folder / code.splitlines()[0].removeprefix("# ")
        path.parent.mkdir(exist_ok=True)
        path.write_text(code)
    (folder / "mine" / "__init__.py").write_text("")
    project = tomllib.loads(blocks("toml")[0])["project"]
    about = folder / f"{project['name']}-{project['version']}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    sections = [
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in points.items())
        for group, points in project["entry-points"].items()
    ]
    (about / "entry_points.txt").write_text("\n".join(sections))
    return folder


def run(folder: Path, *words: str, work: Path) -> str:
    paths = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, *words],
        cwd=work,
        env=os.environ | {"PYTHONPATH": paths},
        timeout=300,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_every_part_is_short():
    parts = [code for code in blocks("python") if code.startswith("# mine/")]
    assert len(parts) == 3
    for code in parts:
        lines = [line for line in code.splitlines()[1:] if line.strip()]
        assert len(lines) < MOST_LINES, code


@pytest.mark.slow
def test_the_laws_hold(installed: Path, tmp_path: Path):
    run(installed, str(installed / "test_mine.py"), work=tmp_path)


@pytest.mark.slow
def test_the_commands_run(installed: Path, tmp_path: Path):
    for line in "".join(blocks("")).splitlines():
        said = run(installed, "-m", *shlex.split(line), work=tmp_path)
        assert "fell back" not in said
    assert (tmp_path / "next-week.parquet").exists()
    assert (tmp_path / "kept" / "model.json").exists()


@pytest.mark.slow
def test_names_that_are_not_there_are_said_with_those_that_are(installed: Path, tmp_path: Path):
    code = "import foresale; foresale.forecast('till://north', horizon=3, model='next-month')"
    with pytest.raises(AssertionError, match=r"none of auto, .*, last-month"):
        run(installed, "-c", code, work=tmp_path)
