"""Writes docs/commands.md from the command line itself, so that the two cannot differ."""

from collections.abc import Iterator
from inspect import signature
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer.main

from foresale.cli.app import app

PAGE = Path(__file__).parent / "commands.md"
FIRST = "Arguments and options"


def reference() -> str:
    """The whole page as Markdown."""
    lines = [
        "# Commands",
        "",
        "Made from the command line itself by `make docs`; `foresale COMMAND --help` says the same.",
        "",
        "Results go to stdout or to the file of `--output`, everything else to stderr.",
        "The exit code is 0 when all went well, 2 when the data or a setting were refused, 130 after Ctrl-C.",
    ]
    for name, command in commands().items():
        lines += ["", f"## foresale {name}", "", command.help, ""]
        lines += [f"```text\nforesale {name} {usage(command)}\n```"]
        for panel, parameters in panels(command).items():
            lines += ["", f"### {panel}", "", "| | |", "|---|---|"]
            lines += [f"| {names(command, parameter)} | {meaning(parameter)} |" for parameter in parameters]
    return "\n".join(lines) + "\n"


def commands() -> dict[str, Any]:
    """The commands by name, in the order of `foresale --help`."""
    return dict(vars(typer.main.get_command(app))["commands"])


def usage(command: Any) -> str:
    """What must be given."""
    needed = [parameter for parameter in command.params if parameter.required]
    return " ".join([*(_needed(command, parameter) for parameter in needed), "[OPTIONS]"])


def _needed(command: Any, parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar)
    return f"{parameter.opts[0]} {value(command, parameter)}"


def panels(command: Any) -> dict[str, list[Any]]:
    """The parameters by the box that `--help` shows them in."""
    grouped: dict[str, list[Any]] = {}
    for parameter in command.params:
        grouped.setdefault(getattr(parameter, "rich_help_panel", None) or FIRST, []).append(parameter)
    return grouped


def names(command: Any, parameter: Any) -> str:
    """An option's names and what it takes; a flag takes nothing."""
    if parameter.param_type_name == "argument":
        return f"`{parameter.metavar}`"
    flags = " ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
    return flags if parameter.is_flag else f"{flags} `{value(command, parameter)}`"


def value(command: Any, parameter: Any) -> str:
    """What an option of a command takes."""
    hint = signature(command.callback).parameters[parameter.name].annotation
    kinds = [hint, *_inner(hint)]
    choices = [choice for kind in kinds if get_origin(kind) is Literal for choice in get_args(kind)]
    if choices:
        return "\\|".join(choices)
    return parameter.metavar or ("NUMBER" if int in kinds or float in kinds else "TEXT")


def _inner(hint: Any) -> Iterator[Any]:
    """The types that one is made of."""
    for part in () if get_origin(hint) is Literal else get_args(hint):
        if isinstance(part, type) or get_origin(part) is not None:
            yield part
            yield from _inner(part)


def meaning(parameter: Any) -> str:
    """What an option does, and what it is when not given."""
    return " ".join([parameter.help, *_defaults(parameter)]).replace("|", "\\|")


def _defaults(parameter: Any) -> Iterator[str]:
    if parameter.required:
        yield "Required."
    elif getattr(parameter, "is_flag", False) and parameter.secondary_opts:
        yield f"Default: {(parameter.opts if parameter.default else parameter.secondary_opts)[0]}."
    elif not getattr(parameter, "is_flag", False) and parameter.default not in (None, ()):
        yield f"Default: {parameter.default}."


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
