"""The command line. It talks to people; all the work is done in `foresale.workflows`."""


def main() -> None:
    """Run the command line; this is the `foresale` command."""
    from foresale.cli.app import app

    app(prog_name="foresale")
