"""The command line. It talks to people; all the work is done in `foresale.workflows`."""


def main() -> None:
    """Run the command line; this is the `foresale` command.

    It says what went wrong in sentences; the tracebacks in the log are for programs that ask for the log.
    """
    import logging
    import sys

    from foresale.core.cores import share_cores

    share_cores()
    logging.getLogger("foresale").addHandler(logging.NullHandler())
    from foresale.cli.build import app_for

    app_for(sys.argv[1:])(prog_name="foresale")
