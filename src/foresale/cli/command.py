"""What every command shares: options declared in groups, several columns after one flag, errors without tracebacks."""

import functools
import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Final, get_type_hints

import typer
from typer.core import TyperCommand

from foresale.cli.console import fail, in_options, note
from foresale.core.errors import ForesaleError

REFUSED: Final = 2
"""Exit code when data or settings are refused."""
STOPPED: Final = 130
"""Exit code after Ctrl-C."""

_COLUMNS: Final = "--columns"


class Command(TyperCommand):
    """A command that takes several `name=column` after one `--columns` and says its errors in plain words."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments, after `--columns a=x b=y` has become `--columns a=x --columns b=y`."""
        return super().parse_args(ctx, list(repeat_columns(args)))

    def invoke(self, ctx: Any) -> Any:
        """Run the command; what Foresale refuses is told in red, without a traceback."""
        try:
            return super().invoke(ctx)
        except ForesaleError as error:
            fail(in_options(str(error)))
            raise typer.Exit(REFUSED) from None
        except OSError as error:
            fail(f"cannot read or write {error.filename}: {error.strerror}" if error.filename else str(error))
            raise typer.Exit(REFUSED) from None
        except KeyboardInterrupt:
            note("Stopped.")
            raise typer.Exit(STOPPED) from None


def repeat_columns(args: Sequence[str]) -> Iterator[str]:
    """The same arguments with `--columns` before each of the assignments that follow it.

    >>> list(repeat_columns(["sales.csv", "--columns", "item=sku", "sales=qty", "--horizon", "7"]))
    ['sales.csv', '--columns', 'item=sku', '--columns', 'sales=qty', '--horizon', '7']
    """
    among_columns = False
    previous = ""
    for argument in args:
        is_assignment = "=" in argument and not argument.startswith("-")
        if among_columns and is_assignment and previous != _COLUMNS:
            yield _COLUMNS
        among_columns = (is_assignment and among_columns) or argument.startswith(_COLUMNS)
        yield argument
        previous = argument


def spread(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take groups of options: each parameter that is a dataclass becomes one option per field.

    The fields carry `typer.Option` in their annotations, so that an option is written down once for all commands.
    """
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, Any] = {name: hint for name, hint in hints.items() if is_dataclass(hint)}
    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        if parameter.name in groups:
            parameters += _parameters_of(groups[parameter.name])
        else:
            single = parameter.replace(annotation=hints[parameter.name], kind=inspect.Parameter.KEYWORD_ONLY)
            parameters.append(single)

    @functools.wraps(command)
    def collected(**values: Any) -> None:
        made = {
            name: group(**{field.name: values.pop(field.name) for field in fields(group)})
            for name, group in groups.items()
        }
        command(**values, **made)

    signature = inspect.Signature(parameters)
    collected.__signature__ = signature  # type: ignore[attr-defined]
    collected.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return collected


def _parameters_of(group: Any) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in fields(group)
    ]
