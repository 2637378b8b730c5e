import signal
from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from hypothesis import given, strategies as st
from typer.testing import CliRunner

from foresale.cli.command import Command, repeat_columns, spread
from foresale.core.errors import ConfigError, DataError, Fault

runner = CliRunner()


@dataclass(frozen=True)
class Paint:
    colour: Annotated[str, typer.Option(help="Which.")] = "red"
    coats: Annotated[list[str] | None, typer.Option("--columns", help="How many.")] = None


def painted(command):
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command(cls=Command)(command)
    return app


def test_spread_turns_fields_into_options():
    seen = []

    @spread
    def command(wall: Annotated[str, typer.Argument()], paint: Paint, twice: bool = False) -> None:
        seen.append((wall, paint, twice))

    result = runner.invoke(painted(command), ["north", "--colour", "blue", "--twice"])
    assert result.exit_code == 0, result.output
    assert seen == [("north", Paint(colour="blue"), True)]


def test_columns_after_one_flag_and_after_several_are_the_same():
    seen = []

    @spread
    def command(wall: Annotated[str, typer.Argument()], paint: Paint) -> None:
        seen.append((wall, paint.coats))

    for arguments in (
        ["north", "--columns", "a=1", "b=2,3", "c=4"],
        ["--columns", "a=1", "--columns", "b=2,3", "--columns", "c=4", "north"],
        ["--columns", "a=1", "b=2,3", "c=4", "north"],
        ["--columns=a=1", "b=2,3", "c=4", "--colour", "blue", "north"],
    ):
        assert runner.invoke(painted(command), arguments).exit_code == 0
    assert seen == [("north", ["a=1", "b=2,3", "c=4"])] * 4


@given(st.lists(st.sampled_from(["sales.csv", "a=b", "c=d", "--columns", "--horizon", "7", "-q"])))
def test_repeating_adds_flags_only(arguments):
    repeated = list(repeat_columns(arguments))
    assert [a for a in repeated if a != "--columns"] == [a for a in arguments if a != "--columns"]
    assert list(repeat_columns(repeated)) == repeated


def test_what_is_refused_is_said_without_traceback():
    @spread
    def command() -> None:
        raise DataError([Fault("gaps [in] sales", 2, "row 3", "Fill them.")], source="a.csv")

    result = runner.invoke(painted(command), [])
    assert result.exit_code == 2
    assert result.stderr == "a.csv: gaps [in] sales: 2 (first at row 3). Fill them.\n"
    assert result.stdout == ""


def test_cures_are_told_as_options():
    @spread
    def command() -> None:
        raise DataError([Fault("no date", 1, "row 3: 'soon'", "Pass bad_rows='drop' or kind='orders'.")])

    result = runner.invoke(painted(command), [])
    assert result.stderr == "no date: 1 (at row 3: 'soon'). Pass --bad-rows drop or --kind orders.\n"


def test_a_full_disk_is_said_without_traceback():
    @spread
    def command() -> None:
        raise OSError(28, "No space left on device", "f.csv")

    result = runner.invoke(painted(command), [])
    assert result.exit_code == 2
    assert result.stderr == "cannot read or write f.csv: No space left on device\n"


def test_settings_that_cannot_be_are_refused():
    @spread
    def command() -> None:
        raise ConfigError("no such thing")

    assert runner.invoke(painted(command), []).exit_code == 2


def test_what_nobody_expected_keeps_its_traceback():
    @spread
    def command() -> None:
        raise ZeroDivisionError

    assert isinstance(runner.invoke(painted(command), []).exception, ZeroDivisionError)


def test_ctrl_c_stops_cleanly():
    @spread
    def command() -> None:
        signal.raise_signal(signal.SIGINT)

    result = runner.invoke(painted(command), [])
    assert result.exit_code == 130
    assert result.stderr == "Stopped.\n"


@pytest.mark.parametrize("text", ["item", "=sku", "item=", "item=,"])
def test_assignments_that_say_nothing_are_refused(text):
    from foresale.cli.options import columns_of

    with pytest.raises(ConfigError, match="name=column"):
        columns_of([text])


def test_a_name_given_twice_is_refused():
    from foresale.cli.options import columns_of

    with pytest.raises(ConfigError, match="twice"):
        columns_of(["item=sku", "item=shop"])
