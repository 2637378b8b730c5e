"""The public face has the words of the field: none of those that it went by before."""

import dataclasses
import inspect
import runpy
from collections.abc import Iterator
from pathlib import Path

import typer

import foresale
from foresale.cli.app import app

ROOT = Path(__file__).parent.parent
OLD = runpy.run_path(str(ROOT / "benchmarks" / "house_lists.py"))["OLD_WORDS"]
KEPT = {
    "--like": "reads as a sentence: --like NEW=ITEM",
}


def names_of(name: str, thing: object) -> Iterator[str]:
    """A public name, its parameters, fields and methods."""
    yield name
    if inspect.isclass(thing):
        yield from (part for part in vars(thing) if not part.startswith("_"))
        if dataclasses.is_dataclass(thing):
            yield from (field.name for field in dataclasses.fields(thing))
    elif inspect.isfunction(thing):
        yield from inspect.signature(thing).parameters


def test_no_public_name_is_an_old_word() -> None:
    found = {
        f"{name}: {part}"
        for name in foresale.__all__
        for part in names_of(name, getattr(foresale, name))
        if part in OLD and part not in KEPT
    }
    assert found == set()


def test_no_option_is_an_old_word() -> None:
    commands = vars(typer.main.get_command(app))["commands"].values()
    options = {option for command in commands for parameter in command.params for option in parameter.opts}
    assert {option for option in options if option.strip("-").replace("-", "_") in OLD} <= set(KEPT)


def test_the_glossary_explains_no_old_word() -> None:
    rows = [line for line in (ROOT / "docs" / "glossary.md").read_text().splitlines() if line.startswith("| ")]
    assert {row.split("|")[1].strip() for row in rows} & OLD == set()
