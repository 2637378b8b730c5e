"""The command line. It talks to people; all the work is done in `foresale.workflows`."""

from typing import Final

_GARBAGE: Final = 100_000
"""Objects more than were let go after which circles of them are looked for. Python's 700 (2,000 from 3.13 on) has all
modules looked through again and again while they are loaded: a tenth of the time of a small forecast."""


def main() -> None:
    """Run the command line; this is the `foresale` command.

    It says what went wrong in sentences; the tracebacks in the log are for programs that ask for the log.
    """
    import gc
    import logging
    import sys

    from foresale.core.cores import share_cores

    gc.set_threshold(_GARBAGE)
    share_cores()
    logging.getLogger("foresale").addHandler(logging.NullHandler())
    from foresale.cli.build import app_for

    app_for(sys.argv[1:])(prog_name="foresale")
