"""`foresale demo`: a first look, on a shop that is made up."""

from pathlib import Path
from typing import Annotated, Final

import typer

from foresale.core.errors import ConfigError

PAGE: Final = "demo.html"

Folder = Annotated[Path, typer.Option("--folder", help="Where the files of the shop and the page are written.")]


def demo(folder: Folder = Path("foresale-demo")) -> None:
    """See what Foresale does, on a shop that is made up: order lines, forecast, what happened, why, what to order."""
    from foresale.cli.walkthrough import tell
    from foresale.data.demo_files import HORIZON, write_demo_files

    page = folder / PAGE
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not page.exists())):
        raise ConfigError(f"{folder} is there and holds something else; name another place with --folder")
    tell(write_demo_files(folder), horizon=HORIZON, page=page)
