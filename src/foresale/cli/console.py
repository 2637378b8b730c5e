"""Words for people: everything but results goes to stderr, so that results can be piped."""

import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

PIPE_WIDTH: Final = 120  # columns of a table that goes to a file or another program
_SETTING: Final = re.compile(
    r"\b(kind|frequency|gaps|missing_future|bad_rows|far_dates|date_order|returns|not_goods|accept)='([\w-]+)'"
)


def errors() -> "Console":
    """The console of stderr; made anew, since tests and pipes exchange the stream."""
    from rich.console import Console

    return Console(file=sys.stderr, highlight=False, soft_wrap=True)


def results() -> "Console":
    """The console of stdout; a pipe is as wide as the tables need."""
    from rich.console import Console

    console = Console(file=sys.stdout, highlight=False)
    return console if console.is_terminal else Console(file=sys.stdout, highlight=False, width=PIPE_WIDTH)


def in_options(text: str) -> str:
    """A message that names settings as Python does, with the options of the command line in their place.

    >>> in_options("Correct it, or pass bad_rows='drop'.")
    'Correct it, or pass --bad-rows drop.'
    """
    return _SETTING.sub(lambda found: f"--{found[1].replace('_', '-')} {found[2]}", text)


def width() -> int:
    """How many characters a result may be wide."""
    return results().width


def note(text: str) -> None:
    """Say something to the person in front of the terminal."""
    typer.echo(text, err=True)


def fail(text: str) -> None:
    """Say what was refused, in red."""
    errors().print(text, markup=False, style="bold red")


def show(result: "RenderableType") -> None:
    """Print a result: text, a table or a chart."""
    results().print(result, markup=False)


def show_lines(lines: Iterable[str]) -> None:
    """Print result lines as they are."""
    console = results()
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)
