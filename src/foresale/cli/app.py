"""The whole command line: what its tests and its page in the documentation look at."""

from typing import Final

import typer

from foresale.cli.build import COMMANDS, with_commands

app: Final[typer.Typer] = with_commands(COMMANDS)
