"""The documentation cannot lie: its examples run, its links lead somewhere, and no command goes undescribed."""

import importlib.util
import re
import shlex
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
import typer.main
from typer.testing import CliRunner

import foresale
from foresale.cli.app import app

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "CONTRIBUTING.md"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
TRAINING = {"train", "finetune", "fit", "forecast", "evaluate"}
LEARNING = {"fit", "forecast", "evaluate", "plan"}


def blocks_of(page: Path, languages: set[str]) -> list[tuple[str, str]]:
    return [(language, code) for language, code in BLOCK.findall(page.read_text()) if language in languages]


def with_examples(languages: set[str]) -> list[object]:
    return [
        pytest.param(page, id=str(page.relative_to(ROOT)), marks=pytest.mark.slow)
        for page in PAGES
        if blocks_of(page, languages)
        and page.parent.name != "platforms"  # on files of their own: data/test_platforms
        and page.stem != "extending"  # a package of its own: test_extending
    ]


@pytest.mark.parametrize("page", with_examples({"python", "sh"}))
def test_examples_run(page: Path, shop_files: Path):
    """Blocks of one page run in order, in one folder; networks train for a few steps, and the ensemble is quick."""
    names: dict[str, object] = {"__name__": "example"}
    for language, code in blocks_of(page, {"python", "sh"}):
        if language == "python":
            exec(compile(code, str(page), "exec"), names)
        else:
            for line in code.replace("\\\n", " ").splitlines():
                run_line(line)


def run_line(line: str) -> None:
    words = shlex.split(line, comments=True)
    if not words or words[0] != "foresale":
        return
    arguments = words[1:]
    if arguments[0] in TRAINING and "--steps" not in arguments:
        arguments += ["--steps", "3"]
    if arguments[0] in LEARNING and not {"--effort", "--model", "--models"} & set(arguments):
        arguments += ["--effort", "quick"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, f"{line}\n{result.output}\n{result.exception!r}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_need_nothing_but_the_front_door(page: Path):
    """What a page imports is `foresale` or a name of it; what it uses of `foresale` is a public name."""
    code = "\n".join(block for _, block in blocks_of(page, {"python"}))
    assert re.findall(r"^\s*(?:from foresale\.\S+ import.*|import foresale\..*)$", code, re.MULTILINE) == []
    lists = re.findall(r"^from foresale import (.*)$", code, re.MULTILINE)
    imported = {name.split(" as ")[0].strip() for names in lists for name in names.split(",")}
    used = {*imported, *re.findall(r"\bforesale\.(\w+)", code)}
    assert used - set(foresale.__all__) == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path):
    targets = [target for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_make_targets_that_are_named_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"`?make ([a-z]+)`?", page.read_text())}
    assert {"demo", "test", "check"} <= named & targets
    assert {name for name in named if f"`make {name}`" in "".join(page.read_text() for page in PAGES)} <= targets


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    specification = importlib.util.spec_from_file_location("commands_page", ROOT / "docs" / "commands.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_command_reference_is_fresh(generator: ModuleType):
    assert (ROOT / "docs" / "commands.md").read_text() == generator.reference(), "run `make docs`"


def test_every_command_and_option_is_explained():
    for name, command in vars(typer.main.get_command(app))["commands"].items():
        assert command.help, name
        assert [parameter.name for parameter in command.params if not parameter.help] == [], name


def test_every_option_is_in_the_reference():
    reference = (ROOT / "docs" / "commands.md").read_text()
    for name, command in vars(typer.main.get_command(app))["commands"].items():
        section = reference.split(f"## foresale {name}\n")[1].split("\n## ")[0]
        options = {option for parameter in command.params for option in parameter.opts if option.startswith("-")}
        assert {option for option in options if f"`{option}`" not in section} == set()


def test_the_drawing_of_the_house_is_the_order_that_is_held():
    """The first column of the floors in docs/design.md is the order of layers that import-linter checks."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = next(c["layers"] for c in settings["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    floors = re.search(
        r"Each floor stands.*?^```\n(.*?)^```", (ROOT / "docs" / "design.md").read_text(), re.MULTILINE | re.DOTALL
    )
    assert floors is not None
    assert [re.split(r" {2,}", line)[0] for line in floors[1].splitlines()] == [x for x in layers if x != "__main__"]
